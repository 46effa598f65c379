import { deflateSync, Inflate } from 'fflate'
import type { SessionDocument } from '../../model/index.ts'
import { DICTIONARY_V1 } from './dictionary.ts'
import { LIMITS, parseSessionDocument } from './parse-document.ts'

export const PREFIX = '#v1.'
/** Characters of a link that are looked at, and bytes that it may come to. */
const MOST_LINK = 1_500_000
const MOST_BYTES = 12_000_000
/** Nesting of brackets in a header; ours has at most seven. */
const MOST_DEPTH = 16
/** Bytes inflated at a time: one step of a bomb makes at most a thousand times as many. */
const PIECE = 2048

const encoder = new TextEncoder()
const dictionary = encoder.encode(DICTIONARY_V1)

export type Decoded =
  | { readonly ok: true; readonly document: SessionDocument }
  /** `problem` ends the sentence "This link cannot be opened: …". */
  | { readonly ok: false; readonly problem: string }

/**
 * A document as a link's fragment, `#v1.` and base64url of: a checksum (Adler-32, 4 bytes), then raw deflate over one line of
 * JSON (names, lengths, log) followed by the bare texts, which a dictionary of manifests shortens best when they are bare.
 */
export function encodeFragment(document: SessionDocument): string {
  const { files, seed, log, at, scenario, view } = document
  const header = JSON.stringify({
    f: files.map((file) => [file.name, file.text.length]),
    ...(seed !== undefined && { s: seed }),
    ...(scenario !== undefined && { x: scenario }),
    ...(at !== undefined && { t: at }),
    ...(log.length > 0 && { l: log }),
    ...(view !== undefined && { v: view }),
  })
  // lone surrogates do not survive UTF-8: a text that holds one is made well-formed, at the same length
  const plain = encoder.encode(`${header}\n${files.map((file) => file.text).join('')}`)
  const packed = deflateSync(plain, { level: 9, mem: 10, dictionary })
  const bytes = new Uint8Array(4 + packed.length)
  new DataView(bytes.buffer).setUint32(0, adler32(plain))
  bytes.set(packed, 4)
  return PREFIX + toBase64Url(bytes)
}

/** The document that a fragment holds, checked and bounded; never throws, whatever the fragment is. */
export function decodeFragment(fragment: string): Decoded {
  const no = (problem: string): Decoded => ({ ok: false, problem })
  if (!fragment.startsWith(PREFIX))
    return no(
      /^#v\d+\./.test(fragment) ? 'it was made by a newer Fairlead.' : 'it does not begin as a link of Fairlead does.',
    )
  if (fragment.length > MOST_LINK) return no('it is too long.')
  const bytes = fromBase64Url(fragment.slice(PREFIX.length))
  if (!bytes || bytes.length < 5) return no('it is cut off or was changed on its way.')
  const plain = inflateBounded(bytes.subarray(4))
  if (plain === 'too-large') return no('what it holds is too large.')
  if (plain === 'broken') return no('it is cut off or was changed on its way.')
  if (adler32(plain) !== new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
    return no('it is cut off or was changed on its way.')
  const parsed = parseSessionDocument(readPlain(plain))
  return parsed.ok ? parsed : no(`${parsed.problem}.`)
}

function readPlain(plain: Uint8Array): unknown {
  let text: string
  let header: unknown
  let body: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)
    const end = text.indexOf('\n')
    const line = end < 0 ? text : text.slice(0, end)
    if (depthOf(line) > MOST_DEPTH) return undefined
    header = JSON.parse(line)
    body = end < 0 ? '' : text.slice(end + 1)
  } catch {
    // no UTF-8, or no JSON: the caller says that it is malformed
    return undefined
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return undefined
  const { f, s, x, t, l, v } = header as Record<string, unknown>
  if (!Array.isArray(f) || f.length > LIMITS.files) return undefined
  const files: { name: unknown; text: string }[] = []
  let from = 0
  for (const entry of f) {
    if (!Array.isArray(entry) || entry.length !== 2) return undefined
    const length: unknown = entry[1]
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) return undefined
    files.push({ name: entry[0], text: body.slice(from, from + length) })
    from += length
  }
  if (from !== body.length) return undefined
  return { version: 1, files, seed: s, scenario: x, at: t, log: l, view: v }
}

function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (inString) {
      if (c === '\\') i++
      else if (c === '"') inString = false
    } else if (c === '"') inString = true
    else if (c === '[' || c === '{') deepest = Math.max(deepest, ++depth)
    else if (c === ']' || c === '}') depth--
  }
  return deepest
}

function inflateBounded(packed: Uint8Array): Uint8Array | 'too-large' | 'broken' {
  const pieces: Uint8Array[] = []
  let size = 0
  let ended = false
  const stream = new Inflate({ dictionary }, (piece, final) => {
    pieces.push(piece)
    size += piece.length
    if (final) ended = true
  })
  try {
    for (let from = 0; from < packed.length; from += PIECE) {
      stream.push(packed.subarray(from, from + PIECE), from + PIECE >= packed.length)
      if (size > MOST_BYTES) return 'too-large'
    }
  } catch {
    // fflate throws on what is no deflate, and on an early end
    return 'broken'
  }
  if (!ended) return 'broken'
  const all = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let i = 0; i < bytes.length; ) {
    // the sums stay below 2^32 for 3,800 bytes
    const end = Math.min(i + 3800, bytes.length)
    for (; i < end; i++) {
      a += bytes[i]!
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array | undefined {
  // chat programs and mail add white space and escapes at the end of a link
  const bare = text.replace(/(?:%20|\s)+$/, '')
  if (!/^[\w-]*$/.test(bare) || bare.length % 4 === 1) return undefined
  const binary = atob(bare.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (c) => c.charCodeAt(0))
}
