import { sha256 } from '@noble/hashes/sha2.js'
import type { ServicePortInfo } from '../../network/index.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first letters of the base32 (RFC 4648) of the SHA-256 of an ASCII text; `letters` up to 51. */
function hash(text: string, letters: number): string {
  const bytes = sha256(Uint8Array.from(text, (c) => c.charCodeAt(0)))
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) out += BASE32[(value >>> (bits - 5)) & 31]
    value &= 0xff
    if (out.length >= letters) break
  }
  return out.slice(0, letters)
}

const protocolOf = (info: ServicePortInfo): string => info.protocol.toLowerCase()

/**
 * Names of kube-proxy's chains in iptables mode, for one port of a Service.
 * k8s pkg/proxy/iptables/proxier.go portProtoHash, servicePortEndpointChainName (v1.36).
 */
export function iptablesChains(info: ServicePortInfo) {
  const name = hash(info.name + protocolOf(info), 16)
  return {
    cluster: `KUBE-SVC-${name}`,
    local: `KUBE-SVL-${name}`,
    external: `KUBE-EXT-${name}`,
    firewall: `KUBE-FW-${name}`,
    endpoint: (text: string) => `KUBE-SEP-${hash(info.name + protocolOf(info) + text, 16)}`,
  }
}

/** k8s sigs.k8s.io/knftables NameLengthMax (0.0.18), less the longest prefix. */
const NFT_BASE_LENGTH = 256 - 16

/** k8s pkg/proxy/nftables/proxier.go hashAndTruncate (v1.36). */
function nftBase(name: string): string {
  const full = `${hash(name, 8)}-${name}`
  return full.length > NFT_BASE_LENGTH ? `${full.slice(0, NFT_BASE_LENGTH - 3)}...` : full
}

/**
 * Names of kube-proxy's chains and sets in nftables mode, for one port of a Service.
 * k8s pkg/proxy/nftables/proxier.go servicePortChainNameBase, servicePortEndpointChainNameBase (v1.36).
 */
export function nftablesChains(info: ServicePortInfo) {
  const path = `${info.namespace}/${info.serviceName}/${protocolOf(info)}/${info.portName}`
  const name = nftBase(path)
  const endpointBase = (e: { ip: string; port: number }) => nftBase(`${path}__${e.ip.replaceAll(':', '.')}/${e.port}`)
  return {
    cluster: `service-${name}`,
    local: `local-${name}`,
    external: `external-${name}`,
    firewall: `firewall-${name}`,
    endpoint: (e: { ip: string; port: number }) => `endpoint-${endpointBase(e)}`,
    affinity: (e: { ip: string; port: number }) => `affinity-${endpointBase(e)}`,
  }
}
