/**
 * Amounts of resources ("100m", "1.5Gi", "2e3"), in the canonical form in which the API server hands them out.
 * k8s apimachinery/pkg/api/resource/quantity.go ParseQuantity, CanonicalizeBytes (v1.36)
 */

interface Amount {
  /** The number in units of 10^-9. */
  readonly nano: bigint
  readonly format: 'binary' | 'decimal' | 'exponent'
}

const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
}
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const NANO = 1_000_000_000n
const FORM = /^([+-]?)(\d*)(?:\.(\d*))?((?:[KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+|)$/

function parse(text: string): Amount | undefined {
  const match = FORM.exec(text)
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return undefined
  const [, sign, whole, fraction = '', suffix = ''] = match
  const digits = BigInt(`${whole}${fraction}` || '0')
  const scale = fraction.length
  let numerator: bigint
  let denominator = 10n ** BigInt(scale)
  let format: Amount['format'] = 'decimal'
  if (suffix in BINARY) {
    numerator = digits * BINARY[suffix]! * NANO
    format = 'binary'
  } else {
    const exponent = /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : DECIMAL[suffix]
    if (exponent === undefined || Math.abs(exponent) > 60) return undefined
    if (suffix.length > 1) format = 'exponent'
    numerator = digits * NANO
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent)
    else denominator *= 10n ** BigInt(-exponent)
  }
  // what is finer than a nano is rounded up, away from zero
  const nano = (numerator + denominator - 1n) / denominator
  return { nano: sign === '-' ? -nano : nano, format }
}

/** The canonical text; undefined when it is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const amount = parse(text)
  if (!amount) return undefined
  const { nano } = amount
  const size = nano < 0n ? -nano : nano
  // below 1024, binary amounts are written in decimal
  let { format } = amount
  if (format === 'binary' && (size < 1024n * NANO || size % NANO !== 0n)) format = 'decimal'
  if (nano === 0n) return '0'
  if (format === 'binary') {
    let value = nano / NANO
    let suffix = ''
    for (const name of ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']) {
      if (value % 1024n !== 0n) break
      value /= 1024n
      suffix = name
    }
    return `${value}${suffix}`
  }
  let value = nano
  let exponent = -9
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n
    exponent += 3
  }
  if (format === 'exponent') return exponent === 0 ? `${value}` : `${value}e${exponent}`
  const suffix = Object.keys(DECIMAL).find((name) => DECIMAL[name] === exponent) ?? ''
  return `${value}${suffix}`
}

/** The amount in thousandths, rounded up; 0 for text that is no quantity. For comparing and for counting CPU. */
export function milliValue(text: string): number {
  const amount = parse(text)
  if (!amount) return 0
  const { nano } = amount
  return Number(nano >= 0n ? (nano + 999_999n) / 1_000_000n : nano / 1_000_000n)
}

/** Less than zero, zero or more than zero as a is smaller than, equal to or larger than b. */
export function compareQuantities(a: string, b: string): number {
  const [x, y] = [parse(a)?.nano ?? 0n, parse(b)?.nano ?? 0n]
  return x < y ? -1 : x > y ? 1 : 0
}

/** Rounded up to thousandths, as defaulting does to the amounts of a resource list. */
export function roundUpToMilli(text: string): string {
  const amount = parse(text)
  if (!amount || amount.nano % 1_000_000n === 0n) return text
  return canonicalQuantity(`${milliValue(text)}m`) ?? text
}
