import { type Toleration, timestamp } from '../../../model/index.ts'
import { deepFreeze, get, randomSuffix, type State, slot } from '../../core/index.ts'
import type { Draft } from '../decode.ts'
import { compareQuantities } from '../quantity.ts'

export const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** k8s plugin/pkg/admission/defaulttolerationseconds/admission.go (v1.36) */
const NOT_READY: Toleration = deepFreeze({
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
})
const UNREACHABLE: Toleration = deepFreeze({ ...NOT_READY, key: 'node.kubernetes.io/unreachable' })
const BOTH = deepFreeze([NOT_READY, UNREACHABLE])

const TOPOLOGY_LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/**
 * What the admission plugins that are on by default write into a new pod's spec: service account and its token, priority, tolerations.
 * Returns a new spec; what it holds is shared. It depends on the spec alone, but for the name that `tokenName` draws (alike.ts). k8s pkg/kubeapiserver/options/plugins.go DefaultOffAdmissionPlugins (v1.36)
 */
export function admitPodSpec(state: State, spec: Draft): Draft {
  const serviceAccountName = spec.serviceAccountName || spec.serviceAccount || 'default'
  const out: Draft = {
    ...spec,
    serviceAccountName,
    serviceAccount: serviceAccountName,
    priority: spec.priority ?? PRIORITIES[spec.priorityClassName] ?? 0,
    preemptionPolicy: spec.preemptionPolicy ?? 'PreemptLowerPriority',
    tolerations: withDefaultTolerations(spec.tolerations),
  }
  return spec.automountServiceAccountToken === false ? out : mountToken(state, out)
}

/** What they write into the spec of a pod that is changed: what it leaves out is not taken away. */
export function readmitPodSpec(spec: Draft, old: Draft): Draft {
  return {
    ...spec,
    priority: spec.priority ?? old.priority,
    preemptionPolicy: spec.preemptionPolicy ?? old.preemptionPolicy,
    tolerations: withDefaultTolerations(spec.tolerations),
  }
}

/** Accounts that the page's text leans on without holding them: NAMESPACE/NAME. */
const takenForThere = slot<true>('api.accounts-taken-for-there')

/** From now on these accounts (NAMESPACE/NAME) are taken for there, though no object says so; others no longer are. */
export function takeAccountsForThere(state: State, accounts: ReadonlySet<string>): void {
  const taken = takenForThere(state)
  for (const account of taken.keys()) if (!accounts.has(account)) taken.delete(account)
  for (const account of accounts) taken.set(account, true)
}

/**
 * Why a pod may not run as the account that it names. That of the namespace itself is always taken for there.
 * k8s plugin/pkg/admission/serviceaccount/admission.go Admit (v1.36)
 */
export function accountFault(state: State, namespace: string, spec: Draft | undefined): string | undefined {
  const name = spec?.serviceAccountName || spec?.serviceAccount || 'default'
  if (name === 'default' || get(state, 'ServiceAccount', namespace, name)) return undefined
  if (takenForThere(state).has(`${namespace}/${name}`)) return undefined
  return `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`
}

/** k8s plugin/pkg/admission/priority/admission.go admitPod (v1.36): a number of its own only where it is the class's */
export function priorityFault(spec: Draft): string | undefined {
  const priority = PRIORITIES[spec.priorityClassName] ?? 0
  // other classes are not looked up, so that their number is not known
  const unknown = spec.priorityClassName && !(spec.priorityClassName in PRIORITIES)
  if (unknown || spec.priority === undefined || spec.priority === priority) return undefined
  return `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`
}

const PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

function withDefaultTolerations(given: readonly Toleration[] | undefined): readonly Toleration[] {
  if (!given || given.length === 0) return BOTH
  const tolerates = (name: string) =>
    given.some((t) => (t.key === name || !t.key) && (t.effect === 'NoExecute' || !t.effect))
  const out = [...given]
  if (!tolerates(NOT_READY.key!)) out.push(NOT_READY)
  if (!tolerates(UNREACHABLE.key!)) out.push(UNREACHABLE)
  return out
}

const TOKEN_VOLUME = deepFreeze({
  defaultMode: 0o644,
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ],
})

/** The name of the next volume for a service account's token. */
export const tokenName = (state: State): string => `kube-api-access-${randomSuffix(state, 'api.names', 5)}`

// k8s plugin/pkg/admission/serviceaccount/admission.go mountServiceAccountToken (v1.36)
function mountToken(state: State, spec: Draft): Draft {
  const all: Draft[] = [...(spec.initContainers ?? []), ...spec.containers]
  if (all.every((c) => mountsToken(c))) return spec
  const name = tokenName(state)
  const mount = { name, readOnly: true, mountPath: TOKEN_PATH }
  const mounted = (c: Draft) => (mountsToken(c) ? c : { ...c, volumeMounts: [...(c.volumeMounts ?? []), mount] })
  return {
    ...spec,
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mounted) } : {}),
    containers: spec.containers.map(mounted),
    volumes: [...(spec.volumes ?? []), { name, projected: TOKEN_VOLUME }],
  }
}

const mountsToken = (c: Draft) => c.volumeMounts?.some((m: Draft) => m.mountPath === TOKEN_PATH) ?? false

/** The labels of a node that its pods get. k8s plugin/pkg/admission/podtopologylabels/admission.go (beta, on since 1.35) */
export function topologyLabels(state: State, node: string | undefined): Record<string, string> {
  const labels = node ? get(state, 'Node', '', node)?.metadata.labels : undefined
  const out: Record<string, string> = {}
  for (const name of TOPOLOGY_LABELS) if (labels?.[name] !== undefined) out[name] = labels[name]
  return out
}

/** The status of a new pod. k8s pkg/registry/core/pod/strategy.go PrepareForCreate (v1.36) */
export function initialPodStatus(state: State, spec: Draft, qos = qosClass(spec)): Draft {
  const gated = (spec.schedulingGates?.length ?? 0) > 0
  return {
    phase: 'Pending',
    ...(gated
      ? {
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              lastProbeTime: null,
              lastTransitionTime: timestamp(state.now),
              reason: 'SchedulingGated',
              message: 'Scheduling is blocked due to non-empty scheduling gates',
            },
          ],
        }
      : {}),
    qosClass: qos,
  }
}

/** k8s pkg/apis/core/helper/qos/qos.go ComputePodQOS (v1.36) */
export function qosClass(spec: Draft): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all: Draft[] = spec.resources ? [spec] : [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  let any = false
  let guaranteed = true
  for (const { resources } of all) {
    const limits = resources?.limits
    const requests = resources?.requests
    for (const name of ['cpu', 'memory']) {
      const limit = compareQuantities(limits?.[name] ?? '0', '0') > 0 ? limits[name] : undefined
      const request = compareQuantities(requests?.[name] ?? '0', '0') > 0 ? requests[name] : undefined
      if (limit !== undefined || request !== undefined) any = true
      if (limit === undefined || (request !== undefined && compareQuantities(limit, request) !== 0)) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}
