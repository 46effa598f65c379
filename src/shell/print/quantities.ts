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
