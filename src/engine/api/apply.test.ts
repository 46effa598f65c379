import { describe, expect, it } from 'vitest'
import { applyObject, LAST_APPLIED } from './index.ts'
import { plain, refused, Server, service, workload } from './testing/server.ts'

describe('apply', () => {
  it('[API-54] makes what is not there, and remembers what was asked', () => {
    const { action, object } = new Server().apply(service())
    expect(action).toBe('created')
    expect(JSON.parse(object.metadata.annotations[LAST_APPLIED])).toEqual({
      ...service(),
      metadata: { annotations: {}, name: 'web', namespace: 'default' },
    })
    expect(object.metadata.annotations[LAST_APPLIED].endsWith('\n')).toBe(true)
  })

  it('[API-54] the same again is unchanged, another is configured', () => {
    const s = new Server()
    const first = s.apply(service())
    const again = s.apply(service())
    expect(again).toMatchObject({ action: 'unchanged' })
    expect(again.object).toBe(first.object)
    expect(s.apply(service({ type: 'NodePort' }))).toMatchObject({ action: 'configured' })
  })

  it('[API-55] takes away what it once said and says no more; leaves what others said', () => {
    const s = new Server()
    s.apply(workload('Deployment', { replicas: 2, minReadySeconds: 5, paused: true }))
    s.patched('Deployment', 'web', 'merge', { metadata: { labels: { by: 'hand' } }, spec: { revisionHistoryLimit: 3 } })
    const { object } = s.apply(workload('Deployment', { replicas: 2 }))
    expect(object.spec).not.toHaveProperty('minReadySeconds')
    expect(object.spec).not.toHaveProperty('paused')
    expect(object.spec.revisionHistoryLimit).toBe(3)
    expect(object.metadata.labels).toEqual({ by: 'hand' })
  })

  it('[API-55] a number that a scaler changed is kept when the document does not say it', () => {
    const s = new Server()
    s.apply(workload('Deployment'))
    s.patched('Deployment', 'web', 'merge', { spec: { replicas: 7 } })
    expect(s.apply(workload('Deployment', { minReadySeconds: 1 })).object.spec.replicas).toBe(7)
  })

  it('[API-56] ports of a Service are merged by number: another number is another port, which keeps the node port by its name', () => {
    const s = new Server()
    const before = s.apply(service({ type: 'NodePort', ports: [{ name: 'a', port: 80 }] })).object.spec.ports[0]
    const target = s.apply(service({ type: 'NodePort', ports: [{ name: 'a', port: 80, targetPort: 8080 }] })).object
      .spec.ports[0]
    expect(target).toEqual({ ...before, targetPort: 8080 })
    const moved = s.apply(service({ type: 'NodePort', ports: [{ name: 'a', port: 81 }] })).object.spec.ports
    expect(moved).toHaveLength(1)
    expect(moved[0]).toEqual({ name: 'a', nodePort: before.nodePort, port: 81, protocol: 'TCP', targetPort: 81 })
  })

  it('[API-56] of two protocols on one number the merge knows only one, as in a cluster', () => {
    const s = new Server()
    const dns = (targetPort: number) => [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort },
    ]
    s.apply(service({ ports: dns(53) }))
    const { ports } = s.apply(service({ ports: dns(5353) })).object.spec
    expect(ports).toEqual([dns(5353)[0], dns(53)[1]])
  })

  it('[API-56] a selector is merged too: a key that goes is taken away', () => {
    const s = new Server()
    s.apply(service({ selector: { app: 'web', tier: 'front' } }))
    expect(s.apply(service({ selector: { app: 'web' } })).object.spec.selector).toEqual({ app: 'web' })
  })

  it('[API-54] what is null is left out when an object is created, but for annotations, which become empty', () => {
    const s = new Server()
    const { object } = s.apply({
      ...service({ selector: { app: null, tier: 'a' } }),
      metadata: { name: 'web', annotations: { note: null }, labels: { a: null } },
    })
    expect(object.spec.selector).toEqual({ tier: 'a' })
    expect(object.metadata.labels).toBeUndefined()
    expect(object.metadata.annotations).toMatchObject({ note: '' })
    expect(
      s.apply({ ...service({ selector: { tier: 'a' } }), metadata: { name: 'web', annotations: { note: null } } })
        .action,
    ).toBe('configured')
  })

  it('[API-68] what a cluster printed can be applied once: the version that it names is left out, and is a conflict afterwards', () => {
    const s = new Server()
    const printed = { ...service(), metadata: { name: 'web', resourceVersion: '812', uid: 'b5f0' } }
    const { object } = s.apply(printed)
    expect(object.metadata.uid).not.toBe('b5f0')
    const again = refused(applyObject(s.state, { ...printed, metadata: { name: 'web', resourceVersion: '812' } }))
    expect(again).toMatchObject({ reason: 'Conflict' })
    expect(again.message).toContain('Operation cannot be fulfilled on services "web": the object has been modified')
    const uid = refused(applyObject(s.state, { ...service(), metadata: { name: 'web', uid: 'b5f0' } }))
    expect(uid.message).toContain('metadata.uid: Invalid value: "b5f0": field is immutable')
  })

  it('[API-57] what cannot be is refused, and nothing is stored', () => {
    const s = new Server()
    const { object } = s.apply(service())
    const result = applyObject(s.state, service({ type: 'Nope' }))
    expect(refused(result).message).toContain('spec.type: Unsupported value: "Nope"')
    expect(s.apply(service()).object).toBe(object)
    expect(refused(applyObject(s.state, { ...service(), metadata: {} })).reason).toBeDefined()
  })

  it('[API-57] kinds of others are kept where the page asks for it', () => {
    const s = new Server()
    const own = plain('Gateway', { spec: { any: [1] } }, 'example.com/v1')
    expect(applyObject(s.state, own).ok).toBe(false)
    const kept = applyObject(s.state, own, { unknownKinds: 'keep' })
    expect(kept.ok && kept.action).toBe('created')
    const again = applyObject(s.state, own, { unknownKinds: 'keep' })
    expect(again.ok && again.action).toBe('unchanged')
  })

  it('[API-57] makes the namespace that is missing, and says so', () => {
    const s = new Server()
    const shop = { ...service(), metadata: { name: 'web', namespace: 'shop' } }
    const made = applyObject(s.state, shop, { makeNamespace: true })
    expect(made.ok && made.madeNamespace).toBe('shop')
    expect(refused(applyObject(s.state, { ...shop, metadata: { name: 'web', namespace: 'other' } })).message).toBe(
      'namespaces "other" not found',
    )
  })
})
