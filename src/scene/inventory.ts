import {
  type ClientView,
  controllerOf,
  type KObject,
  keyOf,
  kindKey,
  makeKey,
  matchesMap,
  type ObjectKey,
  type Pod,
  type Service,
  type ServiceView,
  splitKey,
  type Workload,
} from '../model/index.ts'
import type { SceneInput, Trouble } from './scene.ts'
import { troublesOf } from './trouble.ts'

/** A workload with its pods, or pods that nobody owns and that the same Services select. */
export interface PodGroup {
  readonly id: string
  readonly key?: ObjectKey
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly pods: readonly Pod[]
  readonly wanted?: number
  readonly trouble?: Trouble
  /** Services that have one of its pods as a member, in the picture's order. */
  readonly services: readonly ObjectKey[]
}

/** What there is to show, in the picture's order. */
export interface Inventory {
  readonly services: readonly {
    readonly key: ObjectKey
    readonly object: Service
    readonly view?: ServiceView
    readonly trouble?: Trouble
  }[]
  readonly groups: readonly PodGroup[]
  /** Pods that stand in the picture as clients. */
  readonly clientPods: ReadonlyMap<ObjectKey, Pod>
  /** Namespaces of Services and groups, in order of their first appearance. */
  readonly namespaces: readonly string[]
}

const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
])
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

/** What every cluster has and nobody wrote is left out, unless the text holds it or a client asks it. */
export const isSystem = (key: ObjectKey): boolean =>
  key === 'Service/default/kubernetes' || SYSTEM_NAMESPACES.has(splitKey(key).namespace)

export function takeInventory(input: SceneInput): Inventory {
  const rank = new Map((input.order ?? []).map((key, index) => [key, index]))
  const asked = new Set([...(input.observed?.values() ?? [])].map((a) => a.dialled?.key))
  const shown = (key: ObjectKey) => !isSystem(key) || rank.has(key) || asked.has(key)
  const byOrder = (a: ObjectKey, b: ObjectKey) =>
    (rank.get(a) ?? Infinity) - (rank.get(b) ?? Infinity) || (a < b ? -1 : a > b ? 1 : 0)

  const serviceKeys: ObjectKey[] = []
  const pods: Pod[] = []
  const workloads: KObject[] = []
  for (const [key, object] of input.objects) {
    if (!shown(key)) continue
    const { kind } = splitKey(key)
    if (kind === 'Service') serviceKeys.push(key)
    else if (kind === 'Pod') pods.push(object as Pod)
    else if (WORKLOADS.has(kind) && !controllerOf(object)) workloads.push(object)
  }
  serviceKeys.sort(byOrder)
  const troubles = troublesOf(input.diagnostics)
  const services = serviceKeys.map((key) => {
    const view = input.services.get(key)
    const trouble = troubles.get(key)
    return { key, object: input.objects.get(key) as Service, ...(view && { view }), ...(trouble && { trouble }) }
  })

  const selectedBy = new Map<ObjectKey, ObjectKey[]>()
  for (const { key, view } of services) {
    for (const member of view?.members ?? []) {
      const list = selectedBy.get(member.key)
      if (list) list.push(key)
      else selectedBy.set(member.key, [key])
    }
  }

  const asking = new Set(input.clients.filter((c) => c.from === 'pod').map((c) => c.at))
  const clientPods = new Map<ObjectKey, Pod>()
  const drafts = new Map<string, { key?: ObjectKey; kind: string; name: string; namespace: string; pods: Pod[] }>()
  for (const workload of workloads) {
    const key = keyOf(workload)
    const { kind, name, namespace } = splitKey(key)
    drafts.set(`group:${key}`, { key, kind, name, namespace, pods: [] })
  }
  for (const pod of pods) {
    const key = keyOf(pod)
    const owner = topOwner(pod, input.objects)
    const selectors = selectedBy.get(key) ?? []
    if (!owner && selectors.length === 0 && asking.has(key)) {
      clientPods.set(key, pod)
      continue
    }
    const namespace = pod.metadata.namespace ?? ''
    const id = owner ? `group:${owner}` : `group:Pods/${namespace}/${selectors.join(' ')}`
    let draft = drafts.get(id)
    if (!draft) {
      const { kind, name } = owner ? splitKey(owner) : { kind: 'Pod', name: '' }
      draft = { ...(owner && { key: owner }), kind, name, namespace, pods: [] }
      drafts.set(id, draft)
    }
    draft.pods.push(pod)
  }

  const groups = [...drafts].map(([id, draft]): PodGroup => {
    const object = draft.key ? (input.objects.get(draft.key) as Workload | undefined) : undefined
    const found = new Set(draft.pods.flatMap((pod) => selectedBy.get(keyOf(pod)) ?? []))
    const selecting = services.filter((s) => found.has(s.key)).map((s) => s.key)
    const wanted = wantedOf(object)
    const trouble = draft.key === undefined ? undefined : troubles.get(draft.key)
    return {
      ...draft,
      id,
      ...(wanted !== undefined && { wanted }),
      ...(trouble && { trouble }),
      services: selecting.length > 0 ? selecting : meantFor(object, services),
    }
  })
  groups.sort(
    (a, b) => byOrder(a.key ?? '', b.key ?? '') || (a.namespace + a.name + a.id < b.namespace + b.name + b.id ? -1 : 1),
  )

  const namespaces = [
    ...new Set([...services.map((s) => s.object.metadata.namespace ?? ''), ...groups.map((g) => g.namespace)]),
  ]
  return { services, groups, clientPods, namespaces }
}

/** The controller of the controllers: a Deployment for the pods of its ReplicaSets. */
function topOwner(pod: Pod, objects: SceneInput['objects']): ObjectKey | undefined {
  let top: ObjectKey | undefined
  let object: KObject | undefined = pod
  for (let depth = 0; object && depth < 4; depth++) {
    const owner = controllerOf(object)
    if (!owner) break
    top = makeKey(kindKey(owner.apiVersion, owner.kind), pod.metadata.namespace ?? '', owner.name)
    object = objects.get(top)
  }
  return top
}

function wantedOf(workload: Workload | undefined): number | undefined {
  if (!workload) return undefined
  if (workload.kind === 'DaemonSet') {
    const desired = workload.status?.['desiredNumberScheduled']
    return typeof desired === 'number' ? desired : undefined
  }
  return workload.kind === 'Job' ? undefined : (workload.spec.replicas ?? 1)
}

/** A workload without pods still stands beside the Service that would select them: a matter of layout, no line is drawn. */
function meantFor(workload: Workload | undefined, services: Inventory['services']): readonly ObjectKey[] {
  const labels = workload?.spec?.template?.metadata?.labels
  if (!labels) return []
  return services
    .filter(({ object }) => {
      const { selector } = object.spec
      return (
        object.metadata.namespace === workload.metadata.namespace &&
        selector !== undefined &&
        Object.keys(selector).length > 0 &&
        matchesMap(selector, labels)
      )
    })
    .map((s) => s.key)
}

/** Whether the picture has to say which namespace things are in: those who ask count, too. */
export function severalNamespaces(inventory: Inventory, clients: readonly ClientView[]): boolean {
  const asking = clients.flatMap((c) => (c.from === 'pod' && c.at ? [splitKey(c.at).namespace] : []))
  return new Set([...inventory.namespaces, ...asking]).size > 1
}
