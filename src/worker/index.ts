export { Run } from './run.ts'
export { World } from './world.ts'
