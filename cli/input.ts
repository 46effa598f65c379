import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TextFile } from '../src/model/index.ts'

const MANIFEST = /\.(ya?ml|json)$/i

/** The texts that the words name: files, folders (all manifests below them, by name), `-` for standard input; or what is wrong. */
export function readInputs(paths: readonly string[]): readonly TextFile[] | string {
  const files: TextFile[] = []
  for (const path of paths) {
    if (path === '-') {
      files.push({ name: 'STDIN', text: readFileSync(0, 'utf8') })
      continue
    }
    if (!existsSync(path)) return `the path "${path}" does not exist`
    for (const name of filesBelow(path)) files.push({ name, text: readFileSync(name, 'utf8') })
  }
  return files
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const inside = join(path, name)
      if (statSync(inside).isDirectory())
        return name === 'node_modules' || name.startsWith('.') ? [] : filesBelow(inside)
      return MANIFEST.test(name) ? [inside] : []
    })
}
