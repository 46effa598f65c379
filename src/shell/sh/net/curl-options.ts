import type { Ms } from '../../../model/index.ts'

export interface CurlOptions {
  readonly urls: readonly string[]
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** Options with a value: short letter or '', long name. */
const VALUED: readonly (readonly [string, string])[] = [
  ['A', 'user-agent'],
  ['b', 'cookie'],
  ['d', 'data'],
  ['', 'data-raw'],
  ['', 'data-binary'],
  ['', 'data-urlencode'],
  ['', 'json'],
  ['e', 'referer'],
  ['H', 'header'],
  ['m', 'max-time'],
  ['o', 'output'],
  ['u', 'user'],
  ['w', 'write-out'],
  ['X', 'request'],
  ['', 'url'],
  ['', 'resolve'],
  ['', 'connect-to'],
  ['', 'connect-timeout'],
  ['', 'retry'],
  ['', 'retry-delay'],
  ['', 'cacert'],
  ['', 'max-redirs'],
  ['', 'interface'],
]
const SIMPLE: readonly (readonly [string, string])[] = [
  ['4', 'ipv4'],
  ['6', 'ipv6'],
  ['0', 'http1.0'],
  ['', 'http1.1'],
  ['f', 'fail'],
  ['', 'fail-with-body'],
  ['G', 'get'],
  ['g', 'globoff'],
  ['h', 'help'],
  ['i', 'include'],
  ['', 'show-headers'],
  ['I', 'head'],
  ['k', 'insecure'],
  ['L', 'location'],
  ['N', 'no-buffer'],
  ['n', 'netrc'],
  ['O', 'remote-name'],
  ['S', 'show-error'],
  ['s', 'silent'],
  ['v', 'verbose'],
  ['V', 'version'],
  ['#', 'progress-bar'],
  ['', 'compressed'],
  ['', 'no-keepalive'],
  ['', 'no-progress-meter'],
  ['', 'retry-connrefused'],
  ['', 'retry-all-errors'],
  ['q', 'disable'],
]

const NUMBERS = new Set(['max-time', 'connect-timeout', 'retry', 'retry-delay', 'max-redirs'])

/** The names of curl's options, for completion. */
export const CURL_FLAGS: readonly string[] = [...SIMPLE, ...VALUED].flatMap(([letter, name]) =>
  letter === '' ? [`--${name}`] : [`-${letter}`, `--${name}`],
)

/** curl's command line, or what curl says of it. curl src/tool_getparam.c (8.9) */
export function curlOptions(args: readonly string[]): CurlOptions | string {
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  const urls: string[] = []
  let plain = false
  const value = (name: string, shown: string, text: string | undefined): string | undefined => {
    if (text === undefined) return `option ${shown}: requires parameter`
    if (NUMBERS.has(name) && !/^\d+(\.\d+)?$/.test(text))
      return `option ${shown}: expected a proper numerical parameter`
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
      const name = word.slice(2)
      const on = name.startsWith('no-') && name !== 'no-buffer' ? name.slice(3) : name
      if (SIMPLE.some(([, n]) => n === name)) flags.add(name)
      else if (name !== on && SIMPLE.some(([, n]) => n === on)) flags.delete(on)
      else if (VALUED.some(([, n]) => n === name)) {
        const problem = value(name, word, args[++i])
        if (problem !== undefined) return problem
      } else return `option ${word}: is unknown`
      continue
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j]!
      const simple = SIMPLE.find(([l]) => l === letter)
      if (simple) {
        flags.add(simple[1])
        continue
      }
      const valued = VALUED.find(([l]) => l === letter)
      if (!valued) return `option ${word}: is unknown`
      const problem = value(valued[1], `-${letter}`, word.slice(j + 1) || args[++i])
      if (problem !== undefined) return problem
      break
    }
  }
  return { urls, flags, values }
}

export const last = (o: CurlOptions, name: string): string | undefined => o.values.get(name)?.at(-1)

/** Seconds as written → ms; undefined when nothing was, or 0 (no limit). */
export function limit(o: CurlOptions, name: string): Ms | undefined {
  const seconds = Number(last(o, name) ?? 0)
  return seconds > 0 ? Math.max(1, Math.round(seconds * 1000)) : undefined
}
