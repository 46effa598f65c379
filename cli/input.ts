import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextFile } from '../src/model/index.ts'
import type { Io } from './io.ts'

/** What a text from standard input is called, as kubectl calls it. */
export const STDIN = 'STDIN'

const MANIFEST = /\.(ya?ml|json)$/i

/**
 * The texts that the words name: files, folders (all manifests below them, by name), `-` for standard input; or what is wrong.
 * A file that is named twice is read once.
 */
export function readInputs(paths: readonly string[], io: Pick<Io, 'stdin'>): readonly TextFile[] | string {
  const files: TextFile[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    try {
      if (path === '-') {
        if (!seen.has('-')) files.push({ name: STDIN, text: decode(io.stdin()) })
        seen.add('-')
        continue
      }
      const found = filesBelow(path)
      if (found.length === 0) return `the folder "${path}" holds no .yaml, .yml or .json`
      for (const name of found) {
        const real = realpathSync(name)
        if (!seen.has(real)) files.push({ name, text: decode(readFileSync(name)) })
        seen.add(real)
      }
    } catch (error) {
      return whyNot(path, error)
    }
  }
  return files
}

/** Writes a file that was read, as UTF-8. Returns what is wrong when it cannot be written. */
export function writeInput({ name, text }: TextFile): string | undefined {
  try {
    writeFileSync(name, text)
    return undefined
  } catch (error) {
    return `the path "${name}" cannot be written: ${(error as Error).message}`
  }
}

/** Whether a word names something that can be read. */
export function isReadable(path: string): boolean {
  return path === '-' || statSync(path, { throwIfNoEntry: false }) !== undefined
}

function whyNot(path: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `the path "${path}" does not exist`
  if (path === '-') return 'there is nothing on standard input'
  return `the path "${path}" cannot be read: ${message}`
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name)
      // links to folders are not followed: they may lead around in a ring
      if (entry.isDirectory())
        return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesBelow(inside)
      const isFile = entry.isFile() || (entry.isSymbolicLink() && statSync(inside, { throwIfNoEntry: false })?.isFile())
      return isFile && MANIFEST.test(entry.name) ? [inside] : []
    })
}

/** UTF-8, or what a byte order mark says: some shells write UTF-16 when they are asked for a file. */
function decode(bytes: Uint8Array): string {
  const [a, b] = bytes
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  // the mark of UTF-8 stays: it is the parser that knows what to do with it
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
