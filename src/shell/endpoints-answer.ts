import type { Cluster } from '../engine/index.ts'
import { type EndpointSlice, type Endpoints, makeKey } from '../model/index.ts'

/** What endpoints a Service has, in the form of the recordings: pods by name, nothing that is given by chance. */
export interface EndpointsAnswer {
  readonly slices: readonly {
    readonly addressType: string
    readonly ports: EndpointSlice['ports'] | null
    readonly endpoints: readonly object[]
    readonly managedBy?: string
    readonly labels?: Readonly<Record<string, string>>
  }[]
  readonly endpoints: {
    readonly subsets: readonly object[]
    readonly labels?: Readonly<Record<string, string>>
  } | null
}

type Targeted = { readonly targetRef?: { readonly name?: string } }

/** A reference to a pod becomes the pod's name. */
function byPodName<T extends Targeted>({ targetRef, ...rest }: T): object {
  return targetRef?.name === undefined ? rest : { ...rest, pod: targetRef.name }
}

export function endpointsAnswer(cluster: Cluster, namespace: string, service: string): EndpointsAnswer {
  const slices = cluster
    .list<EndpointSlice>('EndpointSlice', namespace)
    .filter((s) => s.metadata.labels?.['kubernetes.io/service-name'] === service)
  const object = cluster.get<Endpoints>(makeKey('Endpoints', namespace, service))
  const addresses = (list: readonly (Targeted & { readonly nodeName?: string })[] | undefined) =>
    list?.map(({ nodeName: _, ...address }) => byPodName(address))
  return {
    slices: slices.map((slice) => ({
      addressType: slice.addressType,
      ports: slice.ports ?? null,
      endpoints: (slice.endpoints ?? []).map(byPodName),
      managedBy: slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'],
      labels: slice.metadata.labels,
    })),
    endpoints: object
      ? {
          subsets: (object.subsets ?? []).map((subset) => ({
            addresses: addresses(subset.addresses),
            notReadyAddresses: addresses(subset.notReadyAddresses),
            ports: subset.ports,
          })),
          labels: object.metadata.labels,
        }
      : null,
  }
}
