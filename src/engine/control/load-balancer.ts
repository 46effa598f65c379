import { familyOf, type IPFamily, ipOfNumber, parseBlock, type Service } from '../../model/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State, slot } from '../core/index.ts'
import { enqueue, TIMING } from './timing.ts'
import { event, write, writeStatus } from './writes.ts'

const SOURCE = 'service-controller'
/** k8s cloud-provider/service/helpers/helper.go LoadBalancerCleanupFinalizer (v1.36) */
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'

/** Where the cloud takes its addresses from: TEST-NET-1, and a part of the block for documentation. */
const RANGE = { IPv4: '192.0.2.0/24', IPv6: '2001:db8:192::/120' } as const

/** Addresses that the cloud has given out → uid of the Service. */
const given = slot<string>('balancer.addresses')

/** k8s cloud-provider/controllers/service/controller.go WantsLoadBalancer (v1.36): a class of its own is somebody else's business */
const wants = (service: Service): boolean =>
  service.spec.type === 'LoadBalancer' &&
  service.spec.loadBalancerClass === undefined &&
  !service.metadata.deletionTimestamp

const addressesOf = (state: State, uid: string): string[] =>
  [...given(state)].flatMap(([address, owner]) => (owner === uid ? address : []))

/** The families in which it wants an address: its own. */
const familiesFor = (service: Service): readonly IPFamily[] =>
  (service.spec.ipFamilies ?? ['IPv4']) as readonly IPFamily[]

/** The addresses that the cloud has given it, one for each of its families; undefined for one that it has not got yet. */
function addressesByFamily(state: State, service: Service): (string | undefined)[] {
  const all = addressesOf(state, service.metadata.uid ?? '')
  return familiesFor(service).map((family) => all.find((ip) => familyOf(ip) === family))
}

function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind !== 'Service' || state.config.loadBalancers !== 'cloud') return
  const old = before as Service | undefined
  const service = after as Service | undefined
  if (!service) {
    if (old) release(state, old)
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
    const has = addressesByFamily(state, service)
    if (has.every((ip) => ip !== undefined) && addressesOf(state, uid).length === has.length) return
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
  const addresses: string[] = []
  for (const [i, known] of addressesByFamily(state, service).entries()) {
    const family = familiesFor(service)[i]!
    const address = known ?? choose(state, service, family)
    if (address === undefined) {
      const why = `failed to ensure load balancer: no address is left in ${RANGE[family]}`
      event(state, SOURCE, 'Warning', service, 'SyncLoadBalancerFailed', `Error syncing load balancer: ${why}`)
      return
    }
    addresses.push(address)
  }
  release(state, service)
  for (const address of addresses) given(state).set(address, uid)
  writeStatus(state, {
    ...service,
    status: { ...service.status, loadBalancer: { ingress: addresses.map((ip) => ({ ip, ipMode: 'VIP' })) } },
  })
  event(state, SOURCE, 'Normal', service, 'EnsuredLoadBalancer', 'Ensured load balancer')
}

function release(state: State, service: Service): void {
  for (const address of addressesOf(state, service.metadata.uid ?? '')) given(state).delete(address)
}

/** The address asked for when it is the cloud's and free, else the lowest free one. */
function choose(state: State, service: Service, family: IPFamily): string | undefined {
  const taken = new Set(given(state).keys())
  for (const other of list<Service>(state, 'Service')) {
    for (const { ip } of other.status?.loadBalancer?.ingress ?? []) if (ip) taken.add(ip)
  }
  const range = parseBlock(RANGE[family])!
  const nth = (n: number) => ipOfNumber(family, range.first + BigInt(n))
  const free = Array.from({ length: 254 }, (_, i) => nth(i + 1)).filter((ip) => !taken.has(ip))
  const asked = service.spec.loadBalancerIP
  return asked && free.includes(asked) ? asked : free[0]
}

/** The cloud has taken it down. */
function onGone(state: State, task: Pending): void {
  const service = getByKey<Service>(state, task.key)
  if (!service || wants(service)) return
  release(state, service)
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
