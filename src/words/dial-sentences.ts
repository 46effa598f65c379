import { nodeName, podName, portOf, serviceName, socket } from './names.ts'
import { say } from './phrase.ts'
import type { SentenceTable } from './sentence-table.ts'

const RANGES = {
  pods: "the pods' range",
  services: "the Services' range",
  nodes: "the nodes' range",
  other: '',
} as const

/** Whose address it is that is dialled. */
export const DIAL_SENTENCES: SentenceTable<'dial'> = {
  'dial.service': (p) =>
    p.portName === undefined && p.address
      ? say`<${p.address}> is the address of ${serviceName(p)}, asked at port *${p.port ?? ''}*`
      : say`${socket(p)} is ${portOf(p)} of ${serviceName(p)}`,
  'dial.pod': (p) => {
    const own = say`${socket(p)} is the address of ${p.pod ? 'pod ' : ''}${podName(p.pod)} itself`
    return p.service
      ? say`${own}: *${p.service}* is headless, no proxy is in between`
      : say`${own}: no Service is in between`
  },
  'dial.node-port': (p) => {
    const behind =
      p.portName || p.servicePort !== undefined
        ? say` (its ${portOf({ port: p.servicePort, portName: p.portName })})`
        : []
    return say`${socket(p)} is the node port of ${serviceName(p)}${behind}, open on every node`
  },
  'dial.load-balancer': (p) => say`${socket(p)} is the load balancer of ${serviceName(p)}, ${portOf(p)}`,
  'dial.external-ip': (p) => say`${socket(p)} is an external IP of ${serviceName(p)}, ${portOf(p)}`,
  'dial.node': (p) => {
    const itself = say`${socket(p)} is ${nodeName(p.node)} itself`
    if (!p.service || !p.family) return say`${itself}: no Service has this as its node port`
    return say`${itself}: it is the node port of ${serviceName(p)}, which has ${p.family} only`
  },
  'dial.outside': (p) => say`${socket(p)} lies outside the cluster`,
  'dial.loopback': (p) => say`${socket(p)} is whoever asks: the packet stays where it is`,
  'dial.port-forward': (p) =>
    say`${socket(p)} is *kubectl port-forward*: the connection goes by the API server and the kubelet into ${podName(p.pod)}, to its port ${p.remote ?? ''}. No Service is on that way`,
  'dial.other-family': (p) => {
    const before = p.before ? say`<${p.before}>` : say`The first address`
    if (p.because === 'waits') return say`The other family has failed; ${before} may still answer, so the client waits`
    const why = p.because === 'refused' ? say`${before} refused` : say`Nothing came from ${before} for 200 ms`
    const next = p.address ? say`: <${p.address}> is tried` : say``
    return say`${why}, so the client goes on with ${p.family ?? 'the other family'}${next}`
  },
  'dial.no-route': (p) => {
    const from = p.from ?? 'here'
    const way = p.address ? say`No way leads from *${from}* to <${p.address}>` : say`No way leads there from *${from}*`
    if (p.family) return say`${way}: whoever asks has no ${p.family} address`
    if (p.what === 'cluster-ip') return say`${way}: a cluster IP exists only within the cluster`
    if (p.what === 'pod') return say`${way}: pods' addresses exist only within the cluster`
    return way
  },
  'dial.nobody': (p) => {
    const range = RANGES[p.what ?? 'other']
    return say`Nobody has the address ${socket(p)}${range ? ` (it lies in ${range})` : ''}: there is no answer`
  },
}
