import { type Finding, keyOf, type Service } from '../../model/index.ts'
import { finding, serviceParams } from './finding.ts'

/** A balancer that nobody has made. LB-1. */
export const pendingCause = (service: Service, severity: 'error' | 'warning'): Finding =>
  finding('lb.pending', {
    severity,
    objects: [keyOf(service)],
    path: ['spec', service.spec.loadBalancerClass ? 'loadBalancerClass' : 'type'],
    params: {
      ...serviceParams(service),
      class: service.spec.loadBalancerClass,
      nodePort: service.spec.ports?.[0]?.nodePort,
    },
    rule: 'LB-1',
  })
