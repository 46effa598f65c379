import { flag, type Invocation, type Opening, openingsOf, PROGRAMS, type Program, server } from './command-line.ts'

/** An image that is known: what it runs, and why that is believed. */
export interface KnownImage {
  /** Matches the image's name without registry, `library/`, tag and digest. */
  readonly match: RegExp
  /** What its server is called, for sentences. */
  readonly name: string
  /** The name of its program on a command line. */
  readonly program: string
  readonly run: Program
  /** The entry point is the program itself, so `args` are its flags; else `args` are a command line (as for nginx, busybox, postgres). */
  readonly argsAreFlags?: boolean
  /** A volume mounted here can change where it listens, and nobody can know to what. */
  readonly config?: readonly string[]
}

const tcp =
  (...ports: number[]): Program =>
  () =>
    ports.map((port): Opening => ({ port, protocol: 'TCP' }))
const known = (name: string): Program => PROGRAMS.get(name)!

const entry = (
  match: RegExp,
  name: string,
  program: string,
  run: Program,
  more: Partial<KnownImage> = {},
): KnownImage => ({
  match,
  name,
  program,
  run,
  ...more,
})
const flags = { argsAreFlags: true } as const

/** Defaults as the images' own documentation says them (their EXPOSE and entry points). */
export const IMAGES: readonly KnownImage[] = [
  entry(/^(.+\/)?nginx-unprivileged$/, 'nginx', 'nginx', tcp(8080), { config: ['/etc/nginx'] }),
  entry(/^bitnami(legacy)?\/nginx$/, 'nginx', 'nginx', tcp(8080, 8443), { config: ['/opt/bitnami/nginx/conf'] }),
  entry(/^(nginx|nginx\/nginx|nginx-slim|.*\/nginx-slim|google_containers\/nginx)$/, 'nginx', 'nginx', known('nginx'), {
    config: ['/etc/nginx'],
  }),
  entry(/^nginxdemos\/hello$/, 'nginx', 'nginx', tcp(80), { config: ['/etc/nginx'] }),
  entry(/^nginxdemos\/nginx-hello$/, 'nginx', 'nginx', tcp(8080), { config: ['/etc/nginx'] }),
  entry(/^httpd$/, 'Apache httpd', 'httpd-foreground', known('httpd-foreground'), {
    config: ['/usr/local/apache2/conf'],
  }),
  entry(/^bitnami(legacy)?\/apache$/, 'Apache httpd', 'httpd', tcp(8080, 8443)),
  entry(
    /^(php|wordpress|drupal|joomla|nextcloud)$/,
    'Apache httpd',
    'apache2-foreground',
    known('apache2-foreground'),
    {
      config: ['/etc/apache2'],
    },
  ),
  entry(/^phpmyadmin(\/phpmyadmin)?$/, 'Apache httpd', 'apache2-foreground', server(80, [], ['APACHE_PORT'])),
  entry(/^(.*\/)?gb-frontend$/, 'the guestbook', 'apache2-foreground', tcp(80)),
  entry(/^caddy$/, 'Caddy', 'caddy', tcp(80), { config: ['/etc/caddy'] }),
  entry(/^traefik\/whoami$|^containous\/whoami$/, 'whoami', 'whoami', known('whoami'), flags),
  entry(/^hashicorp\/http-echo$/, 'http-echo', 'http-echo', known('http-echo'), flags),
  entry(/^(.*\/)?agnhost$/, 'agnhost', 'agnhost', known('agnhost'), flags),
  entry(/^(.*\/)?serve[_-]hostname$/, 'serve-hostname', 'serve_hostname', server(9376, ['-port', '--port']), flags),
  entry(/^(.*\/)?echoserver$/, 'echoserver', 'nginx', tcp(8080)),
  entry(
    /^kicbase\/echo-server$|^jmalloc\/echo-server$/,
    'echo-server',
    'echo-server',
    server(8080, [], ['PORT']),
    flags,
  ),
  entry(/^ealen\/echo-server$/, 'echo-server', 'node', server(80, ['--port'], ['PORT'])),
  entry(/^mendhak\/http-https-echo$/, 'http-https-echo', 'node', ({ env }) => [
    { port: Number(env.get('HTTP_PORT') ?? 8080), protocol: 'TCP' },
    { port: Number(env.get('HTTPS_PORT') ?? 8443), protocol: 'TCP' },
  ]),
  entry(/^(.*\/)?hello-app$/, 'hello-app', 'hello-app', known('hello-app'), flags),
  entry(/^(.*\/)?(node-hello|hello-node)$/, 'hello-node', 'node', tcp(8080)),
  entry(/^paulbouwer\/hello-kubernetes$/, 'hello-kubernetes', 'npm', server(8080, [], ['PORT'])),
  entry(/^tutum\/hello-world$|^dockercloud\/hello-world$/, 'hello-world', 'nginx', tcp(80)),
  entry(/^kuar-demo\/kuard(-.*)?$/, 'kuard', 'kuard', tcp(8080), flags),
  entry(/^stefanprodan\/podinfo$/, 'podinfo', 'podinfo', server(9898, ['--port'], ['PODINFO_PORT'])),
  entry(/^postgres$|^(.*\/)?postgis$/, 'PostgreSQL', 'postgres', known('postgres')),
  entry(/^bitnami(legacy)?\/postgresql$/, 'PostgreSQL', 'postgres', server(5432, [], ['POSTGRESQL_PORT_NUMBER'])),
  entry(/^(mysql|percona|bitnami(legacy)?\/mysql)$/, 'MySQL', 'mysqld', known('mysqld'), {
    config: ['/etc/mysql', '/etc/my.cnf'],
  }),
  entry(/^(mariadb|bitnami(legacy)?\/mariadb)$/, 'MariaDB', 'mariadbd', known('mariadbd'), { config: ['/etc/mysql'] }),
  entry(
    /^(redis|valkey\/valkey|bitnami(legacy)?\/redis|(.*\/)?gb-redis-follower|(.*\/)?redis-follower)$/,
    'Redis',
    'redis-server',
    known('redis-server'),
    {
      config: ['/usr/local/etc/redis'],
    },
  ),
  entry(/^(mongo|bitnami(legacy)?\/mongodb)$/, 'MongoDB', 'mongod', known('mongod')),
  entry(/^(memcached|bitnami(legacy)?\/memcached)$/, 'memcached', 'memcached', known('memcached')),
  entry(/^rabbitmq$/, 'RabbitMQ', 'rabbitmq-server', tcp(5672, 15672)),
  entry(/^(.*\/)?elasticsearch$/, 'Elasticsearch', 'elasticsearch', tcp(9200, 9300)),
  entry(/^zookeeper$/, 'ZooKeeper', 'zkServer.sh', tcp(2181)),
  entry(/^nats$/, 'NATS', 'nats-server', server(4222, ['-p', '--port'])),
  entry(/^cassandra$/, 'Cassandra', 'cassandra', tcp(7000, 9042)),
  entry(/^(.*\/)?etcd$/, 'etcd', 'etcd', ({ args }) =>
    flag(args, '--listen-client-urls') === undefined ? [{ port: 2379, protocol: 'TCP', loopback: true }] : undefined,
  ),
  entry(/^adminer$/, 'Adminer', 'php', tcp(8080)),
  entry(/^tomcat$|^jenkins\/jenkins$/, 'the servlet container', 'catalina.sh', tcp(8080), {
    config: ['/usr/local/tomcat/conf'],
  }),
  entry(/^prom\/prometheus$/, 'Prometheus', 'prometheus', server(9090, ['--web.listen-address']), flags),
  entry(/^grafana\/grafana$/, 'Grafana', 'grafana', server(3000, [], ['GF_SERVER_HTTP_PORT'])),
  entry(
    /^coredns\/coredns$/,
    'CoreDNS',
    'coredns',
    ({ args }) =>
      args.length > 0
        ? undefined
        : [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
    flags,
  ),
  entry(
    /^(busybox|alpine|ubuntu|debian|fedora|centos|amazonlinux|alpine\/curl|curlimages\/curl|nicolaka\/netshoot|.*\/pause|pause|bash)$/,
    'a shell',
    'sh',
    () => [],
  ),
]

/** `registry:5000/library/nginx:1.29@sha256:…` → `nginx`. */
export function imageName(image: string): string {
  let name = image.replace(/@.*$/, '')
  const slash = name.lastIndexOf('/')
  const colon = name.indexOf(':', slash + 1)
  if (colon >= 0) name = name.slice(0, colon)
  const first = name.slice(0, name.indexOf('/'))
  if (first !== '' && (first.includes('.') || first.includes(':') || first === 'localhost'))
    name = name.slice(first.length + 1)
  return name.replace(/^(docker\/)?library\//, '')
}

export const knownImage = (image: string): KnownImage | undefined => {
  const name = imageName(image)
  return IMAGES.find((i) => i.match.test(name))
}

/** Where a container of this image listens when it runs so; undefined: nobody knows. */
export function openingsOfImage(
  image: KnownImage | undefined,
  command: readonly string[],
  run: Invocation,
): readonly Opening[] | undefined {
  const own = image && ([image.program, image.run] as const)
  if (command.length > 0) return openingsOf([...command, ...run.args], run.env, own)
  if (!image) return undefined
  if (run.args.length === 0 || image.argsAreFlags) return image.run(run)
  // an entry point that takes a command line; flags alone are for its own server (`args: ["--port", "7000"]`)
  return run.args[0]!.startsWith('-') ? image.run(run) : openingsOf(run.args, run.env, own)
}
