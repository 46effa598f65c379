import { sortedKeys } from '../documents.ts'

/** Words that YAML would take for something else than a text, and so are quoted also as keys. */
const SPECIAL = /^(?:~|null|true|false|yes|no|on|off|y|n|[-+.\d].*)?$/i
const keyText = (key: string) => (/^[A-Za-z_][\w./-]*$/.test(key) && !SPECIAL.test(key) ? key : JSON.stringify(key))

/** YAML that is written as JSON is, with commas behind everything. sigs.k8s.io/yaml/kyaml (v1.6) */
export const toKyaml = (value: unknown): string => `---\n${write(sortedKeys(value), '')}\n`

const isBlock = (v: unknown): boolean => typeof v === 'object' && v !== null && Object.keys(v).length > 0

function write(value: unknown, indent: string): string {
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    // lists of maps and lists keep their brackets together
    if (value.every(isBlock)) return `[${value.map((item) => write(item, indent)).join(', ')}]`
    return `[\n${value.map((item) => `${deeper}${write(item, deeper)},\n`).join('')}${indent}]`
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value)
    if (keys.length === 0) return '{}'
    const lines = keys.map(
      (key) => `${deeper}${keyText(key)}: ${write((value as Record<string, unknown>)[key], deeper)},\n`,
    )
    return `{\n${lines.join('')}${indent}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
