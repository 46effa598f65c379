import { describe, expect, it } from 'vitest'
import { createObject, patchObject } from '../index.ts'
import { refused, Server, service } from '../testing/server.ts'

const server = () => new Server()
const last = (ip: string) => {
  const [, , c, d] = ip.split('.').map(Number)
  return c! * 256 + d!
}

const nodePorts = (made: { spec: { ports: { nodePort?: number }[] } }) => made.spec.ports.map((p) => p.nodePort)

describe('Service: defaults', () => {
  it('[API-14] says type, protocol, target port, policies, affinity and family', () => {
    const made = server().create(service())
    expect(made.spec).toEqual({
      clusterIP: made.spec.clusterIP,
      clusterIPs: [made.spec.clusterIP],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    })
    expect(made.status).toEqual({ loadBalancer: {} })
  })

  it('[API-14] a NodePort and a LoadBalancer have an external policy, a LoadBalancer asks for node ports', () => {
    expect(server().create(service({ type: 'NodePort' })).spec.externalTrafficPolicy).toBe('Cluster')
    expect(server().create(service({ type: 'LoadBalancer' })).spec).toMatchObject({
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Cluster',
    })
    expect(server().create(service({ externalIPs: ['203.0.113.9'] })).spec.externalTrafficPolicy).toBe('Cluster')
  })

  it('[API-14] affinity by client lasts three hours unless said, at most a day', () => {
    const { sessionAffinityConfig } = server().create(service({ sessionAffinity: 'ClientIP' })).spec
    expect(sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } })
    const lasting = (timeoutSeconds: number) =>
      service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds } } })
    expect(server().create(lasting(86400)).spec.sessionAffinityConfig.clientIP.timeoutSeconds).toBe(86400)
    for (const seconds of [0, 86401]) {
      expect(server().faults(lasting(seconds))).toEqual([
        `spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: ${seconds}: must be greater than 0 and less than 86400`,
      ])
    }
  })
})

describe('Service: cluster IPs', () => {
  it('[API-15] are drawn from the upper band of the range, each once, the same in every run', () => {
    const make = (seed: number) => {
      const s = new Server({ seed })
      return Array.from({ length: 50 }, (_, i) => s.create(service({}, `s${i}`)).spec.clusterIP as string)
    }
    const ips = make(1)
    expect(new Set(ips).size).toBe(50)
    // a /16 keeps its first 256 addresses for those who ask for one
    expect(ips.every((ip) => last(ip) > 256 && last(ip) < 65535)).toBe(true)
    expect(make(1)).toEqual(ips)
    expect(make(7)).not.toEqual(ips)
  })

  it('[API-15] come from the lower band when the upper one is full, and then there is none', () => {
    const s = new Server({ serviceCIDR: '10.96.0.0/27' })
    // 30 addresses: two are the API server's and the DNS server's
    const ips = Array.from({ length: 28 }, (_, i) => s.create(service({}, `s${i}`)).spec.clusterIP)
    expect(new Set(ips).size).toBe(28)
    expect(ips.slice(0, 13).every((ip) => last(ip) > 16)).toBe(true)
    const status = refused(createObject(s.state, service({}, 'more')))
    expect(status).toMatchObject({ code: 500, reason: 'InternalError' })
    expect(status.message).toContain('range is full')
  })

  it('[API-16] one can be asked for, when it is in the range and free', () => {
    const s = server()
    expect(s.create(service({ clusterIP: '10.96.70.70' })).spec.clusterIP).toBe('10.96.70.70')
    expect(s.faults(service({ clusterIP: '10.96.70.70' }, 'b'))).toEqual([
      'spec.clusterIPs: Invalid value: ["10.96.70.70"]: failed to allocate IP 10.96.70.70: provided IP is already allocated',
    ])
    expect(s.faults(service({ clusterIP: '10.97.0.1' }, 'b'))).toEqual([
      'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: the provided network does not match the current range',
    ])
    expect(s.faults(service({ clusterIP: 'no' }, 'b'))[0]).toContain('must be a valid IP address')
  })

  it("[API-16] the network's own address and its last one are nobody's", () => {
    for (const clusterIP of ['10.96.0.0', '10.96.255.255'])
      expect(server().faults(service({ clusterIP }))).toEqual([
        `spec.clusterIPs: Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: the provided network does not match the current range`,
      ])
  })

  it('[API-16] the record of an address names its Service, so that a Service without a proper name gets none', () => {
    const parentless = 'IPAddress.networking.k8s.io "10.96.70.1" is invalid: spec.parentRef.name'
    expect(server().faults(service({ clusterIP: '10.96.70.1' }, ''))[0]).toContain(`${parentless}: Required value`)
    expect(server().faults(service({ clusterIP: '10.96.70.1' }, 'a/b'))[0]).toContain(
      `${parentless}: Invalid value: "a/b": may not contain '/'`,
    )
    expect(server().faults(service({}, 'a/b'))[0]).toContain('failed to allocate IP: IPAddress.networking.k8s.io')
  })

  it('[API-17] None is a headless Service, without an address; it cannot be given one later', () => {
    const s = server()
    const made = s.create(service({ clusterIP: 'None' }))
    expect(made.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'] })
    expect(
      s.editFaults(made, (d) => {
        d.spec.clusterIP = '10.96.3.3'
        d.spec.clusterIPs = ['10.96.3.3']
      })[0],
    ).toContain('may not change once set')
    expect(s.faults(service({ clusterIP: 'None', type: 'NodePort' }, 'b'))[0]).toMatch(
      /may not be set to 'None' for NodePort services/,
    )
    expect(s.create(service({ clusterIP: 'None', ports: undefined }, 'c')).spec).not.toHaveProperty('ports')
    expect(s.faults(service({ ports: undefined }, 'd'))).toEqual(['spec.ports: Required value'])
  })

  it('[API-18] an address that was given does not change; what an update leaves out is kept', () => {
    const s = server()
    const made = s.create(service())
    const kept = s.edited(made, (d) => {
      delete d.spec.clusterIP
      delete d.spec.clusterIPs
      d.metadata.labels = { a: 'b' }
    })
    expect(kept.spec.clusterIP).toBe(made.spec.clusterIP)
    expect(
      s.editFaults(kept, (d) => {
        d.spec.clusterIP = '10.96.4.4'
      }),
    ).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.4.4"]: may not change once set'])
  })

  it('[API-18] deleting a Service gives its address and ports back', () => {
    const s = server()
    const asked = { clusterIP: '10.96.70.70', type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] }
    s.create(service(asked))
    s.delete('Service', 'web')
    expect(s.create(service(asked, 'b')).spec.clusterIP).toBe('10.96.70.70')
  })

  it('[API-19] a cluster of one family refuses Services that need two', () => {
    expect(server().faults(service({ ipFamilyPolicy: 'RequireDualStack' }))).toEqual([
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ])
    expect(server().faults(service({ ipFamilies: ['IPv6'] }))[0]).toBe(
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    )
    expect(server().create(service({ ipFamilyPolicy: 'PreferDualStack' })).spec.clusterIPs).toHaveLength(1)
  })
})

describe('Service: node ports', () => {
  it('[API-20] are drawn from the upper band of the range, each once', () => {
    const s = server()
    const ports = Array.from({ length: 50 }, (_, i) => nodePorts(s.create(service({ type: 'NodePort' }, `s${i}`)))[0]!)
    expect(new Set(ports).size).toBe(50)
    // the first 86 of 2768 ports are for those who ask
    expect(ports.every((port) => port >= 30086 && port <= 32767)).toBe(true)
  })

  it('[API-20] one can be asked for, when it is in the range and free', () => {
    const s = server()
    const asking = (nodePort: number, name: string) =>
      service({ type: 'NodePort', ports: [{ port: 80, nodePort }] }, name)
    expect(nodePorts(s.create(asking(30007, 'a')))).toEqual([30007])
    expect(s.faults(asking(30007, 'b'))).toEqual([
      'spec.ports[0].nodePort: Invalid value: 30007: provided port is already allocated',
    ])
    expect(s.faults(asking(80, 'b'))).toEqual([
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ])
  })

  it('[API-20] two protocols of one port share theirs', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ]
    const [udp, tcp] = nodePorts(server().create(service({ type: 'NodePort', ports })))
    expect(udp).toBe(tcp)
  })

  it('[API-20] a LoadBalancer that asks for none gets none', () => {
    const made = server().create(service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }))
    expect(nodePorts(made)).toEqual([undefined])
  })

  it('[API-20] a port keeps its node port through an update that does not say it, by its name', () => {
    const s = server()
    const made = s.create(
      service({
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
    )
    const [a, b] = nodePorts(made)
    const turned = s.edited(made, (d) => {
      d.spec.ports = [
        { name: 'b', port: 82 },
        { name: 'a', port: 80 },
      ]
    })
    expect(nodePorts(turned)).toEqual([b, a])
  })

  it('[API-20] going back to ClusterIP takes them away and frees them', () => {
    const s = server()
    const made = s.create(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30200 }] }))
    const plain = s.edited(made, (d) => {
      d.spec.type = 'ClusterIP'
    })
    expect(plain.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }])
    expect(plain.spec).not.toHaveProperty('externalTrafficPolicy')
    s.create(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30200 }] }, 'b'))
  })

  it('[API-21] a LoadBalancer with policy Local gets a port for health checks, which cannot change', () => {
    const s = server()
    const made = s.create(service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }))
    expect(made.spec.healthCheckNodePort).toBeGreaterThanOrEqual(30086)
    expect(made.spec.healthCheckNodePort).not.toBe(nodePorts(made)[0])
    expect(
      s.editFaults(made, (d) => {
        d.spec.healthCheckNodePort = 30001
      }),
    ).toEqual(['spec.healthCheckNodePort: Forbidden: field is immutable'])
    const all = s.edited(made, (d) => {
      d.spec.externalTrafficPolicy = 'Cluster'
    })
    expect(all.spec).not.toHaveProperty('healthCheckNodePort')
    expect(s.faults(service({ healthCheckNodePort: 30001 }, 'b'))[0]).toMatch(
      /^spec\.healthCheckNodePort: Invalid value: 30001: may only be set when /,
    )
  })
})

describe('Service: types', () => {
  it('[API-22] an ExternalName has a name, and neither address nor ports of nodes', () => {
    const made = server().create(
      service({ type: 'ExternalName', externalName: 'db.example.com', ports: undefined, selector: undefined }),
    )
    expect(made.spec).toEqual({ externalName: 'db.example.com', sessionAffinity: 'None', type: 'ExternalName' })
    expect(server().faults(service({ type: 'ExternalName' }))).toEqual(['spec.externalName: Required value'])
    expect(server().faults(service({ type: 'ExternalName', externalName: 'db', clusterIP: '10.96.1.1' }))[0]).toContain(
      'may not be set for ExternalName services',
    )
  })

  it('[API-22] becoming one gives address and ports back; coming back draws new ones', () => {
    const s = server()
    const made = s.create(service({ type: 'NodePort', clusterIP: '10.96.9.9' }))
    const alias = s.edited(made, (d) => {
      d.spec.type = 'ExternalName'
      d.spec.externalName = 'db.example.com'
    })
    expect(alias.spec).not.toHaveProperty('clusterIP')
    expect(alias.spec).not.toHaveProperty('ipFamilies')
    expect(alias.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }])
    s.create(service({ clusterIP: '10.96.9.9' }, 'b'))
    const back = s.edited(alias, (d) => {
      d.spec.type = 'ClusterIP'
      delete d.spec.externalName
    })
    expect(back.spec.clusterIP).toMatch(/^10\.96\./)
    expect(back.spec.ipFamilies).toEqual(['IPv4'])
  })

  it('[API-23] several ports need names, and no two say the same', () => {
    expect(server().faults(service({ ports: [{ port: 80 }, { port: 81, name: 'b' }] }))).toEqual([
      'spec.ports[0].name: Required value',
    ])
    expect(
      server().faults(
        service({
          ports: [
            { port: 80, name: 'a' },
            { port: 81, name: 'a' },
          ],
        }),
      ),
    ).toEqual(['spec.ports[1].name: Duplicate value: "a"'])
    expect(
      server().faults(
        service({
          ports: [
            { port: 80, name: 'a' },
            { port: 80, name: 'b' },
          ],
        }),
      ),
    ).toEqual([
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ])
    expect(
      server().create(
        service({
          ports: [
            { port: 80, name: 'a' },
            { port: 80, name: 'b', protocol: 'UDP' },
          ],
        }),
      ).spec.ports,
    ).toHaveLength(2)
  })

  it('[API-23] numbers, names and protocols of ports are checked', () => {
    const one = (port: object) => server().faults(service({ ports: [port] }))
    expect(one({ port: 65536, targetPort: 80 })).toEqual([
      'spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive',
    ])
    expect(one({ port: 80, targetPort: 'a_b' })[0]).toMatch(
      /^spec\.ports\[0\]\.targetPort: Invalid value: "a_b": must contain only alpha-numeric characters/,
    )
    expect(one({ port: 80, protocol: 'tcp' })).toEqual([
      'spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    ])
    expect(one({ port: 80, name: 'Web' })[0]).toMatch(
      /^spec\.ports\[0\]\.name: Invalid value: "Web": a lowercase RFC 1123 label/,
    )
    expect(one({ port: 80, nodePort: 30001 })).toEqual([
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ])
  })

  it('[API-24] what belongs to a kind of Service is refused elsewhere', () => {
    expect(server().faults(service({ externalTrafficPolicy: 'Local' }))[0]).toBe(
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    )
    expect(server().faults(service({ loadBalancerClass: 'x.io/y' }))[0]).toContain(
      "may only be used when `type` is 'LoadBalancer'",
    )
    expect(server().faults(service({ allocateLoadBalancerNodePorts: true }))[0]).toContain(
      "may only be used when `type` is 'LoadBalancer'",
    )
    expect(server().faults(service({ loadBalancerSourceRanges: ['10.0.0.0/8'] }))[0]).toContain(
      "may only be used when `type` is 'LoadBalancer'",
    )
    expect(server().faults(service({ trafficDistribution: 'Near' }))[0]).toMatch(
      /^spec\.trafficDistribution: Unsupported value: "Near": supported values: /,
    )
    expect(server().faults(service({ selector: { 'a b': 'x' } }))[0]).toMatch(/^spec\.selector: Invalid value: "a b"/)
  })

  it('[API-24] the class of a load balancer does not change while it is one', () => {
    const s = server()
    const made = s.create(service({ type: 'LoadBalancer', loadBalancerClass: 'x.io/y' }))
    expect(
      s.editFaults(made, (d) => {
        d.spec.loadBalancerClass = 'x.io/z'
      })[0],
    ).toMatch(/^spec\.loadBalancerClass: Invalid value: "x.io\/z": may not change once set/)
  })

  it('[API-25] what is accepted but of little use is warned of', () => {
    const warnings = (spec: object) => {
      const result = createObject(server().state, service(spec))
      return result.ok ? result.warnings : result.status.message
    }
    expect(warnings({})).toEqual([])
    expect(warnings({ clusterIP: 'None', sessionAffinity: 'ClientIP' })).toEqual([
      'spec.SessionAffinity is ignored for headless services',
    ])
    expect(warnings({ type: 'LoadBalancer', externalIPs: ['1.2.3.4'] })).toHaveLength(1)
  })

  it('[API-20] a patch of one port leaves the node port of the other', () => {
    const s = server()
    const made = s.create(
      service({
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
    )
    const result = patchObject(s.state, 'Service', 'default', 'web', 'strategic', {
      spec: { ports: [{ port: 81, targetPort: 8081 }] },
    })
    expect(result.ok && nodePorts(result.object as never)).toEqual(nodePorts(made))
  })
})
