import { formatIPv4, formatIPv6, isIPv6, parseCidr, parseIPv4, parseIPv6 } from '../../model/index.ts'
import { type Field, type FieldErrors, goQuote, invalid } from './field.ts'

/**
 * IP addresses as the API server takes them: sloppy parsing lets leading zeros pass, strict validation then says no to them.
 * k8s apimachinery/pkg/util/validation/ip.go, k8s.io/utils/net/parse.go (v1.36)
 */
const withoutZeros = (text: string) => text.replace(/(^|[.:])0+(?=\d)/g, '$1')

/** An IPv4 address, leading zeros and all; undefined when it is none. */
function sloppyIPv4(text: string): number | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) ? parseIPv4(withoutZeros(text)) : undefined
}

/** The address that a text means, in its usual form; undefined when it is none. */
export function sloppyIP(text: string): string | undefined {
  const v4 = sloppyIPv4(text)
  if (v4 !== undefined) return formatIPv4(v4)
  const groups = parseIPv6(text)
  if (!groups) return undefined
  if (isMapped(groups)) return formatIPv4(groups[6]! * 65536 + groups[7]!)
  return formatIPv6(groups)
}

const isMapped = (groups: readonly number[]) => groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff

/** As netutils.IsIPv6String: a mapped IPv4 address is none. */
export const isV6 = (text: string): boolean => {
  const groups = parseIPv6(text)
  return groups !== undefined && !isMapped(groups)
}

// k8s apimachinery/pkg/util/validation/ip.go IsValidIPForLegacyField, with StrictIPCIDRValidation (beta, on in 1.36)
export function validateIP(field: Field, value: string, before: readonly string[] = []): FieldErrors {
  if (before.includes(value)) return []
  if (sloppyIP(value) === undefined) {
    return [invalid(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  }
  if (parseIPv4(value) === undefined && !isIPv6(value)) return [invalid(field, value, 'must not have leading 0s')]
  const groups = parseIPv6(value)
  return groups && isMapped(groups) ? [invalid(field, value, 'must not be an IPv4-mapped IPv6 address')] : []
}

// k8s apimachinery/pkg/util/validation/ip.go IsValidIP: as above, and in canonical form
export function validateCanonicalIP(field: Field, value: string): FieldErrors {
  const errors = validateIP(field, value)
  if (errors.length > 0) return errors
  const canonical = sloppyIP(value)
  return canonical === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical ?? '')})`)]
}

// k8s apimachinery/pkg/util/validation/ip.go IsValidCIDRForLegacyField
export function validateCIDR(field: Field, value: string, before: readonly string[] = []): FieldErrors {
  if (before.includes(value)) return []
  const [ip = '', bits = '', ...more] = value.split('/')
  const address = sloppyIP(ip)
  const limit = ip.includes(':') ? 128 : 32
  if (address === undefined || more.length > 0 || !/^\d+$/.test(bits) || Number(bits) > limit) {
    return [invalid(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  }
  if ((!isIPv6(ip) && parseIPv4(ip) === undefined) || /^0\d/.test(bits)) {
    return [invalid(field, value, 'must not have leading 0s in IP or prefix length')]
  }
  const groups = parseIPv6(ip)
  if (groups && isMapped(groups)) return [invalid(field, value, 'must not have an IPv4-mapped IPv6 address')]
  const masked = groups ? maskedV6(groups, Number(bits)) : formatIPv4(parseCidr(value)!.base)
  return masked === address ? [] : [invalid(field, value, 'must not have bits set beyond the prefix length')]
}

function maskedV6(groups: readonly number[], bits: number): string {
  return formatIPv6(
    groups.map((g, i) => {
      const keep = Math.min(16, Math.max(0, bits - 16 * i))
      return g & (0xffff << (16 - keep)) & 0xffff
    }),
  )
}

// k8s pkg/apis/core/validation/validation.go ValidateEndpointIP (v1.36)
export function validateEndpointIP(value: string, field: Field): FieldErrors {
  const ip = sloppyIP(value)
  if (ip === undefined) return [invalid(field, value, 'must be a valid IP address')]
  const out: FieldErrors = []
  const v4 = parseIPv4(ip)
  const groups = parseIPv6(ip)
  const inV4 = (base: string, bits: number) =>
    v4 !== undefined && v4 >>> (32 - bits) === parseIPv4(base)! >>> (32 - bits)
  if (v4 === 0 || ip === '::') out.push(invalid(field, value, `may not be unspecified (${value})`))
  if (inV4('127.0.0.0', 8) || ip === '::1') {
    out.push(invalid(field, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  }
  if (inV4('169.254.0.0', 16) || (groups && (groups[0]! & 0xffc0) === 0xfe80)) {
    out.push(invalid(field, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  }
  if (inV4('224.0.0.0', 24) || (groups && (groups[0]! & 0xff0f) === 0xff02)) {
    out.push(invalid(field, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
  }
  return out
}

// k8s apimachinery/pkg/util/validation/ip.go GetWarningsForIP
export function warningsForIP(name: string, value: string): string[] {
  const ip = sloppyIP(value)
  if (ip === undefined) return []
  const groups = parseIPv6(value)
  if ((parseIPv4(value) === undefined && !groups) || (groups && isMapped(groups))) {
    return [`${name}: non-standard IP address ${goQuote(value)} is invalid: use ${goQuote(ip)}`]
  }
  return groups && ip !== value
    ? [`${name}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(ip)})`]
    : []
}

// k8s apimachinery/pkg/util/validation/ip.go GetWarningsForCIDR: what strict validation let pass can only be non-canonical IPv6
export function warningsForCIDR(name: string, value: string): string[] {
  const [ip = '', bits] = value.trim().split('/')
  const canonical = sloppyIP(ip)
  if (!ip.includes(':') || canonical === undefined || canonical === ip) return []
  return [
    `${name}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(`${canonical}/${bits}`)})`,
  ]
}
