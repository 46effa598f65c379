import type { LabelSelector } from '../../model/index.ts'

/** Names and images of containers, joined. */
export function containerCells(containers: readonly { name?: string; image?: string }[] | undefined): [string, string] {
  const list = containers ?? []
  return [list.map((c) => c.name ?? '').join(','), list.map((c) => c.image ?? '').join(',')]
}

/** k8s apimachinery/pkg/apis/meta/v1/helpers.go FormatLabelSelector (v1.36) */
export function selectorCell(selector: LabelSelector | undefined, empty = '<none>'): string {
  if (!selector) return empty
  const terms = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
      const set = `(${[...values].sort().join(',')})`
      const word = { In: `${key} in ${set}`, NotIn: `${key} notin ${set}`, Exists: key, DoesNotExist: `!${key}` }
      return { key, text: word[operator] }
    }),
  ]
  const text = terms
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((t) => t.text)
    .join(',')
  return text === '' ? empty : text
}

/** The first three, and how many more there are. k8s pkg/printers/internalversion/printers.go listWithMoreString (v1.36) */
export function firstThree(list: readonly string[]): string {
  if (list.length > 3) return `${list.slice(0, 3).join(',')} + ${list.length - 3} more...`
  return list.join(',')
}
