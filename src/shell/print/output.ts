import { toYaml } from '../../manifest/index.ts'
import type { KObject } from '../../model/index.ts'
import { objectName } from '../kinds.ts'
import { parseTemplate } from './go-template.ts'
import { compactJson, structJson, toJson } from './json.ts'
import { goSyntax, goText, JsonPath } from './jsonpath.ts'
import { toKyaml } from './kyaml.ts'
import { alignTable } from './table.ts'

export type Printed =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string /** Goes to stdout. */; readonly said?: string }

/** A printer of `-o …` for an object, or for a List of them. */
export type Printer = (object: KObject | ListObject) => Printed

export interface ListObject {
  readonly apiVersion: 'v1'
  readonly kind: 'List'
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly KObject[]
}

export const listOf = (items: readonly KObject[]): ListObject => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion: '' },
  items,
})

const isList = (o: KObject | ListObject): o is ListObject => o.kind === 'List'
const text = (text: string): Printed => ({ ok: true, text })
const wrong = (error: string): Printed => ({ ok: false, error })

/** Formats that a verb takes, as the error message lists them. */
export const GET_FORMATS = [
  'json',
  'yaml',
  'kyaml',
  'name',
  'go-template',
  'go-template-file',
  'template',
  'templatefile',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'custom-columns',
  'custom-columns-file',
  'wide',
]
export const OBJECT_FORMATS = GET_FORMATS.filter((f) => !f.startsWith('custom-columns') && f !== 'wide')

/** Formats that are known in capitals too. */
const ANY_CASE: ReadonlySet<string> = new Set(['json', 'yaml', 'kyaml', 'name'])

/** What `-o` says, or `--template` alone. k8s cli-runtime pkg/genericclioptions/print_flags.go ToPrinter (v1.36) */
export const formatOf = (flags: { text(name: string): string }): string =>
  flags.text('output') || (flags.text('template') === '' ? '' : 'go-template')

const NO_FILES = (_: string): string | undefined => undefined

/** The printer for a value of `-o`; a text says what is wrong with it. k8s cli-runtime pkg/genericclioptions (v1.36) */
export function printerFor(
  format: string,
  {
    noHeaders = false,
    formats = GET_FORMATS,
    template = '',
    allowMissing = true,
    typed = false,
    readFile = NO_FILES,
  } = {},
): Printer | string {
  const at = format.indexOf('=')
  const [first, argument] = at < 0 ? [format, template] : [format.slice(0, at), format.slice(at + 1)]
  const name = ANY_CASE.has(format.toLowerCase()) ? format.toLowerCase() : first
  // with --template the format is its name alone
  switch (at >= 0 && template !== '' ? format : name) {
    case 'json':
      return (o) => text(typed ? structJson(o) : toJson(o))
    case 'yaml': {
      // several objects of one command are documents of one stream. k8s cli-runtime pkg/printers/yaml.go (v1.36)
      let count = 0
      return (o) => text(`${count++ > 0 ? '---\n' : ''}${toYaml(o)}`)
    }
    case 'name':
      return (o) => text((isList(o) ? o.items : [o]).map((i) => `${objectName(i, i.metadata.name)}\n`).join(''))
    case 'jsonpath':
    case 'jsonpath-as-json': {
      if (argument === '') return 'template format specified but no template given'
      const path = JsonPath.parse(argument, allowMissing)
      if (typeof path === 'string') return `error parsing jsonpath ${argument}, ${path}\n`
      return (o) => (name === 'jsonpath' ? fill(path, argument, o) : fillAsJson(path, argument, o))
    }
    case 'custom-columns':
      if (formats.includes(name)) return customColumns(argument, noHeaders)
      break
    case 'custom-columns-file': {
      if (!formats.includes(name)) break
      const read = readFile(argument)
      if (read === undefined) return `error reading template ${argument}, open ${argument}: no such file or directory`
      const [headers = [], paths = []] = read.split('\n').map((line) => line.trim().split(/\s+/))
      return customColumns(headers.map((header, i) => `${header}:${paths[i] ?? ''}`).join(','), noHeaders)
    }
    case 'kyaml':
      return (o) => text(toKyaml(o))
    case 'go-template':
    case 'template':
      return goTemplate(argument)
    case 'go-template-file':
    case 'templatefile':
    case 'jsonpath-file': {
      const read = argument === '' ? '' : readFile(argument)
      if (read === undefined) return `error reading --template ${argument}, open ${argument}: no such file or directory`
      const isPath = name === 'jsonpath-file'
      return isPath ? printerFor(`jsonpath=${read}`, { noHeaders, formats, allowMissing, typed }) : goTemplate(read)
    }
  }
  const allowed = [...formats].filter((f) => f !== 'wide' || formats === GET_FORMATS).sort()
  return unmatched(at >= 0 && template !== '' ? format : name, allowed)
}

/** k8s cli-runtime pkg/genericclioptions/print_flags.go NoCompatiblePrinterError (v1.36) */
export const unmatched = (format: string, allowed: readonly string[]): string =>
  `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${allowed.join(',')}`

function goTemplate(template: string): Printer | string {
  if (template === '') return 'template format specified but no template given'
  const parsed = parseTemplate(template)
  if (typeof parsed === 'string') return `error parsing template ${template}, ${parsed}`
  return (o) => {
    const result = parsed(o)
    if (result.ok) return text(result.text)
    const seen = `\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${compactJson(o)}\n\tobject given to template engine was:\n\t\t${goText(o)}\n\n`
    return {
      ok: false,
      error: `error executing template ${JSON.stringify(template)}: ${result.error}`,
      said: `Error executing template: ${result.error}. Printing more information for debugging the template:\n${seen}`,
    }
  }
}

function pathError(template: string, error: string, o: unknown): Printed {
  const details = `Error executing template: ${error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(o)}\n\n`
  return wrong(`error executing jsonpath ${JSON.stringify(template)}: ${details}\n`)
}

function fill(path: JsonPath, template: string, o: unknown): Printed {
  const result = path.execute(o)
  return result.ok ? text(result.text) : pathError(template, result.error, o)
}

function fillAsJson(path: JsonPath, template: string, o: unknown): Printed {
  const found = path.find(o)
  return typeof found === 'string' ? pathError(template, found, o) : text(found.map((v) => toJson(v)).join(''))
}

/** `{.a.b}` for `a.b`, `.a.b` and `{a.b}`. k8s kubectl pkg/cmd/get/customcolumn.go RelaxedJSONPathExpression (v1.36) */
export function relaxedPath(expression: string): string | undefined {
  if (expression === '') return ''
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression)
  return match ? `{.${match[1] ?? match[2]}}` : undefined
}

export const NO_PATH =
  "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"

function customColumns(spec: string, noHeaders: boolean): Printer | string {
  if (spec === '') return 'custom-columns format specified but no custom columns given'
  const columns: { header: string; path: JsonPath }[] = []
  for (const part of spec.split(',')) {
    const colon = part.indexOf(':')
    if (colon < 0) return `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`
    const expression = relaxedPath(part.slice(colon + 1))
    if (expression === undefined) return NO_PATH
    const path = JsonPath.parse(expression)
    if (typeof path === 'string') return path
    columns.push({ header: part.slice(0, colon), path })
  }
  return (o) => {
    const rows: string[][] = noHeaders ? [] : [columns.map((c) => c.header)]
    for (const item of isList(o) ? o.items : [o]) {
      const row: string[] = []
      for (const { path } of columns) {
        const found = path.find(item)
        if (typeof found === 'string') return wrong(found)
        row.push((found[0] ?? []).length === 0 ? '<none>' : found.flat().map(goText).join(','))
      }
      rows.push(row)
    }
    return text(alignTable(rows))
  }
}
