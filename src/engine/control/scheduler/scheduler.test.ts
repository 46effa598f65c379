import { describe, expect, it } from 'vitest'
import { Lab, pod, workload } from '../testing/lab.ts'

const nodeOf = (lab: Lab, name: string) => lab.pod(name).spec.nodeName
const spread = (lab: Lab) =>
  lab
    .pods()
    .map((p) => p.spec.nodeName)
    .sort()
const why = (lab: Lab, name: string) => lab.said(`Pod/default/${name}`, 'FailedScheduling').at(-1)
const cannot = (reasons: string, hopes = '3 Preemption is not helpful for scheduling') =>
  `FailedScheduling: 0/3 nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/3 nodes are available: ${hopes}.`
const terms = (kind: string, term: object) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
})
const near = (app: string, topologyKey: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey })

describe('scheduler', () => {
  it('[SCH-1] pods of one controller spread over nodes', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 6 }))
    expect(spread(lab)).toEqual(['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3'])
    expect(lab.said(`Pod/default/${lab.names()[0]}`, 'Scheduled')[0]).toMatch(
      /^Scheduled: Successfully assigned default\/web-\S+ to node-\d$/,
    )
  })

  it('[SCH-1] pods without a controller go where least is asked for', () => {
    const big = {
      containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu: '32', memory: '128Gi' } } }],
    }
    const lab = new Lab().add(pod('big', { ...big, nodeName: 'node-1' }), pod('a'), pod('b'))
    expect([nodeOf(lab, 'a'), nodeOf(lab, 'b')].sort()).toEqual(['node-2', 'node-3'])
  })

  it('[SCH-1] the same cluster gives the same places', () => {
    const places = () =>
      new Lab()
        .add(workload('Deployment', 'web', { replicas: 9 }))
        .pods()
        .map((p) => [p.metadata.name, p.spec.nodeName])
    expect(places()).toEqual(places())
  })

  it('[SCH-2] nodeSelector and node affinity', () => {
    const lab = new Lab().add(pod('a', { nodeSelector: { 'topology.kubernetes.io/zone': 'zone-a' } }))
    expect(nodeOf(lab, 'a')).toBe('node-1')
    const expression = { key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['node-1', 'node-2'] }
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
      },
    }
    lab.add(pod('b', { affinity }), pod('c', { nodeSelector: { disk: 'ssd' } }))
    expect(nodeOf(lab, 'b')).toBe('node-3')
    expect(why(lab, 'c')).toBe(cannot("3 node(s) didn't match Pod's node affinity/selector"))
    expect(lab.condition('c', 'PodScheduled')).toBe('False Unschedulable')
    lab.patch('Node', 'node-2', { metadata: { labels: { disk: 'ssd' } } }, '').rest()
    expect(nodeOf(lab, 'c')).toBe('node-2')
    expect(lab.pod('c').status?.phase).toBe('Running')
  })

  it('[SCH-3] taints and tolerations, cordoned nodes', () => {
    const lab = new Lab()
    lab.patch('Node', 'node-1', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } }, '')
    lab.patch('Node', 'node-2', { spec: { unschedulable: true } }, '').rest()
    lab.add(
      pod('plain'),
      pod('gpu', {
        tolerations: [{ key: 'gpu', operator: 'Equal', value: 'yes' }],
        nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
      }),
    )
    expect(nodeOf(lab, 'plain')).toBe('node-3')
    expect(nodeOf(lab, 'gpu')).toBe('node-1')
    lab.patch('Node', 'node-3', { spec: { unschedulable: true } }, '').rest()
    lab.add(pod('late'))
    expect(why(lab, 'late')).toBe(cannot('1 node(s) had untolerated taint(s), 2 node(s) were unschedulable'))
  })

  it('[SCH-4] what does not fit waits until room is made', () => {
    const asks = (cpu: string) => ({
      containers: [{ name: 'app', image: 'example/app', resources: { requests: { cpu } } }],
    })
    const lab = new Lab().add(
      pod('a', asks('40')),
      pod('b', asks('40')),
      pod('c', asks('40')),
      pod('d', asks('40')),
      pod('e', asks('65')),
    )
    expect(why(lab, 'd')).toBe(cannot('3 Insufficient cpu', '3 No preemption victims found for incoming pod'))
    expect(why(lab, 'e')).toBe(cannot('3 Insufficient cpu'))
    lab.delete('Pod', 'b').rest()
    expect(nodeOf(lab, 'd')).toBeDefined()
  })

  it('[SCH-5] required pod affinity: near pods that are there; the first of a group may start it', () => {
    const lab = new Lab().add(pod('web', { nodeName: 'node-2' }, {}, { app: 'web' }))
    lab.add(pod('cache', terms('podAffinity', near('web', 'kubernetes.io/hostname'))))
    expect(nodeOf(lab, 'cache')).toBe('node-2')
    lab.add(pod('alone', terms('podAffinity', near('nobody', 'kubernetes.io/hostname'))))
    expect(why(lab, 'alone')).toBe(cannot("3 node(s) didn't match pod affinity rules"))
    lab.add(pod('first', terms('podAffinity', near('group', 'topology.kubernetes.io/zone')), {}, { app: 'group' }))
    expect(nodeOf(lab, 'first')).toBeDefined()
  })

  it('[SCH-5] required anti-affinity keeps apart, in both directions', () => {
    const apart = terms('podAntiAffinity', near('web', 'kubernetes.io/hostname'))
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 4 }, apart))
    expect(
      lab
        .pods()
        .filter((p) => p.spec.nodeName)
        .map((p) => p.spec.nodeName)
        .sort(),
    ).toEqual(['node-1', 'node-2', 'node-3'])
    const waiting = lab.pods().find((p) => !p.spec.nodeName)!.metadata.name
    expect(why(lab, waiting)).toBe(
      cannot("3 node(s) didn't match pod anti-affinity rules", '3 No preemption victims found for incoming pod'),
    )
    lab.add(pod('other', {}, {}, { app: 'web' }))
    expect(why(lab, 'other')).toBe(
      cannot(
        "3 node(s) didn't satisfy existing pods anti-affinity rules",
        '3 No preemption victims found for incoming pod',
      ),
    )
    lab.delete('Pod', lab.pods().find((p) => p.spec.nodeName === 'node-1')!.metadata.name).rest()
    expect(lab.pods().filter((p) => p.spec.nodeName)).toHaveLength(3)
  })

  it('[SCH-6] topology spread that must hold', () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    }
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 4 }, { topologySpreadConstraints: [constraint] }),
    )
    expect(spread(lab).filter((n) => n === 'node-1')).toHaveLength(2)
    lab.patch('Node', 'node-1', { spec: { unschedulable: true } }, '').rest()
    lab.scale('Deployment', 'web', 6).rest()
    const waiting = lab.pods().find((p) => !p.spec.nodeName)!.metadata.name
    expect(why(lab, waiting)).toContain(
      "1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints",
    )
  })

  it('[SCH-7] a port of the node is given once', () => {
    const port = { containers: [{ name: 'app', image: 'example/app', ports: [{ containerPort: 80, hostPort: 80 }] }] }
    const lab = new Lab().add(...['a', 'b', 'c', 'd'].map((n) => pod(n, port)))
    expect(why(lab, 'd')).toBe(
      cannot(
        "3 node(s) didn't have free ports for the requested pod ports",
        '3 No preemption victims found for incoming pod',
      ),
    )
  })

  it('[SCH-8] a pod with a scheduling gate is left alone until it opens', () => {
    const lab = new Lab().add(pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }))
    expect(nodeOf(lab, 'gated')).toBeUndefined()
    expect(why(lab, 'gated')).toBeUndefined()
    lab.patch('Pod', 'gated', { spec: { schedulingGates: null } }).rest()
    expect(nodeOf(lab, 'gated')).toBeDefined()
  })

  it('[SCH-9] a pod that fits nowhere says so once, and again when the reasons change', () => {
    const lab = new Lab().add(pod('picky', { nodeSelector: { disk: 'ssd' } }))
    lab.patch('Node', 'node-1', { metadata: { labels: { rack: 'r1' } } }, '').rest()
    expect(lab.said('Pod/default/picky', 'FailedScheduling')).toHaveLength(1)
    lab.patch('Node', 'node-1', { spec: { unschedulable: true } }, '').rest()
    const all = lab.said('Pod/default/picky', 'FailedScheduling')
    expect(all).toHaveLength(2)
    expect(all[1]).toBe(cannot("1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector"))
    expect(lab.pod('picky').status?.conditions?.find((c) => c.type === 'PodScheduled')?.message).toBe(
      all[1]!.replace('FailedScheduling: ', ''),
    )
  })
})
