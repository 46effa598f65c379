import { describe, expect, it } from 'vitest'
import { Lab, pod, workload } from '../control/testing/lab.ts'

const ip = (lab: Lab, name: string) => lab.pod(name).status?.podIP
const on = (node: string) => ({ nodeName: node })
const state = (lab: Lab, name: string, i = 0) => lab.pod(name).status?.containerStatuses?.[i]

describe('kubelet: addresses', () => {
  it('[KUB-1] a node hands out the lowest free address, in the order in which pods come', () => {
    const lab = new Lab().add(pod('a', on('node-2')), pod('b', on('node-2')), pod('c', on('node-1')))
    expect(['a', 'b', 'c'].map((n) => ip(lab, n))).toEqual(['10.244.2.2', '10.244.2.3', '10.244.1.2'])
    lab.delete('Pod', 'a').rest()
    lab.add(pod('d', on('node-2')), pod('e', on('node-2')))
    expect([ip(lab, 'd'), ip(lab, 'e')]).toEqual(['10.244.2.2', '10.244.2.4'])
  })

  it('[KUB-1] a pod that has ended keeps its address until it is deleted', () => {
    const lab = new Lab().add(pod('a', { ...on('node-1'), restartPolicy: 'Never' }, { 'fairlead.dev/exit': '0' }))
    expect(lab.pod('a').status).toMatchObject({ phase: 'Succeeded', podIP: '10.244.1.2' })
    lab.add(pod('b', on('node-1')))
    expect(ip(lab, 'b')).toBe('10.244.1.3')
    lab.delete('Pod', 'a').rest()
    lab.add(pod('c', on('node-1')))
    expect(ip(lab, 'c')).toBe('10.244.1.2')
  })

  it('[KUB-2] a hostNetwork pod has the address of its node', () => {
    const lab = new Lab().add(pod('a', { ...on('node-3'), hostNetwork: true }))
    expect(lab.pod('a').status).toMatchObject({
      podIP: '172.18.0.13',
      hostIP: '172.18.0.13',
      podIPs: [{ ip: '172.18.0.13' }],
    })
  })

  it('[KUB-1] a used-up range leaves a pod without sandbox, and says so', () => {
    const ended = Array.from({ length: 253 }, (_, i) =>
      pod(`p${i}`, { ...on('node-1'), restartPolicy: 'Never' }, { 'fairlead.dev/exit': '0' }),
    )
    const lab = new Lab()
    // in two parts: a node takes no more than 250 at a time
    lab
      .add(...ended.slice(0, 200))
      .add(...ended.slice(200))
      .add(pod('b', on('node-1')))
    expect([ip(lab, 'p252'), ip(lab, 'b')]).toEqual(['10.244.1.254', undefined])
    expect(lab.said('Pod/default/b')[0]).toContain('no IP addresses available in range set')
  })
})

describe('kubelet: starting', () => {
  it('[KUB-3] a pod is pending with its containers being created, then running with all conditions', () => {
    const lab = new Lab()
    lab.cluster.create(pod('web', on('node-1')))
    lab.wait(0.1)
    expect(lab.pod('web').status).toMatchObject({ phase: 'Pending', hostIP: '172.18.0.11' })
    expect(state(lab, 'web')).toMatchObject({
      ready: false,
      started: false,
      state: { waiting: { reason: 'ContainerCreating' } },
    })
    expect(lab.condition('web', 'Ready')).toBe('False ContainersNotReady')
    expect(ip(lab, 'web')).toBeUndefined()
    lab.rest()
    expect(lab.pod('web').status?.conditions?.map((c) => `${c.type} ${c.status}`)).toEqual([
      'PodReadyToStartContainers True',
      'Initialized True',
      'Ready True',
      'ContainersReady True',
      'PodScheduled True',
    ])
    expect(state(lab, 'web')).toMatchObject({ ready: true, started: true, restartCount: 0, lastState: {} })
    expect(lab.said('Pod/default/web')).toEqual([
      'Pulled: Container image "example/app" already present on machine and can be accessed by the pod',
      'Created: Container created',
      'Started: Container started',
    ])
  })

  it('[KUB-4] init containers run one after the other before the others start', () => {
    const init = ['one', 'two'].map((name) => ({ name, image: 'busybox', command: ['true'] }))
    const lab = new Lab()
    lab.cluster.create(pod('web', { ...on('node-1'), initContainers: init }))
    lab.wait(1.2)
    expect(lab.pod('web').status).toMatchObject({ phase: 'Pending' })
    expect(lab.condition('web', 'Initialized')).toBe('False ContainersNotInitialized')
    expect(lab.pod('web').status?.conditions?.find((c) => c.type === 'Initialized')?.message).toBe(
      'containers with incomplete status: [one two]',
    )
    expect(state(lab, 'web')).toMatchObject({ state: { waiting: { reason: 'PodInitializing' } } })
    lab.rest()
    expect(lab.pod('web').status?.initContainerStatuses).toMatchObject([
      { name: 'one', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      { name: 'two', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    ])
    expect(lab.pod('web').status?.phase).toBe('Running')
  })

  it('[KUB-5] a sidecar starts before the others, counts for readiness and does not keep a pod from ending', () => {
    const sidecar = {
      name: 'proxy',
      image: 'example/proxy',
      restartPolicy: 'Always',
      readinessProbe: { tcpSocket: { port: 9999 } },
    }
    const lab = new Lab().add(
      pod(
        'web',
        { ...on('node-1'), initContainers: [sidecar], restartPolicy: 'Never' },
        { 'fairlead.dev/listen': '8080', 'fairlead.dev/exit': '0 after 30s' },
      ),
    )
    expect(lab.condition('web', 'ContainersReady')).toBe('False ContainersNotReady')
    lab.annotate('Pod', 'web', { 'fairlead.dev/listen': '8080, 9999' }).rest()
    expect(lab.condition('web', 'Ready')).toBe('True')
    lab.wait(40)
    expect(lab.pod('web').status?.phase).toBe('Succeeded')
  })

  it('[KUB-6] a node turns away a pod that it has no room for, or that does not want it', () => {
    const lab = new Lab()
    lab.patch('Node', 'node-1', { metadata: { labels: { disk: 'hdd' } } }, '')
    lab.add(pod('picky', { ...on('node-1'), nodeSelector: { disk: 'ssd' } }))
    expect(lab.pod('picky').status).toMatchObject({
      phase: 'Failed',
      reason: 'NodeAffinity',
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
    const many = Array.from({ length: 251 }, (_, i) => pod(`p${i}`, on('node-2')))
    lab.add(...many)
    expect(lab.pod('p250').status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfpods',
      message: "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 250, capacity: 250",
    })
  })

  it('[KUB-7] readiness gates hold a pod back until their conditions are true', () => {
    const lab = new Lab().add(
      pod('web', { ...on('node-1'), readinessGates: [{ conditionType: 'example.com/balanced' }] }),
    )
    expect(lab.condition('web', 'Ready')).toBe('False ReadinessGatesNotReady')
    expect(lab.condition('web', 'ContainersReady')).toBe('True')
  })
})

describe('kubelet: ending and restarting', () => {
  it('[KUB-8] containers that crash are restarted: at once, then after 10 s, 20 s, 40 s …', () => {
    const lab = new Lab().add(pod('web', on('node-1'), { 'fairlead.dev/crash': 'after 1s' }))
    expect(state(lab, 'web')).toMatchObject({ ready: true })
    const starts: number[] = []
    let before = 0
    for (let t = 0; t < 2000; t++) {
      lab.wait(0.1)
      const count = state(lab, 'web')?.restartCount ?? 0
      if (count > before) starts.push(Math.round(lab.cluster.now / 1000))
      before = count
    }
    const gaps = starts.map((s, i) => s - (starts[i - 1] ?? s))
    expect(starts.length).toBeGreaterThanOrEqual(5)
    expect(gaps.slice(1, 5)).toEqual([11, 21, 41, 81])
    expect(state(lab, 'web')).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    })
    expect(lab.pod('web').status?.phase).toBe('Running')
    expect(state(lab, 'web')?.state?.waiting?.message).toMatch(
      /^back-off 2m40s restarting failed container=app pod=web_default\(/,
    )
    expect(lab.said('Pod/default/web', 'BackOff')[0]).toMatch(
      /^BackOff: Back-off restarting failed container app in pod web_default\(/,
    )
  })

  it('[KUB-8] a cluster with a crashing pod comes to rest in its back-off', () => {
    const lab = new Lab().add(pod('web', on('node-1'), { 'fairlead.dev/crash': 'after 0s' }))
    expect(state(lab, 'web')).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } })
    expect(lab.condition('web', 'Ready')).toBe('False ContainersNotReady')
  })

  it.each([
    ['Always', '0', 'Running', 1],
    ['OnFailure', '0', 'Succeeded', 0],
    ['OnFailure', '3', 'Running', 1],
    ['Never', '0', 'Succeeded', 0],
    ['Never', '3', 'Failed', 0],
  ])('[KUB-9] restartPolicy %s, exit code %s: %s', (restartPolicy, exit, phase, restarts) => {
    const lab = new Lab().add(pod('task', { ...on('node-1'), restartPolicy }, { 'fairlead.dev/exit': exit }))
    expect(lab.pod('task').status?.phase).toBe(phase)
    expect(state(lab, 'task')?.restartCount).toBe(restarts)
    if (phase !== 'Running')
      expect(lab.condition('task', 'Ready')).toBe(phase === 'Failed' ? 'False PodFailed' : 'False PodCompleted')
  })

  it('[KUB-10] a changed image restarts the container in place', () => {
    const lab = new Lab().add(pod('web', on('node-1')))
    const address = ip(lab, 'web')
    lab.patch('Pod', 'web', { spec: { containers: [{ name: 'app', image: 'example/app:2' }] } }).rest()
    expect(state(lab, 'web')).toMatchObject({ restartCount: 1, image: 'example/app:2', ready: true })
    expect(ip(lab, 'web')).toBe(address)
    expect(lab.said('Pod/default/web', 'Killing')).toEqual([
      'Killing: Container app definition changed, will be restarted',
    ])
  })

  it.each([
    ['Pending', undefined],
    ['Succeeded', '10.244.1.2'],
    ['Failed', '10.244.1.2'],
  ])('[POD-5] fairlead.dev/phase %s is kept', (phase, address) => {
    const lab = new Lab().add(pod('web', on('node-1'), { 'fairlead.dev/phase': phase }))
    expect(lab.pod('web').status).toMatchObject({ phase })
    expect(ip(lab, 'web')).toBe(address)
    expect(lab.condition('web', 'Ready')).toMatch(/^False/)
    lab.delete('Pod', 'web').rest()
    expect(lab.names()).toEqual([])
  })
})

describe('kubelet: stopping', () => {
  const running = (annotations: Record<string, string>, spec: object = {}) =>
    new Lab().add(pod('web', { ...on('node-1'), ...spec }, { 'fairlead.dev/listen': '8080', ...annotations }))
  const gone = (lab: Lab) => lab.cluster.get('Pod/default/web') === undefined

  it('[KUB-11] a pod that obeys SIGTERM is gone within a second', () => {
    const lab = running({}).delete('Pod', 'web')
    expect(lab.pod('web').metadata.deletionGracePeriodSeconds).toBe(30)
    expect(gone(lab.wait(1))).toBe(true)
    expect(lab.said('Pod/default/web', 'Killing')).toEqual(['Killing: Stopping container app'])
  })

  it('[KUB-12] drain: it stays ready and listening until it has drained', () => {
    const lab = running({ 'fairlead.dev/sigterm': 'drain 5s' }).delete('Pod', 'web').rest()
    expect(lab.condition('web', 'Ready')).toBe('True')
    expect(gone(lab.wait(4))).toBe(false)
    expect(gone(lab.wait(2))).toBe(true)
  })

  it('[KUB-12] SIGTERM ignored: killed when the grace period ends', () => {
    const lab = running({ 'fairlead.dev/sigterm': 'ignore' }, { terminationGracePeriodSeconds: 10 }).delete(
      'Pod',
      'web',
    )
    expect(gone(lab.wait(9))).toBe(false)
    expect(gone(lab.wait(2))).toBe(true)
  })

  it('[KUB-13] a preStop hook that sleeps comes first, and counts for the grace period', () => {
    const hook = (preStop: object) => ({ containers: [{ name: 'app', image: 'example/app', lifecycle: { preStop } }] })
    const slow = running({}, hook({ sleep: { seconds: 5 } })).delete('Pod', 'web')
    expect(gone(slow.wait(4.5))).toBe(false)
    expect(slow.condition('web', 'Ready')).toBe('True')
    expect(gone(slow.wait(2))).toBe(true)
    const shell = running({}, hook({ exec: { command: ['sh', '-c', 'sleep 3 && echo bye'] } })).delete('Pod', 'web')
    expect(gone(shell.wait(2.5))).toBe(false)
    expect(gone(shell.wait(2))).toBe(true)
    const longer = running({}, { ...hook({ sleep: { seconds: 60 } }), terminationGracePeriodSeconds: 60 })
    longer.delete('Pod', 'web', { gracePeriodSeconds: 2 })
    expect(gone(longer.wait(3.5))).toBe(true)
  })

  it('[POD-6] terminating: hold serves on and stays, until it is let go', () => {
    const lab = running({ 'fairlead.dev/terminating': 'hold' }).delete('Pod', 'web').wait(600)
    expect(lab.condition('web', 'Ready')).toBe('True')
    lab.annotate('Pod', 'web', { 'fairlead.dev/terminating': null }).rest()
    expect(gone(lab)).toBe(true)
  })

  it('[KUB-14] deleted by force, it is gone at once and its address is free', () => {
    const lab = running({ 'fairlead.dev/sigterm': 'ignore' }).delete('Pod', 'web', { gracePeriodSeconds: 0 })
    expect(gone(lab)).toBe(true)
    lab.rest().add(pod('next', on('node-1')))
    expect(ip(lab, 'next')).toBe('10.244.1.2')
  })

  it('[KUB-14] deleted and made anew under the same name, it is another pod', () => {
    const lab = running({})
    lab.delete('Pod', 'web', { gracePeriodSeconds: 0 })
    lab.add(pod('web', on('node-1')))
    expect(state(lab, 'web')).toMatchObject({ restartCount: 0, ready: true })
  })

  it('[KUB-15] sidecars stop after the others', () => {
    const sidecar = { name: 'proxy', image: 'example/proxy', restartPolicy: 'Always' }
    const lab = running({ 'fairlead.dev/sigterm': 'drain 3s' }, { initContainers: [sidecar] })
      .delete('Pod', 'web')
      .wait(4)
    expect(lab.pod('web').status?.containerStatuses?.[0]?.state).toHaveProperty('terminated')
    expect(lab.pod('web').status?.initContainerStatuses?.[0]?.state).toHaveProperty('running')
    expect(gone(lab.wait(4))).toBe(true)
  })

  it('[KUB-11] a pod that never started goes at once', () => {
    const lab = new Lab()
    lab.cluster.create(workload('ReplicaSet', 'web', { replicas: 2 }))
    lab.wait(0.1).delete('ReplicaSet', 'web').rest()
    expect(lab.cluster.list('Pod')).toHaveLength(0)
  })
})
