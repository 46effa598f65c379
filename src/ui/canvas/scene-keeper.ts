import type { ObjectKey } from '../../model/index.ts'
import {
  buildScene,
  type Observed,
  observe,
  type Scene,
  type SceneNode,
  type SceneView,
  troubleText,
} from '../../scene/index.ts'
import type { Mirror } from '../../session/index.ts'

export type PictureOf = Pick<
  Mirror,
  'objects' | 'services' | 'clients' | 'config' | 'notSimulated' | 'sources' | 'traces' | 'diagnostics'
>

/**
 * Makes the picture of a mirror, and makes it anew only when something that it shows has changed: most updates bring
 * requests alone. Knows the picture before, so that pods keep their place; forgets it when time goes back, and for another
 * story, whose pods may have the same names: the story changes first, and its objects come some frames later.
 */
export function createSceneKeeper(): (mirror: PictureOf, view: SceneView, story?: string) => Scene {
  let leftover: PictureOf['objects'] | undefined
  let last:
    | {
        mirror: PictureOf
        view: SceneView
        story: string
        order: readonly ObjectKey[]
        observed: Observed
        scene: Scene
      }
    | undefined
  return (mirror, view, story = '') => {
    const turned = last !== undefined && story !== last.story
    const arrived = leftover !== undefined && mirror.objects !== leftover
    if (turned) leftover = mirror.objects
    else if (arrived) leftover = undefined
    const back = last && newest(mirror) < newest(last.mirror)
    const before = back || turned || arrived ? undefined : last
    const clients =
      before?.mirror.clients === mirror.clients && before.mirror.traces === mirror.traces
        ? undefined
        : new Set(mirror.clients.map((c) => c.key))
    const observed = clients ? observe(mirror.traces, clients, before?.observed) : before!.observed
    const order = orderOf(mirror, before)
    const same =
      before &&
      observed === before.observed &&
      order === before.order &&
      view.mode === before.view.mode &&
      view.flow === before.view.flow &&
      view.folds === before.view.folds &&
      mirror.objects === before.mirror.objects &&
      mirror.services === before.mirror.services &&
      mirror.clients === before.mirror.clients &&
      mirror.config === before.mirror.config &&
      mirror.notSimulated === before.mirror.notSimulated &&
      (mirror.diagnostics === before.mirror.diagnostics ||
        troubleText(mirror.diagnostics) === troubleText(before.mirror.diagnostics))
    const scene = same
      ? before.scene
      : keepNodes(buildScene({ ...mirror, order, observed }, view, before?.scene), before?.scene)
    last = { mirror, view, story, order, observed, scene }
    return scene
  }
}

const newest = (mirror: PictureOf): number => mirror.traces.at(-1)?.startedAt ?? 0

function orderOf(mirror: PictureOf, before: { mirror: PictureOf; order: readonly ObjectKey[] } | undefined) {
  if (before?.mirror.sources === mirror.sources) return before.order
  const order = [...mirror.sources.keys()]
  const old = before?.order
  return old && old.length === order.length && order.every((key, i) => old[i] === key) ? old : order
}

/** Nodes that did not change keep their identity, so that they are not rendered again. */
function keepNodes(scene: Scene, before: Scene | undefined): Scene {
  if (!before) return scene
  let kept = 0
  const nodes = scene.nodes.map((node): SceneNode => {
    const old = before.byId.get(node.id)
    if (!old || JSON.stringify(old) !== JSON.stringify(node)) return node
    kept++
    return old
  })
  if (kept === 0) return scene
  return { ...scene, nodes, byId: new Map(nodes.map((node) => [node.id, node])) }
}
