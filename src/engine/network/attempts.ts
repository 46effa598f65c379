import { familyOf, type Ms } from '../../model/index.ts'

/** curl lib/cf-ip-happy.c, CURL_HET_DEFAULT (8.17): how long the first family is ahead of the other. */
const HEAD_START: Ms = 200

export interface Attempt {
  readonly dst: string
  /** When it is given up, in ms since the request began. */
  readonly until: Ms
  /** Set on the first address of the other family: the one that was tried before, and how that went. */
  readonly instead?: { readonly of: string; readonly because: 'refused' | 'silent' }
}

/**
 * Which addresses of a name a client tries, one after another: those of the family of the first, and of the other one as soon as these are
 * refused, or after 200 ms in which nothing came (RFC 8305, happy eyeballs). Within a family each is given half of the time that is left.
 * curl lib/cf-ip-happy.c, lib/connect.c (8.17).
 */
export class Attempts {
  #mine: string[]
  #other: string[]
  readonly #timeout: Ms
  #instead: Attempt['instead']
  /** An address of the first family from which an answer may still come. */
  #open: string | undefined

  /** `timeout`: ms since the request began. `eyeballs`: it is a connection, which is answered or not. */
  constructor(addresses: readonly string[], timeout: Ms, eyeballs: boolean) {
    const first = addresses[0]
    const same = (ip: string) => !eyeballs || (first !== undefined && familyOf(ip) === familyOf(first))
    this.#mine = addresses.filter(same)
    this.#other = addresses.filter((ip) => !same(ip))
    this.#timeout = timeout
  }

  /** The next one to try at this moment; undefined when there is none, or no time. */
  next(at: Ms): Attempt | undefined {
    const dst = this.#mine.shift()
    if (dst === undefined || at >= this.#timeout) return undefined
    const left = this.#timeout - at
    const ahead = this.#other.length > 0 && this.#open === undefined
    const patience = ahead ? Math.min(HEAD_START, left) : this.#mine.length > 0 ? left / 2 : left
    const instead = this.#instead
    this.#instead = undefined
    return { dst, until: at + patience, ...(instead && { instead }) }
  }

  /** How the last one went: whether the other family comes next. */
  failed(dst: string, because: 'refused' | 'silent'): void {
    if (this.#other.length === 0 || this.#open !== undefined) return
    if (because === 'refused' && this.#mine.length > 0) return
    this.#instead = { of: dst, because }
    if (because === 'silent') this.#open = dst
    const rest = this.#mine
    this.#mine = [...this.#other, ...rest]
    this.#other = []
  }

  /** The address of the first family that nobody has answered for or refused: the client waits for it to the end. */
  get open(): string | undefined {
    return this.#open
  }
}
