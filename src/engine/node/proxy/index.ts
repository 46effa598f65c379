export { followRules, rulesOfService } from './follow-rules.ts'
export { rulesText } from './rules-text.ts'
export { kubeProxy } from './sync.ts'
export { flowOfTrace } from './trace-flow.ts'
