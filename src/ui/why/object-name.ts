import { formatPath, type ObjectKey, type SourceField, type SourceRange, splitKey } from '../../model/index.ts'

/** "Service web", "Service shop/web": the namespace is said when it is not the default one. */
export function objectName(key: ObjectKey): string {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${shortName(namespace, name)}`
}

export const shortName = (namespace: string, name: string): string =>
  namespace === '' || namespace === 'default' ? name : `${namespace}/${name}`

/** What a link to a line says: "app.yaml:9 targetPort"; without a line the object and its field. */
export function fieldName(field: SourceField, range: SourceRange | null | undefined): string {
  const last = field.path.findLast((part) => typeof part === 'string')
  if (range) return last === undefined ? `${range.file}:${range.line}` : `${range.file}:${range.line} ${last}`
  return field.path.length === 0 ? objectName(field.object) : `${objectName(field.object)} · ${formatPath(field.path)}`
}
