import { describe, expect, it } from 'vitest'
import type { Reason, ReasonCode } from '../model/index.ts'
import { plainText, say } from './phrase.ts'
import type { ReasonParams } from './reason-params.ts'
import { SENTENCE_CODES, sentence } from './sentence.ts'

const reason = <C extends ReasonCode>(code: C, params: Partial<ReasonParams[C]>): Reason => ({
  code,
  params: params as Reason['params'],
  rule: 'X-1',
  sources: [],
})
const text = <C extends ReasonCode>(code: C, params: Partial<ReasonParams[C]>) =>
  plainText(sentence(reason(code, params)))

describe('sentence', () => {
  it.each(SENTENCE_CODES)('%s: has words even when no param came', (code) => {
    const words = text(code, {})
    expect(words).not.toMatch(/undefined|NaN|null|\[object|\s\s|^\s|\s$| ,| :|\.$/)
    expect(words).toMatch(/^[A-Z]/)
    expect(words.length).toBeGreaterThan(12)
  })

  it('reads as the whole way of a refused request', () => {
    expect(
      sentence(
        reason('dns.answer', {
          host: 'web',
          name: 'web.default.svc.cluster.local',
          address: '10.96.44.10',
          position: 1,
          names: 3,
        }),
      ),
    ).toEqual([
      { text: 'web', style: 'strong' },
      { text: ' is ' },
      { text: 'web.default.svc.cluster.local', style: 'code' },
      { text: ', first of 3 names to try: 10.96.44.10' },
    ])
    expect(
      text('dial.service', {
        address: '10.96.44.10',
        port: 80,
        portName: 'http',
        service: 'web',
        namespace: 'default',
      }),
    ).toBe('10.96.44.10:80 is port http of Service web')
    expect(text('proxy.pick', { node: 'node-1', endpoint: 'web-c8vvn', count: 3 })).toBe(
      'node-1 draws 1 of 3: web-c8vvn (chance 1/3)',
    )
    expect(text('proxy.dnat', { before: '10.96.44.10:80', after: '10.244.1.6:8081', targetPort: 8081 })).toBe(
      'The destination is rewritten (DNAT) 10.96.44.10:80 → 10.244.1.6:8081, targetPort 8081',
    )
    expect(
      text('pod.not-listening', { pod: 'web-c8vvn', port: 8081, listens: ['8080'], source: 'container-port' }),
    ).toBe('Nobody listens on 8081; web-c8vvn listens on 8080 (its containerPorts say so)')
  })

  it('tells a name asked as it stands from one found by search', () => {
    expect(
      text('dns.answer', {
        host: 'web.default.svc.cluster.local',
        name: 'web.default.svc.cluster.local',
        address: '10.96.0.7',
        position: 1,
        names: 1,
      }),
    ).toBe('web.default.svc.cluster.local is known as it stands: 10.96.0.7')
    expect(
      text('dns.answer', {
        host: 'api.shop',
        name: 'api.shop.svc.cluster.local',
        address: '10.96.0.7',
        position: 2,
        names: 4,
      }),
    ).toBe('api.shop is api.shop.svc.cluster.local, second of 4 names to try: 10.96.0.7')
  })

  it('points to the namespace in which the Service lives', () => {
    expect(
      text('dns.nxdomain', {
        host: 'api',
        tried: ['api.default.svc.cluster.local', 'api.svc.cluster.local', 'api'],
        elsewhere: ['shop'],
      }),
    ).toBe(
      'No name server knows api (NXDOMAIN for api.default.svc.cluster.local, api.svc.cluster.local and api). Service api lives in namespace shop: ask for api.shop',
    )
  })

  it('says why only some endpoints are in the draw', () => {
    expect(
      text('proxy.pick', { node: 'node-2', endpoint: 'web-a', count: 1, total: 3, narrowed: 'external-local' }),
    ).toBe(
      "node-2 has only web-a to send it to (1 of 3 could be drawn). externalTrafficPolicy Local: only this node's endpoints count",
    )
    expect(text('proxy.no-local-endpoints', { node: 'node-1', service: 'web', policy: 'external', elsewhere: 2 })).toBe(
      'node-1 has no ready endpoint of its own, though other nodes have 2, and externalTrafficPolicy Local allows no other: the packet is dropped',
    )
  })

  it('names the namespace of a Service only where it is not the default one', () => {
    expect(text('proxy.no-endpoints', { service: 'web', namespace: 'shop', node: 'node-1' })).toBe(
      'Service web in namespace shop has no ready endpoint: node-1 refuses the connection',
    )
  })

  it('gives a code that it does not know as it is, instead of failing', () => {
    expect(sentence({ code: 'dns.strange' as ReasonCode, params: {}, rule: '', sources: [] })).toEqual([
      { text: 'dns.strange', style: 'code' },
    ])
  })
})

describe('say', () => {
  it('takes what is put in as it is, marks included', () => {
    expect(say`*${'a*b<c>'}* then <${'*'}>`).toEqual([
      { text: 'a*b<c>', style: 'strong' },
      { text: ' then ' },
      { text: '*', style: 'code' },
    ])
  })
})
