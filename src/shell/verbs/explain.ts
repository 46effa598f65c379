import { fieldsOfKind, fieldsOfType, type SchemaField } from '../../engine/index.ts'
import { groupOf } from '../../model/index.ts'
import type { Context, Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { findKind } from '../kinds.ts'

/**
 * Fields and types are those of the API's Go types, which the engine decodes by; what a field is for is the host's to hand in
 * (`KubectlOptions.describe`), and is left out where it does not.
 * k8s kubectl pkg/explain/v2/templates/plaintext.tmpl (v1.36)
 */
export const explain: Verb = {
  name: 'explain',
  flags: [
    { name: 'recursive', type: 'bool' },
    { name: 'api-version', type: 'string' },
    { name: 'output', short: 'o', type: 'string', default: 'plaintext' },
  ],
  run: (c) => {
    if (c.args.length === 0) {
      return [
        plain(
          'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
        ),
      ]
    }
    if (c.args.length > 1) {
      return [plain('We accept only this format: explain RESOURCE')]
    }
    if (c.flags.text('output') !== 'plaintext') {
      return [plain(`"kubectl explain -o ${c.flags.text('output')}" is not simulated: plaintext is`)]
    }
    // a group may stand behind the resource: `deployments.apps.spec`
    const words = c.args[0]!.replace(/\.$/, '').split('.')
    const first = words[0]!
    const kind = findKind(first)
    if (!kind) {
      c.err(`the server doesn't have a resource type ${JSON.stringify(first)}\n`)
      return [{ type: 'said' }]
    }
    const group = groupOf(kind.apiVersion)
    const skipped = group !== '' && words.slice(1).join('.').startsWith(group) ? 1 + group.split('.').length : 1
    const path = words.slice(skipped)
    const version = kind.apiVersion.slice(kind.apiVersion.indexOf('/') + 1)
    const head = `${group ? `GROUP:      ${group}\n` : ''}KIND:       ${kind.kind}\nVERSION:    ${version}\n\n`
    let fields = fieldsOfKind(kind.apiVersion, kind.kind)
    if (!fields) return [plain(`${kind.kind}: its fields are not known here`)]
    let last: SchemaField | undefined
    let owner = kind.kind
    for (const name of path) {
      const found: SchemaField | undefined = fields?.find((f) => f.name === name)
      if (!found) {
        c.out(head)
        return [plain(`field ${JSON.stringify(name)} does not exist`)]
      }
      if (last?.of) owner = last.of
      last = found
      fields = found.of ? fieldsOfType(found.of) : undefined
    }
    c.out(head)
    if (last) c.out(`FIELD: ${last.name} <${last.shown}>${last.required ? ' -required-' : ''}\n\n\n`)
    const about = last ? c.describe(owner, last.name) : c.describe(kind.kind)
    const inside = last?.of ? c.describe(last.of) : undefined
    const words2 = [about, inside].filter((t) => t !== undefined && t !== '')
    c.out(`DESCRIPTION:\n${indented(words2.length > 0 ? words2.join('\n') : '<empty>', 4)}\n    \n`)
    if (fields) {
      c.out('FIELDS:\n')
      const typeName = last?.of ?? kind.kind
      writeFields(c, typeName, fields, 1, c.flags.on('recursive'), new Set([typeName]))
      c.out('\n')
    }
    return []
  },
}

function writeFields(
  c: Context,
  owner: string,
  fields: readonly SchemaField[],
  level: number,
  recursive: boolean,
  above: ReadonlySet<string>,
): void {
  const space = '  '.repeat(level)
  for (const field of [...fields].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    c.out(`${space}${field.name}\t<${field.shown}>${field.required ? ' -required-' : ''}\n`)
    if (!recursive) {
      const about = c.describe(owner, field.name)
      c.out(`${about ? `${indented(about, 4)}\n` : ''}\n`)
    } else if (field.of && !above.has(field.of)) {
      writeFields(c, field.of, fieldsOfType(field.of) ?? [], level + 1, true, new Set([...above, field.of]))
    }
  }
}

/** Lines of at most 80 characters with their indent. */
function indented(text: string, by: number): string {
  const space = ' '.repeat(by)
  return text
    .split('\n')
    .map((line) => {
      const out: string[] = []
      let current = ''
      for (const word of line.split(/ +/)) {
        if (current !== '' && current.length + 1 + word.length > 80 - by) {
          out.push(space + current)
          current = word
        } else current = current === '' ? word : `${current} ${word}`
      }
      return [...out, space + current].join('\n')
    })
    .join('\n')
}
