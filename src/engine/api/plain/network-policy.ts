import { parseCidr } from '../../../model/index.ts'
import type { Draft } from '../decode.ts'
import {
  child,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  notSupported,
  required,
  root,
} from '../field.ts'
import { validateCIDR } from '../ip.ts'
import { validateLabelSelector, validateMeta, validateMetaUpdate } from '../meta.ts'
import { nameIsSubdomain, portName, portNumber } from '../names.ts'

const spec = child(root, 'spec')

/** k8s pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy (v1.36) */
export function defaultNetworkPolicy(o: Draft): void {
  const s = o.spec
  for (const rule of [...(s.ingress ?? []), ...(s.egress ?? [])])
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
  if (!(s.policyTypes?.length > 0)) s.policyTypes = (s.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

/** k8s pkg/apis/networking/validation/validation.go ValidateNetworkPolicy (v1.36) */
export const validatePolicyCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...policy(o.spec),
]
export const validatePolicyUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...policy(o.spec),
]

function policy(s: Draft): FieldErrors {
  const out = validateLabelSelector(s.podSelector, child(spec, 'podSelector'))
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of (s[direction] ?? []).entries()) {
      const at = index(child(spec, direction), i)
      for (const [j, port] of (rule.ports ?? []).entries())
        out.push(...validatePort(port, index(child(at, 'ports'), j)))
      for (const [j, peer] of (rule[peers] ?? []).entries()) out.push(...validatePeer(peer, index(child(at, peers), j)))
    }
  }
  const types: string[] = s.policyTypes ?? []
  const at = child(spec, 'policyTypes')
  if (types.length > 2) return [...out, invalid(at, types, 'may not specify more than two policyTypes')]
  for (const [i, type] of types.entries()) {
    if (type !== 'Ingress' && type !== 'Egress') out.push(notSupported(index(at, i), type, ['Ingress', 'Egress']))
  }
  return out
}

function validatePort(port: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  const protocols = ['TCP', 'UDP', 'SCTP']
  if (!protocols.includes(port.protocol)) out.push(notSupported(child(at, 'protocol'), port.protocol, protocols))
  const end = child(at, 'endPort')
  if (port.port === undefined) {
    return port.endPort === undefined
      ? out
      : [...out, invalid(end, port.endPort, 'may not be specified when `port` is not specified')]
  }
  if (typeof port.port === 'string') {
    if (port.endPort !== undefined)
      out.push(invalid(end, port.endPort, 'may not be specified when `port` is non-numeric'))
    return [...out, ...invalids(child(at, 'port'), port.port, portName(port.port))]
  }
  out.push(...invalids(child(at, 'port'), port.port, portNumber(port.port)))
  if (port.endPort === undefined) return out
  if (port.endPort < port.port) out.push(invalid(end, port.port, 'must be greater than or equal to `port`'))
  return [...out, ...invalids(end, port.endPort, portNumber(port.endPort))]
}

function validatePeer(peer: Draft, at: Field): FieldErrors {
  const out = [
    ...validateLabelSelector(peer.podSelector, child(at, 'podSelector')),
    ...validateLabelSelector(peer.namespaceSelector, child(at, 'namespaceSelector')),
  ]
  if (peer.ipBlock) out.push(...validateBlock(peer.ipBlock, child(at, 'ipBlock')))
  const given = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((name) => peer[name])
  if (given.length === 0) out.push(required(at, 'must specify a peer'))
  else if (given.length > 1 && peer.ipBlock) out.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  return out
}

function validateBlock(block: Draft, at: Field): FieldErrors {
  if (!block.cidr) return [required(child(at, 'cidr'))]
  const out = validateCIDR(child(at, 'cidr'), block.cidr)
  if (out.some((e) => e.body.includes('must be a valid CIDR'))) return out
  const whole = parseCidr(block.cidr)
  for (const [i, except] of (block.except ?? []).entries()) {
    const place = index(child(at, 'except'), i)
    out.push(...validateCIDR(place, except))
    const part = parseCidr(except)
    if (!whole || !part) continue
    const inside = part.base >= whole.base && part.base < whole.base + 2 ** (32 - whole.bits)
    if (!inside || whole.bits >= part.bits) out.push(invalid(place, except, 'must be a strict subset of `cidr`'))
  }
  return out
}
