import type { Draft } from '../decode.ts'
import { clone, deepEqual } from '../deep.ts'
import { type qosClass, TOKEN_PATH } from './admission.ts'

/**
 * A pod's spec that the API server took without a word, as it was given and as it was stored. What becomes of a spec (defaults, admission,
 * validation) depends on nothing else but the name that its token's volume draws, so a pod that is given the same spec gets the same one,
 * and the two share all but that name. Texts hold many pods that differ by name and labels only.
 */
export interface TakenSpec {
  readonly given: Draft
  readonly stored: Draft
  readonly qosClass: ReturnType<typeof qosClass>
  /** The name that was drawn for the token's volume; undefined: it mounts none. */
  readonly token: string | undefined
}

/** By what tells specs apart most often; each list holds the latest few. */
const taken = new Map<string, TakenSpec[]>()
const MOST_LISTS = 1000
const MOST_IN_A_LIST = 4

const listOf = (spec: Draft): string => {
  const first = Array.isArray(spec.containers) ? spec.containers[0] : undefined
  return `${spec.nodeName} ${first?.name} ${first?.image}`
}

/** What was made of a spec that says the same. */
export function takenBefore(spec: unknown): TakenSpec | undefined {
  if (typeof spec !== 'object' || spec === null) return undefined
  return taken.get(listOf(spec))?.find((t) => deepEqual(t.given, spec))
}

/** Remember a spec that passed strict decoding and validation and was warned of in nothing. */
export function rememberTaken(spec: unknown, stored: Draft, qosClass: TakenSpec['qosClass']): void {
  const given = clone(spec) as Draft
  const added = (stored.volumes?.length ?? 0) > (given.volumes?.length ?? 0)
  const list = listOf(given)
  if (taken.size >= MOST_LISTS && !taken.has(list)) taken.clear()
  const others = (taken.get(list) ?? []).slice(0, MOST_IN_A_LIST - 1)
  taken.set(list, [{ given, stored, qosClass, token: added ? stored.volumes.at(-1).name : undefined }, ...others])
}

/** The stored spec for one more pod, whose token's volume has a name of its own. */
export function withToken({ stored, token }: TakenSpec, name: string): Draft {
  const mounted = (c: Draft): Draft => {
    const at = c.volumeMounts?.length - 1
    const last = c.volumeMounts?.[at]
    if (last?.mountPath !== TOKEN_PATH || last.name !== token) return c
    return { ...c, volumeMounts: [...c.volumeMounts.slice(0, at), { ...last, name }] }
  }
  const spec = {
    ...stored,
    containers: stored.containers.map(mounted),
    volumes: [...stored.volumes.slice(0, -1), { ...stored.volumes.at(-1), name }],
  }
  if (stored.initContainers) spec.initContainers = stored.initContainers.map(mounted)
  return spec
}
