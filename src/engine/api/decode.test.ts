import { describe, expect, it } from 'vitest'
import { createObject } from './index.ts'
import { plain, pod, refused, Server, service } from './testing/server.ts'

const server = () => new Server()

describe('decoding', () => {
  it('[API-1] a document that does not say its kind, or says one that no API has, is refused', () => {
    const { state } = server()
    expect(refused(createObject(state, { apiVersion: 'v1', metadata: { name: 'x' } })).message).toBe(
      'error validating data: kind not set',
    )
    expect(refused(createObject(state, { kind: 'Pod', metadata: { name: 'x' } })).message).toBe(
      'error validating data: apiVersion not set',
    )
    expect(refused(createObject(state, plain('Pot'))).message).toBe('no matches for kind "Pot" in version "v1"')
    expect(refused(createObject(state, plain('Service', {}, 'v2'))).message).toBe(
      'no matches for kind "Service" in version "v2"',
    )
    for (const value of [null, undefined, 3, 'text', [], true]) expect(createObject(state, value).ok).toBe(false)
  })

  it('[API-1] all that is missing is said at once, and what is no text or no version', () => {
    const words = (value: unknown) => server().refusal(value)
    expect(words({})).toBe('error validating data: [apiVersion not set, kind not set]')
    expect(words({ apiVersion: 1, kind: 'Pod' })).toBe("error validating data: apiVersion isn't string type")
    expect(words({ apiVersion: 'a/b/c', kind: 'Pod' })).toBe(
      'error validating data: unexpected GroupVersion string: a/b/c',
    )
  })

  it('[API-2] strict decoding names every field that there is not, and where', () => {
    const value = service({ port: 80, ports: [{ port: 80, targetport: 8080 }] })
    const status = refused(createObject(server().state, value))
    expect(status).toMatchObject({ reason: 'BadRequest', code: 400 })
    expect(status.message).toBe(
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.port", unknown field "spec.ports[0].targetport"',
    )
    expect(status.causes?.map((c) => c.path)).toEqual([
      ['spec', 'port'],
      ['spec', 'ports', 0, 'targetport'],
    ])
  })

  it('[API-2] with field validation Warn it is stored and said, with Ignore it is only stored', () => {
    const value = service({ port: 80 })
    const warned = createObject(server().state, value, { fieldValidation: 'Warn' })
    expect(warned.ok && warned.warnings).toEqual(['unknown field "spec.port"'])
    const ignored = createObject(server().state, value, { fieldValidation: 'Ignore' })
    expect(ignored.ok && ignored.warnings).toEqual([])
    expect(ignored.ok && ignored.object).not.toHaveProperty('spec.port')
  })

  it('[API-3] a value of another type is refused in the words of the decoder, with the field of the Go struct', () => {
    const { state } = server()
    const status = refused(createObject(state, service({ ports: [{ port: '80' }] })))
    expect(status.message).toBe(
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
    )
    expect(status.causes?.[0]?.path).toEqual(['spec', 'ports', 0, 'port'])
    expect(refused(createObject(state, plain('Pod', { spec: [] }))).message).toContain(
      'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec',
    )
    expect(
      refused(createObject(state, { ...service(), metadata: { name: 'x', labels: { version: 1 } } })).message,
    ).toContain('json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string')
  })

  it('[API-4] null is as if the field were not there, and what is empty is not stored', () => {
    const object = server().create(service({ clusterIP: null, externalIPs: [], loadBalancerIP: '', type: null }))
    expect(object.spec.type).toBe('ClusterIP')
    expect(object.spec.clusterIP).toMatch(/^10\.96\./)
    expect(object.spec).not.toHaveProperty('externalIPs')
    expect(object.spec).not.toHaveProperty('loadBalancerIP')
  })

  it('[API-4] a field that counts when it is zero is kept', () => {
    const object = server().create(pod({ terminationGracePeriodSeconds: 0 }))
    expect(object.spec.terminationGracePeriodSeconds).toBe(0)
  })

  it('[API-5] field names are compared as they are written', () => {
    expect(server().refusal(service({ Ports: [] }))).toContain('unknown field "spec.Ports"')
  })
})
