import { describe, expect, it } from 'vitest'
import { bindPod, createObject } from '../index.ts'
import { pod, Server } from '../testing/server.ts'

const server = () => new Server()
const container = (more: object) => ({ containers: [{ name: 'app', image: 'nginx', ...more }] })

describe('Pod: defaults', () => {
  it('[API-26] says how it ends, resolves names, is pulled and scheduled', () => {
    const { spec } = server().create(pod())
    expect(spec).toMatchObject({
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    })
    expect(spec.containers[0]).toMatchObject({
      imagePullPolicy: 'Always',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    })
  })

  it('[API-26] an image is pulled again when its tag is latest, or when it has none', () => {
    const policy = (image: string) => server().create(pod(container({ image }))).spec.containers[0].imagePullPolicy
    expect(['nginx', 'nginx:latest', 'repo:5000/nginx'].map(policy)).toEqual(['Always', 'Always', 'Always'])
    expect(['nginx:1.29', 'repo:5000/nginx:1', `nginx@sha256:${'a'.repeat(64)}`].map(policy)).toEqual([
      'IfNotPresent',
      'IfNotPresent',
      'IfNotPresent',
    ])
  })

  it('[API-27] a probe asks every 10 seconds, waits one, and needs three failures or one success', () => {
    const probe = { httpGet: { port: 80 } }
    expect(server().create(pod(container({ readinessProbe: probe }))).spec.containers[0].readinessProbe).toEqual({
      failureThreshold: 3,
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    })
  })

  it('[API-27] a port is TCP; on the network of the node it is the port of the node', () => {
    const ports = [{ containerPort: 80 }]
    expect(server().create(pod(container({ ports }))).spec.containers[0].ports).toEqual([
      { containerPort: 80, protocol: 'TCP' },
    ])
    const shared = server().create(pod({ hostNetwork: true, ...container({ ports }) }))
    expect(shared.spec.containers[0].ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }])
  })

  it('[API-27] a limit without a request is the request too', () => {
    const made = server().create(pod(container({ resources: { limits: { cpu: 0.5, memory: '1024Mi' } } })))
    expect(made.spec.containers[0].resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '500m', memory: '1Gi' },
    })
  })
})

describe('Pod: admission', () => {
  it('[API-28] gets the token of its service account, tolerations for a node that is away, and a priority', () => {
    const { spec, status } = server().create(pod())
    expect(spec.serviceAccountName).toBe('default')
    expect(spec.serviceAccount).toBe('default')
    expect(spec.priority).toBe(0)
    expect(spec.preemptionPolicy).toBe('PreemptLowerPriority')
    expect(spec.tolerations).toEqual([
      { effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', operator: 'Exists', tolerationSeconds: 300 },
      { effect: 'NoExecute', key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 300 },
    ])
    expect(spec.volumes).toHaveLength(1)
    expect(spec.containers[0].volumeMounts).toEqual([
      { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: spec.volumes[0].name, readOnly: true },
    ])
    expect(status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  it('[API-28] pods of one spec get the same, each with a token volume of its own', () => {
    const s = server()
    const spec = {
      initContainers: [{ name: 'setup', image: 'busybox', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      containers: [{ name: 'alike', image: 'nginx', resources: { limits: { cpu: '1', memory: '1Gi' } } }],
      volumes: [{ name: 'data', emptyDir: {} }],
    }
    const [first, second, third] = [1, 2, 3].map((n) => s.create({ ...pod(spec), metadata: { name: `alike-${n}` } }))
    const token = (o: typeof first): string => o.spec.volumes[1].name
    expect(new Set([first, second, third].map(token)).size).toBe(3)
    const renamed = (o: typeof first) => JSON.stringify([o.spec, o.status]).replaceAll(token(o), 'TOKEN')
    expect(renamed(second)).toBe(renamed(first))
    expect(renamed(third)).toBe(renamed(first))
    expect(second.status.qosClass).toBe('Burstable')
    expect(s.refusal({ ...pod(spec), metadata: { name: 'Alike' } })).toContain('metadata.name: Invalid value: "Alike"')
    expect(s.refusal(pod({ ...spec, containers: [{ ...spec.containers[0], image: '' }] }))).toContain('image: Required')
  })

  it('[API-28] one that does not want a token gets none', () => {
    const { spec } = server().create(pod({ automountServiceAccountToken: false }))
    expect(spec).not.toHaveProperty('volumes')
    expect(spec.containers[0]).not.toHaveProperty('volumeMounts')
  })

  it('[API-28] its own toleration of the same taint stays as it is', () => {
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }
    const { tolerations } = server().create(pod({ tolerations: [own] })).spec
    expect(tolerations).toHaveLength(2)
    expect(tolerations[0]).toEqual(own)
  })

  it('[API-29] is Guaranteed, Burstable or BestEffort by what its containers ask and may use', () => {
    const qos = (...resources: object[]) =>
      server().create(pod({ containers: resources.map((r, i) => ({ name: `c${i}`, image: 'nginx', resources: r })) }))
        .status.qosClass
    const full = { limits: { cpu: 1, memory: '1Gi' } }
    expect(qos(full)).toBe('Guaranteed')
    expect(qos(full, full)).toBe('Guaranteed')
    expect(qos(full, {})).toBe('Burstable')
    expect(qos({ requests: { cpu: '10m' } })).toBe('Burstable')
    expect(qos({ limits: { cpu: 1 } })).toBe('Burstable')
    expect(qos({})).toBe('BestEffort')
  })

  it('[API-30] being bound sets the node, the condition, and the labels of the zone', () => {
    const s = server()
    const made = s.create(pod())
    const bound = bindPod(s.state, made, 'node-2')
    if (!bound.ok) throw new Error(bound.status.message)
    const object = bound.object as ReturnType<typeof s.create>
    expect(object.spec.nodeName).toBe('node-2')
    expect(object.status.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
    expect(object.metadata.labels).toMatchObject({ app: 'web', 'topology.kubernetes.io/zone': 'zone-b' })
    expect(bindPod(s.state, object, 'node-1').ok).toBe(false)
  })
})

describe('Pod: validation', () => {
  it('[API-31] needs containers, each with a name of its own and an image', () => {
    expect(server().faults(pod({ containers: [] }))).toEqual(['spec.containers: Required value'])
    expect(
      server().faults(
        pod({
          containers: [
            { name: 'a', image: 'x' },
            { name: 'a', image: 'x' },
          ],
        }),
      ),
    ).toEqual(['spec.containers[1].name: Duplicate value: "a"'])
    expect(server().faults(pod({ containers: [{ image: 'x' }] }))).toEqual(['spec.containers[0].name: Required value'])
    expect(server().faults(pod({ containers: [{ name: 'a' }] }))).toEqual(['spec.containers[0].image: Required value'])
  })

  it('[API-31] names and numbers of ports are checked; a name is used once in a container', () => {
    const ports = (...list: object[]) => server().faults(pod(container({ ports: list })))
    expect(ports({ containerPort: 0 })).toEqual(['spec.containers[0].ports[0].containerPort: Required value'])
    expect(ports({ containerPort: 70000 })).toEqual([
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ])
    expect(ports({ containerPort: 80, name: 'a' }, { containerPort: 81, name: 'a' })).toEqual([
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
    ])
    expect(ports({ containerPort: 80, name: 'x'.repeat(16) })[0]).toContain('must be no more than 15 characters')
    expect(ports({ containerPort: 80, protocol: 'HTTP' })[0]).toBe(
      'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    )
  })

  it('[API-32] a probe has one way to ask, and a liveness probe one success', () => {
    const probe = (value: object, kind = 'readinessProbe') => server().faults(pod(container({ [kind]: value })))
    expect(probe({})).toEqual(['spec.containers[0].readinessProbe: Required value: must specify a handler type'])
    expect(probe({ httpGet: { port: 80 }, tcpSocket: { port: 80 } })).toEqual([
      'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ])
    expect(probe({ tcpSocket: { port: 80 }, periodSeconds: -1 })).toEqual([
      'spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ])
    expect(probe({ tcpSocket: { port: 80 }, successThreshold: 2 }, 'livenessProbe')).toEqual([
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ])
  })

  it('[API-32] a mount is of a volume that there is', () => {
    expect(server().faults(pod(container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] })))).toEqual([
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ])
  })

  it('[API-32] a request is not more than the limit', () => {
    const wrong = server().faults(pod(container({ resources: { limits: { cpu: 1 }, requests: { cpu: 2 } } })))
    expect(wrong).toEqual([
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ])
  })

  it('[API-28] admission looks at a changed pod too: what it leaves out is not taken away', () => {
    const s = server()
    const made = s.create(pod())
    const same = s.edited(made, (d) => {
      delete d.spec.tolerations
      delete d.spec.priority
      delete d.spec.preemptionPolicy
    })
    expect(same).toBe(made)
  })

  it('[API-28] a priority of its own is refused unless it is that of its class', () => {
    expect(server().refusal(pod({ priority: 10 }))).toBe(
      'pods "web" is forbidden: the integer value of priority (10) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    )
    const critical = { priorityClassName: 'system-cluster-critical', priority: 2_000_000_000 }
    expect(server().create(pod(critical)).spec.priority).toBe(2_000_000_000)
  })

  it('[API-26] 64 hexadecimal digits are no name of an image, and have no tag', () => {
    const made = server().create(pod({ containers: [{ name: 'app', image: 'a'.repeat(64) }] }))
    expect(made.spec.containers[0].imagePullPolicy).toBe('IfNotPresent')
  })

  it('[API-33] of a pod that runs, little can be changed', () => {
    const s = server()
    const made = s.create(pod())
    const image = s.edited(made, (d) => {
      d.spec.containers[0].image = 'nginx:1.29'
    })
    expect(image.metadata.generation).toBe(2)
    const labelled = s.edited(image, (d) => {
      d.metadata.labels.app = 'other'
    })
    expect(labelled.metadata.generation).toBe(2)
    const [wrong] = s.editFaults(labelled, (d) => {
      d.spec.containers[0].ports = [{ containerPort: 80 }]
    })
    expect(wrong).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,`spec\.initContainers\[\*\]\.image`,`spec\.activeDeadlineSeconds`,`spec\.tolerations` \(only additions to existing tolerations\),`spec\.terminationGracePeriodSeconds` \(allow it to be set to 1 if it was previously negative\)/,
    )
  })

  it('[API-25] what is accepted but of little use is warned of', () => {
    const result = createObject(
      server().state,
      pod(container({ ports: [{ containerPort: 80 }, { containerPort: 80 }] })),
    )
    expect(result.ok && result.warnings).toEqual([
      'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    ])
  })
})
