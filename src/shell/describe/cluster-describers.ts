import type { Pod, Taint } from '../../model/index.ts'
import type { Context } from '../command.ts'
import { ageOf } from '../print/age.ts'
import { nodeRoles } from '../print/columns-cluster.ts'
import { amountOf, NOTHING, plus, podAmount, sumText } from '../print/quantities.ts'
import type { Loose } from '../print/table-of.ts'
import { writeLimitRanges, writeQuotas } from './policy-describers.ts'
import { longTime, type Writer } from './writer.ts'

export function describeNamespace(w: Writer, o: Loose, c: Context): void {
  w.field('Name', o.metadata.name)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.field('Status', o.status?.phase ?? '')
  const conditions: Loose[] = o.status?.conditions ?? []
  if (conditions.length > 0) {
    w.line(0, 'Conditions:').line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage')
    w.line(1, '----\t------\t------------------\t------\t-------')
    for (const k of conditions) {
      w.line(1, [k.type, k.status, longTime(k.lastTransitionTime), k.reason ?? '', k.message ?? ''].join('\t'))
    }
  }
  w.line(0, '')
  writeQuotas(w, c.cluster.list<Loose>('ResourceQuota', o.metadata.name))
  w.line(0, '')
  writeLimitRanges(w, c.cluster.list<Loose>('LimitRange', o.metadata.name))
}

const taintText = ({ key, value, effect }: Taint) => `${key}${value ? `=${value}` : ''}:${effect}`

export function describeNode(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec = {}, status = {} } = o
  w.field('Name', metadata.name).field('Roles', nodeRoles(metadata.labels))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('CreationTimestamp', longTime(metadata.creationTimestamp))
  const order = (t: Taint) => `${t.effect},${t.key}`
  const taints: Taint[] = [...(spec.taints ?? [])].sort((a: Taint, b: Taint) => (order(a) < order(b) ? -1 : 1))
  w.list('Taints', taints.map(taintText)).field('Unschedulable', spec.unschedulable ?? false)
  w.field('Lease', `Failed to get lease: leases.coordination.k8s.io "${metadata.name}" not found`)
  const conditions: Loose[] = status.conditions ?? []
  if (conditions.length > 0) {
    w.line(0, 'Conditions:').line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage')
    w.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
    for (const k of conditions) {
      const times = `${longTime(k.lastHeartbeatTime)} \t${longTime(k.lastTransitionTime)}`
      w.line(1, `${k.type} \t${k.status} \t${times} \t${k.reason ?? ''} \t${k.message ?? ''}`)
    }
  }
  w.line(0, 'Addresses:')
  for (const { type, address } of status.addresses ?? []) w.field(type, address, 1)
  for (const [title, list] of [
    ['Capacity', status.capacity],
    ['Allocatable', status.allocatable],
  ]) {
    if (Object.keys(list ?? {}).length === 0) continue
    w.line(0, `${title}:`)
    for (const name of Object.keys(list).sort()) w.field(name, String(list[name]), 1)
  }
  const info = status.nodeInfo ?? {}
  w.line(0, 'System Info:')
  for (const [title, field] of [
    ['Machine ID', 'machineID'],
    ['System UUID', 'systemUUID'],
    ['Boot ID', 'bootID'],
    ['Kernel Version', 'kernelVersion'],
    ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'],
    ['Architecture', 'architecture'],
    ['Container Runtime Version', 'containerRuntimeVersion'],
    ['Kubelet Version', 'kubeletVersion'],
  ]) {
    w.field(title!, info[field!] ?? '', 1)
  }
  if (spec.podCIDR) w.field('PodCIDR', spec.podCIDR)
  if ((spec.podCIDRs ?? []).length > 0) w.field('PodCIDRs', spec.podCIDRs.join(','))
  if (spec.providerID) w.field('ProviderID', spec.providerID)
  writePods(w, metadata.name, status.allocatable ?? status.capacity ?? {}, c)
}

/** k8s kubectl pkg/describe/describe.go describeNodeResource (v1.36) */
function writePods(w: Writer, node: string, allocatable: Loose, c: Context): void {
  const pods = c.cluster
    .list<Pod>('Pod')
    .filter((p) => p.spec.nodeName === node && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed')
  w.field('Non-terminated Pods', `(${pods.length} in total)`)
  w.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  w.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  const share = (list: readonly Pod[], what: 'requests' | 'limits', resource: string) => {
    const total = list.map((p) => podAmount(p.spec, what, resource)).reduce(plus, NOTHING)
    const whole = amountOf(allocatable[resource])
    return `${sumText(total)} (${whole === 0 ? 0 : Math.trunc((total.value / whole) * 100)}%)`
  }
  for (const p of pods) {
    const cells = [
      share([p], 'requests', 'cpu'),
      share([p], 'limits', 'cpu'),
      share([p], 'requests', 'memory'),
      share([p], 'limits', 'memory'),
      ageOf(p.metadata.creationTimestamp, c.cluster.age),
    ]
    w.line(1, `${p.metadata.namespace}\t${p.metadata.name}\t\t${cells.join('\t')}`)
  }
  w.line(0, 'Allocated resources:').line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)')
  w.line(1, 'Resource\tRequests\tLimits').line(1, '--------\t--------\t------')
  for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
    w.line(1, `${resource}\t${share(pods, 'requests', resource)}\t${share(pods, 'limits', resource)}`)
  }
}
