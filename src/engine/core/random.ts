import type { State } from './state.ts'

/** FNV-1a, 32 bit, over UTF-16 code units: a stable number for a name. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/**
 * The next number of a named stream, in [0, 1). One stream for each purpose, so that a new draw in the kubelet does not change what
 * kube-proxy picks. mulberry32: one 32-bit word of state.
 */
export function random(state: State, stream: string): number {
  const before = state.streams.get(stream) ?? fnv1a(`${state.config.seed} ${stream}`)
  const word = (before + 0x6d2b79f5) >>> 0
  state.streams.set(stream, word)
  let t = word
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

/** A whole number in [0, n). */
export const randomInt = (state: State, stream: string, n: number): number => Math.floor(random(state, stream) * n)

/** k8s apimachinery/pkg/util/rand/rand.go (v1.36): no vowels, no 0, 1, 3: names that form no words. */
const ALPHANUMS = 'bcdfghjklmnpqrstvwxz2456789'

/** A suffix as the API server and the controllers give to generated names. */
export function randomSuffix(state: State, stream: string, length: number): string {
  let out = ''
  for (let i = 0; i < length; i++) out += ALPHANUMS[randomInt(state, stream, ALPHANUMS.length)]
  return out
}

/** k8s apimachinery/pkg/util/rand/rand.go SafeEncodeString (v1.36): digits of a hash in the safe alphabet. */
export function safeEncode(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) out += ALPHANUMS[text.charCodeAt(i) % ALPHANUMS.length]
  return out
}
