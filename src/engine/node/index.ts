export { kubeProxy } from './proxy/index.ts'
