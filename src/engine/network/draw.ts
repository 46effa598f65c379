import { random, type State } from '../core/index.ts'

/** Where chance comes in. One walk of a request asks for its draws in order, so a list of them says everything that was chance. */
export interface Draw {
  /** A number in [0, n). n is at least 1. */
  one(n: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** A number in [0, 1) that changes no outcome: for latencies and ports. */
  noise(): number
}

/** Draws from the cluster's seed, one stream for each client, so that a new client does not change what the others get. */
export function drawFor(state: State, client: string): Draw {
  const stream = `network.draw ${client}`
  return {
    one: (n) => (n <= 1 ? 0 : Math.floor(random(state, stream) * n)),
    chance: (p) => p > 0 && (p >= 1 || random(state, stream) < p),
    noise: () => random(state, `network.noise ${client}`),
  }
}

/** At most this many ways are looked at: beyond it, what is left is more of the same. */
const MOST_WAYS = 4096

/** Do something once for every way in which its draws could fall, `most` at most. */
export function everyDraw(act: (draw: Draw) => void, most: number = MOST_WAYS): void {
  const script: { pick: number; of: number }[] = []
  for (let ways = 0; ways < most; ways++) {
    let next = 0
    const pick = (of: number): number => {
      if (of <= 1) return 0
      if (next === script.length) script.push({ pick: 0, of })
      return script[next++]!.pick
    }
    act({ one: pick, chance: (p) => (p <= 0 ? false : p >= 1 ? true : pick(2) === 1), noise: () => 0.5 })
    script.length = next
    while (script.length > 0 && script.at(-1)!.pick === script.at(-1)!.of - 1) script.pop()
    if (script.length === 0) return
    script.at(-1)!.pick++
  }
}
