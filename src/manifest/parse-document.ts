import type { Path, Severity } from '../model/index.ts'
import type { Chunk } from './documents.ts'
import { findTemplate } from './helm.ts'
import { readJson } from './json-text.ts'
import { FORBIDDEN } from './yaml-characters.ts'
import { follow, pointAt } from './yaml-locate.ts'
import type { YamlNode } from './yaml-nodes.ts'
import { parseDocument } from './yaml-parser.ts'
import { YamlProblem } from './yaml-problem.ts'
import { ConversionProblem, decodeNode } from './yaml-value.ts'

/** A problem of a document; offsets in its own text. */
export interface LocalProblem {
  readonly severity: Severity
  readonly code: string
  readonly message: string
  readonly from: number
  readonly to: number
}

/** An object of a document: the whole, or an item of a list. */
export interface LocalObject {
  readonly item?: Path
  readonly node: YamlNode | undefined
  readonly value: unknown
}

/** A document, read. A function of its text, so it is kept for as long as that text does not change. */
export interface LocalDocument {
  /** None: there is nothing in it (blank, comments, null, an empty list). */
  readonly objects: readonly LocalObject[]
  readonly root: YamlNode | undefined
  readonly problems: readonly LocalProblem[]
  /** What kubectl prints behind "error: " for a stream of that name; none: it takes the document. */
  readonly refusal?: (stream: string) => string
}

/** Reads one document of a file's text. Never throws. */
export function readDocument(
  text: string,
  chunk: Pick<Chunk, 'format' | 'broken' | 'jsonWords' | 'from'>,
): LocalDocument {
  const { broken } = chunk
  if (broken) {
    return refused(text, broken.words, broken.words, 'yaml.syntax', broken.from - chunk.from, broken.to - chunk.from)
  }
  if (chunk.format === 'json') {
    const read = readJson(text, 0)
    if (!read.ok) return refused(text, read.words, read.words, 'json.syntax', read.at, read.at + 1)
    return accept(read.node, read.value, [])
  }
  return readYaml(text.endsWith('\n') ? text : `${text}\n`, text, chunk.jsonWords)
}

function readYaml(text: string, shown: string, jsonWords: string | undefined): LocalDocument {
  const control = FORBIDDEN.exec(text)
  try {
    if (control) throw new YamlProblem('control characters are not allowed', control.index, control.index + 1)
    const { root, restAt } = parseDocument(text)
    if (!root) return { objects: [], root, problems: [] }
    const { value, duplicates } = decodeNode(root)
    const problems: LocalProblem[] = duplicates.map(({ name, from, to }) => ({
      severity: 'warning',
      code: 'yaml.duplicate-key',
      message: `"${name}" stands here a second time: kubectl takes the last one and drops the others without a word`,
      from,
      to,
    }))
    if (restAt !== undefined && restAt < shown.length) {
      problems.push({
        severity: 'warning',
        code: 'yaml.ignored',
        message: 'kubectl reads nothing from here to the next ---: the document has ended',
        from: restAt,
        to: restAt + 1,
      })
    }
    return accept(root, value, problems)
  } catch (problem) {
    if (!(problem instanceof YamlProblem)) throw problem
    const message = problem instanceof ConversionProblem ? problem.words : `yaml: ${problem.words}`
    const words = jsonWords ?? `error converting YAML to JSON: ${message}`
    return refused(
      shown,
      words,
      jsonWords?.startsWith('json: ') ? jsonWords : message,
      'yaml.syntax',
      problem.from,
      problem.to,
    )
  }
}

function refused(text: string, words: string, message: string, code: string, from: number, to: number): LocalDocument {
  const template = findTemplate(text)
  const place = template ?? ownPlace(text, from, to)
  const problem: LocalProblem = template
    ? { severity: 'error', code: 'yaml.template', message: template.message, from: template.from, to: template.to }
    : { severity: 'error', code, message, from: place.from, to: place.to }
  const refusal = (stream: string) => `error parsing ${stream}: ${words}`
  return { objects: [{ node: undefined, value: undefined }], root: undefined, problems: [problem], refusal }
}

/** A problem's place within what a person sees of the document: never the line break that was added, never nothing. */
function ownPlace(text: string, from: number, to: number): { from: number; to: number } {
  const last = text.trimEnd().length
  if (last === 0) return { from: 0, to: text.length }
  const start = Math.min(from, last - 1)
  const lineEnd = text.indexOf('\n', start)
  const end = Math.min(Math.max(to, start + 1), lineEnd < 0 ? last : Math.max(lineEnd, start + 1), text.length)
  return { from: start, to: end }
}

/** An object, or the items of a list: kubectl takes a list apart, and gives items without a kind the list's. */
function accept(root: YamlNode, value: unknown, problems: readonly LocalProblem[]): LocalDocument {
  if (value === null) return { objects: [], root, problems }
  if (typeof value !== 'object' || Array.isArray(value)) return notAnObject(root, value, problems)
  const objects: LocalObject[] = []
  takeApart(root, value as Fields, [], objects)
  return { objects, root, problems }
}

type Fields = Readonly<Record<string, unknown>>

// k8s apimachinery pkg/apis/meta/v1/unstructured/helpers.go unstructuredJSONScheme.decodeToList (v1.36)
function takeApart(node: YamlNode, value: Fields, path: Path, out: LocalObject[]): void {
  const { items } = value
  if (!Array.isArray(items)) {
    out.push({ ...(path.length > 0 && { item: path }), node, value })
    return
  }
  const kind = typeof value['kind'] === 'string' ? value['kind'].replace(/List$/, '') : ''
  items.forEach((item: unknown, index) => {
    const place: Path = [...path, 'items', index]
    const { node: itemNode } = follow(node, ['items', index])
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      out.push({ item: place, node: itemNode, value: item })
      return
    }
    const fields = item as Fields
    const named = fields['kind'] !== undefined || fields['apiVersion'] !== undefined || kind === ''
    takeApart(
      itemNode,
      named ? fields : Object.freeze({ ...fields, kind, apiVersion: value['apiVersion'] }),
      place,
      out,
    )
  })
}

function notAnObject(root: YamlNode, value: unknown, problems: readonly LocalProblem[]): LocalDocument {
  const type = Array.isArray(value)
    ? 'array'
    : typeof value === 'boolean'
      ? 'bool'
      : (typeof value as 'string' | 'number')
  const what = { array: 'a list', bool: 'a single boolean', number: 'a single number', string: 'plain text' }[type]
  const problem: LocalProblem = {
    severity: 'error',
    code: 'yaml.no-object',
    message: `this is ${what}, and no object: a manifest has at least apiVersion, kind and metadata`,
    ...pointAt(root, []),
  }
  // k8s cli-runtime pkg/resource/mapper.go infoForData (v1.36)
  const refusal = (stream: string) =>
    `unable to decode "${stream}": json: cannot unmarshal ${type} into Go value of type unstructured.detector`
  return {
    objects: [{ node: undefined, value: undefined }],
    root: undefined,
    problems: [...problems, problem],
    refusal,
  }
}
