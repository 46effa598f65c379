import { describe, expect, it } from 'vitest'
import { Lab } from './testing/lab.ts'

const balancer = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...spec },
})
const ingress = (lab: Lab, name: string) =>
  (
    lab.status('Service', name).loadBalancer as { ingress?: { ip: string; ipMode: string }[] } | undefined
  )?.ingress?.map((i) => i.ip)

describe('load balancers of a cloud', () => {
  it('[LB-1] a Service gets an address after four seconds', () => {
    const lab = new Lab({ loadBalancers: 'cloud' })
    expect(lab.cluster.create(balancer('web')).ok).toBe(true)
    lab.wait(3.9)
    expect(ingress(lab, 'web')).toBeUndefined()
    lab.wait(0.2)
    expect(ingress(lab, 'web')).toEqual(['192.0.2.1'])
    expect(lab.said('Service/default/web')).toEqual([
      'EnsuringLoadBalancer: Ensuring load balancer',
      'EnsuredLoadBalancer: Ensured load balancer',
    ])
  })

  it('[LB-1] each Service its own; an address that is asked for is given when it is free', () => {
    const lab = new Lab({ loadBalancers: 'cloud' }).add(
      balancer('a'),
      balancer('b', { loadBalancerIP: '192.0.2.77' }),
      balancer('c', { loadBalancerIP: '203.0.113.1' }),
    )
    expect(['a', 'b', 'c'].map((n) => ingress(lab, n)?.[0])).toEqual(['192.0.2.1', '192.0.2.77', '192.0.2.2'])
  })

  it('[LB-2] without a cloud it stays pending for ever', () => {
    const lab = new Lab({ loadBalancers: 'none' }).add(balancer('web')).wait(3600)
    expect(ingress(lab, 'web')).toBeUndefined()
  })

  it('[LB-2] a class of its own is left to others', () => {
    const lab = new Lab({ loadBalancers: 'cloud' })
      .add(balancer('web', { loadBalancerClass: 'example.com/mine' }))
      .wait(60)
    expect(ingress(lab, 'web')).toBeUndefined()
  })

  it('[LB-3] made into another type, it loses its address; deleted, it goes after the cloud has taken it down', () => {
    const lab = new Lab({ loadBalancers: 'cloud' }).add(balancer('a'), balancer('b'))
    lab.patch('Service', 'a', { spec: { type: 'ClusterIP' } }).rest()
    expect(ingress(lab, 'a')).toBeUndefined()
    expect(lab.get('Service', 'a').metadata.finalizers).toBeUndefined()
    lab.delete('Service', 'b')
    expect(lab.get('Service', 'b').metadata.deletionTimestamp).toBeDefined()
    lab.rest()
    expect(lab.cluster.get('Service/default/b')).toBeUndefined()
    lab.add(balancer('c'))
    expect(ingress(lab, 'c')).toEqual(['192.0.2.1'])
  })
})
