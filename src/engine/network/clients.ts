import {
  type ClientView,
  familiesOf,
  INTERNET_HOST,
  INTERNET_HOST_V6,
  ipOfNumber,
  type Ms,
  makeKey,
  nodePodRange,
  type ObjectKey,
  type Pod,
  parseBlock,
  type Service,
  type ServicePort,
  splitKey,
} from '../../model/index.ts'
import {
  type Component,
  cancel,
  get,
  getByKey,
  list,
  type Pending,
  pendingTask,
  type State,
  schedule,
  slot,
} from '../core/index.ts'
import { sendRequest } from './send.ts'

/** A `kind: Client` as `api/` decoded it. */
export interface WrittenClient {
  readonly name: string
  /** internet | node/NAME | pod/NAME | pod/NAMESPACE/NAME */
  readonly from: string
  readonly url: string
  /** ms; undefined: once */
  readonly every?: Ms
  readonly connection: 'new' | 'keep-alive'
  readonly timeout: Ms
  readonly document: ObjectKey
}

const written = slot<WrittenClient>('clients.written')
const current = slot<ClientView>('clients.current')
const addresses = slot<string>('clients.addresses')
const settings = slot<boolean>('clients.settings')
const numbers = slot<number>('clients.numbers')

/** Clients are made up only where somebody watches: in the page, never in the command line or the conformance runner. */
export const MOST_MADE_UP = 12
const DEFAULT_EVERY: Ms = 1000
const DEFAULT_TIMEOUT: Ms = 2000
/** The first request leaves this long after the start; the others follow spread over one period, so that they do not all leave at once. */
const FIRST_ASK: Ms = 150

/** What the text's `kind: Client` documents say now. Replaces what they said before. */
export function setWrittenClients(state: State, clients: readonly WrittenClient[]): void {
  const map = written(state)
  map.clear()
  for (const client of clients) map.set(client.name, client)
  refreshClients(state)
}

export function setMakingUp(state: State, on: boolean): void {
  settings(state).set('makeUp', on)
}

export const clientViews = (state: State): ClientView[] => [...current(state).values()]
export const clientByKey = (state: State, key: string): ClientView | undefined => current(state).get(key)

/** Work out again who asks, from the written clients or, when there are none, from the Services. */
export function refreshClients(state: State): void {
  const before = current(state)
  const wanted =
    written(state).size > 0
      ? [...written(state).values()].map((c) => viewOf(state, c))
      : settings(state).get('makeUp')
        ? madeUp(state)
        : []
  const keys = new Set(wanted.map((c) => c.key))
  for (const key of [...before.keys()]) {
    if (keys.has(key)) continue
    before.delete(key)
    cancel(state, 'client.ask', key)
  }
  const order = new Map<string, ClientView>()
  for (const view of wanted) {
    const old = before.get(view.key)
    const same = old && JSON.stringify(old) === JSON.stringify(view)
    order.set(view.key, same ? old : view)
    if (!same && (old?.url !== view.url || old?.every !== view.every || !pendingTask(state, 'client.ask', view.key))) {
      // a new client begins within its first period, at a place of its own
      const delay =
        FIRST_ASK + ((order.size * 0.381966 * (view.every ?? DEFAULT_EVERY)) % (view.every ?? DEFAULT_EVERY))
      schedule(state, { at: state.now + Math.round(delay), kind: 'client.ask', key: view.key, waits: true }, true)
    }
  }
  before.clear()
  for (const [key, view] of order) before.set(key, view)
}

/** All clients begin anew from this moment, evenly spread: the page calls it when its clock starts. */
export function restartClients(state: State): void {
  let n = 0
  const all = [...current(state).values()]
  for (const view of all) {
    const every = view.every ?? DEFAULT_EVERY
    schedule(
      state,
      {
        at: state.now + FIRST_ASK + Math.round((n++ / all.length) * every),
        kind: 'client.ask',
        key: view.key,
        waits: true,
      },
      true,
    )
  }
}

/** Have a client ask once, now, beside its schedule. */
export function askOnce(state: State, key: string): boolean {
  const view = current(state).get(key)
  if (!view) return false
  ask(state, view)
  return true
}

/** The world outside is seen with its address of the cluster's primary family. */
const internetAddress = (state: State): string =>
  familiesOf(state.config)[0] === 'IPv6' ? INTERNET_HOST_V6 : INTERNET_HOST

function viewOf(state: State, client: WrittenClient): ClientView {
  const base = {
    key: `client/${client.name}`,
    name: client.name,
    url: client.url,
    every: client.every,
    connection: client.connection,
    timeout: client.timeout,
    madeUp: false,
    document: client.document,
  }
  const [kind, ...rest] = client.from.split('/')
  if (kind === 'node') {
    const node = state.config.nodes.find((n) => n.name === rest[0])
    return { ...base, from: 'node', at: rest[0], address: node?.internalIP ?? '' }
  }
  if (kind === 'pod') {
    const [namespace, name] = rest.length > 1 ? [rest[0]!, rest[1]!] : ['default', rest[0]!]
    return { ...base, from: 'pod', at: makeKey('Pod', namespace, name), address: clientAddress(state, namespace, name) }
  }
  return { ...base, from: 'internet', address: internetAddress(state) }
}

/** The address of a client pod: its own where it exists; else one that is kept for it, from the top of a node's range downwards. */
function clientAddress(state: State, namespace: string, name: string): string {
  const pod = get<Pod>(state, 'Pod', namespace, name)
  if (pod) return pod.status?.podIP ?? ''
  return virtualAddress(state, `${namespace}/${name}`).address
}

/** A place in the cluster for a client that is no object: node by node in turn, .254 downwards. */
function virtualAddress(state: State, id: string): { address: string; node: string } {
  const kept = addresses(state)
  let place = kept.get(id)
  if (place === undefined) {
    const used = new Set(kept.values())
    const nodes = state.config.nodes
    const family = familiesOf(state.config)[0]!
    for (let i = kept.size; ; i++) {
      const node = i % nodes.length
      const first = parseBlock(nodePodRange(state.config.podCIDR, family, node) ?? '')?.first ?? 0n
      place = `${ipOfNumber(family, first + BigInt(254 - Math.floor(i / nodes.length)))} ${nodes[node]!.name}`
      if (!used.has(place)) break
    }
    kept.set(id, place)
  }
  const [address, node] = place.split(' ')
  return { address: address!, node: node! }
}

/** HTTP where appProtocol, name or number say so (DESIGN, "Clients nobody wrote"). */
function schemeOf(port: ServicePort): 'http' | 'https' | 'tcp' | 'udp' {
  if (port.protocol === 'UDP') return 'udp'
  const said = `${port.appProtocol ?? ''} ${port.name ?? ''}`.toLowerCase()
  if (/https|\btls\b/.test(said) || port.port === 443 || port.port === 8443) return 'https'
  if (
    /http|\bweb\b|\bgrpc\b|\bh2c\b/.test(said) ||
    [80, 81, 3000, 5000, 8000, 8080, 8081, 8888, 9000, 9090].includes(port.port)
  )
    return 'http'
  return 'tcp'
}

function urlFor(scheme: string, host: string, port: number): string {
  const usual = (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443)
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}${usual ? '' : `:${port}`}/`
}

/** Clients for Services that nobody asks: so that pasting a manifest is enough to see something move. */
function madeUp(state: State): ClientView[] {
  const out: ClientView[] = []
  const services = list<Service>(state, 'Service').filter(
    (s) =>
      s.metadata.namespace !== 'kube-system' &&
      !(s.metadata.name === 'kubernetes' && s.metadata.namespace === 'default'),
  )
  const names = new Set<string>()
  const add = (view: Omit<ClientView, 'key' | 'every' | 'connection' | 'timeout' | 'madeUp'>) => {
    let name = view.name
    for (let i = 2; names.has(name); i++) name = `${view.name}-${i}`
    names.add(name)
    out.push({
      ...view,
      name,
      key: `client/${name}`,
      every: DEFAULT_EVERY,
      connection: 'new',
      timeout: DEFAULT_TIMEOUT,
      madeUp: true,
    })
  }
  for (const service of services) {
    const { name, namespace = 'default' } = service.metadata
    const { type, ports = [] } = service.spec
    const target = makeKey('Service', namespace, name)
    const inside = (suffix: string) => {
      const client = `${name}-client${suffix}`
      return { name: client, from: 'pod' as const, at: makeKey('Pod', namespace, client), address: '', target }
    }
    if (type === 'ExternalName') {
      add({ ...inside(''), url: `http://${name}/` })
      continue
    }
    for (const port of ports) {
      if (port.protocol === 'SCTP') continue
      add({
        ...inside(ports.length > 1 ? `-${port.name || port.port}` : ''),
        url: urlFor(schemeOf(port), name, port.port),
      })
    }
    const first = ports.find((p) => p.protocol !== 'SCTP')
    if (!first) continue
    if (type === 'NodePort' && first.nodePort) {
      const node = state.config.nodes[0]!
      add({
        name: `${name}-visitor`,
        from: 'internet',
        address: internetAddress(state),
        target,
        url: urlFor(schemeOf(first), node.internalIP, first.nodePort),
      })
    }
    if (type === 'LoadBalancer') {
      const ingress = service.status?.loadBalancer?.ingress?.[0]
      const address = ingress?.ip ?? ingress?.hostname
      if (address)
        add({
          name: `${name}-visitor`,
          from: 'internet',
          address: internetAddress(state),
          target,
          url: urlFor(schemeOf(first), address, first.port),
        })
    }
  }
  // addresses are kept only for those who are picked
  const placed = (view: ClientView): ClientView => {
    if (view.from !== 'pod' || !view.at) return view
    const { namespace, name } = splitKey(view.at)
    return { ...view, address: clientAddress(state, namespace, name) }
  }
  if (out.length <= MOST_MADE_UP) return out.map(placed)
  // every Service gets one before any gets two
  const perService = new Map<string, ClientView[]>()
  for (const c of out) perService.set(c.target!, [...(perService.get(c.target!) ?? []), c])
  const picked: ClientView[] = []
  for (let round = 0; picked.length < MOST_MADE_UP; round++) {
    for (const mine of perService.values()) if (mine[round] && picked.length < MOST_MADE_UP) picked.push(mine[round]!)
  }
  return picked.map(placed)
}

/** The node where a client pod that is no object lives. */
export function virtualNode(state: State, podKey: ObjectKey): string | undefined {
  const { namespace, name } = splitKey(podKey)
  return addresses(state).get(`${namespace}/${name}`)?.split(' ')[1]
}

function ask(state: State, view: ClientView): void {
  const pod = view.from === 'pod' && view.at ? getByKey<Pod>(state, view.at) : undefined
  const { namespace } = splitKey(view.at ?? 'Pod/default/')
  const address = pod ? pod.status?.podIP : view.address
  // a client whose pod does not run asks nothing
  if (!address || (pod && pod.status?.phase !== 'Running')) return
  const number = (numbers(state).get(view.key) ?? 0) + 1
  numbers(state).set(view.key, number)
  const trace = sendRequest(
    state,
    {
      key: view.key,
      from: view.from,
      namespace: view.from === 'pod' ? namespace : 'default',
      pod: pod ? view.at : undefined,
      node:
        view.from === 'node'
          ? view.at
          : view.from === 'pod'
            ? (pod?.spec.nodeName ?? virtualNode(state, view.at!))
            : undefined,
      address,
    },
    { url: view.url, connection: view.connection, timeout: view.timeout },
  )
  state.traces.push({ ...trace, id: `${view.key}#${number}` })
}

/** True for an address that only a client that is no object can have: no pod may be given it. */
export function isClientAddress(state: State, ip: string): boolean {
  for (const place of addresses(state).values()) if (place.startsWith(`${ip} `)) return true
  return false
}

export const clients: Component = {
  name: 'clients',
  handlers: {
    'client.ask': (state: State, task: Pending) => {
      const view = current(state).get(task.key)
      if (!view) return
      ask(state, view)
      if (view.every !== undefined)
        schedule(state, { at: state.now + view.every, kind: 'client.ask', key: view.key, waits: true }, true)
    },
    'client.refresh': (state: State) => refreshClients(state),
  },
  watch(state, change) {
    const concerns =
      change.kind === 'Service' ||
      (change.kind === 'Pod' && [...current(state).values()].some((c) => c.at === change.key))
    if (concerns) schedule(state, { at: state.now, kind: 'client.refresh', key: '' })
  },
}
