import type { Ms } from '../../../model/index.ts'

export interface CurlOptions {
  readonly urls: readonly string[]
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** `-o, --output FILE`: its letter or '', its name, whether a value follows. */
type Option = readonly [letter: string, name: string, valued: boolean]
const table = (text: string): Option[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, letter = '', name = '', valued] = /^(?:(.),)?([^=]+)(=?)$/.exec(word) ?? []
      return [letter, name, valued === '=']
    })

const OPTIONS = table(`
  4,ipv4 6,ipv6 0,http1.0 http1.1 f,fail fail-early fail-with-body G,get g,globoff h,help i,include show-headers I,head k,insecure
  L,location N,buffer n,netrc O,remote-name S,show-error s,silent v,verbose V,version #,progress-bar compressed keepalive
  progress-meter retry-connrefused retry-all-errors q,disable
  A,user-agent= b,cookie= d,data= data-raw= data-binary= data-ascii= data-urlencode= D,dump-header= json= e,referer= H,header= m,max-time=
  o,output= u,user= w,write-out= X,request= url= resolve= connect-to= connect-timeout= retry= retry-delay= retry-max-time= cacert=
  max-redirs= interface= noproxy= oauth2-bearer=
`)

/** Taken, and nothing changes by them here. */
const WITHOUT_EFFECT = table(`
  alpn basic create-dirs path-as-is styled-output tcp-nodelay tcp-fastopen Z,parallel parallel-immediate ssl-reqd 1,tlsv1 tlsv1.0 tlsv1.1
  tlsv1.2 tlsv1.3 http2 http2-prior-knowledge location-trusted post301 post302 post303 R,remote-time raw M,manual j,junk-session-cookies
  sessionid npn c,cookie-jar= capath= ciphers= E,cert= cert-type= key= key-type= keepalive-time= keepalive-cnt= limit-rate= max-filesize=
  parallel-max= proto= proto-default= proto-redir= stderr= tls-max= tls13-ciphers= Y,speed-limit= y,speed-time= expect100-timeout=
  happy-eyeballs-timeout-ms= output-dir= local-port=
`)

/** Options of curl that this one has not. */
const NOT_HERE = new Set(
  `K config C continue-at dns-servers doh-url etag-compare etag-save F form form-string haproxy-protocol http0.9 http3 http3-only libcurl
  : next negotiate ntlm digest anyauth aws-sigv4 p proxytunnel preproxy x proxy U proxy-user r range rate request-target socks4 socks4a socks5
  socks5-hostname z time-cond trace trace-ascii trace-time T upload-file unix-socket abstract-unix-socket url-query variable expand-url J
  remote-header-name remote-name-all a append B use-ascii l list-only P ftp-port Q quote t telnet-option`.split(/\s+/),
)

const NUMBERS = new Set([
  ...['max-time', 'connect-timeout', 'retry', 'retry-delay', 'retry-max-time', 'max-redirs', 'keepalive-time'],
  ...['keepalive-cnt', 'speed-limit', 'speed-time', 'expect100-timeout', 'parallel-max', 'happy-eyeballs-timeout-ms'],
])

/** The names of curl's options, for completion. */
export const CURL_FLAGS: readonly string[] = OPTIONS.flatMap(([letter, name]) =>
  letter === '' ? [`--${name}`] : [`-${letter}`, `--${name}`],
)

/** On unless --no-NAME is said. */
const USUALLY_ON = new Set(['buffer', 'keepalive', 'progress-meter', 'alpn', 'sessionid', 'npn'])

/** curl's command line, or what curl says of it (lines, without "curl: "). curl src/tool_getparam.c (8.9) */
export function curlOptions(args: readonly string[]): CurlOptions | string {
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  const urls: string[] = []
  const all = [...OPTIONS, ...WITHOUT_EFFECT]
  let plain = false
  const value = (name: string, shown: string, text: string | undefined): string | undefined => {
    if (text === undefined) return wrong(`option ${shown}: requires parameter`)
    if (NUMBERS.has(name) && !/^\d+(\.\d+)?$/.test(text))
      return wrong(`option ${shown}: expected a proper numerical parameter`)
    if (name === 'url') urls.push(text)
    else values.set(name, [...(values.get(name) ?? []), text])
    return undefined
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (plain || word === '-' || !word.startsWith('-')) {
      urls.push(word)
      continue
    }
    if (word === '--') {
      plain = true
      continue
    }
    if (word.startsWith('--')) {
      const off = word.startsWith('--no-')
      const name = off ? word.slice(5) : word.slice(2)
      const option = all.find(([, n]) => n === name)
      if (!option || (off && option[2])) return unknown(word, name)
      if (option[2]) {
        const problem = value(name, word, args[++i])
        if (problem !== undefined) return problem
      } else if (off === USUALLY_ON.has(name)) flags.add(off ? `no-${name}` : name)
      else flags.delete(off ? name : `no-${name}`)
      continue
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j]!
      const option = all.find(([l]) => l === letter)
      if (!option) return unknown(word, letter)
      if (!option[2]) {
        flags.add(letter === 'N' ? 'no-buffer' : option[1])
        continue
      }
      const problem = value(option[1], `-${letter}`, word.slice(j + 1) || args[++i])
      if (problem !== undefined) return problem
      break
    }
  }
  return { urls, flags, values }
}

const wrong = (message: string): string => `${message}\ncurl: try 'curl --help' or 'curl --manual' for more information`

const unknown = (word: string, name: string): string =>
  NOT_HERE.has(name)
    ? `option ${word} is not simulated: requests, names, addresses, headers, data, limits, retries and -w are (curl --help)`
    : wrong(`option ${word}: is unknown`)

export const last = (o: CurlOptions, name: string): string | undefined => o.values.get(name)?.at(-1)

/** Seconds as written → ms; undefined when nothing was, or 0 (no limit). */
export function limit(o: CurlOptions, name: string): Ms | undefined {
  const seconds = Number(last(o, name) ?? 0)
  return seconds > 0 ? Math.max(1, Math.round(seconds * 1000)) : undefined
}

/** A URL that braces and ranges made, and what each of them stood for (`#1` in -o). */
export interface Globbed {
  readonly url: string
  readonly parts: readonly string[]
}

const MOST_URLS = 1000

/**
 * `http://web/{a,b}` and `http://web/[1-5]`, `[a-z]`, `[0-100:10]`: many URLs. A text says what is wrong.
 * curl src/tool_urlglob.c (8.9)
 */
export function globbed(url: string): readonly Globbed[] | string {
  let made: Globbed[] = [{ url: '', parts: [] }]
  const failed = (message: string, at: number) => `${message} in URL position ${at + 1}:\n${url}\n${' '.repeat(at)}^`
  for (let i = 0; i < url.length; ) {
    const c = url[i]!
    let choices: readonly string[] | undefined
    let end = i
    if (c === '{') {
      end = url.indexOf('}', i)
      if (end < 0) return failed('unmatched brace', url.length)
      choices = url.slice(i + 1, end).split(',')
      if (choices.length === 1 && choices[0] === '') return failed('empty string within braces', end)
    } else if (c === '}' || (c === ']' && !url.slice(0, i).includes('['))) {
      return failed('unmatched close brace/bracket', i)
    } else if (c === '[' && !/^\[[0-9a-fA-F:.%]*:[0-9a-fA-F:.%\w]*\]/.test(url.slice(i))) {
      const [whole, from = '', to = '', step = '1'] =
        /^\[(\d{1,15}|[a-zA-Z])-(\d{1,15}|[a-zA-Z])(?::(\d{1,15}))?\]/.exec(url.slice(i)) ?? []
      const range = whole === undefined ? undefined : rangeOf(from, to, Number(step))
      if (whole === undefined || range === undefined) return failed('bad range', i + 1)
      choices = range
      end = i + whole.length - 1
    } else if (c === '[') {
      // an address of IPv6
      end = url.indexOf(']', i)
      choices = [url.slice(i, end + 1)]
      made = made.map((m) => ({ ...m, url: m.url + choices![0]! }))
      i = end + 1
      continue
    }
    if (choices === undefined) {
      const escaped = c === '\\' && /[{}[\]]/.test(url[i + 1] ?? '')
      const text = escaped ? url[i + 1]! : (/^[^{}[\]\\]+/.exec(url.slice(i))?.[0] ?? c)
      made = made.map((m) => ({ ...m, url: m.url + text }))
      i += escaped ? 2 : text.length
      continue
    }
    if (made.length * choices.length > MOST_URLS) return `more than ${MOST_URLS} URLs in one: write a loop with sleep`
    made = made.flatMap((m) => choices!.map((part) => ({ url: m.url + part, parts: [...m.parts, part] })))
    i = end + 1
  }
  return made
}

function rangeOf(from: string, to: string, step: number): string[] | undefined {
  const digits = /^\d/.test(from)
  if (digits !== /^\d/.test(to) || step < 1) return undefined
  const [first, last] = digits ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  if (first > last || (last - first) / step >= MOST_URLS) return undefined
  const width = digits && from.startsWith('0') ? from.length : 0
  const found: string[] = []
  for (let n = first; n <= last; n += step) found.push(digits ? String(n).padStart(width, '0') : String.fromCharCode(n))
  return found
}
