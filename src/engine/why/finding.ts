import type {
  CauseCode,
  Finding,
  Fix,
  KObject,
  NearMiss,
  ObjectKey,
  Path,
  ReasonParam,
  Severity,
  SourceField,
} from '../../model/index.ts'

export interface FindingParts {
  readonly severity: Severity
  readonly objects: readonly ObjectKey[]
  readonly path?: Path
  readonly params?: Readonly<Record<string, ReasonParam | undefined>>
  readonly rule: string
  readonly sources?: readonly SourceField[]
  readonly fixes?: readonly (Fix | undefined)[]
  readonly nearMisses?: readonly NearMiss[]
}

/** Params and fixes that are undefined are left out. */
export function finding(code: CauseCode, parts: FindingParts): Finding {
  const params: Record<string, ReasonParam> = {}
  for (const [name, value] of Object.entries(parts.params ?? {})) if (value !== undefined) params[name] = value
  return {
    code,
    severity: parts.severity,
    objects: parts.objects,
    path: parts.path ?? [],
    params,
    rule: parts.rule,
    sources: parts.sources ?? [],
    fixes: (parts.fixes ?? []).filter((fix) => fix !== undefined),
    ...(parts.nearMisses?.length ? { nearMisses: parts.nearMisses } : {}),
  }
}

/** `service` and `namespace`, as sentences name a Service. */
export const serviceParams = (service: KObject): { service: string; namespace: string } => ({
  service: service.metadata.name,
  namespace: service.metadata.namespace ?? '',
})

/** "Deployment web", as sentences name other objects. */
export const objectParam = (object: { readonly kind: string; readonly name: string }): string =>
  `${object.kind} ${object.name}`

/** `app=web,tier=front`, sorted. */
export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
