/** A line that means the namespace `default` where it names none, for a shell in which that is another one. */
export function withNamespace(line: string, current: string): string {
  if (current === 'default' || !line.startsWith('kubectl ')) return line
  const [own = ''] = line.split(' -- ')
  return /\s(-n|--namespace|-A|--current)\s/.test(`${own} `) ? line : line.replace('kubectl ', 'kubectl -n default ')
}
