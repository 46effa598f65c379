import type { Place } from './place.ts'
import type { Command } from './syntax.ts'

/** The longest value of a variable, and the longest word. */
export const LONGEST_WORD = 131_072

/** What commands of one shell share: variables, where it is, the last status. A subshell has a copy. */
export class Scope {
  readonly vars: Map<string, string>
  readonly exported: Set<string>
  readonly place: Place
  /** $1, $2 … */
  args: readonly string[]
  folder: string
  status = 0
  readonly functions: Map<string, Command>
  /** `set -e`: its letter; `pipefail`. */
  readonly options = new Set<string>()
  /** `trap … EXIT`: what runs when this shell ends. */
  atExit: string | undefined
  /** How many conditions are being tried: `set -e` lets them fail. */
  trying = 0
  /** For each function that runs: the variables that it has made its own, and what they were. */
  readonly #calls: Map<string, string | undefined>[] = []

  constructor(place: Place, vars: Iterable<readonly [string, string]>, folder = '/') {
    this.place = place
    this.vars = new Map(vars)
    this.exported = new Set(this.vars.keys())
    this.args = []
    this.folder = folder
    this.functions = new Map()
  }

  get inFunction(): boolean {
    return this.#calls.length > 0
  }

  /** A function begins. Returns what is to be done when it ends. */
  enterFunction(args: readonly string[]): () => void {
    const before = this.args
    const own = new Map<string, string | undefined>()
    this.#calls.push(own)
    this.args = args
    return () => {
      this.#calls.splice(this.#calls.indexOf(own), 1)
      this.args = before
      for (const [name, value] of own) {
        if (value === undefined) this.vars.delete(name)
        else this.vars.set(name, value)
      }
    }
  }

  /** `local NAME`: what it was comes back when the function ends. */
  makeLocal(name: string): void {
    const own = this.#calls.at(-1)
    if (own && !own.has(name)) own.set(name, this.vars.get(name))
  }

  copy(): Scope {
    const copy = new Scope(this.place, this.vars, this.folder)
    copy.exported.clear()
    for (const name of this.exported) copy.exported.add(name)
    copy.args = this.args
    copy.status = this.status
    for (const [name, body] of this.functions) copy.functions.set(name, body)
    for (const option of this.options) copy.options.add(option)
    copy.trying = this.trying
    // within a subshell of a function `local` and `return` are still there
    if (this.inFunction) copy.#calls.push(new Map())
    return copy
  }

  set(name: string, value: string): void {
    this.vars.set(name, value.length > LONGEST_WORD ? value.slice(0, LONGEST_WORD) : value)
  }

  environment(): [string, string][] {
    return [...this.vars].filter(([name]) => this.exported.has(name))
  }
}
