import type { Fuel } from './fuel.ts'
import type { Process, Step } from './shell-event.ts'

/** Standard input of a command. */
export interface Input {
  /** A person at a keyboard, who is not asked: reading gives the end at once. */
  readonly terminal: boolean
  /** The next line with its newline (the last one may have none); undefined at the end. */
  line(): Step<string | undefined>
}

export const KEYBOARD: Input = {
  terminal: true,
  // biome-ignore lint/correctness/useYield: there is nothing to wait for
  *line() {
    return undefined
  },
}

/** A text: of a file, or a here-document. */
export class TextInput implements Input {
  readonly terminal = false
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  // biome-ignore lint/correctness/useYield: there is nothing to wait for
  *line(): Step<string | undefined> {
    if (this.#at >= this.#text.length) return undefined
    const end = this.#text.indexOf('\n', this.#at)
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end + 1)
    this.#at += line.length
    return line
  }
}

/** What another command writes. It runs as far as it is read: lines come when they are written. */
export class PipeInput implements Input {
  readonly terminal = false
  readonly #from: Process
  readonly #fuel: Fuel
  #text = ''
  #ended = false

  constructor(from: Process, fuel: Fuel) {
    this.#from = from
    this.#fuel = fuel
  }

  *line(): Step<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end >= 0 || this.#ended) {
        const line = end < 0 ? this.#text : this.#text.slice(0, end + 1)
        this.#text = this.#text.slice(line.length)
        return line === '' ? undefined : line
      }
      const step = this.#from.next()
      if (step.done) this.#ended = true
      else if ('out' in step.value) {
        this.#fuel.spend(1 + this.#text.length / 1000)
        this.#text += step.value.out
      } else yield step.value
    }
  }

  /** The reader has gone: the writer ends when it next writes (SIGPIPE), or waits. */
  *close(): Step<void> {
    while (!this.#ended) {
      const step = this.#from.next()
      if (step.done) return
      if ('out' in step.value || 'wait' in step.value) break
      yield step.value
    }
    this.stop()
  }

  stop(): void {
    this.#ended = true
    this.#from.return(0)
  }
}

/** Everything that is left, with newlines. */
export function* readAll(input: Input): Step<string> {
  const lines: string[] = []
  for (;;) {
    const line = yield* input.line()
    if (line === undefined) return lines.join('')
    lines.push(line)
  }
}

/** A line without its newline. */
export const chomp = (line: string): string => (line.endsWith('\n') ? line.slice(0, -1) : line)
