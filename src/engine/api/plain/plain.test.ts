import { describe, expect, it } from 'vitest'
import { createObject } from '../index.ts'
import { plain, Server } from '../testing/server.ts'

const server = () => new Server()

describe('the other kinds', () => {
  it('[API-40] an address of an endpoint is one that can be reached from elsewhere', () => {
    const at = (ip: string) => plain('Endpoints', { subsets: [{ addresses: [{ ip }], ports: [{ port: 80 }] }] })
    expect(server().create(at('203.0.113.7')).subsets).toEqual([
      { addresses: [{ ip: '203.0.113.7' }], ports: [{ port: 80, protocol: 'TCP' }] },
    ])
    expect(server().faults(at('127.0.0.1'))).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ])
    expect(server().faults(at('db.example.com'))[0]).toContain('must be a valid IP address')
  })

  it('[API-40] an EndpointSlice has a type of address that does not change', () => {
    const s = server()
    const slice = (more: object) =>
      plain(
        'EndpointSlice',
        { addressType: 'IPv4', endpoints: [{ addresses: ['203.0.113.7'] }], ports: [{ port: 80 }], ...more },
        'discovery.k8s.io/v1',
      )
    const made = s.create(slice({}))
    expect(made.ports).toEqual([{ name: '', port: 80, protocol: 'TCP' }])
    expect(
      s.editFaults(made, (d) => {
        d.addressType = 'FQDN'
        d.endpoints[0].addresses = ['a.example.com']
      })[0],
    ).toBe('addressType: Invalid value: "FQDN": field is immutable')
    expect(s.faults(slice({ addressType: undefined }))[0]).toBe('addressType: Required value')
    expect(s.faults(slice({ endpoints: [{ addresses: [] }] }))[0]).toContain('endpoints[0].addresses: Required value')
  })

  it('[API-41] an Ingress leads by paths that begin with a slash to a Service by port or name', () => {
    const to = (path: object) =>
      plain('Ingress', { spec: { rules: [{ http: { paths: [path] } }] } }, 'networking.k8s.io/v1')
    const backend = { service: { name: 'web', port: { number: 80 } } }
    expect(server().create(to({ path: '/', pathType: 'Prefix', backend })).spec.rules[0].http.paths[0].path).toBe('/')
    expect(server().faults(to({ path: 'x', pathType: 'Prefix', backend }))).toEqual([
      'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
    ])
    expect(server().faults(to({ path: '/', backend }))).toEqual([
      'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
    ])
    expect(server().faults(plain('Ingress', { spec: {} }, 'networking.k8s.io/v1'))[0]).toContain(
      'either `defaultBackend` or `rules` must be specified',
    )
  })

  it('[API-42] a NetworkPolicy is about what comes in, and about what goes out when it says so', () => {
    const policy = (spec: object) =>
      plain('NetworkPolicy', { spec: { podSelector: {}, ...spec } }, 'networking.k8s.io/v1')
    expect(server().create(policy({})).spec.policyTypes).toEqual(['Ingress'])
    expect(server().create(policy({ egress: [{}] })).spec.policyTypes).toEqual(['Ingress', 'Egress'])
    const block = { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }
    expect(server().faults(policy({ ingress: [{ from: [block] }] }))[0]).toContain('must be a strict subset of `cidr`')
    expect(server().faults(policy({ ingress: [{ from: [{}] }] }))[0]).toContain('must specify a peer')
  })

  it('[API-43] a Secret holds bytes: what is written as text is stored in base64', () => {
    const made = server().create(plain('Secret', { stringData: { password: 'geheim' }, data: { a: 'YQ==' } }))
    expect(made.data).toEqual({ a: 'YQ==', password: 'Z2VoZWlt' })
    expect(made.type).toBe('Opaque')
    expect(made).not.toHaveProperty('stringData')
    expect(server().refusal(plain('Secret', { data: { a: '!' } }))).toContain('illegal base64 data at input byte 0')
  })

  it('[API-43] what is marked immutable stays', () => {
    const s = server()
    const made = s.create(plain('ConfigMap', { data: { a: '1' }, immutable: true }))
    expect(
      s.editFaults(made, (d) => {
        d.data.a = '2'
      }),
    ).toEqual(['data: Forbidden: field is immutable when `immutable` is set'])
    expect(
      s.editFaults(made, (d) => {
        d.immutable = false
      })[0],
    ).toContain('field is immutable when `immutable` is set')
    expect(s.faults(plain('ConfigMap', { data: { 'a b': '1' } }))[0]).toMatch(
      /^data\[a b\]: Invalid value: "a b": a valid config key must consist of/,
    )
  })

  it('[API-66] a role says what may be done, a binding to whom, and which role it binds does not change', () => {
    const rbac = 'rbac.authorization.k8s.io/v1'
    const role = (rule: object, kind = 'Role') => plain(kind, { rules: [rule] }, rbac, 'system:reader')
    const read = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
    expect(server().create(role(read)).rules).toEqual([read])
    expect(server().faults(role({ ...read, verbs: [] }))).toEqual([
      'rules[0].verbs: Required value: verbs must contain at least one value',
    ])
    expect(server().faults(role({ nonResourceURLs: ['/healthz'], verbs: ['get'] }))).toEqual([
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
    ])
    expect(server().create(role({ nonResourceURLs: ['/healthz'], verbs: ['get'] }, 'ClusterRole'))).toBeDefined()

    const binding = (subject: object, kind = 'ClusterRoleBinding') =>
      plain(kind, { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [subject] }, rbac)
    const s = server()
    const made = s.create(binding({ kind: 'User', name: 'ann' }))
    expect(made).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann' }],
    })
    expect(server().faults(binding({ kind: 'ServiceAccount', name: 'bot' }))).toEqual([
      'subjects[0].namespace: Required value',
    ])
    expect(server().create(binding({ kind: 'ServiceAccount', name: 'bot' }, 'RoleBinding')).subjects).toEqual([
      { kind: 'ServiceAccount', name: 'bot' },
    ])
    expect(
      s.editFaults(made, (d) => {
        d.roleRef.name = 'edit'
      }),
    ).toEqual([
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef',
    ])
  })

  it('[API-67] volumes, definitions, autoscalers and pod templates have their defaults', () => {
    const volume = plain('PersistentVolume', { spec: { hostPath: { path: '/x' } } })
    expect(server().create(volume).spec).toMatchObject({
      hostPath: { path: '/x', type: '' },
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
    })
    const definition = plain(
      'CustomResourceDefinition',
      { spec: { group: 'example.com', names: { kind: 'Widget', plural: 'widgets' }, preserveUnknownFields: false } },
      'apiextensions.k8s.io/v1',
      'widgets.example.com',
    )
    expect(server().create(definition).spec).toEqual({
      conversion: { strategy: 'None' },
      group: 'example.com',
      names: { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets', singular: 'widget' },
    })
    for (const spec of [null, 3, 'x', [], { names: 3 }, { names: { kind: [] } }])
      expect(createObject(server().state, { ...definition, spec })).toBeDefined()
    const autoscaler = plain(
      'HorizontalPodAutoscaler',
      { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } } },
      'autoscaling/v2',
    )
    expect(server().create(autoscaler).spec).toMatchObject({
      metrics: [
        { resource: { name: 'cpu', target: { averageUtilization: 80, type: 'Utilization' } }, type: 'Resource' },
      ],
      minReplicas: 1,
    })
    const podTemplate = plain('PodTemplate', { template: { spec: { containers: [{ image: 'nginx', name: 'a' }] } } })
    expect(server().create(podTemplate).template.spec).toMatchObject({
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
    })
  })

  it('[API-44] kinds that nothing here acts on are stored as they are; those of others only where that is asked for', () => {
    const s = server()
    expect(s.create(plain('ServiceAccount')).metadata.name).toBe('web')
    const own = plain('Gateway', { spec: { any: [1] } }, 'example.com/v1')
    expect(createObject(s.state, own).ok).toBe(false)
  })
})
