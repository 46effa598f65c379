/** A flag that a verb takes. `list` may be repeated and splits at commas; `array` may be repeated; `optional` has a value when none is written. */
export interface FlagSpec {
  readonly name: string
  readonly short?: string
  readonly type: 'bool' | 'string' | 'int' | 'duration' | 'list' | 'array'
  readonly default?: string
  /** The value of `--flag` without one (pflag NoOptDefVal). */
  readonly optional?: string
  /** What to write instead: whoever writes it is told. */
  readonly deprecated?: string
}

export class Flags {
  /** Flags and their values as they were written, in order. */
  readonly written: readonly (readonly [name: string, value: string])[]
  readonly #values: ReadonlyMap<string, readonly string[]>
  readonly #specs: readonly FlagSpec[]

  constructor(specs: readonly FlagSpec[], written: readonly (readonly [name: string, value: string])[]) {
    this.#specs = specs
    this.written = written
    const values = new Map<string, string[]>()
    for (const [name, value] of written) values.set(name, [...(values.get(name) ?? []), value])
    this.#values = values
  }

  /** What is said of those that are deprecated, each time that one was written. */
  deprecations(): string {
    return this.written
      .flatMap(([name]) => this.#specs.find((s) => s.name === name && s.deprecated !== undefined) ?? [])
      .map((s) => `Flag --${s.name} has been deprecated, ${s.deprecated}\n`)
      .join('')
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The last value that was written, else the default, else ''. */
  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#specs.find((s) => s.name === name)?.default ?? ''
  }

  /** What was written; undefined when nothing was. */
  maybe(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  on(name: string): boolean {
    return isTrue(this.text(name))
  }

  int(name: string): number {
    return Number(this.text(name))
  }

  all(name: string): readonly string[] {
    const values = this.#values.get(name) ?? []
    const list = this.#specs.find((s) => s.name === name)?.type === 'list'
    return list ? values.flatMap((v) => v.split(',')) : values
  }
}

const isTrue = (text: string) => /^(1|t|T|TRUE|true|True)$/.test(text)
const isBool = (text: string) => isTrue(text) || /^(0|f|F|FALSE|false|False)$/.test(text)

export type ParsedFlags =
  | {
      readonly ok: true
      readonly flags: Flags
      /** Arguments that are no flags. */
      readonly args: readonly string[]
      /** How many of them stand before `--`; -1 when there is none. */
      readonly dash: number
    }
  | { readonly ok: false; readonly error: string }

/** The way kubectl reads a command line: github.com/spf13/pflag v1.0 (interspersed arguments, -abc, -ovalue, --flag=value, `--`). */
export function parseFlags(words: readonly string[], specs: readonly FlagSpec[]): ParsedFlags {
  const written: [string, string][] = []
  const args: string[] = []
  let dash = -1
  const put = (spec: FlagSpec, value: string, shown: string): string | undefined => {
    const problem = problemOf(spec, value, shown)
    if (problem !== undefined) return problem
    written.push([spec.name, value])
    return undefined
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') {
      dash = args.length
      args.push(...words.slice(i + 1))
      break
    }
    let error: string | undefined
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const name = word.slice(2, equals < 0 ? undefined : equals)
      const spec = specs.find((s) => s.name === name)
      if (name === '' || name.startsWith('-')) error = `bad flag syntax: ${word}`
      else if (!spec) error = `unknown flag: --${name}`
      else if (equals >= 0) error = put(spec, word.slice(equals + 1), flagName(spec))
      else if (withoutValue(spec) !== undefined) error = put(spec, withoutValue(spec)!, flagName(spec))
      else if (i + 1 < words.length) error = put(spec, words[++i]!, flagName(spec))
      else error = `flag needs an argument: --${name}`
    } else if (word.startsWith('-') && word.length > 1) {
      let rest = word.slice(1)
      while (rest !== '' && error === undefined) {
        const letter = rest[0]!
        const spec = specs.find((s) => s.short === letter)
        const shown = spec ? flagName(spec) : ''
        const after = rest.slice(1)
        rest = ''
        if (!spec) error = `unknown shorthand flag: '${letter}' in -${word.slice(1)}`
        else if (after.startsWith('=')) error = put(spec, after.slice(1), shown)
        else if (withoutValue(spec) !== undefined) {
          error = put(spec, withoutValue(spec)!, shown)
          rest = after
        } else if (after !== '') error = put(spec, after, shown)
        else if (i + 1 < words.length) error = put(spec, words[++i]!, shown)
        else error = `flag needs an argument: '${letter}' in -${word.slice(1)}`
      }
    } else args.push(word)
    if (error !== undefined) return { ok: false, error }
  }
  return { ok: true, flags: new Flags(specs, written), args, dash }
}

/** As a message about its value names it. */
const flagName = (spec: FlagSpec) => (spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`)

const withoutValue = (spec: FlagSpec) => spec.optional ?? (spec.type === 'bool' ? 'true' : undefined)

function problemOf(spec: FlagSpec, value: string, shown: string): string | undefined {
  const bad = (why: string) => `invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: ${why}`
  if (spec.type === 'bool' && !isBool(value))
    return bad(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`)
  if (spec.type === 'int' && !/^[+-]?\d+$/.test(value))
    return bad(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`)
  if (spec.type === 'duration' && durationMs(value) === undefined) return bad(durationFault(value))
  return undefined
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** What Go's time.ParseDuration says of text that is none. */
function durationFault(text: string): string {
  const quoted = JSON.stringify(text)
  let rest = text.replace(/^[+-]/, '')
  for (;;) {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (number === undefined) return `time: invalid duration ${quoted}`
    rest = rest.slice(number.length)
    const unit = /^[^.\d]*/.exec(rest)![0]
    if (unit === '') return `time: missing unit in duration ${quoted}`
    if (UNITS[unit] === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
    rest = rest.slice(unit.length)
  }
}

/** Go's time.ParseDuration, in ms; undefined for text that is none. */
export function durationMs(text: string): number | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (body === '0') return 0
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(body)) return undefined
  let total = 0
  for (const [, amount, unit] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * UNITS[unit!]!
  return sign === '-' ? -total : total
}
