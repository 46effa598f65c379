export { buildScene } from './build-scene.ts'
export { portWords } from './cards.ts'
export type { Flow } from './geometry.ts'
export { type Highlight, highlight, type SceneSelection, selectedNodes } from './highlight.ts'
export { isSystem } from './inventory.ts'
export { type DrawnHop, drawnBoundaries, drawnEnd, hopAt, type Journey, journeyOf } from './journey.ts'
export { canFocus, type Direction, firstNode, neighbour } from './neighbour.ts'
export { observe } from './observe.ts'
export {
  type FailureMark,
  type Frame,
  type FrameOptions,
  frameAt,
  type PacketMark,
  type Pulse,
  packetsAt,
} from './packets.ts'
export { lengthOf, type Path, pointAt } from './path.ts'
export { POD_STATES } from './pod-state.ts'
export { type Failure, hasFailed, type Leg, type TraceRoute, traceRoute } from './route.ts'
export * from './scene.ts'
export { troublesOf, troubleText } from './trouble.ts'
