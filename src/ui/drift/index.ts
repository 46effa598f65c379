export { DriftStrip } from './drift-strip.tsx'
