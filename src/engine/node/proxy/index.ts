export { rulesText } from './rules-text.ts'
export { kubeProxy } from './sync.ts'
