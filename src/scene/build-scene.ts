import { layoutLogical } from './layout-logical.ts'
import { layoutNodes } from './layout-nodes.ts'
import type { Scene, SceneInput, SceneView } from './scene.ts'

/**
 * The picture of a cluster as data: what stands where, which lines lead where, and where a packet stands when it is at a
 * place. The same input gives the same picture; with the picture before (`before`, of the same view) pods keep their
 * slots, so that a small change moves little.
 */
export function buildScene(input: SceneInput, view: SceneView, before?: Scene): Scene {
  if (view.mode === 'nodes') return layoutNodes(input, view)
  return layoutLogical(input, view, before?.mode === 'logical' ? before : undefined)
}
