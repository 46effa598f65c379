/** A stretch of a sentence: `strong` for names, `code` for what stands in a manifest or a packet. */
export interface Phrase {
  readonly text: string
  readonly style?: 'strong' | 'code'
}

type Part = string | number | readonly Phrase[]

/**
 * A sentence as a tagged template: `*…*` is strong, `<…>` is code; what is put in is taken as it is, whatever it holds.
 * Phrases put in keep their own style.
 */
export function say(strings: TemplateStringsArray, ...parts: readonly Part[]): Phrase[] {
  const out: Phrase[] = []
  let style: Phrase['style']
  const add = (text: string, as: Phrase['style']) => {
    if (text === '') return
    const last = out.at(-1)
    if (last && last.style === as)
      out[out.length - 1] = as ? { text: last.text + text, style: as } : { text: last.text + text }
    else out.push(as ? { text, style: as } : { text })
  }
  for (const [i, literal] of strings.entries()) {
    for (const piece of literal.split(/([*<>])/)) {
      if (piece === '*') style = style === 'strong' ? undefined : 'strong'
      else if (piece === '<') style = 'code'
      else if (piece === '>') style = undefined
      else add(piece, style)
    }
    const part = parts[i]
    if (part === undefined) continue
    if (typeof part === 'object') for (const phrase of part) add(phrase.text, phrase.style)
    else add(String(part), style)
  }
  return out
}

/** The words without their styles: for a screen reader, a title, a text file. */
export const plainText = (phrases: readonly Phrase[]): string => phrases.map((phrase) => phrase.text).join('')

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

/** 1 → "first"; above ten in figures. */
export const ordinal = (n: number): string => ORDINALS[n - 1] ?? `number ${n}`

/** "1 pod", "3 pods". */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** "a", "a and b", "a, b and c", "a, b and 4 more". */
export function listOf(words: readonly string[], most = 4): string {
  if (words.length <= 1) return words[0] ?? ''
  const shown = words.length > most ? words.slice(0, most - 1) : words.slice(0, -1)
  const rest = words.length > most ? `${words.length - shown.length} more` : words.at(-1)!
  return `${shown.join(', ')} and ${rest}`
}
