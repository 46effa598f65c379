import { type Outcome, splitKey, type Trace } from '../src/model/index.ts'

/** Of many requests: how they ended, who answered, and as whom they saw the client; in the form of the recordings. */
export interface Answers {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly pods: readonly string[]
  readonly podPorts: readonly number[]
  readonly seenAs: readonly string[]
  readonly http: readonly number[]
  /** curl's words for the first request that was not answered */
  readonly error: string | null
}

const unique = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))

export function answersOf(traces: readonly Trace[]): Answers {
  const answered = traces.filter((t) => t.outcome === 'answered')
  const outcomes: Partial<Record<Outcome, number>> = {}
  for (const { outcome } of traces) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const servers = answered.flatMap(({ server }) =>
    server?.pod === undefined ? [] : { name: splitKey(server.pod).name, port: server.port },
  )
  return {
    outcomes,
    pods: unique(servers.map((s) => s.name)),
    podPorts: unique(servers.map((s) => s.port)),
    seenAs: unique(answered.flatMap((t) => t.seenAs ?? [])),
    http: unique(answered.flatMap((t) => t.http ?? [])),
    error: traces.find((t) => t.error !== undefined)?.error ?? null,
  }
}
