type Type = 'string' | 'int64' | 'time' | 'string map' | 'string list' | 'owners' | 'anything'

const META: Readonly<Record<string, Type>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  selfLink: 'string',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'int64',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'int64',
  labels: 'string map',
  annotations: 'string map',
  ownerReferences: 'owners',
  finalizers: 'string list',
  managedFields: 'anything',
}

const OWNER: Readonly<Record<string, 'string' | 'bool'>> = {
  apiVersion: 'string',
  blockOwnerDeletion: 'bool',
  controller: 'bool',
  kind: 'string',
  name: 'string',
  uid: 'string',
}

const jsonType = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : (typeof value as string)

const mismatch = (value: unknown, field: string, type: string) =>
  `json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${type}`

/**
 * What kubectl finds wrong with an object's metadata before it sends it, in the words of Go's decoder: the first fault, keys in sorted
 * order as the YAML converter writes them; undefined when there is none.
 * k8s cli-runtime pkg/resource/metadata_decoder.go (v1.36)
 */
export function metadataFault(object: Readonly<Record<string, unknown>>): string | undefined {
  const { metadata } = object
  if (metadata === undefined || metadata === null) return undefined
  if (typeof metadata !== 'object' || Array.isArray(metadata)) {
    return mismatch(metadata, 'metadataOnlyObject.metadata', 'v1.ObjectMeta')
  }
  for (const [key, value] of sorted(metadata as Record<string, unknown>)) {
    const fault = META[key] && value !== null && value !== undefined ? faultOf(key, META[key], value) : undefined
    if (fault !== undefined) return fault
  }
  return undefined
}

const sorted = (o: Readonly<Record<string, unknown>>) => Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1))

function faultOf(key: string, type: Type, value: unknown): string | undefined {
  const field = `ObjectMeta.metadata.${key}`
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : mismatch(value, field, 'string')
    case 'int64':
      if (typeof value !== 'number') return mismatch(value, field, 'int64')
      return Number.isInteger(value) ? undefined : mismatch(value, field, 'int64').replace('number', `number ${value}`)
    case 'time':
      // metav1.Time reads its text itself
      return typeof value === 'string'
        ? undefined
        : `json: cannot unmarshal ${jsonType(value)} into Go value of type string`
    case 'string map': {
      if (jsonType(value) !== 'object') return mismatch(value, field, 'map[string]string')
      const wrong = sorted(value as Record<string, unknown>).find(([, v]) => v !== null && typeof v !== 'string')
      return wrong && mismatch(wrong[1], field, 'string')
    }
    case 'string list': {
      if (!Array.isArray(value)) return mismatch(value, field, '[]string')
      const wrong = value.find((v) => v !== null && typeof v !== 'string')
      return wrong === undefined ? undefined : mismatch(wrong, field, 'string')
    }
    case 'owners': {
      if (!Array.isArray(value)) return mismatch(value, field, '[]v1.OwnerReference')
      for (const owner of value) {
        if (owner === null) continue
        if (jsonType(owner) !== 'object') return mismatch(owner, field, 'v1.OwnerReference')
        for (const [name, part] of sorted(owner as Record<string, unknown>)) {
          const want = OWNER[name]
          if (want && part !== null && jsonType(part) !== want) {
            return mismatch(part, `OwnerReference.metadata.ownerReferences.${name}`, want)
          }
        }
      }
      return undefined
    }
    case 'anything':
      return undefined
  }
}
