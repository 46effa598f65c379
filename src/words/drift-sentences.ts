import {
  type Diagnostic,
  type Drift,
  type DriftField,
  formatPath,
  type Path,
  type SourceField,
  type SourceRange,
  splitKey,
} from '../model/index.ts'
import { count, type Phrase, plainText, say } from './phrase.ts'

/** Fields that a sentence names before it counts. */
const NAMED = 2
const LONGEST = 60

/** "Service web", with its namespace when that is not `default`. */
function subject({ object }: Drift): Phrase[] {
  const { kind, namespace, name } = splitKey(object)
  const where = namespace === '' || namespace === 'default' ? [] : say` in namespace *${namespace}*`
  return say`${kind.split('.')[0]!} *${name}*${where}`
}

/** The end of a path, as far as it says what the value is of: `replicas`, `containers[0].image`, `labels.app`. */
function shortPath(path: Path): string {
  const from = path.findLastIndex((part) => typeof part === 'string')
  const item = typeof path[from - 1] === 'number'
  const entry = path[from - 1] === 'labels' || path[from - 1] === 'annotations' || path[from - 1] === 'selector'
  return formatPath(path.slice(Math.max(0, from - (item ? 2 : entry ? 1 : 0))))
}

const isShort = (value: unknown): boolean => typeof value !== 'object' && String(value).length <= LONGEST

function ofField({ path, text, cluster }: DriftField): Phrase[] {
  const name = shortPath(path)
  if (Array.isArray(text) && Array.isArray(cluster) && text.length !== cluster.length)
    return say`the cluster has ${count(cluster.length, 'item')} in <${name}>, the text ${text.length}`
  if (cluster === undefined) return say`the text says <${name}>, the cluster has none`
  if (text === undefined)
    return isShort(cluster)
      ? say`the cluster has <${name}: ${String(cluster)}>, the text does not say it`
      : say`the cluster has <${name}>, the text does not say it`
  if (!isShort(text) || !isShort(cluster)) return say`<${name}> of the cluster is another than the text says`
  return name === 'replicas' && typeof cluster === 'number'
    ? say`the cluster has *${count(cluster, 'replica')}*, the text says *${String(text)}*`
    : say`the cluster has <${name}: ${String(cluster)}>, the text says <${String(text)}>`
}

/** What the cluster has and the text does not say, of one object that was changed by hand. */
export function driftSentence(drift: Drift): Phrase[] {
  if (drift.how === 'created') return say`${subject(drift)} was made by hand: it does not stand in the text.`
  if (drift.how === 'deleted') return say`${subject(drift)} was deleted by hand: it still stands in the text.`
  const named = drift.fields.slice(0, NAMED)
  const rest = drift.fields.length - named.length
  const words = named.flatMap((field, i) => (i === 0 ? ofField(field) : say`; ${ofField(field)}`))
  return capital(rest === 0 ? say`${words}.` : say`${words}; and ${count(rest, 'more field')}.`)
}

/** On a card. */
export const driftWord = ({ how }: Drift): string => (how === 'created' ? 'not in the text' : '≠ text')

const capital = ([first, ...rest]: readonly Phrase[]): Phrase[] =>
  first ? [{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest] : []

/** A difference as the Problems list and the editor show it. `locate` says where a field stands in the text. */
export function driftDiagnostic(
  drift: Drift,
  locate: (field: SourceField) => SourceRange | null | undefined,
): Diagnostic {
  const { object, how, fields, fix } = drift
  const path = how === 'changed' ? (fields[0]?.path ?? []) : ['kind']
  const source = how === 'created' ? undefined : locate({ object, path })
  return {
    severity: 'hint',
    code: 'text.differs',
    message: plainText(driftSentence(drift)),
    object,
    ...(how !== 'created' && { path }),
    ...(source && { source }),
    rule: how === 'created' ? 'DRIFT-3' : how === 'deleted' ? 'DRIFT-2' : 'DRIFT-1',
    ...(fix && { fix }),
  }
}
