/** /etc/services, as far as people meet it. */
export const PORT_NAMES: Readonly<Record<string, string>> = {
  '22/tcp': 'ssh',
  '25/tcp': 'smtp',
  '53/tcp': 'domain',
  '53/udp': 'domain',
  '80/tcp': 'http',
  '443/tcp': 'https',
  '443/udp': 'https',
  '3306/tcp': 'mysql',
  '5432/tcp': 'postgresql',
  '6379/tcp': 'redis',
  '8080/tcp': 'http-alt',
  '27017/tcp': 'mongodb',
}
