import { describe, expect, it } from 'vitest'
import { updateObject } from './index.ts'
import { plain, refused, Server, service, template, workload } from './testing/server.ts'

const env = (...list: object[]) => ({
  spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx', env: list }] } } },
})

describe('updates', () => {
  it('[API-49] one made of an older version is a conflict', () => {
    const s = new Server()
    const old = s.create(service())
    s.edited(old, (d) => {
      d.spec.selector = { app: 'b' }
    })
    const status = refused(
      s.edit(old, (d) => {
        d.spec.selector = { app: 'c' }
      }),
    )
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(status.message).toBe(
      'Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again',
    )
  })

  it('[API-49] one that changes nothing stores nothing', () => {
    const s = new Server()
    const made = s.create(service())
    expect(s.edited(made, () => {})).toBe(made)
  })

  it('[API-49] of what is not there is NotFound, but a Service is made', () => {
    const s = new Server()
    expect(refused(updateObject(s.state, workload('Deployment'))).message).toBe('deployments.apps "web" not found')
    expect(updateObject(s.state, service()).ok).toBe(true)
  })
})

describe('patches', () => {
  it('[API-50] JSON: adds, replaces, removes, moves, copies and tests, in order', () => {
    const s = new Server()
    s.create(plain('ConfigMap', { data: { a: '1', b: '2' } }))
    const patched = s.patched('ConfigMap', 'web', 'json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '3' },
      { op: 'add', path: '/metadata/labels', value: { 'example.com/a': 'x' } },
      { op: 'move', from: '/metadata/labels/example.com~1a', path: '/metadata/labels/app' },
    ])
    expect(patched.data.a).toBe('3')
    expect(patched.metadata.labels).toEqual({ app: 'x' })
    expect(s.patched('ConfigMap', 'web', 'json', [{ op: 'remove', path: '/data/a' }]).data).toEqual({ b: '2' })
    expect(s.patched('ConfigMap', 'web', 'json', [{ op: 'copy', from: '/data/b', path: '/data/d' }]).data.d).toBe('2')
  })

  it('[API-50] JSON: a test that fails, or a place that is not there, changes nothing', () => {
    const s = new Server()
    const made = s.create(service())
    const failing = [
      { op: 'replace', path: '/spec/type', value: 'NodePort' },
      { op: 'test', path: '/spec/type', value: 'ClusterIP' },
    ]
    expect(s.patch('Service', 'web', 'json', failing).ok).toBe(false)
    expect(s.patch('Service', 'web', 'json', [{ op: 'remove', path: '/spec/ports/4' }]).ok).toBe(false)
    expect(s.edited(made, () => {})).toBe(made)
  })

  it('[API-50] JSON: replacing what is not there sets it in a map, not in a list; an index may count from the end', () => {
    const s = new Server()
    s.create(plain('ConfigMap', { data: { a: '1' } }))
    expect(s.patched('ConfigMap', 'web', 'json', [{ op: 'replace', path: '/data/b', value: '2' }]).data).toEqual({
      a: '1',
      b: '2',
    })
    s.create(service({ ports: [{ name: 'a', port: 80 }] }))
    const added = s.patched('Service', 'web', 'json', [
      { op: 'add', path: '/spec/ports/-1', value: { name: 'b', port: 81 } },
    ])
    expect(added.spec.ports.map((p: { name: string }) => p.name)).toEqual(['a', 'b'])
    expect(s.patch('Service', 'web', 'json', [{ op: 'replace', path: '/spec/ports/7/port', value: 1 }]).ok).toBe(false)
  })

  it('[API-50] JSON: what cannot be carried out is said without its reason, what is no patch with it', () => {
    const s = new Server()
    s.create(service())
    const words = (patch: unknown) => refused(s.patch('Service', 'web', 'json', patch)).message
    expect(words([{ op: 'remove', path: '/spec/nothing' }])).toBe(
      'the server rejected our request due to an error in our request',
    )
    expect(words({})).toBe(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    )
    expect(words([{ op: 1 }])).toBe(
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    )
  })

  it('[API-52] items of a list that is merged are all alike', () => {
    const s = new Server()
    s.create(service())
    expect(refused(s.patch('Service', 'web', 'strategic', { spec: { ports: [true] } })).message).toContain(
      'list element types are not identical: [[map[',
    )
  })

  it('[API-53] a number that is too large for a port is refused as Go does', () => {
    const s = new Server()
    s.create(service())
    const patch = { spec: { ports: [{ port: 80, targetPort: 2147483648 }] } }
    expect(refused(s.patch('Service', 'web', 'strategic', patch)).causes?.[0]?.plain).toBe(
      'json: cannot unmarshal number 2147483648 into Go value of type int32',
    )
  })

  it('[API-51] merge: maps are merged, lists replaced, null removes', () => {
    const s = new Server()
    s.create(
      service({
        selector: { app: 'web', tier: 'front' },
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
    )
    const patched = s.patched('Service', 'web', 'merge', { spec: { selector: { tier: null }, ports: [{ port: 90 }] } })
    expect(patched.spec.selector).toEqual({ app: 'web' })
    expect(patched.spec.ports).toEqual([{ port: 90, protocol: 'TCP', targetPort: 90 }])
  })

  it('[API-52] strategic: lists of named things are merged by their key', () => {
    const s = new Server()
    s.create(
      workload('Deployment', {
        template: template(env({ name: 'A', value: '1' }, { name: 'B', value: '2' }).spec.template.spec),
      }),
    )
    const patched = s.patched(
      'Deployment',
      'web',
      'strategic',
      env({ name: 'B', value: '3' }, { name: 'C', value: '4' }),
    )
    expect(patched.spec.template.spec.containers[0].env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '3' },
      { name: 'C', value: '4' },
    ])
    const less = s.patched('Deployment', 'web', 'strategic', env({ name: 'A', $patch: 'delete' }))
    expect(less.spec.template.spec.containers[0].env.map((e: { name: string }) => e.name)).toEqual(['B', 'C'])
  })

  it('[API-52] strategic: a list can be replaced, and an unkeyed list always is', () => {
    const s = new Server()
    s.create(
      service({
        externalIPs: ['203.0.113.1'],
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
    )
    const patched = s.patched('Service', 'web', 'strategic', {
      spec: { externalIPs: ['203.0.113.2'], ports: [{ $patch: 'replace' }, { port: 90 }] },
    })
    expect(patched.spec.externalIPs).toEqual(['203.0.113.2'])
    expect(patched.spec.ports).toEqual([{ port: 90, protocol: 'TCP', targetPort: 90 }])
  })

  it('[API-53] what does not fit is refused as the server says it, with the fault by itself for the page', () => {
    const s = new Server()
    s.create(service())
    const status = refused(s.patch('Service', 'web', 'strategic', { spec: { ports: [{ port: 80, targetPort: [] }] } }))
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(status.causes?.[0]?.plain).toBe('json: cannot unmarshal array into Go value of type int32')
    expect(s.patch('Service', 'web', 'strategic', { spec: { ports: [{ name: 'x' }] } }).ok).toBe(false)
  })

  it('[API-53] what a patch is for is said by its URL, not by the kind in it', () => {
    const s = new Server()
    const made = s.create(service())
    expect(s.patched('Service', 'web', 'strategic', { kind: 'Pod', apiVersion: 'v2' })).toBe(made)
    expect(s.patched('Service', 'web', 'merge', { kind: null })).toBe(made)
    expect(s.patched('Service', 'web', 'strategic', null)).toBe(made)
    const words = (type: 'merge' | 'strategic', patch: unknown) =>
      refused(s.patch('Service', 'web', type, patch)).message
    expect(words('merge', { kind: 'Pod' })).toContain('converting (v1.Pod) to (core.Service): unknown conversion')
    expect(words('merge', [])).toBe(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    )
    expect(words('strategic', 1)).toBe('json: cannot unmarshal number into Go value of type map[string]interface {}')
    expect(words('merge', null)).toBe('Invalid JSON Patch')
    expect(words('merge', { metadata: null })).toContain('was undeterminable: name must be provided')
    expect(words('merge', { metadata: { uid: 'x' } })).toContain('metadata.uid: Invalid value: "x": field is immutable')
  })

  it('[API-49] a PUT of another object of the name is a conflict, in the words of the store', () => {
    const s = new Server()
    const { uid } = s.create(service()).metadata
    const other = { ...service(), metadata: { name: 'web', uid: 'b5f0' } }
    expect(refused(updateObject(s.state, other)).message).toBe(
      `Operation cannot be fulfilled on services "web": StorageError: invalid object, Code: 4, Key: /registry/services/specs/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: b5f0, UID in object meta: ${uid}`,
    )
  })

  it('[API-49] a PUT that would make a Service needs its namespace', () => {
    const s = new Server()
    const elsewhere = { ...service(), metadata: { name: 'web', namespace: 'nowhere' } }
    expect(refused(updateObject(s.state, elsewhere)).message).toBe('namespaces "nowhere" not found')
  })

  it('[API-53] a patch cannot rename, nor break a rule of the kind', () => {
    const s = new Server()
    s.create(service())
    expect(s.patch('Service', 'web', 'merge', { metadata: { name: 'other' } }).ok).toBe(false)
    expect(refused(s.patch('Service', 'web', 'merge', { spec: { type: 'X' } })).message).toContain(
      'spec.type: Unsupported value: "X"',
    )
    expect(refused(s.patch('Service', 'nope', 'merge', {})).message).toBe('services "nope" not found')
  })
})
