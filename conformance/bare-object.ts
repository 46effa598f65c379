/** Fields that a `get` step leaves out wherever they stand: what every run of a cluster picks anew. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'observedGeneration',
  'managedFields',
  'creationTimestamp',
  'deletionTimestamp',
  'startTime',
  'startedAt',
  'finishedAt',
  'completionTime',
  'lastTransitionTime',
  'lastUpdateTime',
  'lastProbeTime',
  'lastHeartbeatTime',
  'containerID',
  'imageID',
])

const LEFT_OUT_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
])

type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An object as a `get` step of a recording shows it: without what every run picks anew; in the area `admission` also without status
 * (Services keep theirs), and a pod's node and the volume of its service account's token.
 */
export function bareObject(object: Json, area: string): unknown {
  const bare = without(object, []) as Json
  return area === 'admission' ? asAdmitted(bare) : bare
}

function without(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((v) => without(v, path))
  if (!isJson(value)) return value
  const out: Json = {}
  for (const [key, part] of Object.entries(value)) {
    if (LEFT_OUT.has(key) && path.at(-1) !== 'labels' && path.at(-1) !== 'annotations') continue
    if (key === 'annotations' && isJson(part)) {
      const kept = Object.entries(part).filter(([name]) => !LEFT_OUT_ANNOTATIONS.has(name))
      if (kept.length > 0) out[key] = Object.fromEntries(kept)
      continue
    }
    out[key] = without(part, [...path, key])
  }
  return out
}

const isTokens = (o: unknown) => isJson(o) && String(o.name).startsWith('kube-api-access-')

function asAdmitted(object: Json): Json {
  if (Array.isArray(object.items)) return { ...object, items: object.items.map((o) => asAdmitted(o as Json)) }
  const { status, ...rest } = object
  if (object.kind === 'Service') return object
  if (object.kind !== 'Pod' || !isJson(rest.spec)) return rest
  const { nodeName: _, ...spec } = rest.spec
  const lists = (name: string, mine: (o: unknown) => boolean, o: Json): Json => {
    if (!Array.isArray(o[name])) return o
    const { [name]: list, ...others } = o
    const kept = (list as unknown[]).filter((v) => !mine(v))
    return kept.length > 0 ? { ...others, [name]: kept } : others
  }
  const containers = (name: string, o: Json): Json =>
    Array.isArray(o[name]) ? { ...o, [name]: o[name].map((c) => lists('volumeMounts', isTokens, c as Json)) } : o
  return { ...rest, spec: containers('initContainers', containers('containers', lists('volumes', isTokens, spec))) }
}
