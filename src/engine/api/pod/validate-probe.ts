import type { Draft } from '../decode.ts'
import { child, type Field, type FieldErrors, forbidden, invalid, invalids, notSupported, required } from '../field.ts'
import { httpHeaderName } from '../names.ts'
import { portNumberOrName } from '../service/validate.ts'

export const nonNegative = (value: number | undefined, at: Field): FieldErrors =>
  value !== undefined && value < 0 ? [invalid(at, value, 'must be greater than or equal to 0')] : []

// k8s pkg/apis/core/validation/validation.go validateLivenessProbe, validateReadinessProbe, validateStartupProbe (v1.36)
export function validateProbes(c: Draft, at: Field, gracePeriod: number): FieldErrors {
  const out: FieldErrors = []
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = c[name]
    if (!probe) continue
    const place = child(at, name)
    out.push(...validateProbe(probe, place, gracePeriod))
    const grace = child(place, 'terminationGracePeriodSeconds')
    if (name === 'readinessProbe') {
      if (probe.terminationGracePeriodSeconds !== undefined) {
        out.push(invalid(grace, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'))
      }
    } else if (probe.successThreshold !== 1)
      out.push(invalid(child(place, 'successThreshold'), probe.successThreshold, 'must be 1'))
  }
  return out
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']

function validateProbe(probe: Draft, at: Field, gracePeriod: number): FieldErrors {
  const out = validateHandler(probe, at, gracePeriod)
  for (const name of COUNTS) out.push(...nonNegative(probe[name], child(at, name)))
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0)
    out.push(invalid(child(at, 'terminationGracePeriodSeconds'), grace, 'must be greater than 0'))
  return out
}

// k8s pkg/apis/core/validation/validation.go validateHandler (v1.36)
export function validateHandler(handler: Draft, at: Field, gracePeriod: number): FieldErrors {
  const out: FieldErrors = []
  let any = false
  for (const name of ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep']) {
    const action = handler[name]
    if (!action) continue
    const place = child(at, name)
    if (any) out.push(forbidden(place, 'may not specify more than 1 handler type'))
    else out.push(...validateAction(name, action, place, gracePeriod))
    any = true
  }
  return any ? out : [required(at, 'must specify a handler type')]
}

function validateAction(name: string, action: Draft, at: Field, gracePeriod: number): FieldErrors {
  switch (name) {
    case 'exec':
      return (action.command?.length ?? 0) === 0 ? [required(child(at, 'command'))] : []
    case 'httpGet': {
      const out = portNumberOrName(action.port ?? 0, child(at, 'port'))
      if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
        out.push(notSupported(child(at, 'scheme'), action.scheme, ['HTTP', 'HTTPS']))
      }
      for (const header of action.httpHeaders ?? []) {
        out.push(...invalids(child(at, 'httpHeaders'), header.name ?? '', httpHeaderName(header.name ?? '')))
      }
      return out
    }
    case 'sleep': {
      const seconds = action.seconds ?? 0
      const why = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`
      return seconds < 0 || seconds > gracePeriod ? [invalid(at, seconds, why)] : []
    }
    default:
      return portNumberOrName(action.port ?? 0, child(at, 'port'))
  }
}
