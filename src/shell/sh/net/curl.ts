import { parseUrl } from '../../../engine/index.ts'
import { canonicalIP, familyOf, isIP, type Trace } from '../../../model/index.ts'
import { inFolder } from '../folder.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { pauseUntil } from '../tools/pause.ts'
import { type HttpAnswer, httpAnswer } from './answers.ts'
import { CURL_FLAGS, type CurlOptions, curlOptions, type Globbed, globbed, last, limit } from './curl-options.ts'
import { bytes, dataOf, type Run, requestHead, type Transfer, withQuery } from './curl-request.ts'
import { writeOut } from './curl-write-out.ts'
import { EMPTY_REPLY } from './forward.ts'
import { lookUp } from './lookup.ts'
import { asker, bracketed, dialled, localPort, send } from './send.ts'

/** Where a URL's host and port really lead, by --resolve and --connect-to. */
interface Redirected {
  readonly url: string
  readonly notes: readonly string[]
  /** Whom it says that it connects to: --connect-to changes that, --resolve does not. */
  readonly host: string
  readonly port: number
  /** --resolve: no name is asked. */
  readonly cached: boolean
  /** -4, -6: the addresses that were found for the name. */
  readonly found?: readonly string[]
}

/** curl src/tool_help.c: what it lists without a category, as far as it works here. */
const HELP = `Usage: curl [options...] <url>
 -d, --data <data>           HTTP POST data
 -f, --fail                  Fail fast with no output on HTTP errors
 -h, --help <category>       Get help for commands
 -i, --include               Include response headers in output
 -o, --output <file>         Write to file instead of stdout
 -O, --remote-name           Write output to file named as remote file
 -s, --silent                Silent mode
 -u, --user <user:password>  Server user and password
 -A, --user-agent <name>     Send User-Agent <name> to server
 -v, --verbose               Make the operation more talkative
 -V, --version               Show version number and quit

Simulated: `

/** In lines of 79 characters at most. curl src/tool_msgs.c voutf, warnf (8.9) */
function warning(text: string): string {
  const width = 79 - 'Warning: '.length
  let [rest, lines] = [text, '']
  while (rest.length > width) {
    const cut = rest.lastIndexOf(' ', width - 1)
    const end = cut > 0 ? cut + 1 : width
    lines += `Warning: ${rest.slice(0, end)}\n`
    rest = rest.slice(end)
  }
  return `${lines}Warning: ${rest}\n`
}

/**
 * curl, in the words of 8.9 (the version whose messages the recordings of the real cluster hold). curl src/tool_operate.c, lib/connect.c,
 * lib/http.c, docs/libcurl/libcurl-errors.md (8.9.1)
 */
function* curl(c: ToolContext): Process {
  const o = curlOptions(c.args)
  if (typeof o === 'string') {
    yield err(`curl: ${o}\n`)
    return 2
  }
  if (o.flags.has('help')) {
    yield out(`${HELP}${CURL_FLAGS.filter((f) => f.startsWith('--')).join(' ')}\n`)
    return 0
  }
  if (o.flags.has('version')) {
    yield out(`curl 8.9.1 (simulated)\nProtocols: http https\n`)
    return 0
  }
  if (o.urls.length === 0) {
    yield err(`curl: (2) no URL specified\n`)
    return 2
  }
  if (o.flags.has('head') && !o.flags.has('get') && dataOf({ c, o }) !== undefined) {
    const asked = 'You asked for both POST (-d, --data) and HEAD (-I, --head).'
    if (!o.flags.has('silent')) yield err(warning(`You can only select one HTTP request method! ${asked}`))
    return 2
  }
  const client = asker(c)
  if (!client) {
    yield err('curl: (7) Failed to connect: this place has no address any more\n')
    return 7
  }
  const urls = o.urls.flatMap((url): readonly (Globbed | { readonly problem: string })[] => {
    const parts = o.flags.has('globoff') ? [{ url, parts: [] }] : globbed(url)
    return typeof parts === 'string' ? [{ problem: parts }] : parts
  })
  // one curl keeps its connections for its later URLs
  const connection = urls.length > 1 ? `${client.key}#curl` : undefined
  if (connection !== undefined) c.cluster.closeConnection(connection)
  const run: Run = { c, o, client, connections: 0, connection }
  let status = 0
  try {
    for (const [i, one] of urls.entries()) {
      if ('problem' in one) {
        if (saysErrors(run)) yield err(`curl: (3) ${one.problem}\n`)
        return 3
      }
      const [url, body] = o.flags.has('get') ? [withQuery(run, one.url), undefined] : [one.url, dataOf(run)]
      const transfer = yield* withRetries(run, { url, parts: one.parts, index: i, body })
      status = transfer.exit
      yield* writeOut(run, transfer, i)
      if (status !== 0 && o.flags.has('fail-early')) break
    }
  } finally {
    if (connection !== undefined) c.cluster.closeConnection(connection)
  }
  return status
}

const saysErrors = ({ o }: Run): boolean => !o.flags.has('silent') || o.flags.has('show-error')

/** One URL to ask. */
interface Asked {
  readonly url: string
  /** What braces and ranges of it stood for. */
  readonly parts: readonly string[]
  readonly index: number
  readonly body: string | undefined
}

/** Timeouts and 5xx are tried again, refused connections only when asked. curl src/tool_operate.c post_per_transfer (8.9) */
function* withRetries(run: Run, asked: Asked): Step<Transfer> {
  const { o, c } = run
  const from = c.cluster.now
  const longest = limit(o, 'retry-max-time') ?? Number.POSITIVE_INFINITY
  let delay = limit(o, 'retry-delay') ?? 1000
  for (let left = Number(last(o, 'retry') ?? 0); ; left--) {
    const transfer = yield* once(run, asked)
    const { exit, error, answer } = transfer
    if (error !== undefined && saysErrors(run)) yield err(`curl: (${exit}) ${error}\n`)
    const problem =
      exit === 28 || exit === 6
        ? ': timeout'
        : exit === 7 && o.flags.has('retry-connrefused')
          ? ': connection refused'
          : (exit === 0 || exit === 22) && [408, 429, 500, 502, 503, 504].includes(answer?.status ?? 0)
            ? ': HTTP error'
            : exit !== 0 && o.flags.has('retry-all-errors')
              ? '(retrying all errors)'
              : undefined
    if (left <= 0 || problem === undefined || c.cluster.now - from >= longest) return transfer
    if (!o.flags.has('silent'))
      yield err(warning(`Problem ${problem}. Will retry in ${Math.floor(delay / 1000)} seconds. ${left} retries left.`))
    yield* pauseUntil(c, c.cluster.now + delay)
    if (!o.values.has('retry-delay')) delay = Math.min(600_000, delay * 2)
  }
}

function* once(run: Run, asked: Asked): Step<Transfer> {
  const { c, o, client } = run
  const { url, body } = asked
  const parsed = parseUrl(url)
  const verbose = o.flags.has('verbose')
  if (!parsed.ok || (parsed.url.scheme !== 'http' && parsed.url.scheme !== 'https')) {
    const error = parsed.ok ? `Protocol "${parsed.url.scheme}" not supported` : parsed.error
    if (verbose) yield err(`* ${error}\n* closing connection #${run.connections > 0 ? run.connections - 1 : -1}\n`)
    return { url, exit: error.startsWith('Protocol') ? 1 : 3, error }
  }
  const { scheme, host, port } = parsed.url
  const target = `${scheme}://${host}:${port}`
  const reused = run.connection !== undefined && run.kept?.target === target
  const led = redirected(run, url)
  if (led.found?.length === 0) {
    const error = `Could not resolve host: ${led.host}`
    if (verbose)
      yield err(
        `${led.notes.map((n) => `* ${n}\n`).join('')}* ${error}\n* shutting down connection #${run.connections}\n`,
      )
    return { url, exit: 6, error }
  }
  // who waits for an answer reads whom curl tries
  let [story, told] = ['', 0]
  const begins = (trace: Trace): string => {
    story = led.notes.map((note) => `* ${note}\n`).join('')
    story += reused ? `* Re-using existing connection with host ${host}\n` : connecting(run, trace, led)
    const tries = story.search(/^\* {3}Trying /m)
    told = tries < 0 ? 0 : story.indexOf('\n', tries) + 1
    return story.slice(0, told)
  }
  const trace = yield* send(c, client, {
    url: led.url,
    timeout: limit(o, 'max-time'),
    connectTimeout: limit(o, 'connect-timeout'),
    connection: run.connection,
    ...(verbose && { begins }),
  })
  const number = reused ? run.kept!.number : run.connections++
  if (trace.outcome !== 'answered') run.kept = undefined
  else if (!reused) run.kept = { target, number, address: dialled(trace).at(-1)?.address, port: localPort(trace) }
  if (verbose && told < story.length) yield err(story.slice(told))
  const failed = failure(run, trace, led.host, led.port)
  const early = failed && !trace.server
  if (early) {
    if (verbose)
      yield err(`* ${failed.error}\n* ${failed.exit === 6 ? 'shutting down' : 'closing'} connection #${number}\n`)
    return { url, trace, ...failed }
  }
  if (scheme === 'https') {
    const problem = certificate(run, trace)
    if (problem !== undefined) {
      if (verbose)
        yield err(
          `* SSL certificate problem: unable to get local issuer certificate\n* closing connection #${number}\n`,
        )
      return { url, trace, exit: 60, error: problem }
    }
    if (verbose) yield err('* TLS is not simulated: taken as agreed\n')
  }
  const head = requestHead(run, url, body)
  if (verbose) {
    const [user] = last(o, 'user')?.split(':') ?? []
    if (user !== undefined) yield err(`* Server auth using Basic with user '${user}'\n`)
    yield err(head.map((line) => `> ${line}\n`).join(''))
    if (!body) yield err('* Request completely sent off\n')
    else {
      if (fileFor(run, asked) !== undefined) yield err(`} [${bytes(body)} bytes data]\n`)
      yield err(`* upload completely sent off: ${bytes(body)} bytes\n`)
    }
  }
  if (failed) {
    if (verbose) yield err(`* ${failed.error}\n* closing connection #${number}\n`)
    return { url, trace, head, ...failed }
  }
  const answer = httpAnswer(c, trace)
  return {
    ...(yield* received(run, asked, trace, answer, led.host, number)),
    head,
    ...(body !== undefined && { body }),
  }
}

/** The answer has come: written where it belongs. */
function* received(
  run: Run,
  asked: Asked,
  trace: Trace,
  answer: HttpAnswer,
  host: string,
  number: number,
): Step<Transfer> {
  const { c, o } = run
  const { url } = asked
  const verbose = o.flags.has('verbose')
  const headers = [`HTTP/1.1 ${answer.status} ${answer.reason}`, ...answer.headers.map(([k, v]) => `${k}: ${v}`), '']
  const dumped = last(o, 'dump-header')
  if (dumped !== undefined) {
    const text = headers.map((line) => `${line}\n`).join('')
    if (dumped === '-') yield out(text)
    else if (dumped !== '/dev/null') c.shell.writeFile(c.place, inFolder(c.scope.folder, dumped), text, false)
  }
  const failing = answer.status >= 400 && (o.flags.has('fail') || o.flags.has('fail-with-body'))
  const error = `The requested URL returned error: ${answer.status}`
  const gives = failing && !o.flags.has('fail-with-body')
  if (verbose) {
    yield err(
      headers
        .slice(0, -1)
        .map((line) => `< ${line}\n`)
        .join(''),
    )
    yield err(`${gives ? `* ${error}\n` : ''}< \n`)
  }
  if (gives) {
    if (verbose) yield err(`* closing connection #${number}\n`)
    return { url, trace, answer, exit: 22, error }
  }
  const isHead = o.flags.has('head')
  const shown = isHead || o.flags.has('include') || o.flags.has('show-headers')
  const text = (shown ? headers.map((line) => `${line}\n`).join('') : '') + (isHead ? '' : answer.body)
  const problem = yield* deliver(run, asked, text, verbose)
  if (problem !== undefined) return { url, trace, answer, exit: 23, error: problem }
  if (verbose) yield err(`* Connection #${number} to host ${host} left intact\n`)
  c.shell.fuel.spend()
  return { url, trace, answer, exit: failing ? 22 : 0, ...(failing && { error }) }
}

/** Where the answer to a URL goes: the first -o is for the first URL; `#1` is what its braces stood for. */
function fileFor({ o }: Run, { url, parts, index }: Asked): string | undefined {
  const outputs = o.values.get('output') ?? []
  const named = o.flags.has('remote-name') ? /([^/?#]*)([?#].*)?$/.exec(url)?.[1] || 'curl_response' : undefined
  // one -o holds for every URL that braces make of its own
  const file = outputs[parts.length > 0 ? 0 : index] ?? named
  return file?.replace(/#(\d+)/g, (whole, n: string) => parts[Number(n) - 1] ?? whole)
}

function* deliver(run: Run, asked: Asked, text: string, verbose: boolean): Step<string | undefined> {
  const { c } = run
  const file = fileFor(run, asked)
  if (file === undefined || file === '-') {
    if (text !== '') yield out(text)
    return undefined
  }
  if (verbose && text !== '') yield err(`{ [${bytes(text)} bytes data]\n`)
  if (file === '/dev/null') return undefined
  const problem = c.shell.writeFile(c.place, inFolder(c.scope.folder, file), text, false)
  return problem === undefined ? undefined : `Failure writing output to destination`
}

// --- the way to the server --------------------------------------------------------------------------------------------------------

function withAuthority(url: string, host: string, port: string): string {
  const [, scheme = '', userinfo = '', rest = ''] = /^([a-zA-Z]+:\/\/)?([^/?#@]*@)?[^/?#]*(.*)$/s.exec(url.trim()) ?? []
  return `${scheme}${userinfo}${bracketed(host)}:${port}${rest}`
}

/** curl lib/hostip.c Curl_loadhostpairs, lib/url.c parse_connect_to_slist (8.9). -4 and -6 leave only addresses of that family. */
function redirected({ c, o, client }: Run, url: string): Redirected {
  const parsed = parseUrl(url)
  if (!parsed.ok) return { url, notes: [], host: '', port: 0, cached: false }
  const { host, port } = parsed.url
  let [toHost, toPort] = [host, String(port)]
  const notes: string[] = []
  for (const entry of o.values.get('connect-to') ?? []) {
    const [, h1 = '', p1 = '', h2 = '', p2 = ''] =
      /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(entry) ?? []
    if ((h1 !== '' && plainHost(h1) !== host.toLowerCase()) || (p1 !== '' && p1 !== String(port))) continue
    if (h2 === '' && p2 === '') continue
    if (h2 !== '') {
      toHost = h2.replace(/^\[|\]$/g, '')
      notes.push(`Connecting to hostname: ${toHost}`)
    }
    if (p2 !== '') {
      toPort = p2
      notes.push(`Connecting to port: ${p2}`)
    }
    break
  }
  const shown = { host: toHost, port: Number(toPort) }
  let cached = false
  for (const entry of o.values.get('resolve') ?? []) {
    const [, name = '', at = '', addresses = ''] = /^\+?([^:]*):(\d+):(.*)$/.exec(entry) ?? []
    const first = addresses.split(',')[0]!.replace(/^\[|\]$/g, '')
    if (!isIP(first)) continue
    notes.push(`Added ${name}:${at}:${addresses} to DNS cache`)
    if ((name !== '*' && name.toLowerCase() !== toHost.toLowerCase()) || at !== toPort) continue
    notes.push(`Hostname ${toHost} was found in DNS cache`)
    toHost = canonicalIP(first) ?? first
    cached = true
  }
  let found: readonly string[] | undefined
  const family = o.flags.has('ipv4') ? 'IPv4' : o.flags.has('ipv6') ? 'IPv6' : undefined
  if (family !== undefined) {
    found = (lookUp(c, client, toHost)?.addresses ?? []).filter((ip) => familyOf(ip) === family)
    toHost = found?.[0] ?? toHost
  }
  const to = { ...shown, notes, cached, ...(found && { found }) }
  if (toHost === host && toPort === String(port)) return { url, ...to }
  return { url: withAuthority(url, toHost, toPort), ...to }
}

const plainHost = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

/** `-v` up to the connection. curl lib/hostip.c show_resolve_info, lib/cf-socket.c, lib/connect.c (8.9) */
function connecting({ o, client }: Run, trace: Trace, { host, port, cached, found }: Redirected): string {
  const lines: string[] = []
  const asked = trace.hops.filter((h) => h.layer === 'name')
  const named = asked.some((h) => h.why.code === 'dns.answer' || h.why.code === 'dns.outside')
  const attempts = dialled(trace)
  if ((named || found) && !cached && !isIP(host)) {
    const listed = asked.flatMap((h) => (Array.isArray(h.why.params['addresses']) ? h.why.params['addresses'] : []))
    const first = asked.flatMap((h) => (typeof h.why.params['address'] === 'string' ? [h.why.params['address']] : []))
    const all = found ?? [...new Set([...(listed as string[]), ...first])].filter(isIP)
    const of = (family: 'IPv4' | 'IPv6') => all.filter((ip) => familyOf(ip) === family).join(', ') || '(none)'
    lines.push(`Host ${host}:${port} was resolved.`)
    lines.push(`IPv6: ${of('IPv6')}`, `IPv4: ${of('IPv4')}`)
  }
  const at = trace.request.port || port
  const from = `from ${client.address} port ${localPort(trace)}`
  for (const { address, ended } of attempts) {
    lines.push(`  Trying ${bracketed(address)}:${at}...`)
    if (ended === 'open') lines.push(`Connected to ${host} (${address}) port ${at}`)
    else if (ended === 'refused') lines.push(`connect to ${address} port ${at} ${from} failed: Connection refused`)
    else if (ended === 'no-route') lines.push(`Immediate connect fail for ${address}: Network unreachable`)
    else if (kernelGaveUp(trace, o)) lines.push(`connect to ${address} port ${at} ${from} failed: Operation timed out`)
  }
  return lines.map((line) => `* ${line}\n`).join('')
}

const kernelGaveUp = (trace: Trace, o: CurlOptions): boolean =>
  trace.outcome === 'timed out' &&
  !trace.server &&
  (limit(o, 'connect-timeout') ?? Number.POSITIVE_INFINITY) > trace.took &&
  (limit(o, 'max-time') ?? Number.POSITIVE_INFINITY) > trace.took

/** curl's exit code and words. curl docs/libcurl/libcurl-errors.md (8.9) */
function failure({ o }: Run, trace: Trace, host: string, port: number): { exit: number; error: string } | undefined {
  switch (trace.outcome) {
    case 'answered':
      return undefined
    case 'bad url':
      return { exit: 3, error: trace.error ?? 'URL rejected' }
    case 'name not found':
      return { exit: 6, error: `Could not resolve host: ${trace.request.host}` }
    case 'refused':
      return { exit: 7, error: couldNotConnect(host, port, trace.took) }
    case 'reset':
      if (trace.error === EMPTY_REPLY) return { exit: 52, error: EMPTY_REPLY }
      return { exit: 56, error: 'Recv failure: Connection reset by peer' }
    case 'timed out':
      if (kernelGaveUp(trace, o)) return { exit: 28, error: couldNotConnect(host, port, trace.took) }
      return { exit: 28, error: trace.error ?? 'Operation timed out' }
  }
}

const couldNotConnect = (host: string, port: number, took: number): string =>
  `Failed to connect to ${host} port ${port} after ${Math.round(took)} ms: Couldn't connect to server`

/** The API server's certificate is of the cluster's own authority, which curl does not know unless it is told. */
function certificate({ c, o }: Run, trace: Trace): string | undefined {
  if (o.flags.has('insecure') || last(o, 'cacert') !== undefined) return undefined
  if (trace.server?.pod !== undefined || httpAnswer(c, trace).status === 503) return undefined
  const isApi = trace.hops.some((h) => h.why.sources.some((s) => s.object === 'Service/default/kubernetes'))
  if (!isApi) return undefined
  return `SSL certificate problem: unable to get local issuer certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`
}

export const CURL: Tool = {
  name: 'curl',
  summary: 'ask over HTTP: -s -v -i -I -o -w -m -H -X -d -k -f --resolve --connect-to',
  at: ASKING,
  flags: CURL_FLAGS,
  run: curl,
}
