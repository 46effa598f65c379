import type { ContainerPort, KObject, LabelSelector, PodSpec, ServicePort } from '../../model/index.ts'
import { kindInfo } from '../../model/index.ts'
import type { Context, Outcome, Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { type Info, SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { create, dryRunOf, isFailure, RECORD, report, WRITE_FLAGS } from '../server.ts'
import { withLastApplied } from './create/last-applied.ts'
import { overridden } from './create/overrides.ts'

const EXPOSABLE: ReadonlySet<string> = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment', 'ReplicaSet'])

/** k8s kubectl pkg/cmd/expose/expose.go, pkg/polymorphichelpers (v1.36) */
export const expose: Verb = {
  name: 'expose',
  flags: [
    ...WRITE_FLAGS,
    RECORD,
    ...SELECTION_FLAGS.filter((f) => ['filename', 'recursive', 'kustomize'].includes(f.name)),
    { name: 'save-config', type: 'bool' },
    { name: 'labels', short: 'l', type: 'string' },
    ...(
      ['protocol', 'port', 'type', 'load-balancer-ip', 'selector', 'target-port', 'external-ip', 'name'] as const
    ).map((name) => ({ name, type: 'string' as const })),
    { name: 'session-affinity', type: 'string' },
    { name: 'cluster-ip', type: 'string' },
    { name: 'overrides', type: 'string' },
    { name: 'override-type', type: 'string' },
  ],
  run: (c) => {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { noSelector: true })
    if (selection.fatal) return selection.failures
    return visitAll(selection, (info) => exposeOne(c, info))
  },
}

function exposeOne(c: Context, { kind, name, object }: Info): Outcome {
  const { flags } = c
  if (!EXPOSABLE.has(kind.kind)) {
    const group = kind.apiVersion.includes('/') ? `.${kind.apiVersion.split('/')[0]}` : ''
    return [plain(`cannot expose a ${kind.kind}${group}`)]
  }
  const selector = flags.text('selector') === '' ? selectorOf(object!) : parsePairs(flags.text('selector'))
  if (typeof selector === 'string') {
    const words =
      flags.text('selector') === '' ? "couldn't retrieve selectors via --selector flag or introspection: " : ''
    return [plain(words + selector)]
  }
  const ports = portsOf(c, object!)
  if (typeof ports === 'string') return [plain(ports)]
  const labels = flags.text('labels') === '' ? object!.metadata.labels : parsePairs(flags.text('labels'))
  if (typeof labels === 'string') return [plain(labels)]
  const externalIP = flags.text('external-ip')
  const type = flags.text('type')
  const affinity = flags.text('session-affinity')
  if (affinity !== '' && affinity !== 'None' && affinity !== 'ClientIP') {
    return [plain(`unknown session affinity: ${affinity}`)]
  }
  const clusterIP = flags.text('cluster-ip')
  const service: KObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: flags.text('name') || name.slice(0, 63),
      ...(labels && Object.keys(labels).length > 0 && { labels }),
    },
    spec: {
      selector,
      ...(ports.length > 0 && { ports }),
      ...(externalIP !== '' && { externalIPs: [externalIP] }),
      ...(type !== '' && { type }),
      ...(type === 'LoadBalancer' &&
        flags.has('load-balancer-ip') && { loadBalancerIP: flags.text('load-balancer-ip') }),
      ...(affinity !== '' && { sessionAffinity: affinity }),
      ...(clusterIP !== '' && { clusterIP: clusterIP === 'None' ? 'None' : clusterIP }),
    },
  }
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  const wanted = overridden(c, service)
  if (isFailure(wanted)) return [wanted]
  if (dryRun === 'client') {
    const namespace = c.explicitNamespace && { namespace: c.namespace }
    return report(c, { ...wanted, metadata: { ...wanted.metadata, ...namespace } }, 'exposed', dryRun, { typed: true })
  }
  const made = create(
    c,
    kindInfo('v1', 'Service')!,
    flags.on('save-config') ? withLastApplied(wanted) : wanted,
    'Ignore',
  )
  return isFailure(made) ? [made] : report(c, made, 'exposed')
}

/** `a=b,c=d`. k8s kubectl pkg/cmd/expose/expose.go parseLabels (v1.36) */
export function parsePairs(text: string): Record<string, string> | string {
  const out: Record<string, string> = {}
  for (const pair of text.split(',')) {
    const parts = pair.split('=')
    if (parts.length !== 2) return `unexpected label spec: ${pair}`
    if (parts[0] === '') return 'unexpected empty label key'
    out[parts[0]!] = parts[1]!
  }
  return out
}

function selectorOf(object: KObject): Record<string, string> | string {
  const spec = object.spec as { selector?: LabelSelector | Record<string, string> } | undefined
  const map = (labels: Readonly<Record<string, string>> | undefined, none: string) =>
    labels && Object.keys(labels).length > 0 ? { ...labels } : none
  switch (object.kind) {
    case 'Pod':
      return map(object.metadata.labels, 'the pod has no labels and cannot be exposed')
    case 'Service':
      return map(spec?.selector as Record<string, string>, 'the service has no pod selector set')
    case 'ReplicationController':
      return map(spec?.selector as Record<string, string>, 'the replication controller has no selector set')
    default: {
      const selector = spec?.selector as LabelSelector | undefined
      const what = object.kind === 'Deployment' ? 'deployment' : 'replicaset'
      if (Object.keys(selector?.matchLabels ?? {}).length === 0) {
        return `invalid ${what}: no selectors, therefore cannot be exposed`
      }
      if ((selector?.matchExpressions ?? []).length > 0) {
        const shown = selector!.matchExpressions!.map(
          (e) => `{Key:${e.key} Operator:${e.operator} Values:[${(e.values ?? []).join(' ')}]}`,
        )
        return `couldn't convert expressions - "[${shown.join(' ')}]" to map-based selector format`
      }
      return { ...selector!.matchLabels }
    }
  }
}

interface Offered {
  readonly port: number
  readonly protocol: string
}

/** Ports that the object says, each number once, and its protocols in their order. */
function offeredBy(object: KObject): Offered[] {
  if (object.kind === 'Service') {
    const ports = (object.spec as { ports?: ServicePort[] } | undefined)?.ports ?? []
    return ports.map((p) => ({ port: p.port, protocol: p.protocol ?? 'TCP' }))
  }
  const spec = object.spec as (PodSpec & { template?: { spec: PodSpec } }) | undefined
  const containers = (object.kind === 'Pod' ? spec : spec?.template?.spec)?.containers ?? []
  const ports: ContainerPort[] = containers.flatMap((k) => k.ports ?? [])
  return ports.map((p) => ({ port: p.containerPort, protocol: p.protocol ?? 'TCP' }))
}

function portsOf(c: Context, object: KObject): ServicePort[] | string {
  const { flags } = c
  const offered = offeredBy(object)
  let numbers =
    flags.text('port') === '' ? [...new Set(offered.map((o) => String(o.port)))] : flags.text('port').split(',')
  if (numbers.length === 0) {
    if (flags.text('cluster-ip') !== 'None') return "couldn't find port via --port flag or introspection"
    numbers = []
  }
  const protocol = flags.text('protocol')
  const target = flags.text('target-port')
  const out: ServicePort[] = []
  for (const [i, text] of numbers.entries()) {
    if (!/^[+-]?\d+$/.test(text)) return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
    const port = Number(text)
    const name = numbers.length > 1 ? `port-${i + 1}` : undefined
    const targetPort = target === '' ? port : /^[+-]?\d+$/.test(target) ? Number(target) : target
    const known = [...new Set(offered.filter((o) => o.port === port).map((o) => o.protocol))]
    const protocols = protocol !== '' ? [protocol] : known.length > 0 ? known : ['TCP']
    for (const p of protocols) {
      const called = protocols.length > 1 ? `port-${i + 1}-${p.toLowerCase()}` : name
      out.push({ ...(called && { name: called }), port, protocol: p as 'TCP', targetPort })
    }
  }
  return out
}
