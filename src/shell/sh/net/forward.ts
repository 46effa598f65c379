import type { ClientSpec } from '../../../engine/index.ts'
import { parseUrl } from '../../../engine/index.ts'
import { type Hop, type Pod, splitKey, type Trace } from '../../../model/index.ts'
import type { Forward } from '../../forwards.ts'
import type { ToolContext } from '../tool.ts'

/** A request that `kubectl port-forward` carries into a pod, and how it is asked there. */
export interface Carried {
  readonly forward: Forward
  readonly client: ClientSpec
  readonly url: string
  readonly local: number
}

/**
 * What a URL of the workstation's own ports leads to: the pod's own network namespace, where the kubelet's stream connects to localhost. No
 * Service, endpoint or policy is on that way. k8s kubectl pkg/cmd/portforward/portforward.go, pkg/kubelet/cri/streaming (v1.36)
 */
export function carriedBy(c: ToolContext, url: string): Carried | undefined {
  if (c.place.type !== 'workstation') return undefined
  const parsed = parseUrl(url)
  if (!parsed.ok || !/^(localhost|127\.0\.0\.1|::1)$/.test(parsed.url.host)) return undefined
  const forward = c.shell.forwards.at(parsed.url.port)
  const pod = forward && c.cluster.get<Pod>(forward.pod)
  if (!forward || !pod) return undefined
  const { scheme, path, port } = parsed.url
  const { namespace } = splitKey(forward.pod)
  const address = pod.status?.podIP ?? '127.0.0.1'
  return {
    forward,
    local: port,
    url: `${scheme}://127.0.0.1:${forward.port}${path}`,
    client: {
      key: `forward/${forward.pod}`,
      from: 'pod',
      namespace,
      pod: forward.pod,
      node: pod.spec.nodeName,
      address,
    },
  }
}

/** The same request as the workstation sees it: it dialled a port of its own, and kubectl carried it. */
export function asCarried(inside: Trace, { forward, local }: Carried, outer: ClientSpec, url: string): Trace {
  const { namespace, name } = splitKey(forward.pod)
  const pod = { kind: 'pod', key: forward.pod } as const
  const client = { kind: 'client', key: outer.key } as const
  const dial: Hop = {
    at: 0,
    took: 0,
    layer: 'dial',
    from: client,
    to: pod,
    why: {
      code: 'dial.port-forward',
      params: { address: '127.0.0.1', port: local, pod: name, namespace, remote: forward.port },
      rule: 'SH-14',
      sources: [],
    },
  }
  const hops = inside.hops.flatMap((hop): Hop[] => {
    if (hop.layer === 'name' || hop.layer === 'dial') return []
    const { packet: _own, ...plain } = hop
    if (hop.layer !== 'answer') return [{ ...plain, from: pod, to: pod }]
    const params = { ...hop.why.params, client: outer.address }
    return [{ ...plain, from: pod, to: client, why: { ...hop.why, params } }]
  })
  const request = { ...inside.request, url, host: 'localhost', port: local }
  const trace = { ...inside, id: `${outer.key}@${inside.startedAt}`, client: outer.key, request, hops: [dial, ...hops] }
  forward.connected(inside.outcome === 'refused' ? 'connection refused' : undefined)
  // the connection to kubectl is open whatever the pod says: nothing comes back on it
  return inside.outcome === 'refused' ? { ...trace, outcome: 'reset', error: EMPTY_REPLY } : trace
}

export const EMPTY_REPLY = 'Empty reply from server'
