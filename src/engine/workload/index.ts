export {
  type BehaviourProblem,
  behaviourProblems,
  crashOf,
  type Ending,
  errorRateOf,
  exitOf,
  fixedPhase,
  holdsWhenTerminating,
  latencyOf,
  type ReadySaid,
  readySaid,
  type Sigterm,
  sigtermOf,
} from './behaviour.ts'
export { imageName } from './image-catalog.ts'
export { preStopOf } from './lifecycle.ts'
export { type Listener, type Listening, listeners, listeningOf, listenProblems, longRunning } from './listeners.ts'
export { type Probed, type ProbeOutcome, type ProbeType, probeOutcome } from './probe.ts'
export { containerRuns, type Socket, socketFor } from './socket.ts'
