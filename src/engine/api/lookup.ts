import { CORE_GROUPS, groupOf, KINDS, type KindInfo, type KObject, kindInfo } from '../../model/index.ts'

/** A kind by the first part of an object's key: `Service`, `Lease.coordination.k8s.io`; the first version that serves it. */
export function infoOf(kind: string): KindInfo | undefined {
  return byKey.get(kind)
}

const byKey = new Map<string, KindInfo>()
for (const info of KINDS) {
  const group = groupOf(info.apiVersion)
  const key = CORE_GROUPS.has(group) ? info.kind : `${info.kind}.${group}`
  if (!byKey.has(key)) byKey.set(key, info)
}

/** The kind of a stored object; made up for one that this cluster does not serve. */
export function infoFor(object: KObject): KindInfo {
  return (
    kindInfo(object.apiVersion, object.kind) ?? {
      kind: object.kind,
      apiVersion: object.apiVersion,
      plural: `${object.kind.toLowerCase()}s`,
      singular: object.kind.toLowerCase(),
      short: [],
      namespaced: object.metadata.namespace !== undefined,
      simulated: false,
    }
  )
}

/** A kind's part of a key, from its info. */
export const kindOf = (info: KindInfo): string => {
  const group = groupOf(info.apiVersion)
  return CORE_GROUPS.has(group) ? info.kind : `${info.kind}.${group}`
}
