import type { Draft } from '../decode.ts'
import {
  child,
  type Field,
  type FieldErrors,
  index,
  invalid,
  invalids,
  key,
  notSupported,
  required,
  root,
} from '../field.ts'
import { sloppyIP } from '../ip.ts'
import { metadata, validateMeta, validateMetaUpdate } from '../meta.ts'
import {
  dns1123Label,
  dns1123Subdomain,
  nameIsSubdomain,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from '../names.ts'

const spec = child(root, 'spec')
const CLASS = 'kubernetes.io/ingress.class'
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']

/** k8s pkg/apis/networking/validation/validation.go ValidateIngressCreate (v1.36) */
export function validateIngressCreate(o: Draft): FieldErrors {
  const out = [...validateMeta(o.metadata, true, nameIsSubdomain), ...ingress(o.spec)]
  const annotation = o.metadata.annotations?.[CLASS]
  if (annotation !== undefined && o.spec.ingressClassName !== undefined && annotation !== o.spec.ingressClassName) {
    const at: Field = { text: `annotations.${CLASS}`, path: key(child(metadata, 'annotations'), CLASS).path }
    out.push(invalid(at, annotation, 'must match `ingressClassName` when both are specified'))
  }
  return out
}

export const validateIngressUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...ingress(o.spec),
]

/** k8s pkg/registry/networking/ingress/strategy.go WarningsOnCreate (v1.36) */
export const ingressWarnings = (o: Draft, old: Draft | undefined): string[] =>
  !old && o.metadata.annotations?.[CLASS] !== undefined && o.spec.ingressClassName === undefined
    ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
    : []

function ingress(s: Draft): FieldErrors {
  const out: FieldErrors = []
  const rules: Draft[] = s.rules ?? []
  if (rules.length === 0 && !s.defaultBackend) {
    out.push(invalid(spec, s.rules ?? null, 'either `defaultBackend` or `rules` must be specified'))
  }
  if (s.defaultBackend) out.push(...backend(s.defaultBackend, child(spec, 'defaultBackend')))
  for (const [i, rule] of rules.entries()) {
    const at = index(child(spec, 'rules'), i)
    const host: string = rule.host ?? ''
    if (host !== '' && sloppyIP(host) !== undefined)
      out.push(invalid(child(at, 'host'), host, 'must be a DNS name, not an IP address'))
    if (host !== '') out.push(...hostName(host, child(at, 'host')))
    if (!rule.http) continue
    const paths: Draft[] = rule.http.paths ?? []
    const place = child(at, 'http', 'paths')
    if (paths.length === 0) out.push(required(place))
    for (const [j, path] of paths.entries()) out.push(...httpPath(path, index(place, j)))
  }
  for (const [i, tls] of (s.tls ?? []).entries()) {
    const at = index(child(spec, 'tls'), i)
    for (const [j, host] of (tls.hosts ?? []).entries()) out.push(...hostName(host, index(child(at, 'hosts'), j)))
    if (tls.secretName)
      out.push(...invalids(child(at, 'secretName'), tls.secretName, nameIsSubdomain(tls.secretName, false)))
  }
  if (s.ingressClassName !== undefined) {
    out.push(
      ...invalids(child(spec, 'ingressClassName'), s.ingressClassName, nameIsSubdomain(s.ingressClassName, false)),
    )
  }
  return out
}

const hostName = (host: string, at: Field): FieldErrors =>
  invalids(at, host, host.includes('*') ? wildcardSubdomain(host) : dns1123Subdomain(host))

// k8s pkg/apis/networking/validation/validation.go validateHTTPIngressPath (v1.36)
function httpPath(path: Draft, at: Field): FieldErrors {
  if (path.pathType === undefined || path.pathType === null)
    return [required(child(at, 'pathType'), 'pathType must be specified')]
  const out: FieldErrors = []
  const text: string = path.path ?? ''
  const place = child(at, 'path')
  switch (path.pathType) {
    case 'Exact':
    case 'Prefix':
      if (!text.startsWith('/')) out.push(invalid(place, text, 'must be an absolute path'))
      for (const part of ['//', '/./', '/../', '%2f', '%2F']) {
        if (text.includes(part)) out.push(invalid(place, text, `must not contain '${part}'`))
      }
      for (const end of ['/..', '/.'])
        if (text.endsWith(end)) out.push(invalid(place, text, `cannot end with '${end}'`))
      break
    case 'ImplementationSpecific':
      if (text !== '' && !text.startsWith('/')) out.push(invalid(place, text, 'must be an absolute path'))
      break
    default:
      out.push(notSupported(child(at, 'pathType'), path.pathType, PATH_TYPES))
  }
  return [...out, ...backend(path.backend, child(at, 'backend'))]
}

// k8s pkg/apis/networking/validation/validation.go validateIngressBackend (v1.36)
function backend(b: Draft, at: Field): FieldErrors {
  const { service, resource } = b
  if (service && resource) return [invalid(at, '', 'cannot set both resource and service backends')]
  if (resource) {
    const group = child(at, 'resource', 'apiGroup')
    const wrong = !resource.apiGroup ? [] : invalids(group, resource.apiGroup, dns1123Subdomain(resource.apiGroup))
    const rest = ['kind', 'name'].flatMap((name) => {
      const place = child(at, 'resource', name)
      return resource[name] ? invalids(place, resource[name], pathSegment(resource[name], false)) : [required(place)]
    })
    return [...wrong, ...rest]
  }
  if (!service) return [invalid(at, '', 'resource or service backend is required')]
  const out: FieldErrors = []
  if (!service.name) out.push(required(child(at, 'service', 'name')))
  else out.push(...invalids(child(at, 'service', 'name'), service.name, dns1123Label(service.name)))
  const { name = '', number = 0 } = service.port ?? {}
  const port = child(at, 'service', 'port')
  if (name !== '' && number !== 0) out.push(invalid(at, '', 'cannot set both port name & port number'))
  else if (name !== '') out.push(...invalids(child(port, 'name'), name, portName(name)))
  else if (number !== 0) out.push(...invalids(child(port, 'number'), number, portNumber(number)))
  else out.push(required(at, 'port name or number is required'))
  return out
}
