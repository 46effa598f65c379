import { fromTimestamp, type KObject } from '../../model/index.ts'
import type { Context } from '../command.ts'
import { humanDuration } from '../print/age.ts'
import { goText } from '../print/jsonpath.ts'
import type { Loose } from '../print/table-of.ts'
import { describeRole, describeRoleBinding, describeServiceAccount } from './access-describers.ts'
import { describeNamespace, describeNode } from './cluster-describers.ts'
import {
  describeEndpointSlice,
  describeEndpoints,
  describeIngress,
  describeIngressClass,
  describeNetworkPolicy,
  describeService,
} from './network-describers.ts'
import {
  describeAutoscaler,
  describeDisruptionBudget,
  describeLimitRange,
  describePriorityClass,
  describeResourceQuota,
} from './policy-describers.ts'
import { describePersistentVolume, describePersistentVolumeClaim, describeStorageClass } from './storage-describers.ts'
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describePod,
  describeReplicaSet,
  describeReplicationController,
  describeStatefulSet,
} from './workload-describers.ts'
import { Writer } from './writer.ts'

/** Writes what `describe` says about an object, up to its events. */
export type Describer = (w: Writer, o: Loose, c: Context) => void

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  Service: describeService,
  Endpoints: describeEndpoints,
  EndpointSlice: describeEndpointSlice,
  Ingress: describeIngress,
  NetworkPolicy: describeNetworkPolicy,
  Pod: describePod,
  Deployment: describeDeployment,
  ReplicaSet: describeReplicaSet,
  ReplicationController: describeReplicationController,
  StatefulSet: describeStatefulSet,
  DaemonSet: describeDaemonSet,
  Job: describeJob,
  Namespace: describeNamespace,
  Node: describeNode,
  ConfigMap: describeConfigMap,
  Secret: describeSecret,
  CronJob: describeCronJob,
  IngressClass: describeIngressClass,
  PersistentVolume: describePersistentVolume,
  PersistentVolumeClaim: describePersistentVolumeClaim,
  StorageClass: describeStorageClass,
  ResourceQuota: describeResourceQuota,
  LimitRange: describeLimitRange,
  PodDisruptionBudget: describeDisruptionBudget,
  HorizontalPodAutoscaler: describeAutoscaler,
  PriorityClass: describePriorityClass,
  ServiceAccount: describeServiceAccount,
  Role: describeRole,
  ClusterRole: describeRole,
  RoleBinding: describeRoleBinding,
  ClusterRoleBinding: describeRoleBinding,
}

/** Kinds whose description has no events. */
const WITHOUT_EVENTS: ReadonlySet<string> = new Set([
  'Namespace',
  'NetworkPolicy',
  'Secret',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
])

/** What `kubectl describe` prints for an object. k8s kubectl pkg/describe/describe.go (v1.36) */
export function describeObject(c: Context, object: KObject, withEvents: boolean): string {
  const w = new Writer()
  const describer = DESCRIBERS[object.kind] ?? describeAny
  describer(w, object, c)
  if (withEvents && !WITHOUT_EVENTS.has(object.kind)) writeEvents(w, c, object)
  return w.aligned()
}

/** k8s kubectl pkg/describe/describe.go DescribeEvents (v1.36), by the last time that they were said */
function writeEvents(w: Writer, c: Context, object: KObject): void {
  const mine = eventsAbout(c, object)
  if (mine.length === 0) {
    w.field('Events', '<none>')
    return
  }
  w.line(0, 'Events:').line(1, 'Type\tReason\tAge\tFrom\tMessage').line(1, '----\t------\t----\t----\t-------')
  for (const e of mine) {
    const from = e.source?.component || e.reportingComponent
    const where = e.involvedObject?.fieldPath ? `${e.involvedObject.fieldPath}: ` : ''
    w.line(1, [e.type, e.reason, eventAge(e, c), from, where + String(e.message).trim()].join('\t'))
  }
}

/** k8s client-go tools/events: searches by name, namespace, kind and uid of the object */
export const eventsAbout = (c: Context, object: KObject): Loose[] =>
  c.cluster
    .events()
    .filter((e: Loose) => {
      const { kind, name, namespace = '', uid } = e.involvedObject ?? {}
      const { metadata } = object
      if (kind !== object.kind || name !== metadata.name || namespace !== (metadata.namespace ?? '')) return false
      return uid === undefined || metadata.uid === undefined || uid === metadata.uid
    })
    .sort((a: Loose, b: Loose) => lastSeen(a) - lastSeen(b))

/** When an event was said last, as the cluster's age. */
export const lastSeen = (e: Loose): number =>
  fromTimestamp(e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.metadata.creationTimestamp)

/** `2s (x3 over 5s)` */
export function eventAge(e: Loose, c: Context): string {
  const since = (at: number) => humanDuration(c.cluster.age - at)
  const first = fromTimestamp(e.eventTime ?? e.firstTimestamp ?? e.metadata.creationTimestamp)
  const count = e.series?.count ?? e.count ?? 1
  return count > 1 ? `${since(lastSeen(e))} (x${count} over ${since(first)})` : since(first)
}

function describeConfigMap(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.write(0, '\nData\n====\n')
  for (const key of Object.keys(o.data ?? {}).sort()) w.write(0, `${key}:\n----\n${o.data[key]}\n\n`)
  w.write(0, '\nBinaryData\n====\n')
  for (const key of Object.keys(o.binaryData ?? {}).sort()) w.line(0, `${key}: ${byteLength(o.binaryData[key])} bytes`)
  w.write(0, '\n')
}

function describeSecret(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.write(0, `\nType:\t${o.type ?? 'Opaque'}\n\nData\n====\n`)
  for (const key of Object.keys(o.data ?? {}).sort()) w.field(key, `${byteLength(o.data[key])} bytes`)
}

/** How many bytes a base64 text stands for. */
const byteLength = (base64: string): number => {
  const bare = String(base64).replace(/[\s=]/g, '')
  return Math.floor((bare.length * 3) / 4)
}

/** k8s kubectl pkg/describe/describe.go genericDescriber (v1.36) */
function describeAny(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace ?? '')
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  writeContent(w, 0, o, '')
}

const SHOWN_BEFORE = ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map((f) => `.metadata.${f}`)

function writeContent(w: Writer, level: number, content: Loose, path: string): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field]
    const here = `${path}.${field}`
    if (SHOWN_BEFORE.includes(here) || value === undefined) continue
    if (Array.isArray(value)) {
      w.line(level, `${smartLabel(field)}:`)
      for (const item of value) {
        if (typeof item === 'object' && item !== null && !Array.isArray(item)) writeContent(w, level + 1, item, here)
        else w.line(level + 1, goText(item))
      }
    } else if (typeof value === 'object' && value !== null) {
      w.line(level, `${smartLabel(field)}:`)
      writeContent(w, level + 1, value, here)
    } else w.field(smartLabel(field), goText(value), level)
  }
}

const ACRONYMS = ['API', 'URL', 'UID', 'GUID']

/** `podCIDRs` → `Pod CIDRs` */
export function smartLabel(field: string): string {
  if (!/^[\p{L}-]+$/u.test(field)) return field
  const parts = field.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|-/g) ?? [field]
  return parts
    .map((part) => {
      if (ACRONYMS.includes(part.toUpperCase())) return part.toUpperCase()
      return part.toLowerCase() === part ? part.charAt(0).toUpperCase() + part.slice(1) : part
    })
    .join(' ')
}
