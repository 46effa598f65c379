import { describe, expect, it } from 'vitest'
import { durationMs, type FlagSpec, parseFlags } from './flags.ts'

const SPECS: readonly FlagSpec[] = [
  { name: 'output', short: 'o', type: 'string' },
  { name: 'all-namespaces', short: 'A', type: 'bool' },
  { name: 'watch', short: 'w', type: 'bool' },
  { name: 'replicas', type: 'int', default: '1' },
  { name: 'filename', short: 'f', type: 'list' },
  { name: 'dry-run', type: 'string', default: 'none', optional: 'unchanged' },
]

const parse = (...words: string[]) => parseFlags(words, SPECS)
const ok = (...words: string[]) => {
  const parsed = parse(...words)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed
}
const error = (...words: string[]) => {
  const parsed = parse(...words)
  return parsed.ok ? undefined : parsed.error
}

describe('flags are read as pflag reads them', () => {
  it.each([
    [['-o', 'wide']],
    [['-owide']],
    [['-o=wide']],
    [['--output', 'wide']],
    [['--output=wide']],
    [['-Ao', 'wide']],
    [['-Aowide']],
  ])('%j', (words) => {
    expect(ok(...words).flags.text('output')).toBe('wide')
  })

  it('arguments and flags may be mixed, and nothing after -- is a flag', () => {
    const { args, dash, flags } = ok('pod', '-A', 'web', '--', '-o', 'x')
    expect(args).toEqual(['pod', 'web', '-o', 'x'])
    expect(dash).toBe(2)
    expect(flags.on('all-namespaces')).toBe(true)
    expect(flags.has('output')).toBe(false)
  })

  it('lists repeat and split at commas', () => {
    expect(ok('-f', 'a,b', '-f', 'c').flags.all('filename')).toEqual(['a', 'b', 'c'])
  })

  it('a flag with an optional value never takes the next word', () => {
    const { flags, args } = ok('--dry-run', 'client')
    expect(flags.text('dry-run')).toBe('unchanged')
    expect(args).toEqual(['client'])
    expect(ok('--dry-run=client').flags.text('dry-run')).toBe('client')
  })

  it('a single dash is an argument', () => {
    expect(ok('-f', '-').flags.all('filename')).toEqual(['-'])
    expect(ok('-').args).toEqual(['-'])
  })

  it.each([
    [['--nope'], 'unknown flag: --nope'],
    [['-Ax'], "unknown shorthand flag: 'x' in -Ax"],
    [['--output'], 'flag needs an argument: --output'],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['--replicas=x'], 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-w=2'], 'invalid argument "2" for "-w, --watch" flag: strconv.ParseBool: parsing "2": invalid syntax'],
    [['---x'], 'bad flag syntax: ---x'],
  ])('%j is refused in its words', (words, message) => {
    expect(error(...words)).toBe(message)
  })
})

describe('durations', () => {
  it.each([
    ['20s', 20_000],
    ['1h1m1s', 3_661_000],
    ['1.5m', 90_000],
    ['100us', 0.1],
    ['0', 0],
    ['-1s', -1000],
    ['', undefined],
    ['5', undefined],
    ['5 s', undefined],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })
})
