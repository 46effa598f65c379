import type { Ms } from '../model/index.ts'

const trim = (value: number, digits: number) => String(Number(value.toFixed(digits)))

/** How long something took: "0.4 ms", "12 ms", "1.5 s", "2 min 5 s". Negative and broken numbers come out as "0 ms". */
export function formatMs(ms: Ms): string {
  if (!(ms > 0)) return '0 ms'
  if (ms < 9.95) return `${Math.max(0.1, Number(ms.toFixed(1)))} ms`
  if (ms < 999.5) return `${ms.toFixed(0)} ms`
  if (ms < 59_950) return `${trim(ms / 1000, ms < 9950 ? 1 : 0)} s`
  return formatSeconds(Math.round(ms / 1000))
}

/** A span as people write it: 45 → "45 s", 90 → "1 min 30 s", 10800 → "3 h". */
export function formatSeconds(seconds: number): string {
  if (!(seconds > 0)) return '0 s'
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  return parts
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${trim(n, 1)} ${unit}`)
    .join(' ')
}

/** A moment on the clock of the run, to a tenth of a second: "0:14.2", "12:00.0", "1:02:03.4". Cut, not rounded. */
export function formatClock(ms: Ms): string {
  const tenths = Math.max(0, Math.floor((ms + 1e-6) / 100))
  const seconds = Math.floor(tenths / 10)
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${h > 0 ? `${h}:${two(m)}` : m}:${two(s)}.${tenths % 10}`
}
