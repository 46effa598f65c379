export { findings, ofService, specOf } from './findings.ts'
export { type Known, NOTHING_KNOWN } from './known.ts'
export { serviceChain } from './service-chain.ts'
export { surpriseOf, traceCause, traceChain } from './trace-cause.ts'
