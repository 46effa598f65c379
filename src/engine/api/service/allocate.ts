import { formatIPv4, parseCidr, parseIPv4 } from '../../../model/index.ts'
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

  /** Take this address. Returns why not, in the allocator's words. */
  takeIP(ip: string): string | undefined {
    const range = parseCidr(this.#state.config.serviceCIDR)
    const value = parseIPv4(ip)
    const last = range ? range.base + 2 ** (32 - range.bits) - 1 : 0
    if (!range || value === undefined || value < range.base || value > last) {
      return 'the provided network does not match the current range'
    }
    if (value === range.base || value === last) {
      return `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${this.#state.config.serviceCIDR}`
    }
    if (this.#hasIP(ip)) return 'provided IP is already allocated'
    this.#ips.add(ip)
    return undefined
  }

  /**
   * Take an address that nobody has, or undefined when all are taken: drawn from the upper part of the range, so that the lower part
   * (at most 256 addresses) stays for those who ask for one by name.
   * k8s pkg/registry/core/service/ipallocator/ipallocator.go allocateNextService, calculateRangeOffset (v1.36)
   */
  drawIP(): string | undefined {
    const range = parseCidr(this.#state.config.serviceCIDR)
    if (!range) return undefined
    const size = 2 ** (32 - range.bits)
    const offset = size <= 16 ? 0 : between(16, Math.floor(size / 16), 256)
    const first = range.base + 1
    const last = range.base + size - 2
    const ip =
      this.#scan(Math.max(first, range.base + offset), last, (n) => !this.#hasIP(formatIPv4(n)), 'api.clusterIP') ??
      (offset > 0
        ? this.#scan(first, range.base + offset - 1, (n) => !this.#hasIP(formatIPv4(n)), 'api.clusterIP')
        : undefined)
    if (ip === undefined) return undefined
    this.#ips.add(formatIPv4(ip))
    return formatIPv4(ip)
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
    this.#freeIPs.add(ip)
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
