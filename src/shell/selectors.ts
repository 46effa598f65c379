import type { KObject, Labels } from '../model/index.ts'

export interface Requirement {
  readonly key: string
  readonly op: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<'
  readonly values: readonly string[]
}

export type ParsedSelector<T> =
  | { readonly ok: true; readonly matches: (value: T) => boolean }
  | { readonly ok: false; readonly error: string }

/** A selector of `-l`. k8s apimachinery/pkg/labels/selector.go Parse (v1.36). */
export function parseLabelSelector(text: string): ParsedSelector<Labels | undefined> {
  const requirements: Requirement[] = []
  for (const part of splitOutsideParens(text)) {
    const term = part.trim()
    if (term === '') continue
    const set = /^(\S+?)\s+(in|notin)\s*\(([^()]*)\)$/.exec(term)
    const pair = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/.exec(term)
    const word = /^(!?)\s*([^\s=!<>(),]+)$/.exec(term)
    if (set) {
      const values = set[3]!.split(',').map((v) => v.trim())
      requirements.push({ key: set[1]!, op: set[2] as 'in' | 'notin', values })
    } else if (pair) {
      const op = pair[2] === '==' ? '=' : (pair[2] as '=' | '!=' | '>' | '<')
      requirements.push({ key: pair[1]!, op, values: [pair[3]!] })
    } else if (word) requirements.push({ key: word[2]!, op: word[1] === '!' ? '!' : 'exists', values: [] })
    else
      return {
        ok: false,
        error: `unable to parse requirement: found '${term}', expected: !, identifier, or 'end of string'`,
      }
  }
  return { ok: true, matches: (labels) => requirements.every((r) => meets(r, labels?.[r.key])) }
}

function meets({ op, values }: Requirement, value: string | undefined): boolean {
  switch (op) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case '>':
      return value !== undefined && Number(value) > Number(values[0])
    case '<':
      return value !== undefined && Number(value) < Number(values[0])
  }
}

function splitOutsideParens(text: string): string[] {
  const out: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')') depth--
    else if (text[i] === ',' && depth === 0) {
      out.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...out, text.slice(from)]
}

/**
 * Fields that the server can select by, beside metadata.name and metadata.namespace.
 * k8s pkg/registry/core/(pod|node|event|…)/strategy.go ToSelectableFields, pkg/apis/core/v1/conversion.go (v1.36)
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  ReplicationController: ['status.replicas'],
  ReplicaSet: ['status.replicas'],
  Service: ['spec.clusterIP', 'spec.type'],
  Secret: ['type'],
  Job: ['status.successful'],
}

/** A selector of `--field-selector`. k8s apimachinery/pkg/fields/selector.go ParseSelector (v1.36). */
export function parseFieldSelector(text: string, kind: string, apiVersion: string): ParsedSelector<KObject> {
  const terms: { path: string; equal: boolean; value: string }[] = []
  for (const term of text.split(',')) {
    if (term === '') continue
    const [, path, op, value] = /^(.*?)(!=|==|=)(.*)$/s.exec(term) ?? []
    if (path === undefined) return { ok: false, error: `invalid selector: '${term}'; can't understand '${term}'` }
    if (!['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])].includes(path)) {
      const version = apiVersion === 'v1' ? 'v1' : apiVersion
      const words =
        version === 'v1'
          ? `field label not supported: ${path}`
          : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`
      return { ok: false, error: words }
    }
    terms.push({ path, equal: op !== '!=', value: value! })
  }
  return {
    ok: true,
    matches: (o) => terms.every((t) => (fieldText(o, t.path) === t.value) === t.equal),
  }
}

function fieldText(o: KObject, path: string): string {
  let value: unknown = o
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
  if (value === undefined || value === null)
    return path === 'spec.unschedulable' || path === 'spec.hostNetwork' ? 'false' : ''
  return String(value)
}

/** `app=web,tier=front`, sorted by key; `<none>` when there is nothing. k8s apimachinery/pkg/labels FormatLabels. */
export function formatLabels(labels: Labels | undefined): string {
  const text = Object.keys(labels ?? {})
    .sort()
    .map((k) => `${k}=${labels![k]}`)
    .join(',')
  return text === '' ? '<none>' : text
}
