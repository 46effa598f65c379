import type { Loose } from '../print/table-of.ts'
import type { Writer } from './writer.ts'

/** k8s kubectl pkg/describe/describe.go describeServiceAccount (v1.36) */
export function describeServiceAccount(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.list(
    'Image pull secrets',
    (o.imagePullSecrets ?? []).map((s: Loose) => s.name),
  )
}

/** k8s kubectl pkg/describe/describe.go RoleDescriber, ClusterRoleDescriber (v1.36) */
export function describeRole(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.line(0, 'PolicyRule:').line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs')
  w.line(1, '---------\t-----------------\t--------------\t-----')
  for (const rule of compactRules(o.rules ?? [])) {
    const cells = [rule.nonResourceURLs, rule.resourceNames, rule.verbs].map((list) => `[${list.join(' ')}]`)
    w.line(1, `${resourceText(rule)}\t${cells.join('\t')}`)
  }
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
  readonly verbs: readonly string[]
}

const orNone = (list: readonly string[] | undefined): readonly (string | undefined)[] =>
  list && list.length > 0 ? list : [undefined]
const one = (text: string | undefined): string[] => (text === undefined ? [] : [text])

/**
 * A rule for each group, resource and name, with all verbs for it, in the order of Go's text for them.
 * k8s kubectl pkg/util/rbac/rbac.go BreakdownRule, CompactRules, SortableRuleSlice (v1.36)
 */
function compactRules(rules: readonly Loose[]): Rule[] {
  const merged = new Map<string, Rule>()
  const single: Rule[] = []
  for (const rule of rules) {
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        for (const verb of rule.verbs ?? []) {
          for (const name of orNone(rule.resourceNames)) {
            const key = JSON.stringify([group, resource, name])
            const before = merged.get(key)?.verbs ?? []
            const verbs = before.includes(verb) ? before : [...before, verb]
            const [apiGroups, resources, resourceNames] = [[group], [resource], one(name)]
            merged.set(key, { apiGroups, resources, resourceNames, nonResourceURLs: [], verbs })
          }
        }
      }
    }
    for (const url of rule.nonResourceURLs ?? []) {
      for (const verb of rule.verbs ?? []) {
        single.push({ apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url], verbs: [verb] })
      }
    }
  }
  const text = (r: Rule) =>
    [r.verbs, r.apiGroups, r.resources, r.resourceNames, r.nonResourceURLs].map((l) => `[${l.join(' ')}]`).join(',')
  return [...single, ...merged.values()].sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

/** `deployments.apps/scale` */
function resourceText({ resources, apiGroups }: Rule): string {
  const [resource] = resources
  if (resource === undefined) return ''
  const [name = '', sub] = resource.split(/\/(.*)/s)
  const group = apiGroups[0] ? `.${apiGroups[0]}` : ''
  return `${name}${group}${sub === undefined ? '' : `/${sub}`}`
}

/** k8s kubectl pkg/describe/describe.go RoleBindingDescriber, ClusterRoleBindingDescriber (v1.36) */
export function describeRoleBinding(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.line(0, 'Role:').field('Kind', o.roleRef?.kind, 1).field('Name', o.roleRef?.name, 1)
  w.line(0, 'Subjects:').line(1, 'Kind\tName\tNamespace').line(1, '----\t----\t---------')
  for (const s of o.subjects ?? []) w.line(1, `${s.kind}\t${s.name}\t${s.namespace ?? ''}`)
}
