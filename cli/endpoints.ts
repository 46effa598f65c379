import {
  type EndpointSlice,
  type Endpoints,
  type KObject,
  makeKey,
  type Service,
  type ServicePort,
} from '../src/model/index.ts'
import { alignTable, endpointsAnswer } from '../src/shell/index.ts'
import { count, plainText, sentence } from '../src/words/index.ts'
import { FOUND_ERRORS, OK, writeJson } from './command.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/

/** Slices as the endpoints controllers write them, and why a pod is in or not. */
export const endpoints = onCluster({
  name: 'endpoints',
  summary: 'slices as a real controller writes them, and why each pod is one or not',
  usage: 'FILES… [SERVICE | NAMESPACE/SERVICE]',
  flags: [],
  help: {},
  notes: 'With --json: {"NAMESPACE/NAME": {slices, endpoints}}, in the form of the recorded answers of a real cluster.',
  examples: ['endpoints app.yaml', 'endpoints app.yaml web', 'endpoints deploy/ shop/web --json'],
  isWord: (word) => NAME.test(word),
  run: (c) => {
    const { io, flags, words } = c
    const names = namesOf(c, words[0])
    if (flags.on('json')) {
      const answers = names.map((n) => [`${n.namespace}/${n.name}`, endpointsAnswer(c.cluster, n.namespace, n.name)])
      writeJson(io, Object.fromEntries(answers))
    } else if (names.length > 0) io.out(names.map((n) => describe(c, n)).join('\n'))
    if (names.length > 0) return OK
    io.err(words[0] === undefined ? 'there is no Service in it\n' : `fairlead: there is no Service ${words[0]}\n`)
    return words[0] === undefined ? OK : FOUND_ERRORS
  },
})

interface Name {
  readonly namespace: string
  readonly name: string
}

/** Services, and what was written by hand for a Service that is not there; without a name asked for, none of the cluster's own. */
function namesOf({ cluster }: OnCluster, wanted: string | undefined): Name[] {
  const [inside, called] = wanted?.includes('/') ? (wanted.split('/') as [string, string]) : [undefined, wanted]
  const found = new Map<string, Name>()
  const add = ({ metadata }: KObject, name: string | undefined) => {
    const namespace = metadata.namespace ?? 'default'
    if (name === undefined || (called !== undefined && name !== called)) return
    if (inside !== undefined ? namespace !== inside : called === undefined && isBuiltIn(namespace, name)) return
    found.set(`${namespace}/${name}`, { namespace, name })
  }
  for (const service of cluster.list<Service>('Service')) add(service, service.metadata.name)
  for (const object of cluster.list<Endpoints>('Endpoints')) add(object, object.metadata.name)
  for (const slice of cluster.list<EndpointSlice>('EndpointSlice'))
    add(slice, slice.metadata.labels?.['kubernetes.io/service-name'])
  return [...found.keys()].sort().map((key) => found.get(key)!)
}

const isBuiltIn = (namespace: string, name: string): boolean =>
  namespace === 'kube-system' || (namespace === 'default' && name === 'kubernetes')

function describe({ cluster, io: { paint } }: OnCluster, { namespace, name }: Name): string {
  const key = makeKey('Service', namespace, name)
  const service = cluster.get<Service>(key)
  const view = cluster.serviceView(key)
  const lines: string[] = [
    `${paint.bold(`${namespace}/${name}`)}  ${service ? facts(service) : 'there is no such Service'}\n`,
  ]
  if (view?.problem) lines.push(`  ${paint.red(plainText(sentence(view.problem)))}\n`)
  else if (view?.note) lines.push(`  ${plainText(sentence(view.note))}\n`)
  const slices = cluster
    .list<EndpointSlice>('EndpointSlice', namespace)
    .filter((s) => s.metadata.labels?.['kubernetes.io/service-name'] === name)
  const sliceRows = slices.map((s) => [
    '  slice',
    s.metadata.name,
    s.addressType,
    s.ports?.map(portText).join(', ') || 'no ports',
    count(s.endpoints?.length ?? 0, 'endpoint'),
  ])
  const memberRows = (view?.members ?? []).map((m) => {
    const who = m.key.slice(m.key.indexOf('/') + 1)
    const own = who.startsWith(`${namespace}/`) ? who.slice(namespace.length + 1) : who
    return [`  ${own}`, m.address ?? '-', m.state, plainText(sentence(m.why))]
  })
  if (sliceRows.length > 0) lines.push(paint.dim(alignTable(sliceRows)))
  if (memberRows.length > 0) lines.push(alignTable(memberRows))
  return lines.join('')
}

const portText = (p: { readonly name?: string; readonly port?: number; readonly protocol?: string }): string =>
  `${p.name ? `${p.name} ` : ''}${p.port ?? 'any'}/${p.protocol ?? 'TCP'}`

/** `ClusterIP 10.96.3.4, 80/TCP → 8080`. */
function facts({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return `ExternalName ${spec.externalName ?? ''}`
  const address = spec.clusterIP === 'None' ? 'headless' : (spec.clusterIPs?.join(' and ') ?? spec.clusterIP ?? '')
  const balancer = status?.loadBalancer?.ingress?.map((i) => i.ip ?? i.hostname).join(', ')
  const outside = spec.type === 'LoadBalancer' ? ` (balancer ${balancer || '<pending>'})` : ''
  const ports = (spec.ports ?? []).map((p) => portFacts(p))
  return [`${spec.type ?? 'ClusterIP'} ${address}${outside}`, ...ports].join(', ')
}

function portFacts(p: ServicePort): string {
  const node = p.nodePort ? `, node port ${p.nodePort}` : ''
  return `${p.name ? `${p.name} ` : ''}${p.port}/${p.protocol ?? 'TCP'} → ${p.targetPort ?? p.port}${node}`
}
