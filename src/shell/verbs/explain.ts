import { groupOf, KINDS, type KindInfo } from '../../model/index.ts'
import type { Context, Verb } from '../command.ts'
import type { ApiDocs, FieldDoc, TypeDoc } from '../explain/api-docs.ts'
import { schemaDocs } from '../explain/schema-docs.ts'
import { type Failure, plain } from '../failure.ts'
import { findKind, resourceName } from '../kinds.ts'

/** k8s kubectl pkg/cmd/explain, pkg/explain/v2/templates/plaintext.tmpl (v1.36) */
export const explain: Verb = {
  name: 'explain',
  flags: [
    { name: 'recursive', type: 'bool' },
    { name: 'api-version', type: 'string' },
    { name: 'output', short: 'o', type: 'string', default: 'plaintext' },
  ],
  run: (c) => {
    const [asked] = c.args
    if (asked === undefined) {
      return [
        plain(
          'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
        ),
      ]
    }
    if (c.args.length > 1) return [plain('We accept only this format: explain RESOURCE')]
    const found = findFields(asked)
    if ('type' in found) {
      if (found.type === 'said')
        c.err(`the server doesn't have a resource type ${JSON.stringify(asked.split('.')[0])}\n`)
      return [found]
    }
    const format = c.flags.text('output')
    if (format === 'plaintext-openapiv2') return [plain('"-o plaintext-openapiv2" is not simulated: plaintext is')]
    if (format !== 'plaintext') return [plain(`unrecognized format: ${format}`)]
    const apiVersion = c.flags.text('api-version') || found.kind.apiVersion
    const kind = KINDS.find((k) => k.apiVersion === apiVersion && k.plural === found.kind.plural)
    if (!kind) {
      const gvr = `"${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Resource=${found.kind.plural}"`
      const isServed = KINDS.some((k) => k.apiVersion === apiVersion)
      return [
        plain(isServed ? `GVR (${gvr.slice(1, -1)}) not found in OpenAPI schema` : `couldn't find resource for ${gvr}`),
      ]
    }
    return print(c, kind, found.path, c.apiDocs ?? schemaDocs)
  },
}

/**
 * `svc.spec.ports`, `deployments.apps.spec`.
 * k8s kubectl pkg/explain/explain.go SplitAndParseResourceRequestWithMatchingPrefix (v1.36)
 */
function findFields(asked: string): { kind: KindInfo; path: readonly string[] } | Failure {
  const [word = ''] = asked.split(/[.[]/)
  const kind = findKind(word)
  if (!kind) return { type: 'said' }
  const whole = resourceName(kind)
  const rest = asked.startsWith(whole) ? asked.slice(whole.length) : asked.slice(word.length)
  if (/[[$]|\.\.|\.\*/.test(rest)) return plain('invalid jsonpath syntax, first node must be field node')
  return { kind, path: rest.replace(/\.$/, '').split('.').slice(1) }
}

function print(c: Context, kind: KindInfo, path: readonly string[], docs: ApiDocs): readonly Failure[] {
  let type = docs(kind.apiVersion, kind.kind)
  if (!type) return [plain(`${kind.kind}: its fields are not known here`)]
  const group = groupOf(kind.apiVersion)
  const version = kind.apiVersion.slice(kind.apiVersion.indexOf('/') + 1)
  c.out(`${group ? `GROUP:      ${group}\n` : ''}KIND:       ${kind.kind}\nVERSION:    ${version}\n\n`)
  let field: FieldDoc | undefined
  for (const name of path) {
    field = type?.fields.find((f) => f.name === name)
    // the last word is blamed, wherever the way ended
    if (!field) return [plain(`field ${JSON.stringify(path.at(-1))} does not exist`)]
    type = field.inside?.()
  }
  if (field) {
    const values = field.values ? `ENUM:${field.values.map((v) => `\n    ${v || '""'}`).join('')}` : ''
    c.out(`FIELD: ${field.name} <${field.shown}>\n${values}\n\n`)
  }
  const about = [field?.description, type?.description].filter(Boolean)
  const text = about.length > 0 ? about.map((t) => `${t}\n`).join('') : '<empty>'
  c.out(`DESCRIPTION:\n${indent(wrap(text, 76), 4)}\n`)
  if (type && type.fields.length > 0) {
    c.out('FIELDS:\n')
    writeFields(c, type, 1, new Set([type]))
  }
  c.out('\n')
  return []
}

/** How many values a list of fields shows. */
const MOST_VALUES = 4

function writeFields(c: Context, type: TypeDoc, level: number, above: ReadonlySet<TypeDoc>): void {
  const space = '  '.repeat(level)
  const recursive = c.flags.on('recursive')
  for (const { name, shown, required, description, values, inside } of type.fields) {
    c.out(`${space}${name}\t<${shown}>${required ? ' -required-' : ''}\n`)
    if (values) {
      const some = values.slice(0, MOST_VALUES).map((v) => v || '""')
      c.out(`${space}enum: ${some.join(', ')}${values.length > MOST_VALUES ? ', ....' : ''}\n`)
    }
    if (!recursive) {
      const about = description === undefined ? '' : indent(wrap(description || '<no description>', 78 - level * 2), 4)
      c.out(`${about}${about === '' ? '' : '\n'}\n`)
      continue
    }
    const inner = inside?.()
    if (inner && !above.has(inner)) writeFields(c, inner, level + 1, new Set([...above, inner]))
  }
}

/** Every line gets its indent, empty ones too. */
const indent = (text: string, by: number): string => text.replaceAll(/^/gm, ' '.repeat(by))

/** Lines of at most so many characters, broken at spaces; those of the text stay. github.com/mitchellh/go-wordwrap WrapString (1.0.1) */
function wrap(text: string, limit: number): string {
  let [out, current, word, space] = ['', 0, '', '']
  for (const char of text) {
    if (char === '\n') {
      if (word !== '' || current + space.length <= limit) out += space
      out += `${word}\n`
      ;[current, word, space] = [0, '', '']
    } else if (/\s/.test(char) && char !== '\u00a0') {
      if (space === '' || word !== '') {
        current += space.length + word.length
        out += space + word
        ;[word, space] = ['', '']
      }
      space += char
    } else {
      word += char
      if (current + word.length + space.length > limit && word.length < limit) {
        out += '\n'
        ;[current, space] = [0, '']
      }
    }
  }
  if (word !== '' || current + space.length <= limit) out += space
  return out + word
}
