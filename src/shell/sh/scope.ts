import type { Place } from './place.ts'

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

  constructor(place: Place, vars: Iterable<readonly [string, string]>, folder = '/') {
    this.place = place
    this.vars = new Map(vars)
    this.exported = new Set(this.vars.keys())
    this.args = []
    this.folder = folder
  }

  copy(): Scope {
    const copy = new Scope(this.place, this.vars, this.folder)
    copy.exported.clear()
    for (const name of this.exported) copy.exported.add(name)
    copy.args = this.args
    copy.status = this.status
    return copy
  }

  set(name: string, value: string): void {
    this.vars.set(name, value.length > LONGEST_WORD ? value.slice(0, LONGEST_WORD) : value)
  }

  environment(): [string, string][] {
    return [...this.vars].filter(([name]) => this.exported.has(name))
  }
}
