import {
  type ClientView,
  type Finding,
  isPodReady,
  type Pod,
  type Service,
  type StatefulSet,
  splitKey,
} from '../../model/index.ts'
import { podsOf, selectorOf } from '../control/index.ts'
import { getByKey, list, type State } from '../core/index.ts'
import { type ClientSpec, clientViews, everyTrace, hasEnded, virtualNode } from '../network/index.ts'
import type { Known } from './known.ts'
import { slicesOf, wrongAddress } from './manual-cause.ts'
import { governingCause } from './name-cause.ts'
import { pendingCause } from './pending-cause.ts'
import { failingProbe, publishedCause } from './pod-cause.ts'
import { deafCause, hearingOf } from './port-cause.ts'
import { serviceChain } from './service-chain.ts'
import { surveyOf } from './survey.ts'
import { broadCause, mixedCause } from './too-broad.ts'
import { traceCause } from './trace-cause.ts'

/** Ways in which a written client's request could fall that are looked at. */
const MOST_WAYS = 64

const SEVERITY = { error: 0, warning: 1, hint: 2 } as const

/**
 * Everything that is wrong with a cluster, or surprises: of Services, of what stands behind them, and of the requests of written clients.
 * Errors first; what several ways lead to is said once.
 */
export function findings(state: State, known: Known): Finding[] {
  const out = new Map<string, Finding>()
  const add = (f: Finding | undefined) => {
    if (!f) return
    const id = `${f.code} ${f.objects[0] ?? ''} ${f.path.join('.')} ${f.objects[0] === undefined ? JSON.stringify(f.params) : ''}`
    const before = out.get(id)
    if (!before || SEVERITY[f.severity] < SEVERITY[before.severity]) out.set(id, f)
  }
  for (const service of surveyOf(state).services) for (const f of ofService(state, service, known)) add(f)
  for (const set of list<StatefulSet>(state, 'StatefulSet')) add(governingCause(state, set))
  for (const client of clientViews(state)) if (!client.madeUp) for (const f of ofClient(state, client, known)) add(f)
  return [...out.values()].sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity])
}

/** Services of which nothing was to be said, with the pods that they had then: what is to be said depends on these alone. */
const quiet = new WeakMap<Service, readonly Pod[]>()

/** What is to be said about a Service, whoever asks it. */
function ofService(state: State, service: Service, known: Known): Finding[] {
  const pods = podsOf(state, service)
  const before = quiet.get(service)
  if (before && before.length === pods.length && before.every((pod, i) => pod === pods[i])) return []
  const out = looked(state, service, known)
  if (out.length === 0 && selectorOf(service)) quiet.set(service, pods)
  return out
}

function looked(state: State, service: Service, known: Known): Finding[] {
  const out: Finding[] = []
  const ports = service.spec.ports?.length ?? 0
  for (let index = 0; index < Math.max(1, ports); index++) {
    const { cause } = serviceChain(state, service, index, known)
    if (cause) out.push(softened(service, cause))
    else if (ports > 0) out.push(...partly(state, service, index))
  }
  for (const f of [pending(state, service), published(state, service)]) if (f) out.push(f)
  if (selectorOf(service) && !out.some((f) => f.code === 'selector.too-broad')) {
    const mixed = mixedCause(state, service)
    if (mixed) out.push(mixed)
  }
  if (!selectorOf(service) && service.spec.type !== 'ExternalName' && out.length === 0) {
    const wrong = wrongAddress(state, service, slicesOf(state, service))
    if (wrong) out.push(wrong)
  }
  return out
}

/** A headless Service's port is a word in DNS: who asks the pods' own port is answered all the same. */
const softened = (service: Service, cause: Finding): Finding =>
  service.spec.clusterIP === 'None' && (cause.code === 'headless.no-mapping' || cause.code === 'port.not-listening')
    ? { ...cause, severity: 'hint' }
    : cause

/** Some endpoints of a port answer and others do not. */
function partly(state: State, service: Service, index: number): Finding[] {
  if (!selectorOf(service)) return []
  const broad = broadCause(state, service, index)
  if (broad) return [softened(service, broad)]
  const port = service.spec.ports![index]!
  const ready = podsOf(state, service).filter((p) => isPodReady(p) && !hasEnded(p))
  const heard = hearingOf(state, port, ready, service.spec.clusterIP === 'None')
  const deaf = heard.filter((h) => h && h.state !== 'listening' && h.state !== 'assumed')
  if (deaf.length === 0 || deaf.length === heard.length) return []
  return [softened(service, deafCause(state, service, index, deaf[0]!, deaf.length))]
}

/** A balancer that nobody will make. LB-1. */
function pending(state: State, service: Service): Finding | undefined {
  if (service.spec.type !== 'LoadBalancer' || service.status?.loadBalancer?.ingress?.length) return undefined
  if (state.config.loadBalancers !== 'none' && !service.spec.loadBalancerClass) return undefined
  return pendingCause(service, 'warning')
}

/** Requests are sent to pods that say themselves that they are not ready. */
function published(state: State, service: Service): Finding | undefined {
  const pod = podsOf(state, service).find((p) => !isPodReady(p) && !hasEnded(p) && failingProbe(state, p))
  return pod && publishedCause(state, service, pod)
}

/** The client as the network knows it; undefined when it cannot ask (its pod does not run). */
export function specOf(state: State, view: ClientView): ClientSpec | undefined {
  const pod = view.from === 'pod' && view.at ? getByKey<Pod>(state, view.at) : undefined
  const address = pod ? pod.status?.podIP : view.address
  if (!address || (pod && pod.status?.phase !== 'Running')) return undefined
  const node =
    view.from === 'node'
      ? view.at
      : view.from === 'pod'
        ? (pod?.spec.nodeName ?? virtualNode(state, view.at!))
        : undefined
  return {
    key: view.key,
    from: view.from,
    namespace: view.from === 'pod' && view.at ? splitKey(view.at).namespace : 'default',
    ...(pod && view.at ? { pod: view.at } : {}),
    ...(node ? { node } : {}),
    address,
  }
}

/** Why a written client's requests fail, whichever way its draws fall. */
function ofClient(state: State, view: ClientView, known: Known): Finding[] {
  const client = specOf(state, view)
  if (!client) return []
  const traces = everyTrace(state, client, { url: view.url, connection: 'new', timeout: view.timeout }, MOST_WAYS)
  const seen = new Map<string, Finding>()
  for (const trace of traces) {
    const cause = traceCause(state, client, trace, known)
    // what passes by itself within a second is no finding
    if (cause && cause.params['late'] !== true) seen.set(`${cause.code} ${cause.objects[0]}`, cause)
  }
  return [...seen.values()]
}
