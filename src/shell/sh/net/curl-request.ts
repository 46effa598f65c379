import { type ClientSpec, parseUrl } from '../../../engine/index.ts'
import type { Trace } from '../../../model/index.ts'
import { inFolder } from '../folder.ts'
import type { ToolContext } from '../tool.ts'
import { toBase64 } from '../tools/small.ts'
import type { HttpAnswer } from './answers.ts'
import { type CurlOptions, last } from './curl-options.ts'
import { bracketed } from './send.ts'

const AGENT = 'curl/8.9.1'

/** What one transfer came to. */
export interface Transfer {
  readonly url: string
  readonly exit: number
  readonly error?: string
  readonly trace?: Trace
  readonly answer?: HttpAnswer
  /** The request as it was sent, and what it carried. */
  readonly head?: readonly string[]
  readonly body?: string
}

export interface Run {
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

export const bytes = (text: string): number => new TextEncoder().encode(text).length

/** curl src/tool_getparam.c set_data, data_urlencode (8.9) */
export function dataOf({ c, o }: Pick<Run, 'c' | 'o'>): string | undefined {
  const parts: string[] = []
  for (const name of ['data', 'data-ascii', 'data-binary', 'data-urlencode', 'data-raw', 'json'])
    for (const value of o.values.get(name) ?? []) {
      const encoded = name === 'data-urlencode'
      const [, key = '', sign = '', rest = ''] = (encoded && /^([^=@]*)([=@])(.*)$/s.exec(value)) || []
      const file = encoded ? sign === '@' && rest : name !== 'data-raw' && value.startsWith('@') && value.slice(1)
      let text = encoded && sign !== '' ? rest : value
      if (file !== false) text = c.shell.readFile(c.place, inFolder(c.scope.folder, file)) ?? ''
      if (file !== false && /^data(-ascii)?$/.test(name)) text = text.replace(/[\r\n\0]/g, '')
      parts.push(encoded ? (key === '' ? '' : `${key}=`) + urlEncoded(text) : text)
    }
  return parts.length === 0 ? undefined : parts.join(o.values.has('json') ? '' : '&')
}

const urlEncoded = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((b) =>
      /[A-Za-z0-9._~-]/.test(String.fromCharCode(b))
        ? String.fromCharCode(b)
        : `%${b.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')

/** -G: what -d says goes into the query. */
export function withQuery(run: Run, url: string): string {
  const data = dataOf(run)
  if (data === undefined) return url
  const [, before = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url) ?? []
  return `${before}${before.includes('?') ? '&' : '?'}${data}${fragment}`
}

export function methodOf({ o }: Pick<Run, 'o'>, body: string | undefined): string {
  return last(o, 'request') ?? (o.flags.has('head') ? 'HEAD' : body === undefined ? 'GET' : 'POST')
}

/** curl lib/http.c Curl_http (8.9): the order of its headers. */
export function requestHead(run: Run, url: string, body: string | undefined): string[] {
  const { o } = run
  const parsed = parseUrl(url)
  const { host, port, path, scheme } = parsed.ok ? parsed.url : { host: '', port: 80, path: '/', scheme: 'http' }
  const usual = (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443)
  const custom = (o.values.get('header') ?? []).map((h) => /^([^:;]+)([:;])\s*(.*)$/s.exec(h))
  const own = (name: string) => custom.find((m) => m?.[1]?.trim().toLowerCase() === name)
  const user = last(o, 'user')
  const bearer = last(o, 'oauth2-bearer')
  const json = o.values.has('json')
  const standard: [string, string | undefined][] = [
    ['Host', own('host')?.[3] ?? `${bracketed(host)}${usual ? '' : `:${port}`}`],
    [
      'Authorization',
      user !== undefined ? `Basic ${toBase64(user)}` : bearer !== undefined ? `Bearer ${bearer}` : undefined,
    ],
    ['User-Agent', last(o, 'user-agent') ?? AGENT],
    ['Content-Type', json && body !== undefined ? 'application/json' : undefined],
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
    lines.push(value === '' ? `${name.trim()}:` : `${name.trim()}: ${value}`)
  }
  if (body !== undefined) {
    lines.push(`Content-Length: ${bytes(body)}`)
    if (!own('content-type') && !json) lines.push('Content-Type: application/x-www-form-urlencoded')
  }
  return [`${methodOf(run, body)} ${path} HTTP/1.1`, ...lines, '']
}
