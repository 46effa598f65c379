import { type ObjectKey, splitKey, type Trace } from '../model/index.ts'
import type { Path } from './path.ts'
import { traceRoute } from './route.ts'
import { frameOf, placeId, type Scene } from './scene.ts'

/** The session's selection, structurally. */
export type SceneSelection =
  | { readonly type: 'object'; readonly key: ObjectKey }
  | { readonly type: 'client'; readonly key: string }
  | { readonly type: 'trace'; readonly id: string }

export interface Highlight {
  /** What was selected itself. */
  readonly selected: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
  readonly edges: ReadonlySet<string>
  /** Of a request: where its way follows no edge. */
  readonly ways: readonly Path[]
}

const NOTHING: Highlight = { selected: new Set(), nodes: new Set(), edges: new Set(), ways: [] }

/** What lights up: the selected thing's whole way, from those who ask to those who answer; of a request, exactly its own. */
export function highlight(scene: Scene, selection: SceneSelection | null, traces: readonly Trace[]): Highlight {
  if (!selection) return NOTHING
  if (selection.type === 'trace') {
    const trace = traces.findLast((t) => t.id === selection.id)
    const route = trace && traceRoute(scene, trace)
    if (!route) return NOTHING
    const { nodes, edges, ways } = route
    return { selected: new Set(), nodes: withFrames(scene, new Set(nodes)), edges: new Set(edges), ways }
  }
  const selected = selectedNodes(scene, selection.key)
  if (selected.length === 0) return NOTHING
  const nodes = new Set(selected)
  const edges = new Set<string>()
  spread(scene, selected, 'up', nodes, edges)
  spread(scene, selected, 'down', nodes, edges)
  return { selected: new Set(itself(scene, selected, selection.key)), nodes: withFrames(scene, nodes), edges, ways: [] }
}

/** With the groups, or nodes of the cluster, that stand around what is lit. */
function withFrames(scene: Scene, nodes: Set<string>): Set<string> {
  for (const id of [...nodes]) {
    const frame = frameOf(scene, scene.byId.get(id)!)
    if (frame !== undefined) nodes.add(frame)
  }
  return nodes
}

/** Of the nodes that stand for it, the one that is it: a group rather than its pods, a Service rather than its doors. */
function itself(scene: Scene, found: readonly string[], key: string): readonly string[] {
  const own = found.filter((id) => scene.byId.get(id)?.target?.key === key)
  const first = own.find((id) => scene.byId.get(id)?.type !== 'door') ?? own[0]
  return first === undefined ? found : [first]
}

/** The nodes that stand for an object: itself, its doors, the pods of a group or of a node, the tile that holds it. */
export function selectedNodes(scene: Scene, key: string): string[] {
  const found: string[] = []
  if (scene.byId.has(key)) found.push(key)
  const spot = scene.spots.get(placeId({ kind: 'pod', key }))
  if (spot && !found.includes(spot.node)) found.push(spot.node)
  const { kind, name } = splitKey(key)
  for (const node of scene.nodes) {
    if (node.id === `group:${key}`) found.push(node.id)
    else if ((node.type === 'pod' || node.type === 'fold') && node.group === `group:${key}`) found.push(node.id)
    else if (node.type === 'machine' && node.key === key) found.push(node.id)
    else if (kind === 'Node' && node.type === 'pod' && node.node === name) found.push(node.id)
    else if (kind === 'Service' && node.type === 'door' && node.service === key) found.push(node.id)
  }
  if (kind === 'Service' && scene.mode === 'nodes') {
    found.push(...(scene.members.get(key) ?? []))
    for (const [client, service] of scene.asks) if (service === key) found.push(client)
  }
  return [...new Set(found)]
}

function spread(
  scene: Scene,
  from: readonly string[],
  direction: 'up' | 'down',
  nodes: Set<string>,
  edges: Set<string>,
): void {
  let front = new Set(from)
  const visited = new Set(from)
  while (front.size > 0) {
    const next = new Set<string>()
    for (const edge of scene.edges) {
      const [here, there] = direction === 'down' ? [edge.source, edge.target] : [edge.target, edge.source]
      if (!front.has(here)) continue
      edges.add(edge.id)
      nodes.add(there)
      if (!visited.has(there)) {
        visited.add(there)
        next.add(there)
      }
    }
    front = next
  }
}
