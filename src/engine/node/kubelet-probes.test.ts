import { describe, expect, it } from 'vitest'
import { Lab, pod } from '../control/testing/lab.ts'

const web = (probes: object, annotations: Record<string, string> = {}, spec: object = {}) =>
  pod(
    'web',
    {
      nodeName: 'node-1',
      containers: [{ name: 'app', image: 'example/app', ports: [{ name: 'http', containerPort: 8080 }], ...probes }],
      ...spec,
    },
    annotations,
  )
const http = (more: object = {}, port: number | string = 8080) => ({ httpGet: { path: '/healthz', port }, ...more })
const ready = (lab: Lab) => lab.condition('web', 'Ready') === 'True'
const restarts = (lab: Lab) => lab.pod('web').status?.containerStatuses?.[0]?.restartCount
/** Seconds until it is so, in steps of 100 ms. */
function until(lab: Lab, so: () => boolean, limit = 400): number {
  const start = lab.cluster.now
  while (!so() && lab.cluster.now - start < limit * 1000) lab.wait(0.1)
  return Math.round((lab.cluster.now - start) / 100) / 10
}

describe('probes', () => {
  it.each([
    ['httpGet', http(), '8080', true],
    ['httpGet by name', http({}, 'http'), '8080', true],
    ['httpGet elsewhere', http({}, 9090), '8080', false],
    ['httpGet on a loopback socket', http(), '127.0.0.1:8080', false],
    ['tcpSocket', { tcpSocket: { port: 8080 } }, '8080', true],
    ['tcpSocket nobody listens on', { tcpSocket: { port: 8080 } }, '', false],
    ['tcpSocket on a UDP socket', { tcpSocket: { port: 8080 } }, '8080/UDP', false],
    ['grpc', { grpc: { port: 8080 } }, '8080', true],
    ['exec', { exec: { command: ['true'] } }, '', true],
    ['a port name that is none', http({}, 'nosuch'), '8080', false],
  ])('[KUB-20] %s passes where the pod listens', (_, probe, listen, passes) => {
    const lab = new Lab().add(web({ readinessProbe: probe }, { 'fairlead.dev/listen': listen }))
    expect(ready(lab)).toBe(passes)
  })

  it.each([
    ['an HTTP probe waits 1 s if it says nothing', http(), '1400ms', false],
    ['one that waits longer passes', http({ timeoutSeconds: 2 }), '1400ms', true],
    ['a quick answer passes', http(), '900ms', true],
    ['a gRPC probe waits too', { grpc: { port: 8080 } }, '1400ms', false],
    ['a TCP probe needs no answer', { tcpSocket: { port: 8080 } }, '1400ms', true],
  ])('[KUB-28] a probe that is slower than its timeout fails: %s', (_, probe, latency, passes) => {
    const lab = new Lab().add(
      web({ readinessProbe: probe }, { 'fairlead.dev/listen': '8080', 'fairlead.dev/latency': latency }),
    )
    expect(ready(lab)).toBe(passes)
  })

  it('[KUB-28] and says so in an event, as Go does', () => {
    const lab = new Lab().add(
      web({ readinessProbe: http() }, { 'fairlead.dev/listen': '8080', 'fairlead.dev/latency': '3s' }),
    )
    expect(lab.said('Pod/default/web', 'Unhealthy')).toEqual([
      expect.stringMatching(
        /^Unhealthy: Readiness probe failed: Get "http:\/\/10\.244\.\d\.\d+:8080\/.*": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/,
      ),
    ])
  })

  it('[KUB-21] fairlead.dev/ready is what readiness probes find; without a probe nobody asks', () => {
    const lab = new Lab().add(
      web({ readinessProbe: http() }, { 'fairlead.dev/ready': 'false', 'fairlead.dev/listen': '8080' }),
    )
    expect(ready(lab)).toBe(false)
    expect(lab.said('Pod/default/web', 'Unhealthy')).toEqual([
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    ])
    lab.annotate('Pod', 'web', { 'fairlead.dev/ready': 'true' }).rest()
    expect(ready(lab)).toBe(true)
    const unprobed = new Lab().add(web({}, { 'fairlead.dev/ready': 'false' }))
    expect(ready(unprobed)).toBe(true)
  })

  it('[KUB-21] ready "after 15s": at the first probe from then on; a cluster is at rest before', () => {
    const lab = new Lab().add(web({ readinessProbe: http() }, { 'fairlead.dev/ready': 'after 15s' }))
    expect(ready(lab)).toBe(false)
    expect(until(lab, () => ready(lab))).toBeCloseTo(20, 0)
  })

  it('[KUB-22] initialDelaySeconds and periodSeconds say when', () => {
    const lab = new Lab()
    lab.cluster.create(web({ readinessProbe: http({ initialDelaySeconds: 7, periodSeconds: 3 }) }))
    const started = until(lab, () => lab.pod('web').status?.phase === 'Running')
    expect(started).toBeLessThan(2)
    expect(until(lab, () => ready(lab))).toBeCloseTo(9, 0)
  })

  it('[KUB-23] it takes failureThreshold failures to become unready, successThreshold successes to come back', () => {
    const lab = new Lab().add(
      web(
        { readinessProbe: http({ periodSeconds: 2, failureThreshold: 3, successThreshold: 2 }) },
        { 'fairlead.dev/listen': '8080' },
      ),
    )
    lab.wait(0.5).annotate('Pod', 'web', { 'fairlead.dev/listen': '' })
    const down = until(lab, () => !ready(lab))
    expect(down).toBeGreaterThan(4)
    expect(down).toBeLessThanOrEqual(6)
    expect(lab.said('Pod/default/web', 'Unhealthy').at(-1)).toBe(
      'Unhealthy: Readiness probe failed: Get "http://10.244.1.2:8080/healthz": dial tcp 10.244.1.2:8080: connect: connection refused',
    )
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '8080' })
    const up = until(lab, () => ready(lab))
    expect(up).toBeGreaterThan(2)
    expect(up).toBeLessThanOrEqual(4)
  })

  it('[KUB-23] one failure and a recovery change nothing', () => {
    const lab = new Lab().add(
      web({ readinessProbe: http({ periodSeconds: 2, failureThreshold: 3 }) }, { 'fairlead.dev/listen': '8080' }),
    )
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '' }).wait(3)
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '8080' }).wait(3)
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '' }).wait(3)
    expect(ready(lab)).toBe(true)
  })

  it('[KUB-24] a failing liveness probe restarts the container, and again after a back-off', () => {
    const lab = new Lab().add(
      web({ livenessProbe: http({ periodSeconds: 5, failureThreshold: 2 }) }, { 'fairlead.dev/listen': '8080' }),
    )
    expect(ready(lab)).toBe(true)
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '' })
    until(lab, () => restarts(lab) === 1)
    expect(lab.said('Pod/default/web', 'Killing')).toEqual([
      'Killing: Container app failed liveness probe, will be restarted',
    ])
    lab.rest()
    expect(lab.pod('web').status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff')
  })

  it('[KUB-25] until the startup probe has passed the others are not asked, and the pod is not ready', () => {
    const lab = new Lab()
    const startupProbe = http({ periodSeconds: 2, failureThreshold: 30 })
    lab.cluster.create(
      web(
        { startupProbe, livenessProbe: http({ periodSeconds: 1, failureThreshold: 1 }), readinessProbe: http() },
        { 'fairlead.dev/listen': '' },
      ),
    )
    lab.wait(20)
    expect(restarts(lab)).toBe(0)
    expect(lab.pod('web').status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false })
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '8080' }).rest()
    expect(ready(lab)).toBe(true)
    expect(lab.pod('web').status?.containerStatuses?.[0]).toMatchObject({ started: true, restartCount: 0 })
  })

  it('[KUB-25] a startup probe that never passes kills the container', () => {
    const lab = new Lab()
    lab.cluster.create(
      web({ startupProbe: http({ periodSeconds: 2, failureThreshold: 3 }) }, { 'fairlead.dev/listen': '' }),
    )
    lab.wait(8)
    expect(lab.said('Pod/default/web', 'Killing')).toEqual([
      'Killing: Container app failed startup probe, will be restarted',
    ])
  })

  it('[KUB-26] probes that agree with what is known cost nothing: a cluster with them is at rest', () => {
    const lab = new Lab().add(web({ readinessProbe: http(), livenessProbe: http() }))
    expect(lab.cluster.nextTaskAt()).toBeUndefined()
  })

  it('[KUB-27] how far time is taken at once makes no difference', () => {
    const run = (steps: number) => {
      const lab = new Lab()
      lab.cluster.create(
        web({ readinessProbe: http() }, { 'fairlead.dev/crash': 'after 3s', 'fairlead.dev/ready': 'after 1s' }),
      )
      for (let i = 0; i < steps; i++) lab.wait(120 / steps)
      return lab.pod('web')
    }
    expect(run(1)).toEqual(run(240))
  })
})
