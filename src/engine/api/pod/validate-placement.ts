import type { Draft } from '../decode.ts'
import {
  child,
  duplicate,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  notSupported,
  required,
} from '../field.ts'
import { validateLabelSelector } from '../meta.ts'
import { labelKey, labelValue, nameIsLabel } from '../names.ts'

// k8s pkg/apis/core/validation/validation.go validateAffinity (v1.36)
export function validateAffinity(affinity: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
  const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
  const node = affinity.nodeAffinity
  if (node) {
    const place = child(at, 'nodeAffinity')
    if (node[REQUIRED]) out.push(...validateNodeSelector(node[REQUIRED], child(place, REQUIRED)))
    for (const [i, term] of (node[PREFERRED] ?? []).entries()) {
      const where = index(child(place, PREFERRED), i)
      out.push(...weight(term, where), ...validateNodeTerm(term.preference ?? {}, child(where, 'preference'), true))
    }
  }
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const pods = affinity[name]
    if (!pods) continue
    const place = child(at, name)
    for (const [i, term] of (pods[REQUIRED] ?? []).entries())
      out.push(...validatePodTerm(term, index(child(place, REQUIRED), i)))
    for (const [i, term] of (pods[PREFERRED] ?? []).entries()) {
      const where = index(child(place, PREFERRED), i)
      out.push(...weight(term, where), ...validatePodTerm(term.podAffinityTerm ?? {}, child(where, 'podAffinityTerm')))
    }
  }
  return out
}

const weight = (term: Draft, at: Field): FieldErrors =>
  term.weight > 0 && term.weight <= 100
    ? []
    : [invalid(child(at, 'weight'), term.weight ?? 0, 'must be in the range 1-100')]

function validateNodeSelector(selector: Draft, at: Field): FieldErrors {
  const terms: Draft[] = selector.nodeSelectorTerms ?? []
  const place = child(at, 'nodeSelectorTerms')
  if (terms.length === 0) return [required(place, 'must have at least one node selector term')]
  return terms.flatMap((term, i) => validateNodeTerm(term, index(place, i), false))
}

// k8s pkg/apis/core/validation/validation.go ValidateNodeSelectorRequirement (v1.36)
function validateNodeTerm(term: Draft, at: Field, anyValue: boolean): FieldErrors {
  const out: FieldErrors = []
  for (const [i, rq] of (term.matchExpressions ?? []).entries()) {
    const place = index(child(at, 'matchExpressions'), i)
    const values: string[] = rq.values ?? []
    switch (rq.operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          out.push(required(child(place, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"))
        break
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          out.push(
            forbidden(child(place, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
          )
        }
        break
      case 'Gt':
      case 'Lt':
        if (values.length !== 1) {
          out.push(required(child(place, 'values'), "must be specified single value when `operator` is 'Lt' or 'Gt'"))
        }
        break
      default:
        out.push(invalid(child(place, 'operator'), rq.operator ?? '', 'not a valid selector operator'))
    }
    out.push(...invalids(child(place, 'key'), rq.key ?? '', labelKey(rq.key ?? '')))
    if (!anyValue)
      for (const [j, value] of values.entries())
        out.push(...invalids(index(child(place, 'values'), j), value, labelValue(value)))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validatePodAffinityTerm (v1.36)
function validatePodTerm(term: Draft, at: Field): FieldErrors {
  const out = [
    ...validateLabelSelector(term.labelSelector, child(at, 'labelSelector')),
    ...validateLabelSelector(term.namespaceSelector, child(at, 'namespaceSelector')),
  ]
  for (const name of term.namespaces ?? [])
    out.push(...invalids(child(at, 'namespace'), name, nameIsLabel(name, false)))
  const topology = term.topologyKey ?? ''
  if (topology === '') out.push(required(child(at, 'topologyKey'), 'can not be empty'))
  out.push(...invalids(child(at, 'topologyKey'), topology, labelKey(topology)))
  return out
}

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

// k8s pkg/apis/core/validation/validation.go ValidateTolerations (v1.36; Lt and Gt are alpha)
export function validateTolerations(tolerations: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [i, t] of tolerations.entries()) {
    const place = index(at, i)
    const operator = child(place, 'operator')
    if (t.key) out.push(...invalids(child(place, 'key'), t.key, labelKey(t.key)))
    else if (t.operator !== 'Exists') {
      out.push(
        invalid(
          operator,
          t.operator ?? '',
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      )
    }
    if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute') {
      out.push(
        invalid(child(place, 'effect'), t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      )
    }
    const value = t.value ?? ''
    if (!t.operator || t.operator === 'Equal') {
      const wrong = labelValue(value)
      if (wrong.length > 0) out.push(invalid(operator, value, wrong.join(';')))
    } else if (t.operator === 'Exists') {
      if (value !== '') out.push(invalid(operator, value, "value must be empty when `operator` is 'Exists'"))
    } else {
      const compares = t.operator === 'Lt' || t.operator === 'Gt'
      out.push(notSupported(operator, t.operator, compares ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']))
    }
    if (t.effect && !TAINT_EFFECTS.includes(t.effect))
      out.push(notSupported(child(place, 'effect'), t.effect, TAINT_EFFECTS))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validateTopologySpreadConstraints (v1.36)
export function validateSpread(constraints: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  const actions = ['DoNotSchedule', 'ScheduleAnyway']
  for (const [i, c] of constraints.entries()) {
    const place = index(at, i)
    if (!(c.maxSkew > 0)) out.push(invalid(child(place, 'maxSkew'), c.maxSkew ?? 0, 'must be greater than zero'))
    if (!c.topologyKey) out.push(required(child(place, 'topologyKey'), 'can not be empty'))
    if (!actions.includes(c.whenUnsatisfiable)) {
      out.push(notSupported(child(place, 'whenUnsatisfiable'), c.whenUnsatisfiable ?? '', actions))
    }
    const twice = constraints
      .slice(i + 1)
      .some((o) => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable)
    if (twice)
      out.push(
        duplicate(child(place, '{topologyKey, whenUnsatisfiable}'), `{${c.topologyKey}, ${c.whenUnsatisfiable}}`),
      )
    if (c.minDomains !== undefined) {
      const where = child(place, 'minDomains')
      if (c.minDomains <= 0) out.push(invalid(where, c.minDomains, 'must be greater than zero'))
      if (c.whenUnsatisfiable !== 'DoNotSchedule') {
        const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable}`
        out.push(invalid(where, c.minDomains, why))
      }
    }
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) {
      if (c[name] !== undefined && c[name] !== 'Honor' && c[name] !== 'Ignore') {
        out.push(notSupported(child(place, name), c[name], ['Honor', 'Ignore']))
      }
    }
    out.push(...validateLabelSelector(c.labelSelector, child(place, 'labelSelector')))
  }
  return out
}
