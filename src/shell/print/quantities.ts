import type { Loose } from './table-of.ts'

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A quantity ("100m", "1.5Gi", "2e3") as a number; 0 for text that is none. Exact up to what a double holds. */
export function amountOf(text: unknown): number {
  const [, number, unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(String(text ?? '0')) ?? []
  return number === undefined ? 0 : Number(number) * (UNITS[unit] ?? 1)
}

/** Up to the next whole multiple of the divisor. k8s kubectl pkg/util/resource/resource.go ExtractContainerResourceValue (v1.36) */
export function inUnitsOf(amount: unknown, divisor: unknown): string {
  const unit = amountOf(divisor) || 1
  // a thousandth is what the API counts in; without it 0.3 / 0.1 is more than 3
  return String(Math.ceil(Math.round((amountOf(amount) / unit) * 1e6) / 1e6))
}

/** A sum of quantities: it is written as the first that is not zero is, "Mi" or "M". */
interface Sum {
  readonly value: number
  readonly binary: boolean
}

export const NOTHING: Sum = { value: 0, binary: false }

/** k8s apimachinery/pkg/api/resource/quantity.go Quantity.Add (v1.36) */
export const plus = (a: Sum, b: Sum): Sum => ({ value: a.value + b.value, binary: a.value === 0 ? b.binary : a.binary })

/** The canonical text. k8s apimachinery/pkg/api/resource/quantity.go CanonicalizeBytes (v1.36) */
export function sumText({ value, binary }: Sum): string {
  if (value === 0) return '0'
  if (!Number.isInteger(value)) return `${Math.round(value * 1000)}m`
  const base = binary && value >= 1024 ? 1024 : 1000
  const names = base === 1024 ? ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] : ['', 'k', 'M', 'G', 'T', 'P', 'E']
  let [rest, step] = [value, 0]
  for (; rest % base === 0 && step < names.length - 1; step++) rest /= base
  return `${rest}${names[step]}`
}

/**
 * What a Pod asks for: its containers and sidecars together, or what one of its init containers needs beside the sidecars
 * that came before, or what the Pod itself says; and its overhead.
 * k8s kubectl pkg/util/resource/resource.go podRequests, podLimits (v1.36)
 */
export function podAmount(spec: Loose, what: 'requests' | 'limits', resource: string): Sum {
  const amount = (of: Loose): Sum => {
    const text = of.resources?.[what]?.[resource]
    // thousandths are what the API counts in
    return { value: Math.round(amountOf(text) * 1000) / 1000, binary: /i$/.test(String(text)) }
  }
  let total = (spec.containers as Loose[]).map(amount).reduce(plus, NOTHING)
  let [sidecars, first] = [NOTHING, NOTHING]
  for (const init of (spec.initContainers ?? []) as Loose[]) {
    let needs = plus(amount(init), sidecars)
    if (init.restartPolicy === 'Always') {
      total = plus(total, amount(init))
      sidecars = plus(sidecars, amount(init))
      needs = sidecars
    }
    if (needs.value > first.value) first = needs
  }
  if (first.value > total.value) total = first
  if (spec.resources?.[what]?.[resource] !== undefined) total = amount(spec)
  const overhead = spec.overhead?.[resource]
  if (overhead === undefined || (what === 'limits' && total.value === 0)) return total
  return plus(total, { value: amountOf(overhead), binary: /i$/.test(String(overhead)) })
}
