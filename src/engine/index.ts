import {
  type Action,
  type Chain,
  type ClientView,
  type ClusterConfig,
  type ClusterEvent,
  DEFAULT_CLUSTER,
  type Diagnostic,
  type Drift,
  type Finding,
  type KObject,
  keyOf,
  kindInfo,
  type Ms,
  type ObjectKey,
  type Pod,
  type Service,
  type ServiceChain,
  type ServiceView,
  type SourceDoc,
  splitKey,
  type Trace,
  withNodeAddresses,
} from '../model/index.ts'
import * as api from './api/index.ts'
import { controllers, evictPod, servicesTouched, serviceViewOf } from './control/index.ts'
import {
  atRest,
  type Change,
  type Component,
  createState,
  eventObjects,
  getByKey,
  list,
  peekTask,
  restore,
  type Snapshot,
  type State,
  snapshot,
  takeTask,
} from './core/index.ts'
import * as network from './network/index.ts'
import {
  flowOfTrace,
  followRules,
  kubelet,
  kubeProxy,
  rulesOfService,
  rulesText,
  servicesAtStart,
} from './node/index.ts'
import {
  type AppliedText,
  type Author,
  applyText,
  DriftFinder,
  isDeletedByHand,
  laterApply,
  noteChange,
  noteRecreated,
  noteRequest,
  refusals,
  refusedValue,
} from './text/index.ts'
import * as why from './why/index.ts'
import { containerRuns, type Listening, listeningOf } from './workload/index.ts'

export type { ApiResult, ApiStatus, SchemaField } from './api/index.ts'
export {
  asGoStruct,
  decodeClient,
  decodeCluster,
  fieldsOfKind,
  fieldsOfType,
  goQuote,
  labelKey,
  labelValue,
  patchLocally,
  pathSegment,
} from './api/index.ts'
export type { Snapshot, State } from './core/index.ts'
export type { ClientSpec, DnsRecord, DnsReply, Flow, Resolver, TrackedFlow } from './network/index.ts'
export { candidates, parseUrl, reverseName } from './network/index.ts'
export type { AppliedText, DocDiagnostic } from './text/index.ts'

/** What changed since it was last asked for. */
export interface Changes {
  readonly put: readonly KObject[]
  readonly drop: readonly ObjectKey[]
  readonly services: readonly ServiceView[]
  readonly clients: readonly ClientView[] | undefined
  readonly traces: readonly Trace[]
  readonly events: readonly ClusterEvent[]
}

/** A moment of a cluster to go back to. Plain data. */
export interface ClusterSnapshot {
  readonly state: Snapshot
  readonly origin: Ms
}

const COMPONENTS: readonly Component[] = [kubeProxy, kubelet, network.clients, ...controllers, laterApply]
const HANDLERS = new Map(COMPONENTS.flatMap((c) => Object.entries(c.handlers)))

/** Virtual time after which `settle` gives up on a cluster that never comes to rest. */
const SETTLE_LIMIT: Ms = 30 * 60_000
const SETTLE_TASKS = 2_000_000

export interface ClusterOptions {
  /** Make up clients for Services when the text has none (the page does). */
  readonly madeUpClients?: boolean
}

/**
 * A simulated cluster: control plane, nodes and network, at virtual time 0, booted and at rest. Synchronous and deterministic: the same
 * calls give the same answers on every machine. Expected failures are values; it throws only for bugs of its own.
 */
export class Cluster {
  #state: State
  /** The virtual time that counts as 0 outside. */
  #origin: Ms = 0
  #dirty = new Map<ObjectKey, KObject | undefined>()
  #services = new Set<ObjectKey>()
  #clients: readonly ClientView[] = []
  #whole = true
  /** Who is at work on the store; undefined: the cluster itself. */
  #author: Author
  readonly #drift = new DriftFinder()

  constructor(config: Partial<ClusterConfig> = {}, options: ClusterOptions = {}) {
    this.#state = createState(withNodeAddresses({ ...DEFAULT_CLUSTER, ...config }))
    network.setMakingUp(this.#state, options.madeUpClients ?? false)
    api.bootCluster(this.#state)
    for (const component of COMPONENTS) component.boot?.(this.#state)
    this.#pump()
    this.settle()
  }

  get config(): ClusterConfig {
    return this.#state.config
  }

  /** ms since the moment that `startClock` made 0. */
  get now(): Ms {
    return this.#state.now - this.#origin
  }

  /** ms since the cluster was made: what ages and time stamps count from. */
  get age(): Ms {
    return this.#state.now
  }

  /** The state itself, for reading. Whoever changes it goes through `run`. */
  get state(): State {
    return this.#state
  }

  /** Do something to the state, then let the watchers see what changed. */
  run<T>(act: (state: State) => T): T {
    const result = act(this.#state)
    this.#pump()
    return result
  }

  /** Let time pass until nothing is due but what waits (expiries, time-outs, deadlines). False when the cluster never comes to rest. */
  settle(limit: Ms = SETTLE_LIMIT): boolean {
    const end = this.#state.now + limit
    for (let n = 0; n < SETTLE_TASKS; n++) {
      if (atRest(this.#state)) return true
      const next = peekTask(this.#state)
      if (!next || next.at > end) break
      this.#step()
    }
    return atRest(this.#state)
  }

  /** From here the clock counts from 0, and the clients begin anew. */
  startClock(): void {
    this.#origin = this.#state.now
    this.#state.traces = []
    network.resetTraffic(this.#state)
    network.restartClients(this.#state)
    this.#pump()
  }

  /** Let time pass up to the moment `to` (as `now` counts). Going back is `restore`'s. */
  advance(to: Ms): void {
    const end = to + this.#origin
    for (;;) {
      const next = peekTask(this.#state)
      if (!next || next.at > end) break
      this.#step()
    }
    this.#state.now = Math.max(this.#state.now, end)
  }

  /** When the next thing is due, in `now`'s terms; undefined when nothing ever will be. */
  nextTaskAt(): Ms | undefined {
    const next = peekTask(this.#state)
    return next && next.at - this.#origin
  }

  // --- the API server -------------------------------------------------------------------------------------------------------

  create(value: unknown, options: api.WriteOptions = {}): api.ApiResult<KObject> {
    return this.#asked(
      value,
      this.run((s) => api.createObject(s, value, options)),
    )
  }

  update(value: unknown, options: api.WriteOptions = {}): api.ApiResult<KObject> {
    return this.#asked(
      value,
      this.run((s) => api.updateObject(s, value, options)),
    )
  }

  apply(value: unknown, options: api.ApplyOptions = {}): ReturnType<typeof api.applyObject> {
    return this.#asked(
      value,
      this.run((s) => api.applyObject(s, value, options)),
    )
  }

  patch(
    kind: string,
    namespace: string,
    name: string,
    type: api.PatchType,
    patch: unknown,
    options: api.WriteOptions = {},
  ): api.ApiResult<KObject> {
    return this.#asked(
      patch,
      this.run((s) => api.patchObject(s, kind, namespace, name, type, patch, options)),
    )
  }

  delete(kind: string, namespace: string, name: string, options: api.DeleteOptions = {}): api.ApiResult<KObject> {
    return this.run((s) => api.deleteObject(s, kind, namespace, name, options))
  }

  /** Have a pod deleted, as far as its disruption budget lets it (`kubectl drain`). */
  evict(namespace: string, name: string, options: api.DeleteOptions = {}): api.ApiResult<KObject> {
    return this.run((s) => evictPod(s, namespace, name, options))
  }

  get<T extends KObject>(key: ObjectKey): T | undefined {
    return getByKey<T>(this.#state, key)
  }

  /** All objects of a kind (as keys name it), or of one namespace, by namespace and name as the API server lists them. */
  list<T extends KObject>(kind: string, namespace?: string): T[] {
    if (kind === 'Event') {
      return this.events().filter((e) => namespace === undefined || e.metadata.namespace === namespace) as T[]
    }
    const order = (o: KObject) => `${o.metadata.namespace ?? ''}/${o.metadata.name}`
    return list<T>(this.#state, kind, namespace).sort((a, b) => (order(a) < order(b) ? -1 : 1))
  }

  /** Events as objects: what was said in the last hour, what was said again counted. */
  events(): KObject[] {
    const written = list<KObject>(this.#state, 'Event')
    return [...eventObjects(this.#state), ...written].sort((a, b) =>
      `${a.metadata.namespace}/${a.metadata.name}` < `${b.metadata.namespace}/${b.metadata.name}` ? -1 : 1,
    )
  }

  // --- the page's text ------------------------------------------------------------------------------------------------------

  /**
   * Make the cluster what the text says, as `kubectl apply` document by document would, and prune what left the text.
   * Documents that did not change since the last call are not applied again.
   */
  applyText(docs: readonly SourceDoc[]): AppliedText {
    return this.#as('text', () => this.run((s) => applyText(s, docs)))
  }

  /** An action that the text does not say. Returns what was wrong with it, or nothing. */
  act(action: Action): Diagnostic | undefined {
    // to recreate an object is to carry out what the text says
    return this.#as(action.type === 'recreate' ? 'text' : this.#author, () => this.run((s) => actOn(s, action)))
  }

  /** What `run` does to the cluster a person does, with commands or in the picture, and the text does not say it. */
  byHand<T>(run: () => T): T {
    return this.#as('hand', run)
  }

  /** Objects that are other than the text says because of what was done by hand, by key. */
  drift(): readonly Drift[] {
    return this.#drift.find(this.#state)
  }

  // --- the network ----------------------------------------------------------------------------------------------------------

  /** One request, answered now. */
  send(client: network.ClientSpec, request: network.RequestSpec): Trace {
    return this.#shifted(this.run((s) => network.sendRequest(s, client, request)))
  }

  /** Everything that chance could have chosen for a request like this. */
  possible(client: network.ClientSpec, request: network.RequestSpec): network.Possible {
    return network.possible(this.#state, client, request)
  }

  resolve(...query: network.ResolveQuery): network.DnsAnswer {
    return network.resolve(this.#state, ...query)
  }

  /** What stands in a client's /etc/resolv.conf and /etc/hosts. */
  resolver(client: network.ClientSpec): network.Resolver {
    return network.resolverOf(this.#state, client)
  }

  /** One question as it stands (no search path, no /etc/hosts) to the cluster's DNS server, or to one of the world outside. */
  ask(server: 'cluster' | 'outside', name: string, type: string): network.DnsReply {
    const resolver = { asks: server, server: '', search: [], ndots: 1, hosts: [] }
    return network.askServer(this.#state, resolver, name, type)
  }

  /** Where a pod's running containers listen; `unknown`: nothing says where. */
  listening(pod: Pod): Listening {
    const { listeners, unknown } = listeningOf(pod, this.#state.config.undeclaredPorts)
    return { listeners: listeners.filter((l) => containerRuns(pod, l.container)), unknown }
  }

  /** A client closes the connection that it keeps alive, if it has one. */
  closeConnection(client: string): void {
    this.run((s) => network.dropConnection(s, client))
  }

  /** What the kernels' connection tracking holds: connections kept alive, UDP flows. */
  trackedFlows(): network.TrackedFlow[] {
    return network.trackedFlows(this.#state)
  }

  /** The Services with a cluster IP that a container found in its namespace when it was last started: what its environment is made of. */
  servicesAtStart(pod: ObjectKey, container: string): readonly Service[] {
    return servicesAtStart(this.#state, pod, container)
  }

  /**
   * A cloud answers for a Service: its balancer's address goes into the status, and these nodes take what comes to it.
   * Throws when there is no such Service.
   */
  announce(service: ObjectKey, address: string, nodes: readonly string[], ipMode: 'VIP' | 'Proxy' = 'VIP'): void {
    this.run((s) => {
      const object = getByKey<Service>(s, service)
      if (!object) throw new Error(`no ${service}`)
      network.announceBalancer(s, address, nodes)
      api.updateStatus(s, {
        ...object,
        status: { ...object.status, loadBalancer: { ingress: [{ ip: address, ipMode }] } },
      })
    })
  }

  /** What kube-proxy wrote on a node: the KUBE lines of iptables-save, or `nft list table ip kube-proxy`; of both families where there are two. */
  rules(node: string): string[] {
    return rulesText(this.#state, node, this.#state.config.proxyMode)
  }

  /** Indices of those lines of `rules` that are of a Service. */
  rulesOf(lines: readonly string[], service: ObjectKey): number[] {
    const { namespace, name } = splitKey(service)
    return rulesOfService(lines, this.#state.config.proxyMode, namespace, name)
  }

  /** The node whose rules decided about a request, and the lines of them that it met; undefined when no rule did. `client`: who asked, when it is none of the text's. */
  rulesMet(
    trace: Trace,
    client: network.ClientSpec | undefined = this.clientSpec(trace.client),
  ): { readonly node: string; readonly lines: readonly number[] } | undefined {
    const from = client?.address ?? ''
    const ruled = flowOfTrace(trace, from, this.#state.config)
    if (!ruled) return undefined
    const { matched } = followRules(this.rules(ruled.node), this.#state.config.proxyMode, ruled.flow)
    return { node: ruled.node, lines: matched }
  }

  serviceView(key: ObjectKey): ServiceView | undefined {
    return serviceViewOf(this.#state, key)
  }

  // --- why ------------------------------------------------------------------------------------------------------------------

  /** Everything that is wrong, or surprises: Services, what stands behind them, the requests of written clients. Errors first. */
  findings(): Finding[] {
    return why.findings(this.#state, this.#known)
  }

  /** The way to each port of a Service, link by link; of an ExternalName or a Service without ports, one. [] when there is none. */
  serviceChains(key: ObjectKey): ServiceChain[] {
    const service = getByKey<Service>(this.#state, key)
    if (!service) return []
    const ports = Math.max(1, service.spec.ports?.length ?? 0)
    return Array.from({ length: ports }, (_, index) => why.serviceChain(this.#state, service, index, this.#known))
  }

  /** The way of a request, link by link, as the cluster is now. */
  traceChain(client: network.ClientSpec, trace: Trace): Chain {
    return why.traceChain(this.#state, client, trace, this.#known)
  }

  /** Why requests of a client fail, or surprise: the cause of the first that failed. undefined: nothing is to be said of them. */
  causeOf(client: network.ClientSpec, traces: readonly Trace[]): Finding | undefined {
    for (const trace of traces) {
      const cause = why.traceCause(this.#state, client, trace, this.#known)
      if (cause) return cause
    }
    return why.surpriseOf(this.#state, client, traces, this.#known)
  }

  /** Who asks: the clients of the text, or those made up. */
  clients(): readonly ClientView[] {
    return network.clientViews(this.#state)
  }

  /** Who a client of the text (or one made up) is to the network; undefined when there is none, or it cannot ask. */
  clientSpec(key: string): network.ClientSpec | undefined {
    const view = network.clientByKey(this.#state, key)
    return view && why.specOf(this.#state, view)
  }

  readonly #known: why.Known = {
    refusals: () => refusals(this.#state),
    deletedByHand: (object) => isDeletedByHand(this.#state, object),
  }

  // --- what changed ---------------------------------------------------------------------------------------------------------

  /** Everything that changed since the last call (the first call, and the first after `restore`, gives everything there is). */
  drain(): Changes & { readonly reset: boolean } {
    const reset = this.#whole
    this.#whole = false
    const puts: KObject[] = []
    const drop: ObjectKey[] = []
    if (reset) {
      for (const kind of this.#state.objects.keys()) puts.push(...list(this.#state, kind))
      for (const service of list(this.#state, 'Service')) this.#services.add(keyOf(service))
    } else {
      for (const [key, object] of this.#dirty) {
        if (object) puts.push(object)
        else drop.push(key)
      }
    }
    this.#dirty.clear()
    const services: ServiceView[] = []
    for (const key of this.#services) {
      const view = serviceViewOf(this.#state, key)
      if (view) services.push(view)
    }
    this.#services.clear()
    const { traces, events } = this.takeSaid()
    const now = network.clientViews(this.#state)
    const same = !reset && now.length === this.#clients.length && now.every((c, i) => c === this.#clients[i])
    this.#clients = now
    return { reset, put: puts, drop, services, clients: same ? undefined : now, traces, events }
  }

  /** Requests and events since they were last taken, here or by `drain`. */
  takeSaid(): Pick<Changes, 'traces' | 'events'> {
    const traces = this.#state.traces.map((t) => this.#shifted(t))
    const events = this.#state.events.map((e) => ({ ...e, at: e.at - this.#origin }))
    if (traces.length > 0) this.#state.traces = []
    if (events.length > 0) this.#state.events = []
    return { traces, events }
  }

  snapshot(): ClusterSnapshot {
    return { state: snapshot(this.#state), origin: this.#origin }
  }

  /** Go to a snapshot's moment. The next `drain` gives everything. */
  restore(from: ClusterSnapshot): void {
    this.#state = restore(from.state)
    this.#origin = from.origin
    this.#dirty.clear()
    this.#services.clear()
    this.#whole = true
  }

  #shifted(trace: Trace): Trace {
    return this.#origin === 0 ? trace : { ...trace, startedAt: trace.startedAt - this.#origin }
  }

  #as<T>(author: Author, run: () => T): T {
    const before = this.#author
    this.#author = author
    try {
      return run()
    } finally {
      this.#author = before
    }
  }

  /** Keep what a person's request asked for, as far as its object does not tell. */
  #asked<T extends { readonly ok: boolean; readonly object?: KObject }>(request: unknown, result: T): T {
    if (this.#author === 'hand' && result.ok && result.object) noteRequest(this.#state, keyOf(result.object), request)
    return result
  }

  #step(): void {
    const task = takeTask(this.#state)
    if (!task) return
    this.#state.now = Math.max(this.#state.now, task.at)
    const handle = HANDLERS.get(task.kind)
    if (!handle) throw new Error(`no component handles tasks of kind ${task.kind}`)
    handle(this.#state, task)
    if (this.#author === undefined) this.#pump()
    else this.#as(undefined, () => this.#pump())
  }

  /** Tell the watchers what changed, until they change nothing more. */
  #pump(): void {
    while (this.#state.journal.length > 0) {
      const changes = this.#state.journal
      this.#state.journal = []
      for (const change of changes) this.#see(change)
    }
  }

  #see(change: Change): void {
    // before the next drain gives everything, nothing needs to be noted
    if (!this.#whole) {
      this.#dirty.set(change.key, change.after)
      for (const key of servicesTouched(this.#state, change)) this.#services.add(key)
    }
    noteChange(this.#state, change, this.#author)
    for (const component of COMPONENTS) component.watch?.(this.#state, change)
  }
}

const refused = (code: string, message: string, object: ObjectKey): Diagnostic => ({
  severity: 'error',
  code,
  message,
  object,
})

/** kubectl's words for an action of the picture; the same verbs go through the same API. */
function actOn(state: State, action: Action): Diagnostic | undefined {
  const failure = (result: api.ApiResult<KObject>, key: ObjectKey) =>
    result.ok ? undefined : refused('api.refused', result.status.message, key)
  const patch = (key: ObjectKey, value: unknown) => {
    const { kind, namespace, name } = splitKey(key)
    return failure(api.patchObject(state, kind, namespace, name, 'strategic', value, {}), key)
  }
  switch (action.type) {
    case 'delete': {
      const { kind, namespace, name } = splitKey(action.object)
      return failure(api.deleteObject(state, kind, namespace, name, {}), action.object)
    }
    case 'set-ready':
      return patch(action.pod, { metadata: { annotations: { 'fairlead.dev/ready': String(action.ready) } } })
    case 'scale':
      return patch(action.object, { spec: { replicas: action.replicas } })
    case 'set-image':
      return patch(action.object, {
        spec: { template: { spec: { containers: [{ name: action.container, image: action.image }] } } },
      })
    case 'restart':
      // kubectl rollout restart: an annotation of the template, with the moment (k8s kubectl pkg/polymorphichelpers/objectrestarter.go, v1.36)
      return patch(action.object, {
        spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': api.nowStamp(state) } } } },
      })
    case 'label':
      return patch(action.object, { metadata: { labels: { [action.key]: action.value } } })
    case 'annotate':
      return patch(action.object, { metadata: { annotations: { [action.key]: action.value } } })
    case 'cordon':
      return patch(`Node//${action.node}`, { spec: { unschedulable: action.on ? true : null } })
    case 'drain': {
      const problem = patch(`Node//${action.node}`, { spec: { unschedulable: true } })
      if (problem) return problem
      // as `kubectl drain --ignore-daemonsets --force`: every pod of the node but those of DaemonSets
      for (const pod of list<Pod>(state, 'Pod')) {
        if (pod.spec.nodeName !== action.node || pod.metadata.deletionTimestamp) continue
        if (pod.metadata.ownerReferences?.some((r) => r.kind === 'DaemonSet')) continue
        api.deleteObject(state, 'Pod', pod.metadata.namespace ?? 'default', pod.metadata.name, {})
      }
      return undefined
    }
    case 'recreate':
      return recreate(state, action.object)
    case 'send':
      return network.askOnce(state, action.client)
        ? undefined
        : refused('client.unknown', `no client ${action.client}`, action.client)
    case 'kubectl':
      // the shell runs it (worker/); it never comes here
      return refused('action.shell', 'kubectl commands are run by the shell', '')
  }
}

/** As `kubectl replace --force`: delete, then create what the text says. */
function recreate(state: State, key: ObjectKey): Diagnostic | undefined {
  const value = refusedValue(state, key)
  if (value === undefined) return refused('action.recreate', 'the text no longer asks for this change', key)
  const { kind, namespace, name } = splitKey(key)
  api.deleteObject(state, kind, namespace, name, { gracePeriodSeconds: 0 })
  const result = api.applyObject(state, value, { makeNamespace: true })
  if (!result.ok) return refused('api.refused', result.status.message, key)
  noteRecreated(state, key)
  return undefined
}

/** Kept objects that no component acts on: the page lists them greyed. */
export const isSimulated = (o: KObject): boolean => kindInfo(o.apiVersion, o.kind)?.simulated ?? false
