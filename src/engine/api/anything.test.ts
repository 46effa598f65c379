import { describe, expect, it } from 'vitest'
import { list } from '../core/index.ts'
import { applyObject, createObject, deleteObject, patchObject, updateObject } from './index.ts'
import { type Anything, plain, pod, Server, service, workload } from './testing/server.ts'

/** A small generator of numbers: the same in every run. */
function dice(seed: number) {
  let x = seed
  return (sides: number) => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((x / 2 ** 32) * sides)
  }
}

const JUNK = [
  null,
  '',
  'x',
  0,
  -1,
  1.5,
  80,
  2 ** 40,
  true,
  [],
  {},
  [null],
  [{}],
  { a: 'b' },
  '10.96.0.1',
  '__proto__',
  'é\u0000',
]
const FORMS = [
  service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
  pod({
    containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } }],
  }),
  workload('Deployment'),
  workload('StatefulSet', { serviceName: 'web' }),
  plain('Endpoints', { subsets: [{ addresses: [{ ip: '203.0.113.7' }], ports: [{ port: 80 }] }] }),
  plain(
    'Ingress',
    { spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix' }] } }] } },
    'networking.k8s.io/v1',
  ),
  plain(
    'NetworkPolicy',
    { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } },
    'networking.k8s.io/v1',
  ),
  plain('Secret', { stringData: { a: 'b' } }),
]

/** What is given is the caller's: nothing may change it. */
function frozen(value: Anything): Anything {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

/** Somewhere in the object stands something else, or nothing. */
function broken(value: Anything, roll: (sides: number) => number): Anything {
  const copy = JSON.parse(JSON.stringify(value))
  let at = copy
  for (;;) {
    const keys = Object.keys(at)
    if (keys.length === 0) return copy
    const key = keys[roll(keys.length)]!
    const inner = at[key]
    if (typeof inner === 'object' && inner !== null && roll(4) > 0) at = inner
    else {
      if (roll(4) === 0 && !Array.isArray(at)) delete at[key]
      else at[key] = JUNK[roll(JUNK.length)]
      return copy
    }
  }
}

describe('whatever is written', () => {
  it('[API-63] there is an answer, and a refusal says where', () => {
    const roll = dice(10)
    const s = new Server()
    let refusals = 0
    for (let n = 0; n < 1500; n++) {
      const form = FORMS[roll(FORMS.length)]
      const value = frozen(broken(broken(form, roll), roll))
      const results = [
        createObject(s.state, value),
        applyObject(s.state, value),
        updateObject(s.state, value),
        patchObject(s.state, form!.kind, 'default', 'web', roll(2) ? 'merge' : 'strategic', value),
      ]
      for (const result of results) {
        if (result.ok) expect(result.object.metadata.name).not.toBe('')
        else {
          refusals++
          expect(result.status.message.length).toBeGreaterThan(10)
          if (result.status.reason === 'Invalid') expect(result.status.causes?.length).toBeGreaterThan(0)
        }
      }
    }
    expect(refusals).toBeGreaterThan(500)
  })

  it('[API-15] [API-20] no two Services ever hold one address or one node port, and what goes is free again', () => {
    const roll = dice(11)
    const s = new Server({ serviceCIDR: '10.96.0.0/26', nodePortRange: [30000, 30039] })
    const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']
    for (let n = 0; n < 1500; n++) {
      const name = `s${roll(30)}`
      const type = types[roll(4)]
      const asked = roll(3) === 0 ? { clusterIP: `10.96.0.${roll(64)}` } : {}
      const nodePort =
        roll(3) === 0 && (type === 'NodePort' || type === 'LoadBalancer') ? { nodePort: 30000 + roll(40) } : {}
      const spec = {
        type,
        ...(type === 'ExternalName' ? { externalName: 'db.example.com' } : asked),
        ...(type === 'LoadBalancer' && roll(2) ? { externalTrafficPolicy: 'Local' } : {}),
        ports: [{ port: 80, ...nodePort }],
      }
      if (roll(5) === 0) deleteObject(s.state, 'Service', 'default', name)
      else if (roll(2)) applyObject(s.state, service(spec, name))
      else updateObject(s.state, service(spec, name))

      const all = list<Anything>(s.state, 'Service')
      const ips = all.map((o) => o.spec.clusterIP).filter((ip) => ip && ip !== 'None')
      const ports = all.flatMap((o) => [
        ...(o.spec.ports ?? []).map((p: Anything) => p.nodePort),
        o.spec.healthCheckNodePort,
      ])
      const taken = ports.filter((port) => port !== undefined)
      expect(new Set(ips).size).toBe(ips.length)
      expect(new Set(taken).size).toBe(taken.length)
    }
    for (let n = 0; n < 30; n++) deleteObject(s.state, 'Service', 'default', `s${n}`)
    // every address but the cluster's own two, and every port, can be had again
    for (let n = 0; n < 40; n++)
      s.create(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30000 + n }] }, `t${n}`))
    for (let n = 0; n < 20; n++) s.create(service({}, `u${n}`))
    expect(s.refusal(service({}, 'v'))).toContain('range is full')
  })
})
