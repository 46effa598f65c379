import { makeKey } from '../../model/index.ts'
import type { Context, Outcome, Pause, Verb } from '../command.ts'
import { eventAge, eventsAbout, lastSeen } from '../describe/describers.ts'
import { plain } from '../failure.ts'
import { findKind, storeKind } from '../kinds.ts'
import { listOf, printerFor } from '../print/output.ts'
import { alignTable } from '../print/table.ts'
import type { Loose } from '../print/table-of.ts'

/** k8s kubectl pkg/cmd/events/events.go (v1.36) */
export const events: Verb = {
  name: 'events',
  flags: [
    { name: 'all-namespaces', short: 'A', type: 'bool' },
    { name: 'for', type: 'string' },
    { name: 'types', type: 'list' },
    { name: 'no-headers', type: 'bool' },
    { name: 'watch', short: 'w', type: 'bool' },
    { name: 'chunk-size', type: 'int', default: '500' },
    { name: 'output', short: 'o', type: 'string' },
    { name: 'template', type: 'string' },
    { name: 'show-managed-fields', type: 'bool' },
  ],
  run: listEvents,
}

function* listEvents(c: Context): Generator<Pause, Outcome> {
  const { flags } = c
  const types = flags.all('types')
  const strange = types.find((t) => !['normal', 'warning'].includes(t.toLowerCase()))
  if (strange !== undefined) return [plain('valid --types are Normal or Warning')]
  const everywhere = flags.on('all-namespaces')
  const [type, name] = flags.text('for').split('/')
  const kind = flags.has('for') ? findKind(type!) : undefined
  if (flags.has('for') && (!name || !kind)) {
    if (!name) return [plain('--for must be in resource/name form')]
    c.err(`the server doesn't have a resource type ${JSON.stringify(type)}\n`)
    return [{ type: 'said' }]
  }
  const find = (): Loose[] => {
    const target = kind && {
      ...(c.cluster.get<Loose>(makeKey(storeKind(kind), kind.namespaced ? c.namespace : '', name!)) ?? {
        kind: kind.kind,
        metadata: { name, namespace: kind.namespaced ? c.namespace : '' },
      }),
    }
    const all: Loose[] = target
      ? eventsAbout(c, target)
      : c.cluster.events().filter((e) => everywhere || e.metadata.namespace === c.namespace)
    return all
      .filter((e) => types.length === 0 || types.some((t) => t.toLowerCase() === String(e.type).toLowerCase()))
      .sort((a, b) => lastSeen(a) - lastSeen(b))
  }
  const found = find()
  if (found.length === 0 && !flags.on('watch')) {
    c.err(everywhere ? 'No events found.\n' : `No events found in ${c.namespace} namespace.\n`)
    return []
  }
  const format = flags.text('output')
  if (format !== '') {
    const printer = printerFor(format, { template: flags.text('template') })
    if (typeof printer === 'string') return [plain(printer)]
    const printed = printer(listOf(found))
    if (!printed.ok) return [plain(printed.error)]
    c.out(printed.text)
    return []
  }
  const row = (e: Loose) => [
    ...(everywhere ? [e.metadata.namespace] : []),
    eventAge(e, c),
    e.type,
    e.reason,
    `${e.involvedObject.kind}/${e.involvedObject.name}`,
    String(e.message).trim(),
  ]
  const header = [...(everywhere ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
  c.out(alignTable([...(flags.on('no-headers') ? [] : [header]), ...found.map(row)]))
  if (!flags.on('watch')) return []
  const said = new Set(found.map((e) => `${e.metadata.uid}/${lastSeen(e)}`))
  for (;;) {
    yield { endless: true }
    for (const e of find()) {
      const id = `${e.metadata.uid}/${lastSeen(e)}`
      if (!said.has(id)) c.out(alignTable([row(e)]))
      said.add(id)
    }
  }
}
