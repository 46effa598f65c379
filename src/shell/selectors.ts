import type { KObject, Labels } from '../model/index.ts'
import { parseRequirements, type Requirement } from './label-terms.ts'

export type ParsedSelector<T> =
  | { readonly ok: true; readonly matches: (value: T) => boolean }
  | { readonly ok: false; readonly error: string }

/** A selector of `-l`. k8s apimachinery/pkg/labels/selector.go Parse (v1.36). */
export function parseLabelSelector(text: string): ParsedSelector<Labels | undefined> {
  const requirements = parseRequirements(text)
  if (typeof requirements === 'string') return { ok: false, error: requirements }
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
  Event: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (f) => `involvedObject.${f}`,
    ),
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
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
      // kinds with fields of their own have a conversion for them, and words of their own
      const words =
        FIELDS[kind] !== undefined && version === 'v1'
          ? `field label not supported: ${path}`
          : `${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`
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

/** `app=web,tier=front`, sorted as these words are; `<none>` when there is nothing. k8s apimachinery/pkg/labels/labels.go FormatLabels, Set.String (v1.36) */
export function formatLabels(labels: Labels | undefined): string {
  const text = Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
  return text === '' ? '<none>' : text
}
