import { familyOf, type Service } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'
import { takesBalancerTraffic } from './addresses.ts'
import { localReadyCount } from './table.ts'

/** Address of a balancer → names of the nodes that it was announced at, as plain data. */
const announced = slot<readonly string[]>('network.announced')

/**
 * Say at which nodes a balancer's address arrives, as a routing protocol would (the recordings' lab does). Without a word about it, the
 * balancer is a cloud's: it sends to every ready node, under externalTrafficPolicy Local to those whose health check answers.
 */
export const announceBalancer = (state: State, address: string, nodes: readonly string[]): void =>
  void announced(state).set(address, Object.freeze([...nodes]))

export interface BalancerNodes {
  readonly nodes: readonly string[]
  /** Local: the health check left out nodes without a ready endpoint. */
  readonly policy: 'Cluster' | 'Local'
}

/** The nodes that a balancer would send a new connection to. */
export function balancerNodes(state: State, address: string, service: Service): BalancerNodes {
  const known = announced(state).get(address)
  if (known) return { nodes: known, policy: 'Cluster' }
  const all = state.config.nodes.map((n) => n.name).filter((n) => takesBalancerTraffic(state, n))
  if (service.spec.externalTrafficPolicy !== 'Local') return { nodes: all, policy: 'Cluster' }
  const id = `${service.metadata.namespace ?? ''}/${service.metadata.name}`
  const healthy = all.filter((n) => localReadyCount(state, n, id, familyOf(address)) > 0)
  // when every check fails, clouds send to all of them
  return healthy.length > 0 ? { nodes: healthy, policy: 'Local' } : { nodes: all, policy: 'Cluster' }
}
