import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { controllerOf, type KObject, type Pod, type Workload } from '../../model/index.ts'
import { Cluster } from '../index.ts'
import { isActive } from './pods.ts'
import { pod, probed, workload } from './testing/lab.ts'

type Step = (c: Cluster) => void

const image = (n: number) => ({
  spec: { template: { spec: { containers: [{ name: 'app', image: `example/app:${n}` }] } } },
})

/** What somebody may do to a small cluster. */
const step: fc.Arbitrary<{ readonly what: string; readonly n: number }> = fc.record({
  what: fc.constantFrom(
    'scale',
    'image',
    'delete',
    'ready',
    'label',
    'pod',
    'cordon',
    'taint',
    'stateful',
    'time',
    'crash',
  ),
  n: fc.integer({ min: 0, max: 6 }),
})

const act =
  ({ what, n }: { readonly what: string; readonly n: number }): Step =>
  (c) => {
    const pods = c.list('Pod', 'default')
    const chosen = pods[n % Math.max(pods.length, 1)]?.metadata.name ?? 'none'
    const annotate = (key: string, value: string) =>
      c.patch('Pod', 'default', chosen, 'merge', { metadata: { annotations: { [key]: value } } })
    switch (what) {
      case 'scale':
        return void c.patch('Deployment', 'default', 'web', 'merge', { spec: { replicas: n } })
      case 'image':
        return void c.patch('Deployment', 'default', 'web', 'strategic', image(n))
      case 'stateful':
        return void c.patch('StatefulSet', 'default', 'db', 'strategic', {
          spec: { replicas: n % 4, ...image(n).spec },
        })
      case 'delete':
        return void c.delete('Pod', 'default', chosen, n % 2 ? { gracePeriodSeconds: 0 } : {})
      case 'ready':
        return void annotate('fairlead.dev/ready', n % 2 ? 'true' : 'false')
      case 'crash':
        return void annotate('fairlead.dev/crash', `after ${n}s`)
      case 'label':
        return void c.patch('Pod', 'default', chosen, 'merge', {
          metadata: { labels: { app: n % 2 ? 'web' : 'free' } },
        })
      case 'pod':
        return void c.create(pod(`p${n}`, { nodeName: `node-${1 + (n % 3)}` }, {}, { app: n % 2 ? 'web' : 'other' }))
      case 'cordon':
        return void c.patch('Node', '', `node-${1 + (n % 3)}`, 'merge', { spec: { unschedulable: n % 2 === 0 } })
      case 'taint':
        return void c.patch('Node', '', 'node-1', 'merge', {
          spec: { taints: n % 2 ? [{ key: 'x', effect: 'NoExecute' }] : null },
        })
      default:
        return c.advance(c.now + n * 700)
    }
  }

function fresh(): Cluster {
  const c = new Cluster({ loadBalancers: 'none' })
  c.create(workload('Deployment', 'web', { replicas: 3 }, probed(), { 'fairlead.dev/listen': '8080' }))
  c.create(workload('StatefulSet', 'db', { serviceName: 'db', replicas: 2 }))
  c.create(workload('DaemonSet', 'agent'))
  c.settle()
  return c
}

const all = (c: Cluster): KObject[] =>
  ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Node'].flatMap((kind) => c.list(kind))

describe('a cluster of pods and controllers, whatever happens to it', () => {
  it('goes on from a snapshot as it would have gone on, and comes to rest as its objects ask', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(11), (steps, cut) => {
        const one = fresh()
        const two = fresh()
        steps.forEach((s, i) => {
          act(s)(one)
          act(s)(two)
          // in the middle of everything, also of work that is due
          if (i === cut) two.restore(structuredClone(two.snapshot()))
        })
        expect(one.settle()).toBe(true)
        two.settle()
        expect(all(two)).toEqual(all(one))
        const addresses = one.list<Pod>('Pod').flatMap((p) => p.status?.podIP ?? [])
        expect(new Set(addresses).size).toBe(addresses.length)
        for (const set of one.list<Workload>('ReplicaSet')) {
          const own = one.list<Pod>('Pod').filter((p) => isActive(p) && controllerOf(p)?.uid === set.metadata.uid)
          expect(own).toHaveLength(set.spec.replicas ?? 1)
          expect(set.status).toMatchObject({ replicas: own.length })
        }
      }),
      { numRuns: 60 },
    )
  })

  it('takes the same way in one step of time as in many', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const one = fresh()
        const two = fresh()
        for (const s of steps) {
          act(s)(one)
          act(s)(two)
          one.advance(one.now + 1500)
          for (let i = 0; i < 15; i++) two.advance(two.now + 100)
        }
        expect(all(two)).toEqual(all(one))
      }),
      { numRuns: 40 },
    )
  })
})
