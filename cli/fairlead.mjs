#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { bundle } from '../tools/bundle.mjs'

process.setSourceMapsEnabled(true)
// a reader that has seen enough (`| head`) is no error
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
const args = process.argv.slice(2)
if (args[0] === 'conformance') {
  const { main } = await import(await bundle('conformance/main.ts'))
  const recorded = fileURLToPath(new URL('../conformance/recorded', import.meta.url))
  process.exitCode = main(args.slice(1), recorded)
} else {
  const { main } = await import(await bundle('cli/main.ts'))
  process.exitCode = main(args)
}
