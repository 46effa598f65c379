import { parseIPv6 } from '../../model/index.ts'

export interface ParsedUrl {
  readonly scheme: 'http' | 'https' | 'tcp' | 'udp'
  /** A name as written, or an address (IPv6 without brackets). */
  readonly host: string
  readonly port: number
  /** With its leading slash, and the query. */
  readonly path: string
}

export type UrlResult =
  | { readonly ok: true; readonly url: ParsedUrl }
  | { readonly ok: false; readonly problem: string; readonly error: string }

const DEFAULT_PORT = { http: 80, https: 443, tcp: 0, udp: 0 } as const

const rejected = (problem: string): UrlResult => ({ ok: false, problem, error: `URL rejected: ${problem}` })

/**
 * A URL as curl reads it: without a scheme it is http, an empty port is the default one, spaces are refused. tcp:// and udp:// are our
 * own and need a port. Errors in curl's words (without "curl: (3) ").
 * curl lib/urlapi.c parseurl, Curl_parse_port, hostname_check, curl_url_strerror (8.17).
 */
export function parseUrl(text: string): UrlResult {
  const trimmed = text.trim()
  if (trimmed === '') return rejected('No host part in the URL')
  if (/[\u0000-\u0020\u007f]/.test(trimmed)) return rejected('Malformed input to a URL function')
  const schemed = /^([a-zA-Z][a-zA-Z0-9+.-]*):(\/*)/.exec(trimmed)
  let rest = trimmed
  let scheme: ParsedUrl['scheme'] = 'http'
  // "web:80/x" is a host and a port: without a slash after the colon it is no scheme
  if (schemed && schemed[2] !== '') {
    const name = schemed[1]!.toLowerCase()
    const slashes = schemed[2]!.length
    if (slashes > 3) return rejected('Unsupported number of slashes following scheme')
    if (name !== 'http' && name !== 'https' && name !== 'tcp' && name !== 'udp') {
      return { ok: false, problem: 'Unsupported URL scheme', error: `Protocol "${name}" not supported` }
    }
    scheme = name
    rest = trimmed.slice(schemed[0].length)
  }
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const tail = end < 0 ? '' : rest.slice(end).replace(/#.*$/, '')
  const path = tail.startsWith('/') ? tail : `/${tail}`
  const at = authority.lastIndexOf('@')
  return parseAuthority(scheme, at < 0 ? authority : authority.slice(at + 1), path)
}

function parseAuthority(scheme: ParsedUrl['scheme'], authority: string, path: string): UrlResult {
  let host = authority
  let portText = ''
  if (authority.startsWith('[')) {
    const close = authority.indexOf(']')
    host = authority.slice(1, close < 0 ? undefined : close)
    if (close < 0 || parseIPv6(host.replace(/%.*$/, '')) === undefined) return rejected('Bad IPv6 address')
    const after = authority.slice(close + 1)
    if (after !== '' && !after.startsWith(':'))
      return rejected('Port number was not a decimal number between 0 and 65535')
    portText = after.slice(1)
  } else {
    const colon = authority.indexOf(':')
    if (colon >= 0) {
      host = authority.slice(0, colon)
      portText = authority.slice(colon + 1)
    }
    if (host === '') return rejected('No host part in the URL')
    if (/[\s"<>\\^`{|}%#?/:@[\]!$&'()*+,;=]/.test(host)) return rejected('Bad hostname')
  }
  if (!/^\d*$/.test(portText) || Number(portText) > 65535)
    return rejected('Port number was not a decimal number between 0 and 65535')
  const port = portText === '' ? DEFAULT_PORT[scheme] : Number(portText)
  if (port === 0 && portText === '') return rejected(`${scheme}:// needs a port`)
  return { ok: true, url: { scheme, host, port, path } }
}
