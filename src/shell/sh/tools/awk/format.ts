/** C's %g with six digits, as awk shows numbers that are not whole. */
export function shortNumber(n: number, digits = 6): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'nan' : n > 0 ? 'inf' : '-inf'
  if (n === 0) return '0'
  const exponent = Math.floor(Math.log10(Math.abs(Number(n.toPrecision(digits)))))
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power = '0'] = n.toExponential(Math.max(0, digits - 1)).split('e')
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
    return `${short}e${power.startsWith('-') ? '-' : '+'}${power.replace(/^[-+]/, '').padStart(2, '0')}`
  }
  const fixed = n.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent)))
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed
}

const WIDEST = 1000

/** printf's %d %i %o %x %X %u %c %s %e %f %g with flags, widths and precisions; `value` gives the next argument, as number or text. */
export function formatted(
  format: string,
  value: () => { readonly number: () => number; readonly text: () => string; readonly isText: boolean },
): string {
  return format.replace(
    /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])/g,
    (whole, flags: string, wide: string | undefined, exact: string | undefined, kind: string) => {
      if (kind === '%') return '%'
      const size = (text: string | undefined) => (text === '*' ? value().number() : Number(text || 0))
      const width = Math.min(WIDEST, Math.abs(size(wide)))
      const precision = exact === undefined ? undefined : Math.min(100, Math.max(0, size(exact)))
      let text: string
      if (kind === 's') text = value().text().slice(0, precision)
      else if (kind === 'c') {
        const next = value()
        text = next.isText
          ? next.text().slice(0, 1)
          : String.fromCodePoint(Math.min(0x10ffff, Math.max(0, Math.trunc(next.number()) || 0)))
      } else if ('diuoxX'.includes(kind)) {
        const n = Math.trunc(value().number()) || 0
        const digits = Math.abs(n).toString(kind === 'o' ? 8 : kind.toLowerCase() === 'x' ? 16 : 10)
        const sign = n < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
        text = sign + (kind === 'X' ? digits.toUpperCase() : digits).padStart(precision ?? 0, '0')
      } else if ('feEgG'.includes(kind)) {
        const n = value().number()
        const sign = n >= 0 && flags.includes('+') ? '+' : ''
        if (!Number.isFinite(n)) text = shortNumber(n)
        else if (kind === 'f') text = n.toFixed(precision ?? 6)
        else if (kind === 'g' || kind === 'G') text = shortNumber(n, precision === 0 ? 1 : (precision ?? 6))
        else text = n.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2')
        text = sign + (kind === 'E' || kind === 'G' ? text.toUpperCase() : text)
      } else return whole
      if (flags.includes('-')) return text.padEnd(width)
      if (!flags.includes('0') || kind === 's' || kind === 'c') return text.padStart(width)
      const [, sign = '', rest = ''] = /^([-+ ]?)(.*)$/s.exec(text) ?? []
      return sign + rest.padStart(width - sign.length, '0')
    },
  )
}
