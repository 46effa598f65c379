import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import {
  child,
  duplicate,
  type Field,
  type FieldErrors,
  index,
  invalid,
  invalids,
  notSupported,
  required,
  root,
  tooMany,
} from '../field.ts'
import { isV6, validateCanonicalIP, validateEndpointIP, validateIP, warningsForIP } from '../ip.ts'
import { validateMeta, validateMetaUpdate } from '../meta.ts'
import { dns1123Label, dns1123Subdomain, labelKey, labelValue, nameIsSubdomain, portNumber } from '../names.ts'
import { PROTOCOLS } from '../service/validate.ts'

export const ENDPOINTS_WARNING = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_Endpoints (v1.36); pkg/api/v1/endpoints/util.go is not applied: subsets stay as written. */
export function defaultEndpoints(o: Draft): void {
  for (const subset of o.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP'
}

/** k8s pkg/apis/core/validation/validation.go ValidateEndpoints (v1.36) */
export const validateEndpointsCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...subsets(o),
]
export const validateEndpointsUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...(semanticEqual(o.subsets, old.subsets) ? [] : subsets(o)),
]

function subsets(o: Draft): FieldErrors {
  const out: FieldErrors = []
  for (const [i, subset] of (o.subsets ?? []).entries()) {
    const at = index(child(root, 'subsets'), i)
    const ports: Draft[] = subset.ports ?? []
    if (!(subset.addresses?.length > 0) && !(subset.notReadyAddresses?.length > 0)) {
      out.push(required(at, 'must specify `addresses` or `notReadyAddresses`'))
    }
    for (const name of ['addresses', 'notReadyAddresses']) {
      for (const [j, address] of (subset[name] ?? []).entries())
        out.push(...validateAddress(address, index(child(at, name), j)))
    }
    for (const [j, port] of ports.entries()) {
      const place = index(child(at, 'ports'), j)
      if (ports.length > 1 && !port.name) out.push(required(child(place, 'name')))
      else if (port.name) out.push(...invalids(child(place, 'name'), port.name, dns1123Label(port.name)))
      out.push(
        ...invalids(child(place, 'port'), port.port ?? 0, portNumber(port.port ?? 0)),
        ...validateProtocol(port, place),
      )
    }
  }
  return out
}

function validateProtocol(port: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  if (!PROTOCOLS.includes(port.protocol)) out.push(notSupported(child(at, 'protocol'), port.protocol, PROTOCOLS))
  if (port.appProtocol !== undefined)
    out.push(...invalids(child(at, 'appProtocol'), port.appProtocol, labelKey(port.appProtocol)))
  return out
}

function validateAddress(address: Draft, at: Field): FieldErrors {
  const ip = address.ip ?? ''
  const out = validateIP(child(at, 'ip'), ip)
  if (address.hostname) out.push(...invalids(child(at, 'hostname'), address.hostname, dns1123Label(address.hostname)))
  if (address.nodeName !== undefined) {
    out.push(...invalids(child(at, 'nodeName'), address.nodeName, nameIsSubdomain(address.nodeName, false)))
  }
  return [...out, ...validateEndpointIP(ip, child(at, 'ip'))]
}

/** k8s pkg/apis/discovery/v1/defaults.go SetDefaults_EndpointPort (v1.36) */
export function defaultSlice(o: Draft): void {
  for (const port of o.ports ?? []) {
    port.name ??= ''
    port.protocol ??= 'TCP'
  }
}

/** k8s pkg/registry/discovery/endpointslice/strategy.go WarningsOnCreate, WarningsOnUpdate (v1.36) */
export function sliceWarnings(o: Draft, old: Draft | undefined): string[] {
  const deprecated = !old && o.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
  if (o.addressType === 'FQDN') return deprecated
  const endpoints: readonly Draft[] = o.endpoints ?? []
  return endpoints.flatMap(({ addresses = [] }, i) =>
    (addresses as readonly string[]).flatMap((ip, j) => warningsForIP(`endpoints[${i}].addresses[${j}]`, ip)),
  )
}

/** k8s pkg/apis/discovery/validation/validation.go ValidateEndpointSlice (v1.36) */
export const validateSliceCreate = (o: Draft): FieldErrors => slice(o, undefined)
export const validateSliceUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...slice(o, old),
  ...(o.addressType === old.addressType
    ? []
    : [invalid(child(root, 'addressType'), o.addressType, 'field is immutable')]),
]

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']

function slice(o: Draft, old: Draft | undefined): FieldErrors {
  const out = validateMeta(o.metadata, true, nameIsSubdomain)
  if (!o.addressType) out.push(required(child(root, 'addressType')))
  else if (!ADDRESS_TYPES.includes(o.addressType))
    out.push(notSupported(child(root, 'addressType'), o.addressType, ADDRESS_TYPES))
  const names = new Set<string>()
  for (const [i, port] of (o.ports ?? []).entries()) {
    const at = index(child(root, 'ports'), i)
    if (port.name) out.push(...invalids(child(at, 'name'), port.name, dns1123Label(port.name)))
    if (names.has(port.name)) out.push(duplicate(child(at, 'name'), port.name))
    names.add(port.name)
    out.push(...validateProtocol(port, at))
  }
  return old && semanticEqual(o.endpoints, old.endpoints) ? out : [...out, ...endpoints(o)]
}

function endpoints(o: Draft): FieldErrors {
  const at = child(root, 'endpoints')
  const list: Draft[] = o.endpoints ?? []
  if (list.length > 1000) return [tooMany(at, list.length, 1000)]
  const out: FieldErrors = []
  for (const [i, endpoint] of list.entries()) {
    const place = index(at, i)
    const addresses: string[] = endpoint.addresses ?? []
    const field = child(place, 'addresses')
    if (addresses.length === 0) out.push(required(field, 'must contain at least 1 address'))
    else if (addresses.length > 100) out.push(tooMany(field, addresses.length, 100))
    for (const [j, address] of addresses.entries()) out.push(...sliceAddress(o.addressType, address, field, j))
    if (endpoint.nodeName !== undefined) {
      out.push(...invalids(child(place, 'nodeName'), endpoint.nodeName, nameIsSubdomain(endpoint.nodeName, false)))
    }
    if (endpoint.hostname !== undefined)
      out.push(...invalids(child(place, 'hostname'), endpoint.hostname, dns1123Label(endpoint.hostname)))
    if (endpoint.hints) out.push(...hints(endpoint.hints, child(place, 'hints')))
  }
  return out
}

function sliceAddress(type: string, address: string, field: Field, j: number): FieldErrors {
  const at = index(field, j)
  const here: Field = { text: field.text, path: at.path }
  if (type === 'IPv4' || type === 'IPv6') {
    const errors = type === 'IPv4' ? validateIP(at, address) : validateCanonicalIP(at, address)
    if (errors.length > 0) return errors
    const other = isV6(address) !== (type === 'IPv6')
    return [
      ...(other ? [invalid(here, address, `must be an ${type} address`)] : []),
      ...validateEndpointIP(address, at),
    ]
  }
  if (type !== 'FQDN') return []
  const name = address.replace(/\.$/, '')
  if (address === '') return [required(at)]
  const wrong = dns1123Subdomain(name)
  if (wrong.length > 0) return [invalid(at, name, wrong.join(','))]
  return name.includes('.')
    ? []
    : [invalid(at, name, 'should be a domain with at least two segments separated by dots')]
}

function hints(h: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [list, check] of [
    ['forZones', labelValue],
    ['forNodes', (name: string) => nameIsSubdomain(name, false)],
  ] as const) {
    const items: Draft[] = h[list] ?? []
    if (items.length > 8) return [tooMany(child(at, list), items.length, 8)]
    for (const [i, { name = '' }] of items.entries()) {
      const place = child(index(child(at, list), i), 'name')
      if (items.slice(0, i).some((item) => item.name === name)) out.push(duplicate(place, name))
      out.push(...invalids(place, name, check(name)))
    }
  }
  return out
}
