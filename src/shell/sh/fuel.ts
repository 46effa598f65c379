import { FatalSignal, STOPPED } from './signals.ts'

/** How much happens before time has to pass: commands, lines, thousands of characters. */
const MOST = 100_000

/** Ends commands that go on for ever without a pause, which would stop the page. */
export class Fuel {
  #left = MOST

  /** Throws when there is none left. */
  spend(amount = 1): void {
    this.#left -= amount
    if (this.#left < 0)
      throw new FatalSignal('stopped: too much was done without time passing; put a `sleep` into the loop', STOPPED)
  }

  /** Time passes. */
  refill(): void {
    this.#left = MOST
  }
}
