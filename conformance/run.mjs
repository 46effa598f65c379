#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { bundle } from '../tools/bundle.mjs'

process.setSourceMapsEnabled(true)
const { main } = await import(await bundle('conformance/main.ts'))
const recorded = fileURLToPath(new URL('./recorded', import.meta.url))
process.exitCode = main(process.argv.slice(2), recorded)
