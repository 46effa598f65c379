import { formatIPv4, parseCidr, parseIPv4, type Service } from '../../model/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State, slot } from '../core/index.ts'
import { enqueue, TIMING } from './timing.ts'
import { event, write, writeStatus } from './writes.ts'

const SOURCE = 'service-controller'
/** k8s cloud-provider/service/helpers/helper.go LoadBalancerCleanupFinalizer (v1.36) */
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'

/** Where the cloud takes its addresses from (TEST-NET-1). */
const RANGE = parseCidr('192.0.2.0/24')!

/** Addresses that the cloud has given out → uid of the Service. */
const given = slot<string>('balancer.addresses')

/** k8s cloud-provider/controllers/service/controller.go WantsLoadBalancer (v1.36): a class of its own is somebody else's business */
const wants = (service: Service): boolean =>
  service.spec.type === 'LoadBalancer' &&
  service.spec.loadBalancerClass === undefined &&
  !service.metadata.deletionTimestamp

const addressOf = (state: State, uid: string): string | undefined => {
  for (const [address, owner] of given(state)) if (owner === uid) return address
  return undefined
}

function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind !== 'Service' || state.config.loadBalancers !== 'cloud') return
  const old = before as Service | undefined
  const service = after as Service | undefined
  if (!service) {
    const address = old && addressOf(state, old.metadata.uid ?? '')
    if (address) given(state).delete(address)
    return
  }
  const changed = old?.spec !== service.spec || old.metadata.deletionTimestamp !== service.metadata.deletionTimestamp
  const cleanUp = service.metadata.finalizers?.includes(FINALIZER) ?? false
  if (changed && (wants(service) || cleanUp)) enqueue(state, 'balancer.sync', key)
}

/** k8s cloud-provider/controllers/service/controller.go syncLoadBalancerIfNeeded (v1.36) */
function onSync(state: State, task: Pending): void {
  const service = getByKey<Service>(state, task.key)
  if (!service) return
  const uid = service.metadata.uid ?? ''
  if (wants(service)) {
    if (addressOf(state, uid)) return
    event(state, SOURCE, 'Normal', service, 'EnsuringLoadBalancer', 'Ensuring load balancer')
    const finalizers = service.metadata.finalizers ?? []
    if (!finalizers.includes(FINALIZER)) {
      write(state, { ...service, metadata: { ...service.metadata, finalizers: [...finalizers, FINALIZER] } })
    }
    enqueue(state, 'balancer.made', task.key, TIMING.balancerMade)
  } else if (service.metadata.finalizers?.includes(FINALIZER)) {
    event(state, SOURCE, 'Normal', service, 'DeletingLoadBalancer', 'Deleting load balancer')
    enqueue(state, 'balancer.gone', task.key, TIMING.balancerGone)
  }
}

/** The cloud has made it. */
function onMade(state: State, task: Pending): void {
  const service = getByKey<Service>(state, task.key)
  if (!service || !wants(service)) return
  const uid = service.metadata.uid ?? ''
  const address = addressOf(state, uid) ?? choose(state, service)
  if (address === undefined) {
    const why = 'failed to ensure load balancer: no address is left in 192.0.2.0/24'
    event(state, SOURCE, 'Warning', service, 'SyncLoadBalancerFailed', `Error syncing load balancer: ${why}`)
    return
  }
  given(state).set(address, uid)
  writeStatus(state, {
    ...service,
    status: { ...service.status, loadBalancer: { ingress: [{ ip: address, ipMode: 'VIP' }] } },
  })
  event(state, SOURCE, 'Normal', service, 'EnsuredLoadBalancer', 'Ensured load balancer')
}

/** The address asked for when it is the cloud's and free, else the lowest free one. */
function choose(state: State, service: Service): string | undefined {
  const taken = new Set(given(state).keys())
  for (const other of list<Service>(state, 'Service')) {
    for (const { ip } of other.status?.loadBalancer?.ingress ?? []) if (ip) taken.add(ip)
  }
  const asked = service.spec.loadBalancerIP
  const number = asked === undefined ? undefined : parseIPv4(asked)
  if (asked && number !== undefined && number > RANGE.base && number < RANGE.base + 255 && !taken.has(asked))
    return asked
  for (let n = 1; n < 255; n++) if (!taken.has(formatIPv4(RANGE.base + n))) return formatIPv4(RANGE.base + n)
  return undefined
}

/** The cloud has taken it down. */
function onGone(state: State, task: Pending): void {
  const service = getByKey<Service>(state, task.key)
  if (!service || wants(service)) return
  const address = addressOf(state, service.metadata.uid ?? '')
  if (address) given(state).delete(address)
  event(state, SOURCE, 'Normal', service, 'DeletedLoadBalancer', 'Deleted load balancer')
  const updated = writeStatus(state, { ...service, status: { ...service.status, loadBalancer: {} } })
  const finalizers = updated.metadata.finalizers?.filter((f) => f !== FINALIZER) ?? []
  write(state, {
    ...updated,
    metadata: { ...updated.metadata, finalizers: finalizers.length > 0 ? finalizers : undefined },
  })
}

/** The cloud's balancers (`loadBalancers: cloud`). With `none` nobody makes them, and a Service stays pending. */
export const cloudBalancers: Component = {
  name: 'cloud-load-balancer',
  watch,
  handlers: { 'balancer.sync': onSync, 'balancer.made': onMade, 'balancer.gone': onGone },
}
