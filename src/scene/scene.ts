import type {
  ClientView,
  ClusterConfig,
  Diagnostic,
  KObject,
  ObjectKey,
  Place,
  Reason,
  ServicePortView,
  ServiceView,
} from '../model/index.ts'
import type { Box, Flow, Point } from './geometry.ts'
import type { Path } from './path.ts'

export type { Box, Point } from './geometry.ts'

/** What the picture is made from: a structural part of the page's mirror of the cluster. */
export interface SceneInput {
  readonly objects: ReadonlyMap<ObjectKey, KObject>
  readonly services: ReadonlyMap<ObjectKey, ServiceView>
  readonly clients: readonly ClientView[]
  readonly config: ClusterConfig
  readonly notSimulated: ReadonlySet<ObjectKey>
  /** What is wrong: a Service that cannot work looks broken. */
  readonly diagnostics: readonly Diagnostic[]
  /** Objects in the order of the text; what is not listed follows by name. */
  readonly order?: readonly ObjectKey[]
  /** What the requests so far say about who asks whom; see `observe`. */
  readonly observed?: Observed
}

/** How one looks at it. */
export interface SceneView {
  readonly mode: 'logical' | 'nodes'
  /** Which way requests go in the logical view; to the right unless said otherwise. */
  readonly flow?: Flow
  /** Group id → folded, where a person said so; the others fold by their size. */
  readonly folds?: ReadonlyMap<string, boolean>
}

/** Where a client's last request went, by the engine's word. */
export interface Asked {
  /** The first place dialled. */
  readonly dialled?: Place
  /** The Service whose name was asked, where the packet itself does not go to it (headless, alias). */
  readonly named?: ObjectKey
  /** Nodes on the way, in order. */
  readonly nodes: readonly ObjectKey[]
  /** Addresses or names beyond the border. */
  readonly outside: readonly string[]
}

export type Observed = ReadonlyMap<string, Asked>

export type PodState = 'ready' | 'not-ready' | 'terminating' | 'pending' | 'crash' | 'finished' | 'failed'

/** What a click on it selects: the same shape as the session's selection. */
export type SceneTarget =
  | { readonly type: 'object'; readonly key: ObjectKey }
  | { readonly type: 'client'; readonly key: string }

interface NodeBase extends Box {
  /** Unique in a scene, and the same from picture to picture. */
  readonly id: string
  readonly target?: SceneTarget
}

export interface ClientNode extends NodeBase {
  readonly type: 'client'
  readonly client: ClientView
  /** "pod 10.244.2.5", "node-1" */
  readonly where: string
  /** Of its pod, when the picture holds several namespaces. */
  readonly namespace?: string
}

export interface DoorNode extends NodeBase {
  readonly type: 'door'
  readonly door: 'load-balancer' | 'node-port' | 'external-ip' | 'node'
  readonly service?: ObjectKey
  /** One line each: `192.0.2.1:80` */
  readonly lines: readonly string[]
  readonly pending: boolean
}

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName' | 'Headless'

export interface ServiceNode extends NodeBase {
  readonly type: 'service'
  readonly key: ObjectKey
  readonly name: string
  readonly namespace: string
  readonly serviceType: ServiceType
  /** Cluster IP, an alias' target, "None", or "" while there is none. */
  readonly address: string
  readonly ports: readonly ServicePortView[]
  /** Ports that are not shown. */
  readonly more: number
  /** What is wrong with it, in two or three words and in a sentence. */
  readonly trouble?: Trouble
  readonly note?: Reason
  readonly state: 'ok' | 'broken' | 'empty' | 'alias'
}

/** What is wrong with a Service or a workload, by the gravest of its findings. */
export interface Trouble {
  readonly severity: 'error' | 'warning'
  /** "nobody listens" */
  readonly word: string
  readonly message: string
}

export type PodCounts = Readonly<Record<PodState, number>>

export interface GroupNode extends NodeBase {
  readonly type: 'group'
  /** The workload; none for pods that nobody owns. */
  readonly key?: ObjectKey
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly counts: PodCounts
  readonly total: number
  /** Replicas asked for, where the workload says. */
  readonly wanted?: number
  /** It is to be mended here. */
  readonly trouble?: Trouble
  readonly foldable: boolean
  readonly folded: boolean
}

export interface PodNode extends NodeBase {
  readonly type: 'pod'
  readonly key: ObjectKey
  readonly name: string
  /** What tells it from its neighbours: `-x7k2p`. */
  readonly short: string
  readonly namespace: string
  readonly group: string
  readonly state: PodState
  readonly ip: string
  /** One short line about its state or its ports. */
  readonly detail: string
  /** Its deletion's deadline as a stamp, while it terminates. */
  readonly until?: string
  readonly node: string
}

/** Many pods as one tile: a dot for each. */
export interface FoldNode extends NodeBase {
  readonly type: 'fold'
  readonly group: string
  readonly counts: PodCounts
  /** From dot to dot. */
  readonly pitch: number
  readonly dots: readonly {
    readonly key: ObjectKey
    readonly state: PodState
    readonly x: number
    readonly y: number
  }[]
}

export interface OutsideNode extends NodeBase {
  readonly type: 'outside'
  readonly name: string
  readonly address: string
}

export interface MachineNode extends NodeBase {
  readonly type: 'machine'
  readonly key: ObjectKey
  readonly name: string
  readonly zone: string
  readonly address: string
  readonly ready: boolean
  readonly schedulable: boolean
  readonly counts: PodCounts
  readonly total: number
  readonly foldable: boolean
  readonly folded: boolean
}

/** Objects that are kept and that nothing simulates. */
export interface ShelfNode extends NodeBase {
  readonly type: 'shelf'
  readonly items: readonly { readonly key: ObjectKey; readonly kind: string; readonly name: string }[]
  readonly more: number
}

export type SceneNode =
  | ClientNode
  | DoorNode
  | ServiceNode
  | GroupNode
  | PodNode
  | FoldNode
  | OutsideNode
  | MachineNode
  | ShelfNode

/** A node before it has its place. */
export type Unplaced<N extends SceneNode = SceneNode> = N extends SceneNode ? Omit<N, 'x' | 'y'> : never

/** asks: who asks; door: into a Service; endpoint: to a pod; name: only DNS leads there. */
export interface SceneEdge {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly role: 'asks' | 'door' | 'endpoint' | 'name'
  readonly tone: 'idle' | 'ok' | 'bad'
  readonly path: Path
}

/** A frame behind the nodes. */
export interface SceneArea extends Box {
  readonly id: string
  readonly kind: 'cluster' | 'namespace'
  readonly label: string
}

export interface SceneLane {
  readonly x: number
  readonly title: string
}

/** Where a packet stands when it is at a place. */
export interface Spot {
  readonly node: string
  /** Where it arrives. */
  readonly point: Point
  /** From the entrance of the box around it to just before the point; empty when a way leads to it directly. */
  readonly inner: readonly Point[]
  /** The box around it whose entrance that is: ways between things of one box do not leave it. */
  readonly within?: string
}

export interface Scene {
  readonly mode: 'logical' | 'nodes'
  readonly flow: Flow
  /** In reading order: who asks, doors, Service, its pods. */
  readonly nodes: readonly SceneNode[]
  readonly byId: ReadonlyMap<string, SceneNode>
  readonly edges: readonly SceneEdge[]
  /** `source>target` → edge */
  readonly edgeBetween: ReadonlyMap<string, SceneEdge>
  readonly areas: readonly SceneArea[]
  readonly lanes: readonly SceneLane[]
  /** Everything drawn, titles included. */
  readonly bounds: Box
  /** `kind:key` of a place → its spot */
  readonly spots: ReadonlyMap<string, Spot>
  /** Client id → the Service it asks. */
  readonly asks: ReadonlyMap<string, ObjectKey>
  /** Service → scene nodes that are its members (pods, tiles, outside). */
  readonly members: ReadonlyMap<ObjectKey, readonly string[]>
  /** Pod → its slot in its group; the next picture keeps it. */
  readonly slots: ReadonlyMap<ObjectKey, number>
  /** Client id → which side of the way its packets keep to, in pixels. */
  readonly offsets: ReadonlyMap<string, number>
  readonly empty: boolean
}

/** A place's name in `Scene.spots`. */
export const placeId = (place: Place): string => `${place.kind}:${place.key}`

/** The group or the node of the cluster that stands around a pod or a tile. */
export function frameOf(scene: Scene, node: SceneNode): string | undefined {
  if (node.type === 'fold') return node.group
  return node.type === 'pod' ? scene.spots.get(placeId({ kind: 'pod', key: node.key }))?.within : undefined
}
