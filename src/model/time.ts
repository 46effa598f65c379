/** Virtual time: milliseconds since the cluster was switched on. Never the machine's clock. */
export type Ms = number

/** What `metadata.creationTimestamp` says at virtual time 0. Fixed, so that every run writes the same stamps. */
export const EPOCH = Date.UTC(2026, 0, 1, 9, 0, 0)

/** Stamps made lately, by second: thousands of objects are stamped with one moment. */
const stamps = new Map<number, string>()
const MOST_STAMPS = 1000

/** RFC 3339 with whole seconds, as metav1.Time marshals (k8s apimachinery/pkg/apis/meta/v1/time.go, v1.36). */
export function timestamp(at: Ms): string {
  const second = Math.floor(at / 1000)
  let stamp = stamps.get(second)
  if (stamp === undefined) {
    if (stamps.size >= MOST_STAMPS) stamps.clear()
    stamp = `${new Date(EPOCH + at).toISOString().slice(0, 19)}Z`
    stamps.set(second, stamp)
  }
  return stamp
}

/** The virtual time of a stamp that `timestamp` wrote (whole seconds); NaN for text that is none. */
export function fromTimestamp(stamp: string): Ms {
  return Date.parse(stamp) - EPOCH
}

/** "300ms", "5s", "1m30s", "2h" → ms, as Go's time.ParseDuration for the units people write; undefined when it is none. */
export function parseDuration(text: string): Ms | undefined {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  const trimmed = text.trim()
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(trimmed)) return trimmed === '0' ? 0 : undefined
  let total = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * units[unit!]!
  return total
}
