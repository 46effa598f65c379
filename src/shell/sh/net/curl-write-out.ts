import { parseUrl } from '../../../engine/index.ts'
import { inFolder } from '../folder.ts'
import { err, out, type Step } from '../shell-event.ts'
import { last } from './curl-options.ts'
import { bytes, methodOf, type Run, type Transfer } from './curl-request.ts'
import { dialled, localPort } from './send.ts'

/** What a variable of -w says: a text or none (null in JSON), a number; `quiet` ones are no part of %{json}. */
type Value = string | number | undefined

const PIECES = /%(?:\{([^}]*)\}|header\{([^}]*)\}|output\{([^}]*)\}|%)|\\([ntr])|[^%\\]+|./gs

/** What -w asks for. curl src/tool_writeout.c, docs/cmdline-opts/write-out.md (8.9) */
export function* writeOut(run: Run, t: Transfer, index: number): Step<void> {
  const { c, o } = run
  const said = last(o, 'write-out')
  if (said === undefined) return
  const format = said.startsWith('@') ? textOf(run, said.slice(1)) : said
  if (format === undefined) {
    yield err(`Warning: Failed to read ${said.slice(1)}\n`)
    return
  }
  const values = valuesOf(run, t, index)
  const headers = t.answer?.headers ?? []
  let file: string | undefined
  let toError = false
  function* write(text: string): Step<void> {
    if (text === '') return
    if (file !== undefined) c.shell.writeFile(c.place, inFolder(c.scope.folder, file), text, true)
    else yield toError ? err(text) : out(text)
  }
  for (const [piece, name, header, output, escaped] of format.matchAll(PIECES)) {
    if (name === 'onerror') {
      if (t.exit === 0) return
    } else if (name === 'stderr' || name === 'stdout') {
      toError = name === 'stderr'
      file = undefined
    } else if (name === 'json') yield* write(json(values))
    else if (name === 'header_json') yield* write(headerJson(headers))
    else if (name !== undefined) {
      if (!values.has(name)) yield err(`curl: unknown --write-out variable: '${name}'\n`)
      else yield* write(shown(name, values.get(name)))
    } else if (header !== undefined)
      yield* write(headers.find(([k]) => k.toLowerCase() === header.toLowerCase())?.[1] ?? '')
    else if (output !== undefined) {
      file = output.replace(/^>>/, '')
      if (!output.startsWith('>>')) c.shell.writeFile(c.place, inFolder(c.scope.folder, file), '', false)
    } else if (piece === '%%') yield* write('%')
    else if (escaped !== undefined) yield* write({ n: '\n', t: '\t', r: '\r' }[escaped] ?? '')
    else yield* write(piece)
  }
}

const textOf = ({ c }: Run, name: string): string | undefined =>
  c.shell.readFile(c.place, inFolder(c.scope.folder, name))

const shown = (name: string, value: Value): string =>
  value === undefined
    ? ''
    : name.startsWith('time_')
      ? Number(value).toFixed(6)
      : /^(http_code|response_code|http_connect)$/.test(name)
        ? String(value).padStart(3, '0')
        : String(value)

function json(values: ReadonlyMap<string, Value>): string {
  const members = [...values].map(([name, value]) => {
    if (value === undefined) return `"${name}":null`
    return `"${name}":${typeof value === 'string' ? JSON.stringify(value) : name.startsWith('time_') ? shown(name, value) : value}`
  })
  return `{${members.join(',')},"curl_version":"libcurl/8.9.1"}`
}

/** curl src/tool_writeout_json.c headerJSON: by name, in small letters. */
function headerJson(headers: readonly (readonly [string, string])[]): string {
  const names = [...new Set(headers.map(([k]) => k.toLowerCase()))]
  const members = names.map(
    (name) => `"${name}":${JSON.stringify(headers.filter(([k]) => k.toLowerCase() === name).map(([, v]) => v))}`,
  )
  return `{${members.join(',\n')}\n}`
}

/** Every variable, in the order of its name. */
function valuesOf(run: Run, t: Transfer, index: number): ReadonlyMap<string, Value> {
  const { o, client, connections, kept } = run
  const { trace, answer, url, exit, error, head, body } = t
  const seconds = (ms: number | undefined) => (ms ?? 0) / 1000
  const hops = trace?.hops ?? []
  const named = hops.filter((h) => h.layer === 'name').at(-1)
  const lookup = named ? named.at + named.took : 0
  const socket = hops.find((h) => h.layer === 'socket' && !h.failed)
  const open = trace?.server ? Math.max(lookup, socket ? socket.at + socket.took : 0) : 0
  const done = trace?.took ?? 0
  const remote = trace?.server ? (dialled(trace).at(-1)?.address ?? kept?.address) : undefined
  const size = answer && !o.flags.has('head') ? bytes(answer.body) : 0
  const sent = body === undefined ? 0 : bytes(body)
  const speed = (n: number) => (done > 0 ? Math.round((n * 1000) / done) : 0)
  const code = answer?.status ?? 0
  const effective = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? withSlash(url) : withSlash(`http://${url}`)
  const parsed = parseUrl(url)
  const headerSize = answer
    ? [`HTTP/1.1 ${answer.status} ${answer.reason}`, ...answer.headers.map((h) => h.join(': ')), ''].reduce(
        (n, line) => n + bytes(line) + 2,
        0,
      )
    : 0
  const values: Record<string, Value> = {
    certs: '',
    conn_id: trace?.server ? Math.max(0, connections - 1) : -1,
    content_type: answer?.headers.find(([k]) => k === 'Content-Type')?.[1],
    errormsg: error?.split('\n')[0],
    exitcode: exit,
    filename_effective: (o.values.get('output') ?? [])[index],
    ftp_entry_path: undefined,
    http_code: code,
    http_connect: 0,
    http_version: answer ? '1.1' : '0',
    local_ip: remote === undefined ? '' : client.address,
    local_port: remote === undefined ? 0 : (kept?.port ?? localPort(trace!)),
    method: methodOf(run, body),
    num_certs: 0,
    num_connects: trace?.server && trace.hops[0]?.layer !== 'connection' ? 1 : 0,
    num_headers: answer?.headers.length ?? 0,
    num_redirects: 0,
    num_retries: 0,
    proxy_ssl_verify_result: 0,
    proxy_used: 0,
    redirect_url: undefined,
    referer: last(o, 'referer'),
    remote_ip: remote ?? '',
    remote_port: remote === undefined ? 0 : trace!.request.port,
    response_code: code,
    scheme: trace?.server && parsed.ok ? parsed.url.scheme : undefined,
    size_download: size,
    size_header: headerSize,
    size_request: head && trace?.server ? bytes(head.join('\r\n')) + 2 + sent : 0,
    size_upload: sent,
    speed_download: speed(size),
    speed_upload: speed(sent),
    ssl_verify_result: exit === 60 ? 20 : 0,
    time_appconnect: 0,
    time_connect: seconds(open),
    time_namelookup: seconds(trace?.outcome === 'name not found' ? 0 : lookup),
    time_pretransfer: seconds(open),
    time_redirect: 0,
    time_starttransfer: seconds(answer ? done : 0),
    time_total: seconds(done),
    url,
    ...partsOf('url', url.includes('://') ? url : `http://${url}`),
    url_effective: effective,
    ...partsOf('urle', effective),
    urlnum: index,
    xfer_id: index,
  }
  return new Map(Object.entries(values))
}

function partsOf(prefix: string, url: string): Record<string, Value> {
  const [, scheme, , user, password, host, port, path, query, fragment] =
    /^([^:]+):\/\/(([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
      url,
    ) ?? []
  const usual = { http: '80', https: '443' }[scheme ?? '']
  return {
    [`${prefix}.fragment`]: fragment,
    [`${prefix}.host`]: host,
    [`${prefix}.options`]: undefined,
    [`${prefix}.password`]: password,
    [`${prefix}.path`]: path || '/',
    [`${prefix}.port`]: port ?? usual,
    [`${prefix}.query`]: query,
    [`${prefix}.scheme`]: scheme,
    [`${prefix}.user`]: user,
    [`${prefix}.zoneid`]: undefined,
  }
}

const withSlash = (url: string): string => (/^[a-z]+:\/\/[^/?#]*$/i.test(url) ? `${url}/` : url)
