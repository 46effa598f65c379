import {
  type Finding,
  type Fix,
  isIP,
  keyOf,
  makeKey,
  matchesMap,
  type ObjectKey,
  type Pod,
  type Service,
  type StatefulSet,
  splitKey,
  type TraceRequest,
} from '../../model/index.ts'
import { selectorOf } from '../control/index.ts'
import { get, getByKey, list, type State } from '../core/index.ts'
import { type ClientSpec, clientByKey, resolverOf } from '../network/index.ts'
import { listeningOf } from '../workload/index.ts'
import { nearest } from './closeness.ts'
import { finding, objectParam, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { refusedService } from './refused-cause.ts'
import { serviceChain } from './service-chain.ts'
import { type PodSource, sourceOfPod, surveyOf } from './survey.ts'

/** The document of the text that says who asks, when there is one. */
export function clientDocument(state: State, client: ClientSpec): ObjectKey | undefined {
  return clientByKey(state, client.key)?.document
}

/** The client's URL with another host or port. */
export function urlFix(
  state: State,
  client: ClientSpec,
  request: TraceRequest,
  change: { host?: string; port?: number },
): Fix | undefined {
  const object = clientDocument(state, client)
  if (!object) return undefined
  const named = change.host ?? request.host
  const host = named.includes(':') ? `[${named}]` : named
  const port = change.port ?? request.port
  const usual = { http: 80, https: 443, tcp: 0, udp: 0, '': 80 }[request.scheme]
  const value = `${request.scheme || 'http'}://${host}${port === usual ? '' : `:${port}`}${request.path}`
  return { label: `Ask ${value}`, object, path: ['spec', 'url'], op: 'set', value }
}

/** What a host name would mean to the cluster's DNS: `web`, `web.shop`, `web.shop.svc`, `web-0.web.shop.svc.cluster.local`. */
interface Meaning {
  readonly service: string
  readonly namespace: string
  /** The name of one endpoint of it. */
  readonly pod?: string
  /** It says `svc`, or the cluster's domain: nobody outside is meant. */
  readonly whole: boolean
}

/** `web.default.cluster.local`, `web.default.svc.cluster` : not quite the full name of a Service that is there. */
function malformed(state: State, client: ClientSpec, request: TraceRequest, meant: Service): Finding {
  const document = clientDocument(state, client)
  const right = `${meant.metadata.name}.${meant.metadata.namespace}.svc.${state.config.clusterDomain}`
  return finding('dns.no-such-name', {
    severity: 'error',
    objects: [...(document ? [document] : []), keyOf(meant)],
    path: document ? ['spec', 'url'] : [],
    params: { host: request.host, ...serviceParams(meant), what: 'form', right },
    rule: 'DNS-5',
    fixes: [urlFix(state, client, request, { host: right })],
  })
}

function meanings(state: State, client: ClientSpec, host: string): Meaning[] {
  const domain = state.config.clusterDomain.toLowerCase()
  const plain = host.toLowerCase().replace(/\.$/, '')
  const inside = plain.endsWith(`.${domain}`) ? plain.slice(0, -domain.length - 1) : plain
  const labels = inside.split('.')
  const svc = labels.lastIndexOf('svc')
  const whole = svc > 0 || inside !== plain
  const own = client.namespace
  if (svc > 1) {
    const [service, namespace] = [labels[svc - 2]!, labels[svc - 1]!]
    return [{ service, namespace, ...(svc > 2 ? { pod: labels[svc - 3]! } : {}), whole }]
  }
  // `web.svc.cluster.local`: the namespace was forgotten
  if (svc === 1) return [{ service: labels[0]!, namespace: own, whole }]
  const [a, b, c] = labels
  if (b === undefined) return [{ service: a!, namespace: own, whole }]
  if (c === undefined)
    return [
      { service: a!, namespace: b, whole },
      { service: b, namespace: own, pod: a!, whole },
    ]
  if (labels.length === 3 && !whole) return [{ service: b, namespace: c, pod: a!, whole }]
  return whole ? [{ service: a!, namespace: b, whole }] : []
}

const clusterHost = (state: State, client: ClientSpec, service: Service): string => {
  const { name, namespace } = service.metadata
  if (client.from === 'pod' && namespace === client.namespace) return name
  return client.from === 'pod' ? `${name}.${namespace}` : `${name}.${namespace}.svc.${state.config.clusterDomain}`
}

/** Why a name did not lead to an address. DNS-1 … DNS-12. */
export function nameCause(state: State, client: ClientSpec, request: TraceRequest, known: Known): Finding {
  const { host } = request
  const said = meanings(state, client, host)
  const there = said.flatMap((m) => get<Service>(state, 'Service', m.namespace, m.service) ?? [])[0]
  const document = clientDocument(state, client)
  const base = { host, namespace: client.from === 'pod' ? client.namespace : undefined, from: client.from }
  const refused = there ? undefined : refusedService(known, said, host)
  if (refused) return refused
  const deleted = there ? undefined : said.find((m) => known.deletedByHand(makeKey('Service', m.namespace, m.service)))
  if (deleted) return deletedCause(deleted, document, base.host)
  if (there?.spec.type === 'ExternalName') return aliasCause(state, there)
  const foreign = strangerCause(state, client, request, there ?? elsewhereOf(state, client, said)[0])
  if (foreign) return foreign
  const one = said.find((m) => m.pod !== undefined)
  if (one) {
    const cause = podNameCause(state, one, host, known)
    if (cause) return cause
  }
  if (there && there.spec.clusterIP === 'None' && !said.some((m) => m.pod && m.service === there.metadata.name)) {
    const cause = absentFromDns(state, there, known)
    if (cause) return cause
  }
  const elsewhere = elsewhereOf(state, client, said)
  if (there && host.split('.').length > 2 && !host.endsWith('.')) return malformed(state, client, request, there)
  const meant =
    there ?? (said.length > 0 && said[0]!.namespace === client.namespace && !said[0]!.whole ? elsewhere[0] : undefined)
  if (meant) {
    const right = clusterHost(state, client, meant)
    return finding('dns.search-path', {
      severity: 'error',
      objects: [...(document ? [document] : []), keyOf(meant)],
      path: document ? ['spec', 'url'] : [],
      params: { ...base, ...serviceParams(meant), elsewhere: elsewhere.map((s) => s.metadata.namespace!), right },
      rule: 'DNS-5',
      fixes: [urlFix(state, client, request, { host: right })],
    })
  }
  return notThere(state, client, request, said, elsewhere)
}

/** The Service is in the text and no longer in the cluster: a command took it away. DNS-5. */
const deletedCause = ({ service, namespace }: Meaning, client: ObjectKey | undefined, host: string): Finding =>
  finding('service.not-found', {
    severity: 'error',
    objects: [makeKey('Service', namespace, service), ...(client ? [client] : [])],
    path: ['metadata', 'name'],
    params: { host, service, namespace, what: 'deleted' },
    rule: 'DNS-5',
  })

/** Why a headless Service has no addresses: what has to do with its pods being there and ready, not with ports. DNS-6. */
function absentFromDns(state: State, service: Service, known: Known): Finding | undefined {
  const { links } = serviceChain(state, service, 0, known)
  return links.find((l) => l.finding && ['selector', 'running', 'ready'].includes(l.link))?.finding
}

/** Services of the name that was asked, in other namespaces than the one that was asked for. */
function elsewhereOf(state: State, client: ClientSpec, said: readonly Meaning[]): Service[] {
  const first = said[0]
  if (!first) return []
  const asked = new Set(said.map((m) => m.namespace))
  return list<Service>(state, 'Service')
    .filter((s) => s.metadata.name === first.service && !asked.has(s.metadata.namespace ?? ''))
    .sort(
      (a, b) => Number(b.metadata.namespace === client.namespace) - Number(a.metadata.namespace === client.namespace),
    )
}

/** Who does not ask the cluster's DNS: nodes, the internet, pods with another dnsPolicy. DNS-10, DNS-13. */
function strangerCause(
  state: State,
  client: ClientSpec,
  request: TraceRequest,
  meant: Service | undefined,
): Finding | undefined {
  if (resolverOf(state, client).asks === 'cluster' || !meant) return undefined
  const pod = client.pod && getByKey<Pod>(state, client.pod)
  const document = clientDocument(state, client)
  const params = { host: request.host, from: client.from, ...serviceParams(meant) }
  if (!pod) {
    return finding('dns.not-cluster-dns', {
      severity: 'error',
      objects: [...(document ? [document] : []), keyOf(meant)],
      path: document ? ['spec', 'url'] : [],
      params: { ...params, nodePort: meant.spec.ports?.[0]?.nodePort, type: meant.spec.type },
      rule: 'DNS-10',
    })
  }
  const source = sourceOfPod(state, pod)
  const path = [...source.prefix, 'spec', 'dnsPolicy']
  const value = pod.spec.hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst'
  return finding('dns.not-cluster-dns', {
    severity: 'error',
    objects: [source.key, keyOf(meant)],
    path,
    params: {
      ...params,
      policy: pod.spec.dnsPolicy ?? 'ClusterFirst',
      hostNetwork: pod.spec.hostNetwork || undefined,
      right: value,
      pod: pod.metadata.name,
    },
    rule: 'DNS-13',
    fixes: [{ label: `Set dnsPolicy to ${value}`, object: source.key, path, op: 'set', value }],
  })
}

/** An alias that leads nowhere. DNS-4. */
export function aliasCause(state: State, service: Service): Finding {
  const key = keyOf(service)
  const target = service.spec.externalName ?? ''
  const path = ['spec', 'externalName']
  const params = { ...serviceParams(service), target }
  if (isIP(target.replace(/\.$/, '')))
    return finding('externalname.address', { severity: 'error', objects: [key], path, params, rule: 'DNS-4' })
  const domain = `.svc.${state.config.clusterDomain}`
  const plain = target.toLowerCase().replace(/\.$/, '')
  const inside = plain.endsWith(domain)
  const next = inside
    ? get<Service>(
        state,
        'Service',
        ...(plain.slice(0, -domain.length).split('.').reverse().slice(0, 2) as [string, string]),
      )
    : undefined
  if (next)
    return finding('dns.no-such-name', {
      severity: 'error',
      objects: [key, keyOf(next)],
      path,
      params: { ...params, host: target, what: 'alias-loop', found: next.spec.externalName },
      rule: 'DNS-4',
    })
  const short = inside ? undefined : shortAlias(state, service, plain)
  const near =
    short ??
    (inside
      ? nearest(
          plain.slice(0, -domain.length),
          surveyOf(state).services.filter((s) => s !== service),
          (s) => `${s.metadata.name}.${s.metadata.namespace}`,
        )?.of
      : undefined)
  const right = near && `${near.metadata.name}.${near.metadata.namespace}${domain}`
  return finding('dns.no-such-name', {
    severity: 'error',
    objects: [key, ...(near ? [keyOf(near)] : [])],
    path,
    params: { ...params, host: target, what: short ? 'alias-short' : inside ? 'alias-inside' : 'alias-outside', right },
    rule: 'DNS-4',
    fixes: [
      right ? { label: `Change externalName to ${right}`, object: key, path, op: 'set', value: right } : undefined,
    ],
    nearMisses: near && right ? [{ what: 'name', wanted: plain, found: right, of: [keyOf(near)] }] : [],
  })
}

/** An alias is a full name: `db.prod` is looked up as it stands, outside. */
function shortAlias(state: State, service: Service, plain: string): Service | undefined {
  const [name = '', namespace = service.metadata.namespace ?? '', ...rest] = plain.split('.')
  if (rest.length > (rest[0] === 'svc' ? 1 : 0)) return undefined
  const found = get<Service>(state, 'Service', namespace, name)
  return found === service ? undefined : found
}

/** `web-0.web`: the name of one pod. DNS-7. */
function podNameCause(state: State, m: Meaning, host: string, known: Known): Finding | undefined {
  const set = list<StatefulSet>(state, 'StatefulSet', m.namespace).find(
    (s) => m.pod?.startsWith(`${s.metadata.name}-`) && /^\d+$/.test(m.pod.slice(s.metadata.name.length + 1)),
  )
  const service = get<Service>(state, 'Service', m.namespace, m.service)
  const pod = get<Pod>(state, 'Pod', m.namespace, m.pod ?? '')
  const base = { host, pod: m.pod!, service: m.service, namespace: m.namespace }
  if (!service) return set ? governingCause(state, set) : undefined
  if (set && set.spec['serviceName'] !== m.service) {
    const path = ['spec', 'serviceName']
    return finding('dns.no-such-name', {
      severity: 'error',
      objects: [keyOf(set), keyOf(service)],
      path,
      params: {
        ...base,
        what: 'pod-of-set',
        workload: `StatefulSet ${set.metadata.name}`,
        found: String(set.spec['serviceName'] ?? ''),
      },
      rule: 'DNS-7',
      fixes: [{ label: `Set serviceName to ${m.service}`, object: keyOf(set), path, op: 'set', value: m.service }],
    })
  }
  if (service.spec.clusterIP !== 'None') {
    return finding('dns.no-such-name', {
      severity: 'error',
      objects: [keyOf(service)],
      path: ['spec', 'clusterIP'],
      params: { ...base, what: 'pod-not-headless' },
      rule: 'DNS-7',
    })
  }
  if (pod) {
    const cause = absentFromDns(state, service, known)
    if (cause) return cause
    const source = sourceOfPod(state, pod)
    const named = pod.spec.hostname !== undefined && pod.spec.subdomain === m.service
    return finding(named ? 'pod.not-ready' : 'dns.no-such-name', {
      severity: 'error',
      objects: [source.key, keyOf(service)],
      path: named ? [] : [...source.prefix, 'spec', 'subdomain'],
      params: { ...base, what: 'pod-unnamed', workload: objectParam(source), pods: 1 },
      rule: 'DNS-7',
    })
  }
  return undefined
}

/** A StatefulSet whose `serviceName` no Service has: its pods have no names. DNS-7. */
export function governingCause(state: State, set: StatefulSet): Finding | undefined {
  const wanted = String(set.spec['serviceName'] ?? '')
  const namespace = set.metadata.namespace ?? ''
  if (wanted === '' || get(state, 'Service', namespace, wanted)) return undefined
  const here = surveyOf(state).services.filter((s) => s.metadata.namespace === namespace && s.spec.clusterIP === 'None')
  const near =
    nearest(wanted, here, (s) => s.metadata.name)?.of ??
    here.find((s) => {
      const selector = selectorOf(s)
      return selector !== undefined && matchesMap(selector, set.spec.template?.metadata?.labels)
    })
  const path = ['spec', 'serviceName']
  return finding('service.not-found', {
    severity: 'warning',
    objects: [keyOf(set), ...(near ? [keyOf(near)] : [])],
    path,
    params: {
      service: wanted,
      namespace,
      workload: `StatefulSet ${set.metadata.name}`,
      near: near?.metadata.name,
      what: 'governing',
    },
    rule: 'DNS-7',
    fixes: [
      near
        ? {
            label: `Set serviceName to ${near.metadata.name}`,
            object: keyOf(set),
            path,
            op: 'set',
            value: near.metadata.name,
          }
        : undefined,
    ],
    nearMisses: near ? [{ what: 'name', wanted, found: near.metadata.name, of: [keyOf(near)] }] : [],
  })
}

function notThere(
  state: State,
  client: ClientSpec,
  request: TraceRequest,
  said: readonly Meaning[],
  elsewhere: readonly Service[],
): Finding {
  const { host } = request
  const document = clientDocument(state, client)
  const first = said[0]
  const survey = surveyOf(state)
  const here = survey.services.filter((s) => s.metadata.namespace === first?.namespace)
  const swapped = first && get<Service>(state, 'Service', first.service, first.namespace)
  const near = swapped
    ? swapped
    : first === undefined
      ? undefined
      : (nearest(first.service, here, (s) => s.metadata.name)?.of ??
        elsewhere[0] ??
        (first.namespace === client.namespace || first.whole
          ? undefined
          : nearest(first.service, survey.services, (s) => s.metadata.name)?.of))
  const base = { host, namespace: first?.namespace, service: first?.service, from: client.from }
  const asked = document ? [document] : []
  const path = document ? ['spec', 'url'] : []
  const pod = first && list<Pod>(state, 'Pod', first.namespace).find((p) => p.metadata.name === first.service)
  if (pod && (!near || near.metadata.name !== pod.metadata.name)) {
    const over = survey.services.find((s) => s.metadata.namespace === first.namespace && finds(s, pod))
    return finding('dns.no-such-name', {
      severity: 'error',
      objects: [...asked, keyOf(pod), ...(over ? [keyOf(over)] : [])],
      path,
      params: { ...base, what: 'pod', pod: pod.metadata.name, near: over?.metadata.name },
      rule: 'DNS-7',
      fixes: [over && urlFix(state, client, request, { host: clusterHost(state, client, over) })],
    })
  }
  if (near) {
    const wrongNamespace = !swapped && near.metadata.name === first!.service
    return finding('service.not-found', {
      severity: 'error',
      objects: [...asked, keyOf(near)],
      path,
      params: {
        ...base,
        near: swapped ? clusterHost(state, client, near) : near.metadata.name,
        elsewhere: wrongNamespace ? [near.metadata.namespace!] : undefined,
      },
      rule: 'DNS-5',
      fixes: [urlFix(state, client, request, { host: clusterHost(state, client, near) })],
      nearMisses: [
        wrongNamespace
          ? { what: 'namespace', wanted: first!.namespace, found: near.metadata.namespace!, of: [keyOf(near)] }
          : { what: 'name', wanted: first!.service, found: near.metadata.name, of: [keyOf(near)] },
      ],
    })
  }
  const workload = first && (survey.sourcesIn.get(first.namespace) ?? []).find((s) => s.name === first.service)
  const inside =
    first !== undefined &&
    (first.whole || !host.includes('.') || get(state, 'Namespace', '', first.namespace) !== undefined)
  if (!inside)
    return finding('dns.no-such-name', {
      severity: 'error',
      objects: asked,
      path,
      params: { ...base, what: 'outside' },
      rule: 'DNS-10',
    })
  return finding('service.not-found', {
    severity: 'error',
    objects: [...asked, ...(workload ? [workload.key] : [])],
    path,
    params: { ...base, workload: workload && objectParam(workload) },
    rule: 'DNS-5',
    fixes: [workload && serviceFor(state, workload)],
  })
}

const finds = (service: Service, pod: Pod): boolean => {
  const selector = Object.entries(service.spec.selector ?? {})
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
}

/** A Service for a workload that has none, where it is clear which port is meant. */
function serviceFor(state: State, source: PodSource): Fix | undefined {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: source.name, labels: source.labels },
    spec: source.spec,
  } as Pod
  const ports = [
    ...new Set(
      listeningOf(pod, state.config.undeclaredPorts)
        .listeners.filter((l) => l.protocol === 'TCP')
        .map((l) => l.port),
    ),
  ]
  if (ports.length !== 1 || Object.keys(source.labels).length === 0) return undefined
  const { namespace } = splitKey(source.key)
  return {
    label: `Add a Service ${source.name}`,
    object: makeKey('Service', namespace, source.name),
    path: [],
    op: 'addDocument',
    value: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: source.name, ...(namespace === 'default' ? {} : { namespace }) },
      spec: { selector: source.labels, ports: [{ port: 80, targetPort: ports[0] }] },
    },
  }
}
