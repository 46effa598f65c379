import { ANNOTATION, type Container, type Pod, type PodSpec, type Protocol } from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { addressOf } from './command-line.ts'
import { imageName, knownImage, openingsOfImage } from './image-catalog.ts'

/** One socket that a pod has open. */
export interface Listener {
  readonly port: number
  readonly protocol: Protocol
  /** loopback: only the pod itself reaches it. */
  readonly address: 'all' | 'loopback'
  readonly how: 'annotation' | 'image' | 'declared'
  /** The container it belongs to. */
  readonly container: string
  /** Why it is believed to listen there, as a part of a sentence. */
  readonly note: string
}

const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP']

/** The parts of a `fairlead.dev/listen` text; a part that is none is undefined. */
function parseListen(text: string): ({ port: number; protocol: Protocol; loopback: boolean } | undefined)[] {
  const parts = text
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '')
  return parts.map((part) => {
    const slash = part.lastIndexOf('/')
    const protocol = slash < 0 ? 'TCP' : part.slice(slash + 1).toUpperCase()
    const { number, loopback } = addressOf(slash < 0 ? part : part.slice(0, slash))
    return number !== undefined && PROTOCOLS.includes(protocol)
      ? { port: number, protocol: protocol as Protocol, loopback }
      : undefined
  })
}

/** What of a `fairlead.dev/listen` annotation nobody understands. */
export function listenProblems(annotations: Readonly<Record<string, string>> | undefined): string[] {
  const text = annotations?.[ANNOTATION.listen]
  if (text === undefined || !parseListen(text).includes(undefined)) return []
  return [`${ANNOTATION.listen}: "${text}" is not understood in full; say ports such as "8080, 127.0.0.1:9090, 53/UDP"`]
}

/** Containers that run as long as the pod does: the ordinary ones, and sidecars (init containers that always restart). */
export const longRunning = (pod: Pod): readonly Container[] => [
  ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
  ...pod.spec.containers,
]

const owner = (pod: Pod, port: number, protocol: Protocol): string =>
  (
    pod.spec.containers.find((c) =>
      c.ports?.some((p) => p.containerPort === port && (p.protocol ?? 'TCP') === protocol),
    ) ?? pod.spec.containers[0]
  )?.name ?? ''

function declared(container: Container): Listener[] {
  return (container.ports ?? []).map((p) => ({
    port: p.containerPort,
    protocol: p.protocol ?? 'TCP',
    address: 'all',
    how: 'declared',
    container: container.name,
    note: `container ${container.name} declares it`,
  }))
}

/** The sockets of one container by what its image is known to do; undefined: the image and its command line are not known. */
function ofImage(container: Container): Listener[] | undefined {
  const image = knownImage(container.image ?? '')
  const mounts = (container.volumeMounts ?? []) as readonly { readonly mountPath?: string }[]
  if (image?.config?.some((path) => mounts.some((m) => m.mountPath?.startsWith(path)))) return undefined
  const env = new Map((container.env ?? []).flatMap((e) => (e.value === undefined ? [] : [[e.name, e.value] as const])))
  const openings = openingsOfImage(image, container.command ?? [], { args: container.args ?? [], env })
  if (!openings) return undefined
  const set = (container.command?.length ?? 0) + (container.args?.length ?? 0) > 0
  const note = set
    ? `the command line of container ${container.name} says so`
    : `${image?.name ?? 'the program'} of image ${imageName(container.image ?? '')} does by itself`
  return openings.map((o) => ({
    port: o.port,
    protocol: o.protocol,
    address: o.loopback ? 'loopback' : 'all',
    how: 'image',
    container: container.name,
    note,
  }))
}

export interface Listening {
  readonly listeners: readonly Listener[]
  /** Nothing says where the pod listens: with `undeclaredPorts: assume` it is taken to listen on whatever is asked. */
  readonly unknown: boolean
}

/**
 * Where a pod listens while its containers run (DESIGN, "Listening"): where `fairlead.dev/listen` says; else, container by container, where
 * its image is known to, else on its declared ports. With `undeclaredPorts: refuse` images are not looked at.
 */
export function listeningOf(pod: Pod, undeclared: 'assume' | 'refuse'): Listening {
  const text = pod.metadata.annotations?.[ANNOTATION.listen]
  const known = heard.get(pod.spec)
  if (known && known.text === text && known.undeclared === undeclared) return known.listening
  const listening = listen(pod, text, undeclared)
  heard.set(pod.spec, { text, undeclared, listening })
  return listening
}

/** What was found of a spec last: every request and every look at a Service asks, and a spec stays while its pod's status changes. */
const heard = new WeakMap<
  PodSpec,
  { readonly text: string | undefined; readonly undeclared: string; readonly listening: Listening }
>()

function listen(pod: Pod, text: string | undefined, undeclared: 'assume' | 'refuse'): Listening {
  if (text !== undefined) {
    const listeners = parseListen(text).flatMap((p): Listener[] =>
      p === undefined
        ? []
        : [
            {
              port: p.port,
              protocol: p.protocol,
              address: p.loopback ? 'loopback' : 'all',
              how: 'annotation',
              container: owner(pod, p.port, p.protocol),
              note: `annotation ${ANNOTATION.listen} says so`,
            },
          ],
    )
    return { listeners, unknown: false }
  }
  const containers = longRunning(pod)
  if (undeclared === 'refuse') return { listeners: containers.flatMap(declared), unknown: false }
  let unknown = true
  const listeners = containers.flatMap((container) => {
    const image = ofImage(container)
    if (image) {
      unknown = false
      return image
    }
    if (container.ports?.length) unknown = false
    return declared(container)
  })
  return { listeners, unknown }
}

/** The sockets that a pod's containers open when they run. */
export const listeners = (state: State, pod: Pod): readonly Listener[] =>
  listeningOf(pod, state.config.undeclaredPorts).listeners
