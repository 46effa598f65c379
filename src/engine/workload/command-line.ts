import type { Protocol } from '../../model/index.ts'

/** Where a program listens. */
export interface Opening {
  readonly port: number
  readonly protocol: Protocol
  readonly loopback?: boolean
}

/** What a program is started with. */
export interface Invocation {
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
}

/** Where a program listens when it is started so; undefined: nobody knows. */
export type Program = (run: Invocation) => readonly Opening[] | undefined

const port = (text: string | undefined): number | undefined => {
  const number = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= 65535 ? number : undefined
}

/** The value of a flag, as `-p 80`, `-p80` (short ones), `--port 80` or `--port=80`; the last one counts. */
export function flag(args: readonly string[], ...names: string[]): string | undefined {
  let value: string | undefined
  args.forEach((arg, i) => {
    for (const name of names) {
      if (arg === name) value = args[i + 1]
      else if (arg.startsWith(`${name}=`)) value = arg.slice(name.length + 1)
      else if (/^-[a-zA-Z]$/.test(name) && arg.startsWith(name) && /^\d/.test(arg.slice(2))) value = arg.slice(2)
    }
  })
  return value
}

/** A program that listens on one TCP port, which flags or environment variables can change. */
export function server(usual: number, flags: readonly string[] = [], variables: readonly string[] = []): Program {
  return ({ args, env }) => {
    const asked = flag(args, ...flags) ?? variables.map((v) => env.get(v)).find((v) => v !== undefined)
    if (asked === undefined) return [{ port: usual, protocol: 'TCP' }]
    const { number, loopback } = addressOf(asked)
    return number === undefined ? undefined : [{ port: number, protocol: 'TCP', loopback }]
  }
}

/** ":5678", "127.0.0.1:80", "80" → a port, and whether only the pod itself reaches it. */
export function addressOf(text: string): { readonly number: number | undefined; readonly loopback: boolean } {
  const colon = text.lastIndexOf(':')
  const host = colon < 0 ? '' : text.slice(0, colon)
  return { number: port(text.slice(colon + 1)), loopback: isLoopback(host) }
}

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.')

const silent: Program = () => []

const netcat: Program = ({ args }) => {
  const short = args.filter((a) => /^-[a-zA-Z]+$/.test(a)).join('')
  if (!short.includes('l') && !args.includes('--listen')) return []
  const number = port(
    flag(args, '-p') ?? args.findLast((a, i) => /^\d+$/.test(a) && !/^-[a-zA-Z]*[wqi]$/.test(args[i - 1] ?? '')),
  )
  return number === undefined ? undefined : [{ port: number, protocol: short.includes('u') ? 'UDP' : 'TCP' }]
}

const python: Program = ({ args }) => {
  const at = args.indexOf('http.server') >= 0 ? args.indexOf('http.server') : args.indexOf('SimpleHTTPServer')
  if (at < 0) return undefined
  const rest = args.slice(at + 1)
  const bind = flag(rest, '--bind', '-b')
  const number = port(rest.find((a, i) => /^\d+$/.test(a) && !/^-/.test(rest[i - 1] ?? ''))) ?? 8000
  return [{ port: number, protocol: 'TCP', loopback: bind !== undefined && isLoopback(bind) }]
}

const socat: Program = ({ args }) => {
  const out: Opening[] = []
  for (const arg of args) {
    const match = /^(TCP|UDP)4?-(?:LISTEN|RECVFROM|RECV):(\d+)/i.exec(arg)
    if (match && port(match[2])) out.push({ port: Number(match[2]), protocol: match[1]!.toUpperCase() as Protocol })
  }
  return out
}

/** agnhost test/images/agnhost (k8s v1.36): sub-commands that serve; `pause` and the like listen nowhere. */
const agnhost: Program = ({ args }) => {
  const number = (name: string, usual: number) => port(flag(args, `--${name}`, `-${name}`)) ?? usual
  switch (args[0]) {
    case 'netexec': {
      const out: Opening[] = [{ port: number('http-port', 8080), protocol: 'TCP' }]
      const udp = flag(args, '--udp-port')
      if (udp !== '-1') out.push({ port: number('udp-port', 8081), protocol: 'UDP' })
      const sctp = port(flag(args, '--sctp-port'))
      if (sctp) out.push({ port: sctp, protocol: 'SCTP' })
      return out
    }
    case 'serve-hostname':
      return [
        { port: number('port', 9376), protocol: args.includes('--udp') && !args.includes('--tcp') ? 'UDP' : 'TCP' },
      ]
    case 'porter':
    case 'net':
      return undefined
    case 'guestbook':
    case 'test-webserver':
      return [{ port: args[0] === 'guestbook' ? number('http-port', 80) : 80, protocol: 'TCP' }]
    case 'liveness':
      return [{ port: 8080, protocol: 'TCP' }]
    default:
      return args[0] === undefined || args[0] === 'pause' ? [] : undefined
  }
}

const redis: Program = (run) => (run.args.some((a) => a.endsWith('.conf')) ? undefined : server(6379, ['--port'])(run))

/** Programs by the name that they are started with. */
export const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...[
    'sleep',
    'tail',
    'true',
    'false',
    'echo',
    'printf',
    'cat',
    'date',
    'hostname',
    'trap',
    'wait',
    'exit',
    'cd',
    'mkdir',
    'touch',
    'ls',
    'pause',
  ].map((name) => [name, silent] as const),
  ...[
    'curl',
    'wget',
    'ping',
    'dig',
    'nslookup',
    'read',
    'test',
    '[',
    ':',
    'set',
    'export',
    'kill',
    'grep',
    'env',
    'ps',
    'top',
  ].map((name) => [name, silent] as const),
  ...['nc', 'ncat', 'netcat'].map((name) => [name, netcat] as const),
  ...['python', 'python2', 'python3'].map((name) => [name, python] as const),
  ['socat', socat],
  ['agnhost', agnhost],
  ['netexec', (run) => agnhost({ ...run, args: ['netexec', ...run.args] })],
  ['http-echo', server(5678, ['-listen', '--listen'])],
  ['httpd', server(80, ['-p'])],
  ['httpd-foreground', server(80)],
  ['nginx', server(80)],
  ['nginx-debug', server(80)],
  ['apache2-foreground', server(80)],
  ['redis-server', redis],
  ['postgres', server(5432, ['-p', '--port'], ['PGPORT'])],
  ['mysqld', server(3306, ['--port', '-P'])],
  ['mariadbd', server(3306, ['--port', '-P'])],
  ['mongod', server(27017, ['--port'])],
  ['memcached', server(11211, ['-p', '--port'])],
  ['whoami', server(80, ['--port', '-port'], ['WHOAMI_PORT_NUMBER'])],
  ['podinfo', server(9898, ['--port'])],
  ['hello-app', server(8080, [], ['PORT'])],
])

const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Words that stand before a command in a shell script. */
const KEYWORDS = new Set(['while', 'until', 'if', 'then', 'else', 'do', 'exec', 'nohup', 'time', '!', '{', '('])
const ENDS = new Set(['done', 'fi', 'esac', '}', ')', 'for', 'in'])

/**
 * Where a command line listens: a program by its name, or the servers of a shell script (`sh -c "nc -lk -p 8080"`). undefined when it
 * runs something that nobody knows. `own` are the programs of the image itself.
 */
export function openingsOf(
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  own?: readonly [name: string, program: Program],
): readonly Opening[] | undefined {
  let words = argv
  while (['exec', 'tini', '--', 'dumb-init', 'docker-entrypoint.sh'].includes(base(words[0] ?? '')))
    words = words.slice(1)
  const name = base(words[0] ?? '')
  if (name === '') return []
  if (['sh', 'bash', 'ash', 'dash'].includes(name)) {
    const at = words.findIndex((w, i) => i > 0 && /^-[a-z]*c$/.test(w))
    if (at < 0) return words.length === 1 ? [] : undefined
    return openingsOfScript(words[at + 1] ?? '', env, own)
  }
  if (name === 'busybox') return openingsOf(words.slice(1), env, own)
  const program = own && own[0] === name ? own[1] : PROGRAMS.get(name)
  return program?.({ args: words.slice(1), env })
}

function openingsOfScript(
  script: string,
  env: ReadonlyMap<string, string>,
  own?: readonly [name: string, program: Program],
): readonly Opening[] | undefined {
  const out: Opening[] = []
  let unknown = false
  for (const part of script.replace(/\\\n/g, ' ').split(/;|&&|\|\||\||&(?!\d)|\n/)) {
    let words = (part.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((w) => w.replace(/^["']|["']$/g, ''))
    while (words[0] !== undefined && (KEYWORDS.has(words[0]) || /^[A-Za-z_]\w*=/.test(words[0]))) words = words.slice(1)
    if (words.length === 0 || ENDS.has(words[0]!) || words[0]!.startsWith('#')) continue
    const found = openingsOf(words, env, own)
    if (found) out.push(...found)
    else unknown = true
  }
  return out.length > 0 || !unknown ? out : undefined
}
