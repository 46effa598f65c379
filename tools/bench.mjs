// `npm run bench`: speed as ratios within one run.
import { bundle } from './bundle.mjs'

const { main } = await import(await bundle('tools/bench.ts'))
main()
