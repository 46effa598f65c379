/**
 * Go's strconv.FormatFloat(value, 'g', -1, bits), with go-yaml's names for what is no number: the shortest digits that give the value back,
 * with an exponent below 1e-4 and from 1e6 on. internal/strconv/ftoa.go formatDigits (Go 1.26)
 */
export function formatFloat(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(bits === 32 ? Math.fround(value) : value)) return value > 0 ? '.inf' : '-.inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const digits = bits === 32 ? shortest32(value) : Math.abs(value).toExponential()
  const [mantissa, power] = digits.split('e') as [string, string]
  const exponent = Number(power)
  const figures = mantissa.replace('.', '')
  const sign = value < 0 ? '-' : ''
  if (exponent < -4 || exponent >= 6) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${figures[0]}${figures.length > 1 ? `.${figures.slice(1)}` : ''}e${exponent < 0 ? '-' : '+'}${size}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${figures}`
  if (figures.length <= exponent + 1) return sign + figures.padEnd(exponent + 1, '0')
  return `${sign}${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`
}

function shortest32(value: number): string {
  const single = Math.abs(Math.fround(value))
  for (let precision = 0; precision < 9; precision++) {
    const text = single.toExponential(precision)
    if (Math.fround(Number(text)) === single) return text
  }
  return single.toExponential()
}

/** A JSON number as go-yaml prints it once it has gone through JSON: whole within 64 bits, else as a float. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) return String(BigInt(value))
  return formatFloat(value, 64)
}
