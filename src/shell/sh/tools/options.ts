/** Options as getopt_long reads them, and musl's words for what is wrong (Alpine's, as in images with the network's tools); words that are none are `rest`. */
export interface Options {
  readonly on: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly rest: readonly string[]
  readonly problem?: string
}

/**
 * @param spec letters that are options, each with ":" after it when it takes a value (`in:`); after a blank, long ones (`-long long=`)
 * @param interspersed options may stand after other words (GNU); else the first other word ends them
 */
export function options(args: readonly string[], spec: string, interspersed = true): Options {
  const [letters = '', ...long] = spec.split(' ')
  const on = new Set<string>()
  const values = new Map<string, string[]>()
  const rest: string[] = []
  const put = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value])
  const result = (problem?: string): Options => ({ on, values, rest, ...(problem !== undefined && { problem }) })
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === '--') {
      rest.push(...args.slice(i + 1))
      break
    }
    if (word.startsWith('--')) {
      const [name = '', ...value] = word.slice(2).split('=')
      if (long.includes(name) && value.length === 0) on.add(name)
      else if (!long.includes(`${name}=`)) return result(`unrecognized option: ${name}`)
      else if (value.length > 0) put(name, value.join('='))
      else if (i + 1 < args.length) put(name, args[++i]!)
      else return result(`option requires an argument: ${name}`)
      continue
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word)
      if (interspersed) continue
      rest.push(...args.slice(i + 1))
      break
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j]!
      const at = letter === ':' ? -1 : letters.indexOf(letter)
      if (at < 0) return result(`unrecognized option: ${letter}`)
      if (letters[at + 1] !== ':') {
        on.add(letter)
        continue
      }
      const value = word.slice(j + 1) || args[++i]
      if (value === undefined) return result(`option requires an argument: ${letter}`)
      put(letter, value)
      break
    }
  }
  return result()
}

export const lastOf = ({ values }: Options, name: string): string | undefined => values.get(name)?.at(-1)

/** "-5" as "-n 5" for head and tail. */
export const numberOption = (args: readonly string[]): string[] =>
  args.flatMap((a, i) => (i === 0 && /^-\d+$/.test(a) ? ['-n', a.slice(1)] : [a]))
