import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../../model/index.ts'
import { inSubsetOrder } from './port-order.ts'

/** A stable key for a port; a subset without ports has one of its own (k8s pkg/api/v1/endpoints/util.go: Port -1). */
function portKey(p: EndpointPort | undefined): string {
  if (!p) return ''
  let key = portKeys.get(p)
  if (key === undefined) {
    key = JSON.stringify([p.name ?? '', p.port, p.protocol, p.appProtocol])
    portKeys.set(p, key)
  }
  return key
}
/** One port stands in the subset of each pod. */
const portKeys = new WeakMap<EndpointPort, string>()

const addressKey = (a: EndpointAddress) => `${a.ip}|${a.targetRef?.uid ?? ''}`

/** k8s pkg/api/v1/endpoints/util.go LessEndpointAddress (v1.36): as text, so that 10.244.1.10 comes before 10.244.1.2. */
function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1
  const [x, y] = [a.targetRef?.uid ?? '', b.targetRef?.uid ?? '']
  return x < y ? -1 : x > y ? 1 : 0
}

/**
 * Subsets in their canonical layout: ports that the same addresses offer stand together; not ready trumps ready.
 * k8s pkg/api/v1/endpoints/util.go RepackSubsets (v1.36). Ports stand in the order of their hashes. That of
 * subsets is one of hashes too, over uids; ours is by address and port.
 *
 * @param stored the subsets were read from the API server: there ports with an appProtocol are never the same as those of another subset
 *   (Kubernetes compares the pointers), so their addresses stay apart
 */
export function repackSubsets(subsets: readonly EndpointSubset[], stored = false): EndpointSubset[] {
  const addresses = new Map<string, EndpointAddress>()
  const byPort = new Map<string, { port: EndpointPort | undefined; ready: Map<string, boolean> }>()
  for (const [at, subset] of subsets.entries()) {
    for (const port of subset.ports?.length ? subset.ports : [undefined]) {
      const key = stored && port?.appProtocol !== undefined ? `${at} ${portKey(port)}` : portKey(port)
      let group = byPort.get(key)
      if (!group) {
        group = { port, ready: new Map() }
        byPort.set(key, group)
      }
      const add = (address: EndpointAddress, ready: boolean) => {
        const id = addressKey(address)
        if (!addresses.has(id)) addresses.set(id, address)
        if (group.ready.get(id) !== false) group.ready.set(id, ready)
      }
      for (const address of subset.addresses ?? []) add(address, true)
      for (const address of subset.notReadyAddresses ?? []) add(address, false)
    }
  }
  // ready is not part of what makes two sets of addresses the same (hashAddresses flattens address and ready)
  const groups = new Map<string, { ports: EndpointPort[]; ready: Map<string, boolean> }>()
  for (const { port, ready } of byPort.values()) {
    const key = [...ready]
      .map(([id, on]) => `${id}=${on}`)
      .sort()
      .join(' ')
    let group = groups.get(key)
    if (!group) {
      group = { ports: [], ready }
      groups.set(key, group)
    }
    if (port) group.ports.push(port)
  }
  const out: EndpointSubset[] = []
  for (const { ports, ready } of groups.values()) {
    const of = (wanted: boolean) =>
      [...ready]
        .filter(([, on]) => on === wanted)
        .map(([id]) => addresses.get(id)!)
        .sort(byAddress)
    const [yes, no] = [of(true), of(false)]
    out.push({
      ...(yes.length > 0 ? { addresses: yes } : {}),
      ...(no.length > 0 ? { notReadyAddresses: no } : {}),
      ...(ports.length > 0 ? { ports: inSubsetOrder(ports) } : {}),
    })
  }
  return out.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
