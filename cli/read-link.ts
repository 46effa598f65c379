import { readFileSync } from 'node:fs'
import type { SessionDocument } from '../src/model/index.ts'
import { decodeFragment, PREFIX, parseSessionDocument } from '../src/session/share/index.ts'
import { isReadable } from './input.ts'
import type { Io } from './io.ts'

/**
 * What a link holds, or what is wrong with it. A whole address, its end from `#v1.` on (a shell may have eaten the `#`), a session file
 * that the page saved, or `-` for one of these on standard input.
 */
export function readLink(word: string, io: Pick<Io, 'stdin'>): SessionDocument | string {
  let text = word
  try {
    if (word === '-') text = new TextDecoder().decode(io.stdin()).trim()
    else if (!/#?v\d+\./.test(word) && isReadable(word)) text = readFileSync(word, 'utf8').trim()
  } catch (error) {
    return `${word === '-' ? 'standard input' : `"${word}"`} cannot be read: ${(error as Error).message}`
  }
  if (text.startsWith('{')) return fromFile(text, word)
  const hash = text.indexOf('#')
  const fragment = hash >= 0 ? text.slice(hash) : `#${text}`
  if (!fragment.startsWith(PREFIX.slice(0, 2))) return 'this is no link of Fairlead: they end in #v1.…'
  const decoded = decodeFragment(fragment)
  return decoded.ok ? decoded.document : `this link cannot be opened: ${decoded.problem}`
}

function fromFile(text: string, name: string): SessionDocument | string {
  try {
    const parsed = parseSessionDocument(JSON.parse(text))
    return parsed.ok ? parsed.document : `${name} cannot be opened: ${parsed.problem}.`
  } catch {
    // no JSON: the file is cut off, or something else altogether
    return `${name} cannot be opened: it is cut off or was changed on its way.`
  }
}
