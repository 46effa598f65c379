import { expect, test } from 'vitest'
import { DEFAULT_CLUSTER, type KObject, type ServiceView } from '../../model/index.ts'
import { podsWithShell, suggestedLines, titleOf, titlesOf } from './places.ts'

const pod = (name: string, phase = 'Running', namespace = 'default') => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: {}, status: { phase } }
  return [`Pod/${namespace}/${name}`, object as unknown as KObject] as const
}
const service = (name: string, port: number) => {
  const key = `Service/default/${name}`
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: {} }
  const view = { key, ports: [{ name: '', protocol: 'TCP', port }] } as unknown as ServiceView
  return { object: [key, object as unknown as KObject] as const, view: [key, view] as const }
}
const web = service('web', 8080)

test('terminals are called after their places, and numbered when they are alike', () => {
  expect(
    ['workstation', 'outside', 'Node//node-1', 'Pod/default/web-1', 'Pod/shop/cart', 'client/browser'].map(titleOf),
  ).toEqual(['lab', 'outside', 'node-1', 'web-1', 'shop/cart', 'browser'])
  const open = ['workstation', 'Pod/default/a', 'workstation'].map((place, i) => ({ id: `${i}`, place, prompt: '' }))
  expect([...titlesOf(open).values()]).toEqual(['lab', 'a', 'lab 2'])
})

test('a shell opens in pods that run', () => {
  expect(podsWithShell(new Map([pod('b'), pod('a'), pod('c', 'Pending')]))).toEqual(['Pod/default/a', 'Pod/default/b'])
})

test('what is worth trying names what the cluster holds', () => {
  const mirror = {
    objects: new Map([pod('web-1'), pod('client'), web.object]),
    services: new Map([web.view]),
    config: DEFAULT_CLUSTER,
  }
  expect(suggestedLines(mirror, 'workstation')).toEqual([
    'kubectl get pods,svc,endpointslices',
    'kubectl exec -it client -- sh',
    'kubectl exec client -- curl -s http://web:8080',
  ])
  expect(suggestedLines(mirror, 'Pod/default/client')[0]).toBe('curl -sv http://web:8080')
  expect(suggestedLines({ objects: new Map(), services: new Map(), config: DEFAULT_CLUSTER }, 'workstation')).toContain(
    'help',
  )
  expect(suggestedLines(mirror, 'Node//node-1')).toContain('iptables -t nat -L KUBE-SERVICES')
  const nft = { ...mirror, config: { ...DEFAULT_CLUSTER, proxyMode: 'nftables' as const } }
  expect(suggestedLines(nft, 'Node//node-1')).toContain('nft list table ip kube-proxy')
})

test('from outside a Service is reached by its balancer, or by a port of a node', () => {
  const from = (view: Partial<ServiceView>) => {
    const key = 'Service/default/web'
    const ports = [{ name: '', protocol: 'TCP', port: 80, nodePort: 30_080 }]
    const services = new Map([[key, { key, ports, balancer: [], members: [], ...view } as unknown as ServiceView]])
    return suggestedLines({ objects: new Map(), services, config: DEFAULT_CLUSTER }, 'outside')[0]
  }
  expect(from({ balancer: ['192.0.2.1'] })).toBe('curl -sv http://192.0.2.1')
  expect(from({ balancer: ['2001:db8::1'] })).toBe('curl -sv http://[2001:db8::1]')
  expect(from({})).toBe(`curl -sv http://${DEFAULT_CLUSTER.nodes[0]!.internalIP}:30080`)
  expect(from({ ports: [] })).toBe('help')
})
