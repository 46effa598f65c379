import { describe, expect, it } from 'vitest'
import type { Pod } from '../../model/index.ts'
import {
  behaviourProblems,
  crashOf,
  errorRateOf,
  exitOf,
  fixedPhase,
  holdsWhenTerminating,
  latencyOf,
  readySaid,
  sigtermOf,
} from './behaviour.ts'
import { preStopOf } from './lifecycle.ts'

const pod = (annotations: Record<string, string> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', annotations },
  spec: { containers: [{ name: 'app' }] },
})

describe('annotations that say how a pod behaves', () => {
  it('[POD-5] are read', () => {
    const all = pod({
      'fairlead.dev/ready': 'after 5s',
      'fairlead.dev/latency': '200ms',
      'fairlead.dev/errors': '10%',
      'fairlead.dev/crash': 'after 1m30s',
      'fairlead.dev/exit': '3 after 5s',
      'fairlead.dev/sigterm': 'drain 2s',
      'fairlead.dev/phase': 'Failed',
      'fairlead.dev/terminating': 'hold',
    })
    expect(readySaid(all)).toEqual({ says: 'after', after: 5000 })
    expect(latencyOf(all)).toBe(200)
    expect(errorRateOf(all)).toBe(0.1)
    expect(crashOf(all)).toEqual({ exitCode: 1, after: 90_000 })
    expect(exitOf(all)).toEqual({ exitCode: 3, after: 5000 })
    expect(sigtermOf(all)).toEqual({ does: 'drain', for: 2000 })
    expect(fixedPhase(all)).toBe('Failed')
    expect(holdsWhenTerminating(all)).toBe(true)
    expect(behaviourProblems(all.metadata.annotations)).toEqual([])
  })

  it('[POD-5] have defaults', () => {
    expect([readySaid(pod()), latencyOf(pod()), errorRateOf(pod()), crashOf(pod()), exitOf(pod())]).toEqual([
      undefined,
      0,
      0,
      undefined,
      undefined,
    ])
    expect(sigtermOf(pod())).toEqual({ does: 'exit' })
    expect(exitOf(pod({ 'fairlead.dev/exit': '0' }))).toEqual({ exitCode: 0, after: 0 })
  })

  it.each([
    ['fairlead.dev/ready', 'maybe'],
    ['fairlead.dev/latency', 'slow'],
    ['fairlead.dev/errors', '150%'],
    ['fairlead.dev/errors', '10'],
    ['fairlead.dev/crash', 'sometimes'],
    ['fairlead.dev/exit', '256'],
    ['fairlead.dev/sigterm', 'drain'],
    ['fairlead.dev/phase', 'Running'],
    ['fairlead.dev/terminating', 'yes'],
  ])('[POD-5] %s: "%s" is not understood: it does nothing, and a hint says so', (annotation, text) => {
    const odd = pod({ [annotation]: text })
    expect(behaviourProblems(odd.metadata.annotations)).toHaveLength(1)
    const { metadata: _, ...plain } = pod()
    const reads = (p: Pod) => [
      readySaid(p),
      latencyOf(p),
      errorRateOf(p),
      crashOf(p),
      exitOf(p),
      sigtermOf(p),
      fixedPhase(p),
      holdsWhenTerminating(p),
    ]
    expect(reads(odd)).toEqual(reads({ ...plain, metadata: { name: 'web' } }))
  })

  it('[KUB-13] how long a preStop hook takes', () => {
    const hook = (preStop: object) => preStopOf({ name: 'app', lifecycle: { preStop } })
    expect(hook({ sleep: { seconds: 5 } })).toBe(5000)
    expect(hook({ exec: { command: ['sleep', '15'] } })).toBe(15_000)
    expect(hook({ exec: { command: ['/bin/sh', '-c', 'sleep 2.5; nginx -s quit'] } })).toBe(2500)
    expect(hook({ httpGet: { path: '/', port: 80 } })).toBe(0)
    expect(preStopOf({ name: 'app' })).toBe(0)
  })
})
