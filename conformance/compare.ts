import { compareRules } from './compare-rules.ts'
import { plainText, somewhere } from './plain-text.ts'
import { type RecordedCase, type Step, verbOf } from './recorded-case.ts'

/** The answer to a `connect` step; `possible` is everything that chance could have chosen. */
export interface ConnectAnswer {
  readonly outcomes?: Readonly<Record<string, number>>
  readonly pods?: readonly string[]
  readonly podPorts?: readonly number[]
  readonly seenAs?: readonly string[]
  readonly http?: readonly number[]
  readonly error?: string
  readonly possible?: {
    readonly outcomes?: readonly string[]
    readonly pods?: readonly string[]
    readonly podPorts?: readonly number[]
    readonly seenAs?: readonly string[]
    readonly http?: readonly number[]
  }
}

/** The answer to an `endpoints` step, as far as it is looked into. */
interface EndpointsAnswer {
  readonly slices?: readonly { readonly endpoints: readonly unknown[]; readonly [field: string]: unknown }[]
  readonly endpoints?: {
    readonly subsets?: readonly {
      readonly addresses?: readonly unknown[]
      readonly notReadyAddresses?: readonly unknown[]
      readonly ports?: readonly unknown[]
    }[]
    readonly [field: string]: unknown
  } | null
}

type Plain = (value: unknown) => unknown

/**
 * How an answer differs from the recorded one, in words; empty when they agree. Words and objects are compared exactly, after what no
 * simulation can know has been given a common name; draws of chance are compared by who is possible.
 */
export function compare(kase: RecordedCase, step: Step, expected: unknown, actual: unknown): string[] {
  if (actual === undefined) return ['no answer']
  const plain = plainFor(kase)
  switch (verbOf(step)) {
    case 'endpoints': {
      const [want, got] = [expected, actual] as [EndpointsAnswer, EndpointsAnswer]
      if (kase.count) return compareSizes(want, got)
      return differences(inOrder(plain(want) as EndpointsAnswer), inOrder(plain(got) as EndpointsAnswer))
    }
    case 'connect': {
      const times = step.connect?.times ?? 1
      return compareConnect(plain, Boolean(kase.unpinned), times, expected as ConnectAnswer, actual as ConnectAnswer)
    }
    case 'rules':
      return compareRules(expected as string[], actual as string[])
    case 'names':
      return differences(plain([...(expected as string[])].sort()), plain([...(actual as string[])].sort()))
    default:
      return differences(plain(expected), plain(actual))
  }
}

/** Everything that the case itself says: what appears here was not picked by the cluster. */
function saidBy(kase: RecordedCase): string {
  return JSON.stringify([
    kase.manifests ?? '',
    kase.steps.map(({ expect, answer, ...step }: Step & { answer?: unknown }) => step),
  ])
}

const saidOf = new WeakMap<RecordedCase, string>()

function plainFor(kase: RecordedCase): Plain {
  const said = saidOf.get(kase) ?? saidBy(kase)
  saidOf.set(kase, said)
  const plain: Plain = (value) => {
    if (typeof value === 'string') return kase.unpinned ? somewhere(plainText(value, said)) : plainText(value, said)
    if (typeof value === 'number' && value >= 30000 && value <= 32767 && !said.includes(String(value)))
      return '<nodePort>'
    if (Array.isArray(value)) return value.map(plain)
    if (value && typeof value === 'object') {
      const entries = Object.entries(value).filter(([, v]) => v !== undefined)
      return Object.fromEntries(
        entries
          .map(([k, v]) => [k, /^(pod-template|controller-revision)-hash$/.test(k) ? '<hash>' : plain(v)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    }
    return value
  }
  return plain
}

function differences(expected: unknown, actual: unknown, path = '', out: string[] = []): string[] {
  if (out.length > 20) return out
  if (
    expected &&
    actual &&
    typeof expected === 'object' &&
    typeof actual === 'object' &&
    Array.isArray(expected) === Array.isArray(actual)
  ) {
    const [a, b] = [expected, actual] as [Record<string, unknown>, Record<string, unknown>]
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      differences(a[key], b[key], path ? `${path}.${key}` : key, out)
    }
    return out
  }
  if (expected !== actual && !(expected == null && actual == null)) {
    out.push(`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
  }
  return out
}

const asText = (x: unknown): string => JSON.stringify(x) ?? ''
/** What is no list stays as it is: it is a difference. */
const sorted = <T>(list: T): T =>
  Array.isArray(list) ? ([...list].sort((a, b) => (asText(a) < asText(b) ? -1 : 1)) as T) : list

/** Slices, subsets, and what they list, in one order: the cluster's own is that of Go maps, and of hashes over uids. */
function inOrder(answer: EndpointsAnswer): EndpointsAnswer {
  return (
    answer && {
      ...answer,
      slices: sorted(answer.slices?.map((s) => ({ ...s, endpoints: sorted(s.endpoints) }))),
      endpoints: answer.endpoints && {
        ...answer.endpoints,
        subsets: sorted(
          answer.endpoints.subsets?.map((s) => ({
            ...s,
            addresses: sorted(s.addresses),
            notReadyAddresses: sorted(s.notReadyAddresses),
            ports: sorted(s.ports),
          })),
        ),
      },
    }
  )
}

function compareSizes(expected: EndpointsAnswer, actual: EndpointsAnswer): string[] {
  const sizes = (a: EndpointsAnswer) => (a?.slices ?? []).map((s) => s.endpoints.length)
  const sum = (list: number[]) => list.reduce((x, y) => x + y, 0)
  const [want, got] = [sizes(expected), sizes(actual)]
  if (sum(want) === sum(got) && got.every((n) => n <= 100)) return []
  return [`endpoints by slice: expected ${want}, got ${got}`]
}

/** Below this many connections the recorded draw is looked for among what is possible. */
const ENOUGH_TO_SEE_ALL = 30
const ENOUGH_FOR_SHARES = 20
const FIELDS = ['pods', 'podPorts', 'seenAs', 'http'] as const

function compareConnect(
  plain: Plain,
  unpinned: boolean,
  times: number,
  expected: ConnectAnswer,
  actual: ConnectAnswer,
): string[] {
  const out: string[] = []
  const outcomes = (o: ConnectAnswer) =>
    Object.keys(o.outcomes ?? {})
      .sort()
      .join(' + ')
  const could = times < ENOUGH_FOR_SHARES ? actual.possible?.outcomes : undefined
  const differ = could
    ? Object.keys(expected.outcomes ?? {}).some((o) => !could.includes(o))
    : outcomes(expected) !== outcomes(actual)
  if (differ) out.push(`outcome: expected ${outcomes(expected)}, got ${outcomes(actual)}`)
  const list = (values: readonly unknown[] | undefined) => {
    const p = plain(values ?? []) as unknown[]
    return unpinned ? [...new Set(p)].sort() : p
  }
  for (const field of FIELDS) {
    const want = list(expected[field])
    const got = list(actual[field])
    if (times >= ENOUGH_TO_SEE_ALL || want.length === 0) {
      if (want.join() !== got.join())
        out.push(`${field}: expected ${want.join(', ') || 'none'}, got ${got.join(', ') || 'none'}`)
    } else {
      const possible = list(actual.possible?.[field] ?? actual[field])
      if (want.some((w) => !possible.includes(w)))
        out.push(`${field}: expected ${want.join(', ')} among ${possible.join(', ') || 'none'}`)
    }
  }
  if (times >= ENOUGH_FOR_SHARES) {
    for (const [outcome, count] of Object.entries(expected.outcomes ?? {})) {
      const a = count / times
      const b = (actual.outcomes?.[outcome] ?? 0) / times
      if (Math.abs(a - b) > 0.35) out.push(`share of ${outcome}: expected about ${a.toFixed(2)}, got ${b.toFixed(2)}`)
    }
  }
  return out
}
