import type { LineCompletion } from '../../model/index.ts'
import type { Draft } from './line-edit.ts'

/** What all of them begin with. */
export function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? ''
  for (const word of words) while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return prefix
}

/** The line with a part of it replaced by a candidate. A whole word is followed by a space, unless one stands there. */
export function takeCandidate(
  text: string,
  { from, to }: Pick<LineCompletion, 'from' | 'to'>,
  candidate: string,
  whole = true,
): Draft {
  const rest = text.slice(to)
  const closed = whole && !/[=/.:]$/.test(candidate)
  const gap = closed && !rest.startsWith(' ') ? ' ' : ''
  const caret = from + candidate.length + (closed ? 1 : 0)
  return { text: text.slice(0, from) + candidate + gap + rest, caret }
}
