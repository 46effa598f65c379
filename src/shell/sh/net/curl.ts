import { type ClientSpec, parseUrl } from '../../../engine/index.ts'
import { canonicalIP, familyOf, isIP, type Trace } from '../../../model/index.ts'
import { inFolder } from '../folder.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { pauseUntil } from '../tools/pause.ts'
import { type HttpAnswer, httpAnswer } from './answers.ts'
import { CURL_FLAGS, type CurlOptions, curlOptions, last, limit } from './curl-options.ts'
import { lookUp } from './lookup.ts'
import { asker, bracketed, dialled, localPort, send } from './send.ts'

/**
 * curl, in the words of 8.9 (the version whose messages the recordings of the real cluster hold). curl src/tool_operate.c, lib/connect.c,
 * lib/http.c, docs/libcurl/libcurl-errors.md (8.9.1)
 */
const AGENT = 'curl/8.9.1'

/** What one transfer came to. */
interface Transfer {
  readonly url: string
  readonly exit: number
  readonly error?: string
  readonly trace?: Trace
  readonly answer?: HttpAnswer
}

/** Where a URL's host and port really lead, by --resolve and --connect-to. */
interface Redirected {
  readonly url: string
  readonly notes: readonly string[]
}

interface Run {
  readonly c: ToolContext
  readonly o: CurlOptions
  readonly client: ClientSpec
  /** Connections made so far. */
  connections: number
  /** host:port of the connection that is open, and the name that it is kept under. */
  kept?: {
    readonly target: string
    readonly number: number
    readonly address: string | undefined
    readonly port: number
  }
  readonly connection: string | undefined
}

function* curl(c: ToolContext): Process {
  const o = curlOptions(c.args)
  const hint = "curl: try 'curl --help' or 'curl --manual' for more information\n"
  if (typeof o === 'string') {
    yield err(`curl: ${o}\n${hint}`)
    return 2
  }
  if (o.flags.has('help')) {
    yield out(`Usage: curl [options...] <url>\n ${CURL_FLAGS.join(' ')}\n`)
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
  const client = asker(c)
  if (!client) {
    yield err('curl: (7) Failed to connect: this place has no address any more\n')
    return 7
  }
  // one curl keeps its connections for its later URLs
  const connection = o.urls.length > 1 ? `${client.key}#curl` : undefined
  if (connection !== undefined) c.cluster.closeConnection(connection)
  const run: Run = { c, o, client, connections: 0, connection }
  let status = 0
  try {
    for (const [i, url] of o.urls.entries()) {
      const transfer = yield* withRetries(run, url, i)
      status = transfer.exit
      if (transfer.error !== undefined && (!o.flags.has('silent') || o.flags.has('show-error')))
        yield err(`curl: (${transfer.exit}) ${transfer.error}\n`)
      yield* writeOut(run, transfer)
    }
  } finally {
    if (connection !== undefined) c.cluster.closeConnection(connection)
  }
  return status
}

/** curl's own: timeouts and 5xx are tried again, refused connections only when asked. curl src/tool_operate.c (8.9) */
function* withRetries(run: Run, url: string, index: number): Step<Transfer> {
  const { o, c } = run
  const most = Math.min(20, Number(last(o, 'retry') ?? 0))
  let delay = 1000
  for (let left = most; ; left--) {
    const transfer = yield* once(run, url, index)
    const status = transfer.answer?.status ?? 0
    const transient = transfer.exit === 28 || transfer.exit === 6 || [408, 429, 500, 502, 503, 504].includes(status)
    const again =
      transient ||
      (transfer.exit === 7 && (o.flags.has('retry-connrefused') || o.flags.has('retry-all-errors'))) ||
      (transfer.exit !== 0 && o.flags.has('retry-all-errors'))
    if (left <= 0 || !again) return transfer
    const pause = limit(o, 'retry-delay') ?? delay
    const what =
      transfer.exit === 28
        ? 'timeout'
        : transfer.exit === 0 || transfer.exit === 22
          ? 'HTTP error'
          : 'connection refused'
    if (!o.flags.has('silent')) {
      const plural = left === 1 ? 'retry' : 'retries'
      const problem = transfer.exit === 7 ? 'connection refused' : what
      yield err(
        `Warning: Problem: ${problem}. Will retry in ${Math.round(pause / 1000)} second${pause === 1000 ? '' : 's'}. ${left} ${plural} left.\n`,
      )
    }
    yield* pauseUntil(c, c.cluster.now + pause)
    delay = Math.min(600_000, delay * 2)
  }
}

function* once(run: Run, url: string, index: number): Step<Transfer> {
  const { c, o, client } = run
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
  const trace = yield* send(c, client, {
    url: led.url,
    timeout: limit(o, 'max-time'),
    connectTimeout: limit(o, 'connect-timeout'),
    connection: run.connection,
  })
  const number = reused ? run.kept!.number : run.connections++
  if (trace.outcome !== 'answered') run.kept = undefined
  else if (!reused) run.kept = { target, number, address: dialled(trace).at(-1)?.address, port: localPort(trace) }
  if (verbose) {
    for (const note of led.notes) yield err(`* ${note}\n`)
    if (reused) yield err(`* Re-using existing connection with host ${host}\n`)
    else yield err(connecting(run, trace, host, port, led.notes.length > 0))
  }
  const failed = failure(run, trace, host, port)
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
  const body = dataOf(run)
  const head = requestHead(run, url, body)
  if (verbose) {
    yield err(head.map((line) => `> ${line}\n`).join(''))
    yield err(
      body === undefined ? '* Request completely sent off\n' : `* upload completely sent off: ${bytes(body)} bytes\n`,
    )
  }
  if (failed) {
    if (verbose) yield err(`* ${failed.error}\n* closing connection #${number}\n`)
    return { url, trace, ...failed }
  }
  const answer = httpAnswer(c, trace)
  return yield* received(run, url, index, trace, answer, host, number)
}

/** The answer has come: written where it belongs. */
function* received(
  run: Run,
  url: string,
  index: number,
  trace: Trace,
  answer: HttpAnswer,
  host: string,
  number: number,
): Step<Transfer> {
  const { c, o } = run
  const verbose = o.flags.has('verbose')
  const headers = [`HTTP/1.1 ${answer.status} ${answer.reason}`, ...answer.headers.map(([k, v]) => `${k}: ${v}`), '']
  if (verbose) yield err(headers.map((line) => `< ${line}\n`).join(''))
  const failing = answer.status >= 400 && (o.flags.has('fail') || o.flags.has('fail-with-body'))
  const error = `The requested URL returned error: ${answer.status}`
  if (failing && !o.flags.has('fail-with-body')) {
    if (verbose) yield err(`* ${error}\n* closing connection #${number}\n`)
    return { url, trace, answer, exit: 22, error }
  }
  const isHead = o.flags.has('head')
  const shown = isHead || o.flags.has('include') || o.flags.has('show-headers')
  const text = (shown ? headers.map((line) => `${line}\n`).join('') : '') + (isHead ? '' : answer.body)
  const problem = yield* deliver(run, url, index, text, verbose)
  if (problem !== undefined) return { url, trace, answer, exit: 23, error: problem }
  if (verbose) yield err(`* Connection #${number} to host ${host} left intact\n`)
  c.shell.fuel.spend()
  return { url, trace, answer, exit: failing ? 22 : 0, ...(failing && { error }) }
}

function* deliver({ c, o }: Run, url: string, index: number, text: string, verbose: boolean): Step<string | undefined> {
  const outputs = o.values.get('output') ?? []
  const named = o.flags.has('remote-name') ? /([^/?#]*)([?#].*)?$/.exec(url)?.[1] || 'index.html' : undefined
  const file = outputs[index] ?? (outputs.length > 0 && index < outputs.length ? outputs.at(-1) : undefined) ?? named
  if (file === undefined || file === '-') {
    if (text !== '') yield out(text)
    return undefined
  }
  if (verbose && text !== '') yield err(`{ [${bytes(text)} bytes data]\n`)
  if (file === '/dev/null') return undefined
  const problem = c.shell.writeFile(c.place, inFolder(c.scope.folder, file), text, false)
  return problem === undefined ? undefined : `Failure writing output to destination`
}

const bytes = (text: string): number => new TextEncoder().encode(text).length

// --- the way to the server --------------------------------------------------------------------------------------------------------

function withAuthority(url: string, host: string, port: string): string {
  const [, scheme = '', userinfo = '', rest = ''] = /^([a-zA-Z]+:\/\/)?([^/?#@]*@)?[^/?#]*(.*)$/s.exec(url.trim()) ?? []
  return `${scheme}${userinfo}${bracketed(host)}:${port}${rest}`
}

/** curl lib/hostip.c Curl_loadhostpairs, lib/url.c parse_connect_to_slist (8.9). -4 and -6 leave only addresses of that family. */
function redirected({ c, o, client }: Run, url: string): Redirected {
  const parsed = parseUrl(url)
  if (!parsed.ok) return { url, notes: [] }
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
  for (const entry of o.values.get('resolve') ?? []) {
    const [, name = '', at = '', addresses = ''] = /^\+?([^:]*):(\d+):(.*)$/.exec(entry) ?? []
    const first = addresses.split(',')[0]!.replace(/^\[|\]$/g, '')
    if (!isIP(first)) continue
    notes.push(`Added ${name}:${at}:${addresses} to DNS cache`)
    if ((name !== '*' && name.toLowerCase() !== toHost.toLowerCase()) || at !== toPort) continue
    notes.push(`Hostname ${toHost} was found in DNS cache`)
    toHost = canonicalIP(first) ?? first
  }
  const family = o.flags.has('ipv4') ? 'IPv4' : o.flags.has('ipv6') ? 'IPv6' : undefined
  if (family !== undefined && !isIP(toHost)) {
    const one = lookUp(c, client, toHost)?.addresses.find((ip) => familyOf(ip) === family)
    if (one !== undefined) toHost = one
  }
  if (toHost === host && toPort === String(port)) return { url, notes }
  return { url: withAuthority(url, toHost, toPort), notes }
}

const plainHost = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

/** `-v` up to the connection. curl lib/hostip.c show_resolve_info, lib/cf-socket.c, lib/connect.c (8.9) */
function connecting({ o, client }: Run, trace: Trace, host: string, port: number, led: boolean): string {
  const lines: string[] = []
  const asked = trace.hops.filter((h) => h.layer === 'name')
  const named = asked.some((h) => h.why.code === 'dns.answer' || h.why.code === 'dns.outside')
  const attempts = dialled(trace)
  if (named && !led && !isIP(host)) {
    const listed = asked.flatMap((h) => (Array.isArray(h.why.params['addresses']) ? h.why.params['addresses'] : []))
    const first = asked.flatMap((h) => (typeof h.why.params['address'] === 'string' ? [h.why.params['address']] : []))
    const all = [...new Set([...(listed as string[]), ...first])].filter(isIP)
    const of = (family: 'IPv4' | 'IPv6') => all.filter((ip) => familyOf(ip) === family).join(', ') || '(none)'
    const only = o.flags.has('ipv4') ? 'IPv4' : o.flags.has('ipv6') ? 'IPv6' : undefined
    lines.push(`Host ${host}:${port} was resolved.`)
    if (only !== 'IPv4') lines.push(`IPv6: ${of('IPv6')}`)
    if (only !== 'IPv6') lines.push(`IPv4: ${of('IPv4')}`)
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

// --- the request and what is written of it -------------------------------------------------------------------------------------------

function dataOf({ c, o }: Run): string | undefined {
  const parts: string[] = []
  for (const name of ['data', 'data-binary', 'data-urlencode', 'data-raw', 'json'])
    for (const value of o.values.get(name) ?? []) {
      const file = value.startsWith('@') && name !== 'data-raw' ? value.slice(1) : undefined
      if (file === undefined) parts.push(name === 'data-urlencode' ? encodeURI(value.replaceAll('%', '%25')) : value)
      else {
        const text = c.shell.readFile(c.place, inFolder(c.scope.folder, file)) ?? ''
        parts.push(name === 'data' ? text.replace(/[\r\n]/g, '') : text)
      }
    }
  return parts.length === 0 || o.flags.has('get') ? undefined : parts.join('&')
}

function methodOf({ o }: Run, body: string | undefined): string {
  return last(o, 'request') ?? (o.flags.has('head') ? 'HEAD' : body === undefined ? 'GET' : 'POST')
}

/** curl lib/http.c Curl_http (8.9): the order of its headers. */
function requestHead(run: Run, url: string, body: string | undefined): string[] {
  const { o } = run
  const parsed = parseUrl(url)
  const { host, port, path, scheme } = parsed.ok ? parsed.url : { host: '', port: 80, path: '/', scheme: 'http' }
  const usual = (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443)
  const custom = (o.values.get('header') ?? []).map((h) => /^([^:;]+)([:;])\s*(.*)$/s.exec(h))
  const own = (name: string) => custom.find((m) => m?.[1]?.trim().toLowerCase() === name)
  const user = last(o, 'user')
  const json = o.values.has('json')
  const standard: [string, string | undefined][] = [
    ['Host', own('host')?.[3] ?? `${bracketed(host)}${usual ? '' : `:${port}`}`],
    ['Authorization', user === undefined ? undefined : `Basic ${base64(user)}`],
    ['User-Agent', last(o, 'user-agent') ?? AGENT],
    ['Accept', json ? 'application/json' : '*/*'],
    ['Accept-Encoding', o.flags.has('compressed') ? 'deflate, gzip, br, zstd' : undefined],
    ['Referer', last(o, 'referer')],
    ['Cookie', last(o, 'cookie')],
  ]
  const lines = standard.flatMap(([name, value]) => {
    const replaced = name === 'Host' ? undefined : own(name.toLowerCase())
    return value === undefined || value === '' || replaced ? [] : [`${name}: ${value}`]
  })
  for (const match of custom) {
    const [, name = '', sign, value = ''] = match ?? []
    if (!match || name.trim().toLowerCase() === 'host' || (sign === ':' && value === '')) continue
    lines.push(`${name.trim()}: ${value}`)
  }
  if (body !== undefined) {
    lines.push(`Content-Length: ${bytes(body)}`)
    if (!own('content-type'))
      lines.push(`Content-Type: ${json ? 'application/json' : 'application/x-www-form-urlencoded'}`)
  }
  return [`${methodOf(run, body)} ${path} HTTP/1.1`, ...lines, '']
}

function base64(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const data = new TextEncoder().encode(text)
  let encoded = ''
  for (let i = 0; i < data.length; i += 3) {
    const [a, b, d] = [data[i]!, data[i + 1], data[i + 2]]
    const value = (a << 16) | ((b ?? 0) << 8) | (d ?? 0)
    encoded += letters[value >> 18]! + letters[(value >> 12) & 63]!
    encoded += (b === undefined ? '=' : letters[(value >> 6) & 63]!) + (d === undefined ? '=' : letters[value & 63]!)
  }
  return encoded
}

/** curl docs/cmdline-opts/write-out.md (8.9) */
function* writeOut(run: Run, t: Transfer): Step<void> {
  const format = last(run.o, 'write-out')
  if (format === undefined) return
  const values = writeOutValues(run, t)
  const unknown: string[] = []
  let toError = false
  let text = ''
  for (const [piece, name, escaped] of format.matchAll(/%\{([^}]*)\}|%%|\\(.)|[^%\\]+|./gs)) {
    let value = piece
    if (name === 'stderr') {
      toError = true
      continue
    }
    if (name === 'stdout') {
      toError = false
      continue
    }
    if (name !== undefined) {
      const known = Object.hasOwn(values, name) ? values[name] : undefined
      if (known === undefined) unknown.push(name)
      value = known ?? ''
    } else if (piece === '%%') value = '%'
    else if (escaped !== undefined) value = { n: '\n', t: '\t', r: '\r' }[escaped] ?? piece
    if (toError) yield err(value)
    else text += value
  }
  if (text !== '') yield out(text)
  for (const name of unknown) yield err(`curl: unknown --write-out variable: '${name}'\n`)
}

function writeOutValues(
  { o, client, connections, kept }: Run,
  { trace, answer, url, exit, error }: Transfer,
): Record<string, string> {
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(6)
  const hops = trace?.hops ?? []
  const named = hops.filter((h) => h.layer === 'name').at(-1)
  const lookup = named ? named.at + named.took : 0
  const socket = hops.find((h) => h.layer === 'socket' && !h.failed)
  const open = trace?.server ? Math.max(lookup, socket ? socket.at + socket.took : 0) : 0
  const done = trace?.took ?? 0
  const remote = trace?.server ? (dialled(trace).at(-1)?.address ?? kept?.address) : undefined
  const size = answer && !o.flags.has('head') ? bytes(answer.body) : 0
  const code = String(answer?.status ?? 0).padStart(3, '0')
  const parsed = parseUrl(url)
  return {
    http_code: code,
    response_code: code,
    http_version: answer ? '1.1' : '0',
    http_connect: '000',
    content_type: answer?.headers.find(([k]) => k === 'Content-Type')?.[1] ?? '',
    errormsg: error?.split('\n')[0] ?? '',
    exitcode: String(exit),
    method: o.values.has('request')
      ? last(o, 'request')!
      : o.flags.has('head')
        ? 'HEAD'
        : o.values.has('data')
          ? 'POST'
          : 'GET',
    remote_ip: remote ?? '',
    remote_port: remote === undefined ? '0' : String(trace!.request.port),
    local_ip: remote === undefined ? '' : client.address,
    local_port: remote === undefined ? '0' : String(kept?.port ?? localPort(trace!)),
    num_connects: trace?.server && trace.hops[0]?.layer !== 'connection' ? '1' : '0',
    num_headers: String(answer?.headers.length ?? 0),
    num_redirects: '0',
    num_retries: '0',
    conn_id: String(Math.max(0, connections - 1)),
    redirect_url: '',
    scheme: parsed.ok ? parsed.url.scheme : '',
    size_download: String(size),
    size_header: String(answer ? answer.headers.reduce((n, [k, v]) => n + k.length + v.length + 4, 19) : 0),
    size_upload: '0',
    speed_download: String(done > 0 ? Math.round((size * 1000) / done) : 0),
    ssl_verify_result: '0',
    time_appconnect: seconds(0),
    time_connect: seconds(open),
    time_namelookup: seconds(trace?.outcome === 'name not found' ? 0 : lookup),
    time_pretransfer: seconds(open),
    time_redirect: seconds(0),
    time_starttransfer: seconds(answer ? done : 0),
    time_total: seconds(done),
    url,
    url_effective: /^[a-z]+:\/\//i.test(url) ? withSlash(url) : withSlash(`http://${url}`),
    urlnum: '0',
    onerror: '',
  }
}

const withSlash = (url: string): string => (/^[a-z]+:\/\/[^/?#]*$/i.test(url) ? `${url}/` : url)

export const CURL: Tool = {
  name: 'curl',
  summary: 'ask over HTTP: -s -v -i -I -o -w -m -H -X -d -k -f --resolve --connect-to',
  at: NETWORKED,
  flags: CURL_FLAGS,
  run: curl,
}
