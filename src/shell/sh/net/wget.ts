import { parseUrl } from '../../../engine/index.ts'
import { inFolder } from '../folder.ts'
import { err, out, type Process } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { lastOf, type Options, options } from '../tools/options.ts'
import { httpAnswer } from './answers.ts'
import { asker, bracketed, dialled, send } from './send.ts'

const SPEC =
  'qcSO:o:T:t:U:P:Y: -spider -no-check-certificate -quiet -server-response header= post-data= timeout= tries= output-document= user-agent='

const USAGE = `BusyBox v1.37.0 multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR]
	[--no-check-certificate] [-T SEC] [-U AGENT] URL...

Retrieve files via HTTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--no-check-certificate	Don't validate the server's certificate
	-q		Quiet
	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds
	-O FILE		Save to FILE ('-' for stdout)
	-U STR		Use STR for User-Agent header
`

/** wget, as busybox has it. busybox 1.37 networking/wget.c */
function* wget(c: ToolContext): Process {
  const o = options(c.args, SPEC.replaceAll(' -', ' '))
  if (o.problem) return yield* misuse(c, o.problem)
  if (o.rest.length === 0) {
    yield err(USAGE)
    return 1
  }
  for (const text of [lastOf(o, 'T'), lastOf(o, 'timeout')])
    if (text !== undefined && !/^\d+$/.test(text)) return yield* misuse(c, `invalid number '${text}'`)
  for (const url of o.rest) {
    const status = yield* fetch(c, o, url)
    if (status !== 0) return status
  }
  return 0
}

function* fetch(c: ToolContext, o: Options, url: string): Process {
  if (/^ftps?:\/\//i.test(url)) return yield* misuse(c, 'FTP is not simulated: http://… is')
  const client = asker(c)
  const parsed = parseUrl(url)
  if (!parsed.ok || (parsed.url.scheme !== 'http' && parsed.url.scheme !== 'https'))
    return yield* misuse(c, `not an http or ftp url: ${url}`)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const { host, port, path } = parsed.url
  const quiet = o.on.has('q') || o.on.has('quiet')
  const seconds = Number(lastOf(o, 'T') ?? lastOf(o, 'timeout') ?? 0)
  const timeout = seconds > 0 ? seconds * 1000 : undefined
  const trace = yield* send(c, client, { url, timeout, connectTimeout: timeout })
  if (trace.outcome === 'name not found') return yield* misuse(c, `bad address '${host}'`)
  if (trace.outcome === 'bad url') return yield* misuse(c, `bad address '${host}'`)
  const address = dialled(trace)[0]?.address ?? host
  if (!quiet) yield err(`Connecting to ${host} (${bracketed(address)}:${port})\n`)
  if (trace.outcome === 'refused')
    return yield* misuse(c, `can't connect to remote host (${address}): Connection refused`)
  if (trace.outcome === 'reset') return yield* misuse(c, 'error getting response: Connection reset by peer')
  if (trace.outcome === 'timed out')
    return yield* misuse(
      c,
      timeout !== undefined && trace.took >= timeout - 1
        ? 'download timed out'
        : `can't connect to remote host (${address}): Operation timed out`,
    )
  const answer = httpAnswer(c, trace)
  const status = `HTTP/1.1 ${answer.status} ${answer.reason}`
  if (o.on.has('S') || o.on.has('server-response'))
    yield err([status, ...answer.headers.map(([k, v]) => `${k}: ${v}`), ''].map((l) => `  ${l}\n`).join(''))
  if (answer.status !== 200) return yield* misuse(c, `server returned error: ${status}`)
  if (o.on.has('spider')) {
    if (!quiet) yield err('remote file exists\n')
    return 0
  }
  const named = lastOf(o, 'O') ?? lastOf(o, 'output-document')
  const file = named ?? (/([^/?#]*)([?#].*)?$/.exec(path)?.[1] || 'index.html')
  const size = new TextEncoder().encode(answer.body).length
  const bar = (name: string) =>
    `${name.slice(0, 20).padEnd(20)} 100% |${'*'.repeat(32)}| ${String(size).padStart(5)}  0:00:00 ETA\n`
  if (file === '-') {
    if (!quiet) yield err('writing to stdout\n')
    yield out(answer.body)
    if (!quiet) yield err(`${bar('-')}written to stdout\n`)
    return 0
  }
  if (!quiet) yield err(`saving to '${file}'\n`)
  const problem =
    file === '/dev/null' ? undefined : c.shell.writeFile(c.place, inFolder(c.scope.folder, file), answer.body, false)
  if (problem !== undefined) return yield* misuse(c, `can't open '${file}': ${problem}`)
  if (!quiet) yield err(`${bar(file.slice(file.lastIndexOf('/') + 1))}'${file}' saved\n`)
  return 0
}

export const WGET: Tool = {
  name: 'wget',
  summary: 'ask over HTTP: wget -qO- URL, -T SECONDS, -S, --spider',
  at: ASKING,
  flags: ['-q', '-O', '-S', '-T', '--spider'],
  run: wget,
}
