import { type ObjectKey, splitKey } from '../src/model/index.ts'

/** `Service default/web`, `Node node-1`. */
export function plainName(key: ObjectKey): string {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
}
