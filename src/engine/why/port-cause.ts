import {
  ANNOTATION,
  type Finding,
  type Fix,
  keyOf,
  type NearMiss,
  type ObjectKey,
  type Path,
  type Pod,
  type Protocol,
  type Service,
  type ServicePort,
} from '../../model/index.ts'
import { findPort } from '../control/index.ts'
import type { State } from '../core/index.ts'
import { type Listener, listeningOf, longRunning, socketFor } from '../workload/index.ts'
import { closeness, nearest } from './closeness.ts'
import { finding, objectParam, serviceParams } from './finding.ts'
import { sourceOfPod } from './survey.ts'

const protocolOf = (port: ServicePort): Protocol => port.protocol ?? 'TCP'
const protocolParam = (protocol: string) => (protocol === 'TCP' ? undefined : protocol)

/** A port that a container declares, with whose it is. */
interface Declared {
  readonly name: string
  readonly port: number
  readonly protocol: Protocol
  readonly container: number
  readonly index: number
}

const declaredOf = (pod: Pod): Declared[] =>
  pod.spec.containers.flatMap((c, container) =>
    (c.ports ?? []).map((p, index) => ({
      name: p.name ?? '',
      port: p.containerPort,
      protocol: p.protocol ?? 'TCP',
      container,
      index,
    })),
  )

/** No container of the pods declares a port of the name that the Service targets. EPS-5. */
export function nameUnknownCause(state: State, service: Service, index: number, pod: Pod): Finding {
  const key = keyOf(service)
  const port = service.spec.ports![index]!
  const target = String(port.targetPort)
  const source = sourceOfPod(state, pod)
  const declared = declaredOf(pod)
  const path = ['spec', 'ports', index, 'targetPort']
  const otherProtocol = declared.find((p) => p.name === target && p.protocol !== protocolOf(port))
  const base = {
    ...serviceParams(service),
    portName: target,
    port: port.port,
    workload: objectParam(source),
    names: declared.filter((p) => p.name !== '').map((p) => p.name),
    numbers: declared.map((p) => String(p.port)),
    protocol: protocolOf(port),
  }
  const where = (p: Declared): Path => [...source.prefix, 'spec', 'containers', p.container, 'ports', p.index]
  if (otherProtocol) {
    // TCP is what stands there when nobody thought of it: the other one was meant
    const forgotten = otherProtocol.protocol === 'TCP'
    const atContainer: Fix = {
      label: `Make the container's port ${protocolOf(port)}`,
      object: source.key,
      path: [...where(otherProtocol), 'protocol'],
      op: 'set',
      value: protocolOf(port),
    }
    return finding('port.protocol', {
      severity: 'error',
      objects: forgotten ? [source.key, key] : [key, source.key],
      path: forgotten ? atContainer.path : ['spec', 'ports', index, 'protocol'],
      params: { ...base, other: otherProtocol.protocol, where: 'named' },
      rule: 'EPS-5',
      sources: [{ object: source.key, path: [...where(otherProtocol), 'protocol'] }],
      fixes: [
        forgotten ? atContainer : undefined,
        {
          label: `Make port ${port.port} ${otherProtocol.protocol}`,
          object: key,
          path: ['spec', 'ports', index, 'protocol'],
          op: 'set',
          value: otherProtocol.protocol,
        },
      ],
    })
  }
  const same = declared.filter((p) => p.protocol === protocolOf(port))
  const namedNear = nearest(
    target,
    same.filter((p) => p.name !== ''),
    (p) => p.name,
  )?.of
  const only = same.length === 1 ? same[0] : same.find((p) => p.port === port.port)
  const meant = namedNear ?? only
  const nearMisses: NearMiss[] = meant?.name
    ? [{ what: 'port-name', wanted: target, found: meant.name, of: [source.key] }]
    : []
  const set = (value: number | string): Fix => ({
    label: `Change targetPort to ${value}`,
    object: key,
    path,
    op: 'set',
    value,
  })
  const listens = [
    ...new Set(
      listeningOf(pod, state.config.undeclaredPorts)
        .listeners.filter((l) => l.protocol === protocolOf(port))
        .map((l) => l.port),
    ),
  ]
  return finding('port.name-unknown', {
    severity: 'error',
    objects: [key, source.key],
    path,
    params: { ...base, near: meant?.name || undefined, meant: meant?.port },
    rule: 'EPS-5',
    sources: meant
      ? [{ object: source.key, path: where(meant) }]
      : [{ object: source.key, path: [...source.prefix, 'spec', 'containers'] }],
    fixes: [
      meant ? set(meant.name || meant.port) : listens.length === 1 ? set(listens[0]!) : undefined,
      meant && meant.name === ''
        ? {
            label: `Name the container's port ${target}`,
            object: source.key,
            path: [...where(meant), 'name'],
            op: 'set',
            value: target,
          }
        : undefined,
    ],
    nearMisses,
  })
}

/** How the pods of a Service's port would take a connection. */
export interface Hearing {
  readonly pod: Pod
  readonly port: number
  readonly state: 'listening' | 'assumed' | 'loopback-only' | 'not-listening'
  readonly listener?: Listener
}

/** The target port of a Service's port at each pod; undefined for pods that do not know its name. */
export function hearingOf(
  state: State,
  port: ServicePort,
  pods: readonly Pod[],
  headless: boolean,
): (Hearing | undefined)[] {
  return pods.map((pod) => {
    // a headless Service rewrites nothing: the port that is asked is the pod's own
    const number = headless ? port.port : findPort(pod, port)
    if (number === undefined) return undefined
    const socket = socketFor(state, pod, protocolOf(port), number)
    return { pod, port: number, state: socket.state, listener: socket.listener }
  })
}

const portText = (l: Listener): string =>
  `${l.address === 'loopback' ? '127.0.0.1:' : ''}${l.port}${l.protocol === 'TCP' ? '' : `/${l.protocol}`}`

/** The field that says where the pod listens, as far as the text says it. */
function listenPath(pod: Pod, prefix: Path, listener: Listener | undefined): Path {
  if (pod.metadata.annotations?.[ANNOTATION.listen] !== undefined)
    return [...prefix, 'metadata', 'annotations', ANNOTATION.listen]
  const index = pod.spec.containers.findIndex((c) => c.name === listener?.container)
  return [...prefix, 'spec', 'containers', ...(index < 0 ? [0] : [index])]
}

/** The pod refuses: nobody listens on the target port, or on loopback only, or with another protocol. POD-2, NET-4, NET-5. */
export function deafCause(state: State, service: Service, index: number, heard: Hearing, pods: number): Finding {
  const key = keyOf(service)
  const port = service.spec.ports![index]!
  const protocol = protocolOf(port)
  const headless = service.spec.clusterIP === 'None'
  const { pod } = heard
  const source = sourceOfPod(state, pod)
  const { listeners } = listeningOf(pod, state.config.undeclaredPorts)
  const target = headless ? ['spec', 'ports', index, 'port'] : ['spec', 'ports', index, 'targetPort']
  const own = listenPath(pod, source.prefix, heard.listener ?? listeners[0])
  const base = {
    ...serviceParams(service),
    port: heard.port,
    servicePort: port.port,
    targetPort: port.targetPort ?? port.port,
    protocol: protocolParam(protocol),
    workload: objectParam(source),
    pod: pod.metadata.name,
    pods,
    listens: listeners.map(portText),
    declared: listeners.length > 0 && listeners.every((l) => l.how === 'declared') ? true : undefined,
    container: heard.listener?.container ?? pod.spec.containers[0]?.name,
  }
  const open = listeners.filter((l) => l.address === 'all')
  const numbers = [...new Set(open.filter((l) => l.protocol === protocol).map((l) => l.port))]
  if (heard.state === 'loopback-only') {
    const others = numbers.filter((n) => n !== heard.port)
    return finding('port.loopback-only', {
      severity: 'error',
      objects: [source.key, key],
      path: own,
      params: base,
      rule: 'NET-5',
      sources: [{ object: key, path: target }],
      fixes: [
        listenOnAll(pod, source.key, own, heard.port),
        others.length === 1 && !headless ? retarget(key, target, others[0]!, pod, port) : undefined,
      ],
    })
  }
  const crossed = open.find((l) => l.port === heard.port && l.protocol !== protocol)
  if (crossed) {
    const path = ['spec', 'ports', index, 'protocol']
    return finding('port.protocol', {
      severity: 'error',
      objects: [key, source.key],
      path,
      params: { ...base, other: crossed.protocol, protocol, where: 'socket' },
      rule: 'SVC-22',
      sources: [{ object: source.key, path: own }],
      fixes: [
        { label: `Make port ${port.port} ${crossed.protocol}`, object: key, path, op: 'set', value: crossed.protocol },
      ],
    })
  }
  const mapped = headless ? findPort(pod, port) : undefined
  if (mapped !== undefined && mapped !== port.port && numbers.includes(mapped)) {
    return finding('headless.no-mapping', {
      severity: 'error',
      objects: [key, source.key],
      path: ['spec', 'ports', index, 'port'],
      params: { ...base, mapped },
      rule: 'SVC-19',
      sources: [{ object: key, path: ['spec', 'ports', index, 'targetPort'] }],
      fixes: [
        {
          label: `Change port to ${mapped}`,
          object: key,
          path: ['spec', 'ports', index, 'port'],
          op: 'set',
          value: mapped,
        },
      ],
    })
  }
  // the numbers that people confuse: the Service's own port, a neighbour by one digit
  const meant =
    numbers.length === 1
      ? numbers[0]
      : (numbers.find((n) => n === port.port) ??
        nearest(String(heard.port), numbers, String)?.of ??
        numbers.find((n) => namedLike(pod, n, port.name)))
  const named =
    typeof port.targetPort === 'string' && !headless
      ? declaredOf(pod).find((p) => p.name === port.targetPort && p.protocol === protocol)
      : undefined
  if (named) {
    const path = [...source.prefix, 'spec', 'containers', named.container, 'ports', named.index, 'containerPort']
    return finding('port.not-listening', {
      severity: 'error',
      objects: [source.key, key],
      path,
      params: { ...base, meant, portName: named.name },
      rule: 'NET-4',
      sources: [{ object: key, path: target }],
      fixes: [
        meant === undefined
          ? undefined
          : { label: `Change containerPort to ${meant}`, object: source.key, path, op: 'set', value: meant },
        meant === undefined
          ? undefined
          : { label: `Change targetPort to ${meant}`, object: key, path: target, op: 'set', value: meant },
      ],
      nearMisses:
        meant === undefined
          ? []
          : [{ what: 'port-number', wanted: String(heard.port), found: String(meant), of: [source.key] }],
    })
  }
  const swapped = numbers.includes(port.port) && port.targetPort !== undefined && port.targetPort !== port.port
  return finding('port.not-listening', {
    severity: 'error',
    objects: [key, source.key],
    path: target,
    params: { ...base, meant, swapped: swapped || undefined },
    rule: 'NET-4',
    sources: [{ object: source.key, path: own }],
    fixes: [meant === undefined ? undefined : retarget(key, target, meant, pod, port)],
    nearMisses:
      meant === undefined
        ? []
        : [{ what: 'port-number', wanted: String(heard.port), found: String(meant), of: [source.key] }],
  })
}

const namedLike = (pod: Pod, number: number, name: string | undefined): boolean =>
  name !== undefined &&
  longRunning(pod).some((c) => c.ports?.some((p) => p.containerPort === number && closeness(p.name ?? '', name) > 0.6))

const retarget = (object: ObjectKey, path: Path, value: number, pod: Pod, port: ServicePort): Fix | undefined => {
  // a name stays a name: the number that it stands for is the container's to change
  if (typeof port.targetPort === 'string') {
    const named = declaredOf(pod).find((p) => p.port === value && p.name !== '')
    if (named) return { label: `Change targetPort to ${named.name}`, object, path, op: 'set', value: named.name }
  }
  return { label: `Change ${path.at(-1)} to ${value}`, object, path, op: 'set', value }
}

/** Only what the annotation says can be changed with certainty; what a program's arguments mean is the person's to know. */
function listenOnAll(pod: Pod, object: ObjectKey, path: Path, port: number): Fix | undefined {
  const text = pod.metadata.annotations?.[ANNOTATION.listen]
  if (text === undefined) return undefined
  const value = text
    .split(',')
    .map((part) => part.trim())
    .map((part) => (new RegExp(`:${port}(/|$)`).test(part) ? part.replace(/^.*:(?=\d)/, '') : part))
    .join(', ')
  return { label: `Listen on all addresses`, object, path, op: 'set', value }
}
