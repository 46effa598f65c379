import { EPOCH, fromTimestamp, type Labels } from '../../model/index.ts'
import { alignTabs } from '../print/table.ts'

/** Lines with tabs, two spaces a level, that become columns in the end. k8s kubectl pkg/describe/describe.go (v1.36) */
export class Writer {
  #text = ''

  /** Text as it stands, after the indent of its level. */
  write(level: number, text: string): this {
    this.#text += '  '.repeat(level) + text
    return this
  }

  line(level: number, text: string): this {
    return this.write(level, `${text}\n`)
  }

  /** `Label:\tvalue` */
  field(label: string, value: string | number | boolean | undefined, level = 0): this {
    return this.line(level, `${label}:\t${value ?? ''}`)
  }

  labels(title: string, labels: Labels | undefined): this {
    const pairs = Object.keys(labels ?? {})
      .sort()
      .map((key) => `${key}=${labels![key]}`)
    return this.list(title, pairs)
  }

  /** Values below each other, behind a title. */
  list(title: string, values: readonly string[]): this {
    if (values.length === 0) return this.field(title, '<none>')
    return this.write(0, `${title}:`).write(0, values.map((v) => `\t${v}\n`).join(''))
  }

  annotations(title: string, annotations: Labels | undefined): this {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
      .sort()
    if (keys.length === 0) return this.field(title, '<none>')
    this.write(0, `${title}:\t`)
    keys.forEach((key, i) => {
      if (i > 0) this.write(0, '\t')
      const value = annotations![key]!.replace(/\n$/, '')
      if (value.length + key.length + 2 <= LONGEST_ANNOTATION && !value.includes('\n')) this.line(0, `${key}: ${value}`)
      else {
        this.line(0, `${key}:`)
        for (const part of value.split('\n')) this.line(0, `\t  ${shorten(part, LONGEST_ANNOTATION - 2)}`)
      }
    })
    return this
  }

  /** The text with its tabs, as `rollout history` prints it. */
  get text(): string {
    return this.#text
  }

  /** The text with its columns. */
  aligned(): string {
    return alignTabs(this.#text, { minWidth: 0, padding: 2 })
  }
}

const LONGEST_ANNOTATION = 140
const shorten = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest)}...` : text)

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')

/** Go's RFC1123Z, in UTC. */
export function longTime(stamp: string | undefined): string {
  const d = new Date(stamp === undefined ? Number.NaN : fromTimestamp(stamp) + EPOCH)
  if (Number.isNaN(d.getTime())) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const date = `${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`
  const time = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`
  return `${DAYS[d.getUTCDay()]}, ${date} ${time} +0000`
}
