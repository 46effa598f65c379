export { kubelet } from './kubelet.ts'
export {
  matchesNodeSelection,
  matchesTerm,
  type NodeSelectorTerm,
  nodeAffinityOf,
  tolerates,
  untolerated,
} from './node-fit.ts'
export { flowOfTrace, followRules, kubeProxy, rulesOfService, rulesText } from './proxy/index.ts'
export { type Amounts, podRequests, quantity } from './resources.ts'
export { servicesAtStart } from './service-links.ts'
