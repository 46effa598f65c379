export type Labels = Readonly<Record<string, string>>

export interface LabelSelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}

export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly LabelSelectorRequirement[]
}

/** A map selector, as a Service has: every pair must be there. An empty one matches everything: callers decide what empty means. */
export function matchesMap(selector: Labels, labels: Labels | undefined): boolean {
  for (const key in selector) if (labels?.[key] !== selector[key]) return false
  return true
}

/** k8s apimachinery/pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector (v1.36): undefined matches nothing, {} matches everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false
  if (!matchesMap(selector.matchLabels ?? {}, labels)) return false
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const value = labels?.[key]
    if (operator === 'Exists' ? value === undefined : operator === 'DoesNotExist' ? value !== undefined : false)
      return false
    if (operator === 'In' && (value === undefined || !values?.includes(value))) return false
    if (operator === 'NotIn' && value !== undefined && values?.includes(value)) return false
  }
  return true
}
