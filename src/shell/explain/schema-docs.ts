import { fieldsOfKind, fieldsOfType, type SchemaField } from '../../engine/index.ts'
import type { ApiDocs, TypeDoc } from './api-docs.ts'

const types = new Map<string, TypeDoc>()

/** Fields and types as the engine decodes them, without what they are for: while the API's docs are not at hand. */
export const schemaDocs: ApiDocs = (apiVersion, kind) => {
  const fields = fieldsOfKind(apiVersion, kind)
  return fields && typeOf(`${apiVersion}/${kind}`, fields)
}

function typeOf(name: string, fields: readonly SchemaField[]): TypeDoc {
  const known = types.get(name)
  if (known) return known
  const type: TypeDoc = {
    description: undefined,
    fields: [...fields]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, shown, required, of }) => {
        const inner = of === undefined ? undefined : fieldsOfType(of)
        const inside = inner && of !== undefined ? { inside: () => typeOf(of, inner) } : {}
        return { name, shown, required, description: undefined, ...inside }
      }),
  }
  types.set(name, type)
  return type
}
