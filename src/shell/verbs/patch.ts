import { goQuote, patchLocally } from '../../engine/index.ts'
import { readValue } from '../../manifest/index.ts'
import type { KObject, Service, ServicePort } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { plain, refused } from '../failure.ts'
import { jsonFault } from '../json-fault.ts'
import { SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { dryRunOf, isFailure, patch, RECORD, report, WRITE_FLAGS } from '../server.ts'

const TYPES = ['json', 'merge', 'strategic'] as const

/** k8s kubectl pkg/cmd/patch/patch.go (v1.36) */
export const patchVerb: Verb = {
  name: 'patch',
  flags: [
    ...SELECTION_FLAGS.filter((f) => ['filename', 'recursive', 'kustomize'].includes(f.name)),
    ...WRITE_FLAGS,
    RECORD,
    { name: 'patch', short: 'p', type: 'string' },
    { name: 'patch-file', type: 'string' },
    { name: 'type', type: 'string', default: 'strategic' },
    { name: 'local', type: 'bool' },
    { name: 'subresource', type: 'string' },
  ],
  run: (c) => {
    const { flags } = c
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const inline = flags.text('patch')
    const file = flags.text('patch-file')
    if (inline !== '' && file !== '') return [plain('cannot specify --patch and --patch-file together')]
    if (inline === '' && file === '')
      return [plain('must specify --patch or --patch-file containing the contents of the patch')]
    if (flags.text('subresource') !== '') {
      return [
        plain('--subresource is not simulated here: what a status says is what the controllers and kubelets find'),
      ]
    }
    const type = TYPES.find((t) => t === flags.text('type').toLowerCase())
    if (!type) return [plain(`--type must be one of [${TYPES.join(' ')}], not ${JSON.stringify(flags.text('type'))}`)]
    const text = file === '' ? inline : c.readFile(file)
    if (text === undefined) return [plain(`unable to read patch file: open ${file}: no such file or directory`)]
    // what looks like JSON goes to the server as it stands. k8s apimachinery/pkg/util/yaml ToJSON (v1.36)
    const fault = text.trimStart().startsWith('{') ? jsonFault(text) : undefined
    const read = fault === undefined ? readValue(text) : { ok: true as const, value: undefined }
    if (!read.ok) return [plain(`unable to parse ${goQuote(inline)}: ${read.words}`)]
    const selection = select(c)
    if (selection.fatal) return selection.failures
    if (selection.visits.length === 0) return [plain('no objects passed to patch')]
    return visitAll(selection, (info) => {
      if (fault !== undefined) return [refused({ code: 400, reason: 'BadRequest', message: fault })]
      if (dryRun === 'client') {
        const tried = patchLocally(info.object!, type, read.value)
        return tried.ok ? report(c, tried.value, 'patched') : [plain(tried.message)]
      }
      const result = patch(c, info, type, read.value)
      if (isFailure(result)) return [result]
      const before = info.object!
      const same = JSON.stringify(result) === JSON.stringify(before) && !dropsNodePort(before, type, read.value)
      return report(c, result, same ? 'patched (no change)' : 'patched', 'none', { bare: true })
    })
  },
}

/**
 * A merge patch replaces the list of ports, and with it the node ports that it does not repeat. The server fills them in again, but they
 * have lost their owner in managedFields, so the object did change.
 * k8s apimachinery/pkg/util/managedfields/internal/structuredmerge.go Update; pkg/registry/core/service/storage patchAllocatedValues (v1.36)
 */
function dropsNodePort(before: KObject, type: string, value: unknown): boolean {
  const ports = (value as { spec?: { ports?: readonly ServicePort[] } } | null)?.spec?.ports
  if (before.kind !== 'Service' || type !== 'merge' || !Array.isArray(ports)) return false
  const kept = new Set((ports as readonly ServicePort[]).map((p) => p?.nodePort))
  return (before as Service).spec.ports?.some((p) => p.nodePort !== undefined && !kept.has(p.nodePort)) ?? false
}
