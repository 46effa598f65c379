export type { Pause } from './command.ts'
export { type KubectlOptions, type KubectlResult, kubectl, runKubectl, type Streams } from './kubectl.ts'
