import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import {
  child,
  type Field,
  type FieldErrors,
  index,
  invalid,
  invalids,
  notSupported,
  required,
  root,
} from '../field.ts'
import { validateLabelSelector, validateMeta, validateMetaUpdate } from '../meta.ts'
import { nameIsSubdomain, pathSegment } from '../names.ts'

const GROUP = 'rbac.authorization.k8s.io'

/** k8s pkg/apis/rbac/v1/defaults.go SetDefaults_RoleBinding, SetDefaults_Subject (v1.36) */
export function defaultBinding(o: Draft): void {
  o.roleRef.apiGroup ||= GROUP
  for (const subject of o.subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= GROUP
}

/** RBAC names are path segments: they may hold colons. k8s pkg/apis/rbac/validation/validation.go ValidateRole (v1.36) */
export const validateRole = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, pathSegment),
  ...rules(o, true),
]

/** k8s pkg/apis/rbac/validation/validation.go ValidateClusterRole (v1.36) */
export function validateClusterRole(o: Draft): FieldErrors {
  const out = [...validateMeta(o.metadata, false, pathSegment), ...rules(o, false)]
  if (!o.aggregationRule) return out
  const at = child(root, 'aggregationRule', 'clusterRoleSelectors')
  const selectors: Draft[] = o.aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0)
    out.push(required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil'))
  for (const [i, selector] of selectors.entries()) out.push(...validateLabelSelector(selector, index(at, i)))
  return out
}

const withMeta = (validate: (o: Draft) => FieldErrors) => (o: Draft, old: Draft) => [
  ...validate(o),
  ...validateMetaUpdate(o.metadata, old.metadata),
]
export const validateRoleUpdate = withMeta(validateRole)
export const validateClusterRoleUpdate = withMeta(validateClusterRole)

// k8s pkg/apis/rbac/validation/validation.go ValidatePolicyRule (v1.36)
function rules(o: Draft, namespaced: boolean): FieldErrors {
  return (o.rules ?? []).flatMap((rule: Draft, i: number): FieldErrors => {
    const at = index(child(root, 'rules'), i)
    const has = (name: string) => (rule[name]?.length ?? 0) > 0
    const out: FieldErrors = []
    if (!has('verbs')) out.push(required(child(at, 'verbs'), 'verbs must contain at least one value'))
    if (has('nonResourceURLs')) {
      const urls = child(at, 'nonResourceURLs')
      const say = (why: string) => out.push(invalid(urls, rule.nonResourceURLs, why))
      if (namespaced) say('namespaced rules cannot apply to non-resource URLs')
      if (has('apiGroups') || has('resources') || has('resourceNames'))
        say('rules cannot apply to both regular resources and non-resource URLs')
      return out
    }
    if (!has('apiGroups'))
      out.push(required(child(at, 'apiGroups'), 'resource rules must supply at least one api group'))
    if (!has('resources'))
      out.push(required(child(at, 'resources'), 'resource rules must supply at least one resource'))
    return out
  })
}

/** k8s pkg/apis/rbac/validation/validation.go ValidateRoleBinding, ValidateClusterRoleBinding (v1.36) */
const validateBinding = (namespaced: boolean) => (o: Draft) => {
  const out = validateMeta(o.metadata, namespaced, pathSegment)
  const { apiGroup = '', kind = '', name = '' } = o.roleRef ?? {}
  const at = child(root, 'roleRef')
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (apiGroup !== GROUP) out.push(notSupported(child(at, 'apiGroup'), apiGroup, [GROUP]))
  if (!kinds.includes(kind)) out.push(notSupported(child(at, 'kind'), kind, kinds))
  if (name === '') out.push(required(child(at, 'name')))
  else out.push(...invalids(child(at, 'name'), name, pathSegment(name, false)))
  for (const [i, subject] of (o.subjects ?? []).entries())
    out.push(...validateSubject(subject, namespaced, index(child(root, 'subjects'), i)))
  return out
}
export const validateRoleBinding = validateBinding(true)
export const validateClusterRoleBinding = validateBinding(false)

// k8s pkg/apis/rbac/validation/validation.go ValidateRoleBindingSubject (v1.36)
function validateSubject(subject: Draft, namespaced: boolean, at: Field): FieldErrors {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject
  const out: FieldErrors = []
  if (name === '') out.push(required(child(at, 'name')))
  if (kind === 'ServiceAccount') {
    if (name !== '') out.push(...invalids(child(at, 'name'), name, nameIsSubdomain(name, false)))
    if (apiGroup !== '') out.push(notSupported(child(at, 'apiGroup'), apiGroup, ['']))
    if (!namespaced && namespace === '') out.push(required(child(at, 'namespace')))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) out.push(notSupported(child(at, 'apiGroup'), apiGroup, [GROUP]))
  } else out.push(notSupported(child(at, 'kind'), kind, ['ServiceAccount', 'User', 'Group']))
  return out
}

const bindingUpdate = (validate: (o: Draft) => FieldErrors) => (o: Draft, old: Draft) => {
  const out = withMeta(validate)(o, old)
  if (!semanticEqual(o.roleRef, old.roleRef))
    out.push(
      invalid(
        child(root, 'roleRef'),
        { APIGroup: o.roleRef.apiGroup, Kind: o.roleRef.kind, Name: o.roleRef.name },
        'cannot change roleRef',
      ),
    )
  return out
}
export const validateRoleBindingUpdate = bindingUpdate(validateRoleBinding)
export const validateClusterRoleBindingUpdate = bindingUpdate(validateClusterRoleBinding)
