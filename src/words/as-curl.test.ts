import { describe, expect, it } from 'vitest'
import { Cluster } from '../engine/index.ts'
import { readText } from '../manifest/index.ts'
import type { ClientView, Trace } from '../model/index.ts'
import { placeAt, ShellSession } from '../shell/index.ts'
import { type Asker, asCurl, askerOf, placeOfAsker } from './as-curl.ts'

const outside: Asker = { type: 'outside' }
const asked = (url: string, timeout = 2000, connection: 'new' | 'keep-alive' = 'new') => ({ url, timeout, connection })

const view = (more: Partial<ClientView>): ClientView => ({
  key: 'client/web-client',
  name: 'web-client',
  from: 'internet',
  address: '198.51.100.10',
  url: 'http://web/',
  connection: 'new',
  timeout: 2000,
  madeUp: false,
  ...more,
})

describe('a request as curl', () => {
  it('says the URL and how long is waited', () => {
    expect(asCurl(asked('http://web/'), outside).line).toBe('curl -sS -m 2 http://web/')
    expect(asCurl(asked('http://web/a?b=1&c=2', 500), outside).line).toBe("curl -sS -m 0.5 'http://web/a?b=1&c=2'")
    expect(asCurl(asked('http://web/', 3_600_000), outside).line).toBe('curl -sS http://web/')
  })

  it('takes any certificate, as clients do, and no pattern for a URL', () => {
    expect(asCurl(asked('https://web/'), outside).line).toBe('curl -sSk -m 2 https://web/')
    expect(asCurl(asked('http://web/[1-3]'), outside).line).toBe("curl -sSg -m 2 'http://web/[1-3]'")
    expect(asCurl(asked('http://[fd00::1]:80/'), outside).line).toBe("curl -sS -m 2 'http://[fd00::1]:80/'")
    expect(asCurl(asked('-o/etc/passwd'), outside).line).toBe('curl -sS -m 2 --url -o/etc/passwd')
  })

  it('nothing of a URL gets out of its quotes', () => {
    expect(asCurl(asked("http://web/';rm -rf /;'"), outside).line).toBe(
      "curl -sS -m 2 'http://web/'\\'';rm -rf /;'\\'''",
    )
  })

  it('is nc for a port that no HTTP is spoken at', () => {
    expect(asCurl(asked('tcp://db:5432'), outside).line).toBe('nc -zv -w 2 db 5432')
    expect(asCurl(asked('udp://dns:53/', 500), outside).line).toBe('nc -zuv -w 1 dns 53')
    expect(asCurl(asked('tcp://[fd00::1]:80'), outside).line).toBe('nc -zv -w 2 fd00::1 80')
  })

  it('says that a kept connection is another thing', () => {
    expect(asCurl(asked('http://web/', 2000, 'keep-alive'), outside).notes.join()).toMatch(/keeps its connection/)
  })

  it('stands where it was asked from', () => {
    const pod = (there: boolean, client?: string): Asker => ({ type: 'pod', pod: 'Pod/shop/web-client', there, client })
    expect(asCurl(asked('http://web/'), pod(true)).line).toBe(
      'kubectl exec -n shop web-client -- curl -sS -m 2 http://web/',
    )
    const madeUp = asCurl(asked('http://web/'), pod(false, 'client/web-client'))
    expect(madeUp.line).toBe(
      'kubectl run web-client -n shop --rm -it --restart=Never --image=curlimages/curl -- curl -sS -m 2 http://web/',
    )
    expect(madeUp.here).toEqual({ place: 'client/web-client', line: 'curl -sS -m 2 http://web/' })
    expect(asCurl(asked('http://web/'), { type: 'node', node: 'node-1' }).line).toBe(
      'ssh node-1 curl -sS -m 2 http://web/',
    )
    expect(asCurl(asked("http://web/?a='b'"), { type: 'node', node: 'node-1' }).line).toBe(
      "ssh node-1 'curl -sS -m 2 '\\''http://web/?a='\\''\\'\\'''\\''b'\\''\\'\\'''\\'''\\'''",
    )
  })
})

describe('who asked', () => {
  const there = (key: string) => key === 'Pod/default/client'
  it('is known from the client, and of a terminal from the key', () => {
    expect(askerOf('client/a', view({ from: 'node', at: 'node-2' }), there)).toEqual({ type: 'node', node: 'node-2' })
    expect(askerOf('client/a', view({}), there)).toEqual({ type: 'outside' })
    expect(askerOf('shell/Pod/default/client', undefined, there)).toEqual({
      type: 'pod',
      pod: 'Pod/default/client',
      there: true,
    })
    expect(askerOf('shell/node-1', view({ key: 'shell/node-1', terminal: true, from: 'node' }), there)).toEqual({
      type: 'node',
      node: 'node-1',
    })
    expect(askerOf('shell/outside', undefined, there)).toEqual({ type: 'outside' })
  })
})

// --- in our own shell -------------------------------------------------------------------------------------------------------------

const SHOP = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: shop}
spec: {selector: {app: nobody}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {fairlead.dev/latency: 700ms}}
spec: {containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`
const CLIENTS = ['pod/shop/client', 'pod/shop/unknown', 'node/node-2', 'internet'].flatMap((from, i) =>
  [
    'http://web/a?b=1&c=2',
    'http://web.shop/',
    'https://web.shop/',
    'http://nobody.shop/',
    'http://172.18.0.11:30080/',
    'tcp://172.18.0.12:30080',
    'tcp://web.shop:80',
    'udp://web.shop:80',
    "http://web.shop/it's",
    'http://nothing.there/',
    'no url',
  ].map((url, j) => ({
    from,
    url,
    name: `c-${i}-${j}`,
    timeout: url.startsWith('http') && j % 2 === 0 ? '500ms' : '2s',
  })),
)
const WRITTEN = CLIENTS.map(
  ({ from, url, name, timeout }) =>
    `---\napiVersion: fairlead.dev/v1\nkind: Client\nmetadata: {name: ${name}}\nspec: {from: ${from}, url: ${JSON.stringify(url)}, every: once, timeout: ${timeout}}\n`,
)

describe('in the terminal', () => {
  const cluster = new Cluster({})
  cluster.applyText(readText([{ name: 'a.yaml', text: SHOP + WRITTEN.join('') }]).docs)
  cluster.settle()
  const { clients } = cluster.drain()
  const views = new Map(clients!.map((c) => [c.name, c]))
  const isThere = (key: string) => cluster.get(key) !== undefined

  it.each(CLIENTS)('$from asks $url: typed, it comes to the same', ({ name }) => {
    const client = views.get(name)!
    cluster.takeSaid()
    cluster.act({ type: 'send', client: client.key })
    const sent = cluster.takeSaid().traces.find((t) => t.client === client.key)!
    const { here } = asCurl(sent.request, askerOf(client.key, client, isThere))
    const place = placeAt(here.place, cluster)
    if ('problem' in place) throw new Error(place.problem)
    const session = new ShellSession({ cluster }, place.place)
    const typed: Trace[] = []
    for (const process = session.run(here.line); ; ) {
      const step = process.next()
      if (step.done) break
      if ('trace' in step.value) typed.push(step.value.trace)
      if ('wait' in step.value) cluster.advance(step.value.wait.until ?? cluster.now + 1000)
    }
    if (sent.outcome === 'bad url') {
      expect([typed, session.status]).toEqual([[], 3])
      return
    }
    expect(typed.map((t) => [t.request.host, t.request.port, t.outcome, t.http])).toEqual([
      [sent.request.host, sent.request.port, sent.outcome, sent.http],
    ])
    expect(typed[0]!.seenAs).toBe(sent.seenAs)
    if (sent.outcome === 'timed out') expect(typed[0]!.took).toBeCloseTo(sent.took, -2)
  })

  it('a shell of the place asks as the client does', () => {
    for (const client of views.values()) {
      const place = placeOfAsker(askerOf(client.key, client, isThere))
      expect(placeAt(place, cluster), place).toHaveProperty('place')
    }
  })
})
