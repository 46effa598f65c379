#!/usr/bin/env node
// Writes src/ui/editor/k8s-schema.json: what the editor completes, explains and checks. The fields come from the declarations of
// kubernetes-models (every field with its description, its values and its type), for the kinds of the model's catalog and Gateway API;
// our own kinds are written by hand. Does nothing when its inputs did not change.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import ts from 'typescript-js'
import { OWN_KINDS } from './own-kinds-schema.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const modules = resolve(root, 'node_modules')
const output = resolve(root, 'src/ui/editor/k8s-schema.json')
const stamp = resolve(root, '.cache/k8s-schema.stamp')
const catalogFile = resolve(root, 'src/model/catalog.ts')

const inputs = [
  fileURLToPath(import.meta.url),
  fileURLToPath(new URL('own-kinds-schema.mjs', import.meta.url)),
  catalogFile,
  ...['kubernetes-models', '@kubernetes-models/gateway-api', '@kubernetes-models/apimachinery'].map((name) =>
    resolve(modules, name, 'package.json'),
  ),
]
const hash = createHash('sha256')
for (const input of inputs) hash.update(readFileSync(input))
const fingerprint = hash.digest('hex')
if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) process.exit(0)

const { code } = transformSync(readFileSync(catalogFile, 'utf8'), { loader: 'ts', format: 'esm' })
const { KINDS } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)

const GATEWAY = ['Gateway', 'GatewayClass', 'HTTPRoute'].map((kind) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  file: resolve(modules, '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1', `${kind}.d.ts`),
}))
const wanted = [
  ...KINDS.map(({ apiVersion, kind }) => ({
    apiVersion,
    kind,
    file: resolve(modules, 'kubernetes-models', apiVersion, `${kind}.d.ts`),
  })),
  ...GATEWAY,
].filter(({ file }) => existsSync(file))

/** Name of a type → its schema. A name is put in before its members are read, so types may contain themselves. */
const definitions = {}
const loaded = new Map()

/** A file's declarations by name, its imports, and the names that it exports them under. */
function load(file) {
  const known = loaded.get(file)
  if (known) return known
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const module = { file, imports: new Map(), declarations: new Map(), exports: new Map() }
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const element of statement.importClause?.namedBindings?.elements ?? []) {
        const original = (element.propertyName ?? element.name).text
        module.imports.set(element.name.text, { from: statement.moduleSpecifier.text, name: original })
      }
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      module.declarations.set(statement.name.text, statement)
    } else if (ts.isExportDeclaration(statement) && statement.exportClause) {
      for (const element of statement.exportClause.elements) {
        module.exports.set(element.name.text, (element.propertyName ?? element.name).text)
      }
    }
  }
  loaded.set(file, module)
  return module
}

const resolveFrom = (file, specifier) =>
  specifier.startsWith('.')
    ? resolve(dirname(file), specifier.replace(/\.js$/, '.d.ts'))
    : `${resolve(modules, specifier.replace(/\.js$/, ''))}.d.ts`

/** The first sentence of a declaration's comment. */
function describe(node) {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1)
  const text = comment && (ts.getTextOfJSDocComment(comment.comment) ?? '').replace(/\s+/g, ' ').trim()
  if (!text) return undefined
  const sentence = /^.{20,}?[.!?](?=\s|$)/.exec(text)?.[0] ?? text
  return sentence.length > 300 ? `${sentence.slice(0, 297)}…` : sentence
}

const withDescription = (schema, node) => {
  const description = describe(node)
  return description ? { ...schema, description } : schema
}

/** The definition that a name of a module stands for; undefined for the base types, which say nothing. */
function define(module, name) {
  let { file } = module
  let exported = name
  const imported = module.imports.get(name)
  if (imported) {
    if (imported.from.includes('kubernetes-models/base')) return undefined
    file = resolveFrom(module.file, imported.from)
    exported = imported.name
  }
  const owner = load(file)
  const local = owner.exports.get(exported) ?? exported
  const declaration = owner.declarations.get(local)
  if (!declaration) throw new Error(`${exported} is not declared in ${file}`)
  const key = shortName(owner, local)
  if (!(key in definitions)) {
    definitions[key] = {}
    definitions[key] = fromDeclaration(owner, declaration, key)
  }
  return key
}

/** `IIoK8sApiCoreV1ServiceSpec`, which a file exports its declaration as, → `CoreV1ServiceSpec`. */
function shortName(owner, local) {
  const full = [...owner.exports].find(([name, of]) => of === local && /^I?Io/.test(name))?.[0] ?? local
  return full.replace(/^I?Io/, '').replace(/^K8s(ApimachineryPkg|Api(?=[A-Z])|Sigs(?=Gateway))/, '')
}

function fromDeclaration(module, declaration, key) {
  if (/IntOrString/.test(key)) return withDescription({ type: ['integer', 'string'] }, declaration)
  if (/Quantity$/.test(key)) return withDescription({ type: ['string', 'number'] }, declaration)
  if (ts.isTypeAliasDeclaration(declaration)) return withDescription(schemaOf(module, declaration.type), declaration)
  return withDescription(objectOf(module, declaration), declaration)
}

/** kubectl takes null for any field, so a map that is still empty is nothing wrong. */
const OBJECT = ['object', 'null']
const ARRAY = ['array', 'null']

function objectOf(module, node) {
  const object = { type: OBJECT, properties: {}, additionalProperties: false }
  const required = new Set()
  for (const { types } of node.heritageClauses ?? []) {
    for (const { expression } of types) {
      const base = expression.text === 'TypeMeta' ? undefined : definitions[define(module, expression.text)]
      Object.assign(object.properties, base?.properties)
      for (const name of base?.required ?? []) required.add(name)
    }
  }
  for (const member of node.members) {
    const schema = schemaOf(module, member.type)
    if (ts.isIndexSignatureDeclaration(member)) object.additionalProperties = schema
    else {
      object.properties[member.name.text] = withDescription(schema, member)
      if (!member.questionToken) required.add(member.name.text)
    }
  }
  if (required.size > 0) object.required = [...required]
  return object
}

function schemaOf(module, node) {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: ['string', 'null'] }
    case ts.SyntaxKind.NumberKeyword:
      // everything that Kubernetes counts is whole, but for the bounds in a schema
      return { type: [module.file.includes('JSONSchemaProps') ? 'number' : 'integer', 'null'] }
    case ts.SyntaxKind.BooleanKeyword:
      return { type: ['boolean', 'null'] }
    case ts.SyntaxKind.ObjectKeyword:
      return { type: OBJECT }
    case ts.SyntaxKind.ParenthesizedType:
      return schemaOf(module, node.type)
    case ts.SyntaxKind.ArrayType:
      return { type: ARRAY, items: schemaOf(module, node.elementType) }
    case ts.SyntaxKind.LiteralType:
      return node.literal.kind === ts.SyntaxKind.NullKeyword ? { type: 'null' } : { enum: [node.literal.text] }
    case ts.SyntaxKind.UnionType: {
      const isText = (type) => ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)
      if (node.types.every(isText)) return { enum: node.types.map((type) => type.literal.text) }
      return { anyOf: node.types.map((type) => schemaOf(module, type)) }
    }
    case ts.SyntaxKind.IntersectionType:
      return { allOf: node.types.map((type) => schemaOf(module, type)) }
    case ts.SyntaxKind.TypeLiteral:
      return objectOf(module, node)
    case ts.SyntaxKind.TypeReference: {
      const name = node.typeName.text
      if (name === 'Array') return { type: ARRAY, items: schemaOf(module, node.typeArguments[0]) }
      if (name === 'Record') return { type: OBJECT, additionalProperties: schemaOf(module, node.typeArguments[1]) }
      const key = define(module, name)
      return key ? { $ref: `#/definitions/${key}` } : {}
    }
    case ts.SyntaxKind.AnyKeyword:
    case ts.SyntaxKind.UnknownKeyword:
    case ts.SyntaxKind.IndexedAccessType:
      return {}
    default:
      throw new Error(`no schema for ${ts.SyntaxKind[node.kind]}: ${node.getText()}`)
  }
}

const kinds = OWN_KINDS.map(({ apiVersion, kind, schema }) => {
  const key = `Fairlead${kind}`
  definitions[key] = schema
  return { apiVersion, kind, key }
})
for (const { apiVersion, kind, file } of wanted) {
  const key = define(load(file), `I${kind}`)
  // What the cluster writes itself is of no use in a manifest, but no mistake either.
  if (definitions[key].properties.status) definitions[key].properties.status = {}
  kinds.push({ apiVersion, kind, key })
}

/** Definitions that something refers to. */
const used = new Set()
function reach(value) {
  if (typeof value !== 'object' || value === null) return
  const key = typeof value.$ref === 'string' ? value.$ref.slice('#/definitions/'.length) : undefined
  if (key && key in definitions && !used.has(key)) {
    used.add(key)
    reach(definitions[key])
  }
  for (const item of Object.values(value)) reach(item)
}

// Offered, but others are no mistake: a manifest may hold kinds that nobody here knows.
const offered = (values) => ({ anyOf: [{ enum: [...new Set(values)].sort() }, { type: 'string' }] })
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: ['object', 'null'],
  properties: {
    apiVersion: {
      ...offered(kinds.map(({ apiVersion }) => apiVersion)),
      description: 'The group and version that the kind is of.',
    },
    kind: { ...offered([...kinds.map(({ kind }) => kind), 'List']), description: 'What kind of object this is.' },
  },
  allOf: kinds.map(({ apiVersion, kind, key }) => ({
    if: { required: ['apiVersion', 'kind'], properties: { apiVersion: { const: apiVersion }, kind: { const: kind } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON schema
    then: { $ref: `#/definitions/${key}` },
  })),
}
reach(schema)
const text = JSON.stringify({
  ...schema,
  definitions: Object.fromEntries([...used].sort().map((key) => [key, definitions[key]])),
})
mkdirSync(dirname(output), { recursive: true })
mkdirSync(dirname(stamp), { recursive: true })
writeFileSync(output, text)
writeFileSync(stamp, fingerprint)
console.log(`k8s-schema.json: ${kinds.length} kinds, ${used.size} definitions, ${Math.round(text.length / 1024)} KB`)
