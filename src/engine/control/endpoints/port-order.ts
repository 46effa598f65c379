import type { EndpointPort } from '../../../model/index.ts'

const OFFSET = 0x6c62272e07bb014262b821756295c58dn
const PRIME = (1n << 88n) + 0x13bn
const MASK = (1n << 128n) - 1n

/** FNV-1a with 128 bits over UTF-8, in hex (Go hash/fnv New128a). */
function fnv128a(text: string): string {
  let hash = OFFSET
  for (const byte of utf8(text)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK
  return hash.toString(16).padStart(32, '0')
}

function* utf8(text: string): Iterable<number> {
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) yield code
    else if (code < 0x800) yield* [0xc0 | (code >> 6), 0x80 | (code & 63)]
    else if (code < 0x10000) yield* [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
    else yield* [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
  }
}

/** How Go prints the port for hashing (k8s.io/utils/dump ForHash over discovery/v1 EndpointPort, v0.36). */
const dump = (p: EndpointPort): string => {
  const show = (type: string, value: string | number | undefined) =>
    `(*${type})${value === undefined ? '<nil>' : value}`
  return `(v1.EndpointPort){Name:${show('string', p.name)} Protocol:${show('v1.Protocol', p.protocol)} Port:${show('int32', p.port)} AppProtocol:${show('string', p.appProtocol)}}`
}

/** The same for a port of an Endpoints object, core/v1 EndpointPort. */
const dumpOfCore = ({ name = '', port, protocol = 'TCP', appProtocol }: EndpointPort): string =>
  `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`

/** Hashes of ports seen lately: a Service's ports are the same for each of its pods. */
const hashes = new Map<string, string>()
const MOST_HASHES = 2000

function hashOf(text: string): string {
  let hash = hashes.get(text)
  if (hash === undefined) {
    if (hashes.size >= MOST_HASHES) hashes.clear()
    hash = fnv128a(text)
    hashes.set(text, hash)
  }
  return hash
}

const byHash = (ports: readonly EndpointPort[], text: (port: EndpointPort) => string): EndpointPort[] =>
  ports.length < 2 ? [...ports] : [...ports].sort((a, b) => (hashOf(text(a)) < hashOf(text(b)) ? -1 : 1))

/** Ports in the order in which the controllers write them: by their hash (k8s.io/endpointslice util NewPortMapKey, v0.36). */
export const inHashOrder = (ports: readonly EndpointPort[]): EndpointPort[] => byHash(ports, dump)

/** Ports of a subset in theirs. k8s pkg/api/v1/endpoints/util.go SortSubsets, portsByHash (v1.36) */
export const inSubsetOrder = (ports: readonly EndpointPort[]): EndpointPort[] => byHash(ports, dumpOfCore)
