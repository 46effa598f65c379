import type { Diagnostic, ObjectKey, Outcome, Situation } from '../../model/index.ts'

/** How many endpoints of a Service are ready, before and after. */
export interface ServiceChange {
  readonly key: ObjectKey
  readonly before?: { readonly ready: number; readonly total: number }
  readonly after?: { readonly ready: number; readonly total: number }
  readonly changed: boolean
}

export interface ClientChange {
  readonly key: string
  readonly before?: readonly Outcome[]
  readonly after?: readonly Outcome[]
  /** Pods that could answer only before, or only after. */
  readonly gone: readonly string[]
  readonly come: readonly string[]
  readonly changed: boolean
}

export interface Comparison {
  readonly goes: readonly Diagnostic[]
  readonly comes: readonly Diagnostic[]
  readonly stays: readonly Diagnostic[]
  readonly services: readonly ServiceChange[]
  readonly clients: readonly ClientChange[]
  /** Nothing of all that is different. */
  readonly same: boolean
}

/** Two situations side by side: what goes, what comes, and what is different for Services and those who ask. */
export function compareSituations(before: Situation, after: Situation): Comparison {
  const old = new Set(before.findings.map(nameOf))
  const now = new Set(after.findings.map(nameOf))
  const goes = before.findings.filter((d) => !now.has(nameOf(d)))
  const comes = after.findings.filter((d) => !old.has(nameOf(d)))
  const stays = after.findings.filter((d) => old.has(nameOf(d)))
  const services = paired(before.services, after.services).map(([key, a, b]): ServiceChange => {
    const changed = a?.ready !== b?.ready || a?.total !== b?.total
    return { key, ...(a && { before: a }), ...(b && { after: b }), changed }
  })
  const clients = paired(before.clients, after.clients).map(([key, a, b]): ClientChange => {
    const gone = (a?.pods ?? []).filter((pod) => !b?.pods.includes(pod))
    const come = (b?.pods ?? []).filter((pod) => !a?.pods.includes(pod))
    const changed = String(a?.outcomes) !== String(b?.outcomes) || gone.length > 0 || come.length > 0
    return { key, ...(a && { before: a.outcomes }), ...(b && { after: b.outcomes }), gone, come, changed }
  })
  const same =
    goes.length === 0 && comes.length === 0 && !services.some((s) => s.changed) && !clients.some((c) => c.changed)
  return { goes, comes, stays, services, clients, same }
}

/** What a finding is of: its numbers may be others afterwards. */
const nameOf = ({ code, object, path = [] }: Diagnostic): string => `${code} ${object} ${path.join('.')}`

function paired<T extends { readonly key: string }>(
  before: readonly T[],
  after: readonly T[],
): readonly (readonly [string, T | undefined, T | undefined])[] {
  const later = new Map(after.map((item) => [item.key, item]))
  const known = new Set(before.map(({ key }) => key))
  return [
    ...before.map((item) => [item.key, item, later.get(item.key)] as const),
    ...after.filter(({ key }) => !known.has(key)).map((item) => [item.key, undefined, item] as const),
  ]
}
