import { expect, test } from 'vitest'
import type { Diagnostic } from '../model/index.ts'
import { troublesOf } from './trouble.ts'

const web = 'Service/default/web'
const said = (code: string, severity: Diagnostic['severity'], object: string, others?: string[]): Diagnostic => ({
  code,
  severity,
  message: code,
  object,
  ...(others && { others }),
})

test('a Service is in trouble when a finding names it, first or among the others; the gravest counts', () => {
  const found = troublesOf([
    said('lb.pending', 'warning', web),
    said('pod.not-ready', 'error', 'Deployment/default/web', [web]),
    said('port.not-listening', 'error', web),
  ])
  const trouble = { severity: 'error', word: 'no pod ready', message: 'pod.not-ready' }
  expect(found.get(web)).toEqual(trouble)
  expect(found.get('Deployment/default/web')).toEqual(trouble)
})

test('a workload that was probably meant is not in trouble itself', () => {
  const found = troublesOf([said('selector.no-match', 'error', web, ['Deployment/default/web'])])
  expect([...found.keys()]).toEqual([web])
})

test('what only a certain client meets, a refusal, a hint and a syntax error make no Service look broken', () => {
  const none = [
    said('port.not-on-service', 'error', 'Client//shop', [web]),
    said('nodeport.wrong-port', 'error', web),
    said('api.refused', 'error', web),
    said('workload.scaled-to-zero', 'hint', 'Deployment/default/web', [web]),
    said('yaml.syntax', 'error', web),
  ]
  expect(troublesOf(none).size).toBe(0)
})
