import {
  type Block,
  canonicalIP,
  familiesOf,
  familyOf,
  type IPFamily,
  inBlock,
  ipOfNumber,
  parseBlock,
  rangeOf,
} from '../../../model/index.ts'
import { randomInt, type State, slot } from '../../core/index.ts'

/** Cluster IPs and node ports that are taken: the text of the address or port → the Service that has it (`namespace/name`). */
const clusterIPs = slot<string>('api.clusterIPs')
const nodePorts = slot<string>('api.nodePorts')

const between = (low: number, value: number, high: number) => Math.min(Math.max(value, low), high)

/**
 * What one request takes and gives back of the two pools: nothing counts until `commit`, so a refused request leaves no trace.
 * k8s pkg/registry/core/service/{ipallocator,portallocator} (v1.36)
 */
export class Allocation {
  readonly #state: State
  readonly #owner: string
  readonly #ips = new Set<string>()
  readonly #ports = new Set<string>()
  readonly #freeIPs = new Set<string>()
  readonly #freePorts = new Set<string>()

  constructor(state: State, owner: string) {
    this.#state = state
    this.#owner = owner
  }

  /** The families in which the cluster gives addresses, the primary one first. */
  get families(): readonly IPFamily[] {
    return familiesOf(this.#state.config)
  }

  /** The cluster's range of a family. */
  #range(family: IPFamily): Block | undefined {
    return parseBlock(rangeOf(this.#state.config.serviceCIDR, family) ?? '')
  }

  /** Take this address. Returns why not, in the allocator's words. */
  takeIP(text: string): string | undefined {
    const ip = canonicalIP(text) ?? text
    const family = familyOf(ip)
    const range = this.#range(family)
    // neither the network's own address nor, in IPv4, its last one: k8s pkg/api/servicecidr PrefixContainsIP (v1.36)
    const ends = range
      ? [range.first, ...(family === 'IPv4' ? [range.last] : [])].map((n) => ipOfNumber(family, n))
      : []
    if (!inBlock(range, ip) || ends.includes(ip)) return 'the provided network does not match the current range'
    if (this.#hasIP(ip)) return 'provided IP is already allocated'
    this.#ips.add(ip)
    return undefined
  }

  /**
   * Take an address that nobody has, or undefined when all are taken: drawn from the upper part of the range, so that the lower part
   * (at most 256 addresses) stays for those who ask for one by name.
   * k8s pkg/registry/core/service/ipallocator/ipallocator.go allocateNextService, calculateRangeOffset (v1.36)
   */
  drawIP(family: IPFamily): string | undefined {
    const range = this.#range(family)
    if (!range) return undefined
    // of a wide IPv6 range the first four billion are enough
    const size = Math.min(Number(range.last - range.first) + 1, 2 ** 32)
    const offset = size <= 16 ? 0 : between(16, Math.floor(size / 16), 256)
    const last = family === 'IPv4' ? size - 2 : size - 1
    const at = (n: number) => ipOfNumber(family, range.first + BigInt(n))
    const isFree = (n: number) => !this.#hasIP(at(n))
    const stream = family === 'IPv4' ? 'api.clusterIP' : 'api.clusterIPv6'
    const n =
      this.#scan(Math.max(1, offset), last, isFree, stream) ??
      (offset > 0 ? this.#scan(1, offset - 1, isFree, stream) : undefined)
    if (n === undefined) return undefined
    this.#ips.add(at(n))
    return at(n)
  }

  /** Take this node port. Returns why not. */
  takePort(port: number): string | undefined {
    const [low, high] = this.#state.config.nodePortRange
    if (port < low || port > high) {
      return `provided port is not in the valid range. The range of valid ports is ${low}-${high}`
    }
    if (this.#hasPort(port)) return 'provided port is already allocated'
    this.#ports.add(String(port))
    return undefined
  }

  /** As drawIP, for a node port; k8s pkg/registry/core/service/portallocator/allocator.go calculateRangeOffset (v1.36). */
  drawPort(): number | undefined {
    const [low, high] = this.#state.config.nodePortRange
    const size = high - low + 1
    const offset = size <= 16 ? 0 : between(16, Math.floor(size / 32), 128)
    const isFree = (port: number) => !this.#hasPort(port)
    const port =
      this.#scan(low + offset, high, isFree, 'api.nodePort') ??
      (offset > 0 ? this.#scan(low, low + offset - 1, isFree, 'api.nodePort') : undefined)
    if (port !== undefined) this.#ports.add(String(port))
    return port
  }

  releaseIP(ip: string): void {
    this.#freeIPs.add(canonicalIP(ip) ?? ip)
  }

  releasePort(port: number): void {
    this.#freePorts.add(String(port))
  }

  commit(): void {
    for (const ip of this.#freeIPs) clusterIPs(this.#state).delete(ip)
    for (const port of this.#freePorts) nodePorts(this.#state).delete(port)
    for (const ip of this.#ips) clusterIPs(this.#state).set(ip, this.#owner)
    for (const port of this.#ports) nodePorts(this.#state).set(port, this.#owner)
  }

  #hasIP(ip: string): boolean {
    return this.#ips.has(ip) || clusterIPs(this.#state).has(ip)
  }

  #hasPort(port: number): boolean {
    return this.#ports.has(String(port)) || nodePorts(this.#state).has(String(port))
  }

  /** The first free number from a drawn one on, round the end. */
  #scan(low: number, high: number, isFree: (n: number) => boolean, stream: string): number | undefined {
    const size = high - low + 1
    if (size <= 0) return undefined
    const start = randomInt(this.#state, stream, size)
    for (let i = 0; i < size; i++) {
      const n = low + ((start + i) % size)
      if (isFree(n)) return n
    }
    return undefined
  }
}
