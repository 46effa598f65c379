#!/usr/bin/env node
import { bundle } from '../tools/bundle.mjs'

process.setSourceMapsEnabled(true)
const { main } = await import(await bundle('conformance/main.ts'))
process.exitCode = await main(process.argv.slice(2))
