#!/usr/bin/env node
// Writes src/shell/explain/api-docs-text.ts: what `kubectl explain` says of the kinds in the model's catalog. Run by hand when the
// simulated version of Kubernetes changes:
//   for path in api/v1 apis/apps/v1 …; do kubectl get --raw /openapi/v3/$path > openapi/${path//\//_}.json; done
//   node tools/api-docs.mjs openapi
// The documents are those that an API server serves: the ones in its repository have no enums.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const [folder] = process.argv.slice(2)
if (!folder) {
  console.error('use: node tools/api-docs.mjs FOLDER-WITH-OPENAPI-V3-DOCUMENTS')
  process.exit(2)
}

const { code } = transformSync(readFileSync(resolve(root, 'src/model/catalog.ts'), 'utf8'), {
  loader: 'ts',
  format: 'esm',
})
const { KINDS } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)

const schemas = {}
for (const file of readdirSync(folder).sort())
  if (file.endsWith('.json'))
    Object.assign(schemas, JSON.parse(readFileSync(resolve(folder, file), 'utf8')).components?.schemas)

/** Full name → number, in the order in which types were met. */
const numbers = new Map()
const numberOf = (name) => {
  if (!numbers.has(name)) numbers.set(name, numbers.size)
  return numbers.get(name)
}
const named = (ref) => ref.slice(ref.lastIndexOf('/') + 1)

/** `string`, `[]@12`, `map[string]Object`: `@` and a number is a type of its own. */
function shapeOf(schema) {
  if (schema.properties) throw new Error('a type without a name')
  if (schema.items) return `[]${shapeOf(schema.items)}`
  if (typeof schema.additionalProperties === 'object') return `map[string]${shapeOf(schema.additionalProperties)}`
  if (schema.allOf?.length === 1) return shapeOf(schema.allOf[0])
  if (schema.allOf) throw new Error('several types at once')
  if (schema.$ref) return `@${numberOf(named(schema.$ref))}`
  return schema.type === 'object' ? 'Object' : (schema.type ?? 'Object')
}

/** [name, what it is for, fields]; a type that is no object is shown as what it is: [name, what for, fields, shown as]. */
function typeOf(name) {
  const { description = '', properties = {}, required = [], type = 'object' } = schemas[name]
  const fields = Object.keys(properties)
    .sort()
    .map((key) => {
      const field = properties[key]
      const shown = required.includes(key) ? `${key}!` : key
      return [shown, shapeOf(field), field.description ?? '', ...(field.enum ? [field.enum] : [])]
    })
  const short = name.slice(name.lastIndexOf('.') + 1)
  return type === 'object' ? [short, description, fields] : [short, description, fields, type]
}

const kinds = {}
for (const { apiVersion, kind } of KINDS) {
  const [version, group = ''] = apiVersion.split('/').reverse()
  const is = (of) => of.group === group && of.version === version && of.kind === kind
  const name = Object.keys(schemas).find((key) => schemas[key]['x-kubernetes-group-version-kind']?.some(is))
  if (name) kinds[`${apiVersion}/${kind}`] = numberOf(name)
}
const lines = [JSON.stringify(kinds)]
// types that are met meanwhile come behind
for (const name of numbers.keys()) lines.push(JSON.stringify(typeOf(name)))

const inTemplate = (text) => text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')
writeFileSync(
  resolve(root, 'src/shell/explain/api-docs-text.ts'),
  `/**
 * What types and fields of the API are for: made by tools/api-docs.mjs from the OpenAPI v3 documents of Kubernetes v1.36.3 (Apache-2.0, The
 * Kubernetes Authors), not by hand. The first line leads from kinds to the number of their type, each line after it is a type, in JSON:
 * [name, description, [[field, shape, description, values?] …], shown as?]; \`!\` marks a field that is required, \`@7\` is the type with that number.
 */
export const API_DOCS_TEXT = \`
${inTemplate(lines.join('\n'))}
\`
`,
)
console.log(`${Object.keys(kinds).length} kinds, ${numbers.size} types`)
