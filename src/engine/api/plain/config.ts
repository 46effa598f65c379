import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import { child, type FieldErrors, forbidden, invalid, invalids, key, required, root, tooLong } from '../field.ts'
import { metadata, validateMeta, validateMetaUpdate } from '../meta.ts'
import { byteLength, configMapKey, nameIsSubdomain } from '../names.ts'

const MAX_SIZE = 1024 * 1024
const data = child(root, 'data')

/** The length of what base64 text stands for. */
const decodedLength = (text: string) => Math.floor((text.replace(/=+$/, '').length * 3) / 4)

/** Base64 of a text's UTF-8. */
export function base64(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const bytes: number[] = []
  for (const char of text) {
    const c = char.codePointAt(0)!
    if (c < 0x80) bytes.push(c)
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63))
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
  }
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]]
    out += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)]!
    out += b === undefined ? '=' : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)]!
    out += c === undefined ? '=' : alphabet[c & 63]!
  }
  return out
}

/** k8s pkg/apis/core/v1/conversion.go Convert_v1_Secret_To_core_Secret, defaults.go SetDefaults_Secret (v1.36): stringData is only written. */
export function defaultSecret(o: Draft): void {
  o.type ||= 'Opaque'
  if (o.stringData) {
    o.data = { ...o.data }
    for (const name of Object.keys(o.stringData).sort()) o.data[name] = base64(o.stringData[name])
    delete o.stringData
  }
}

/** k8s pkg/apis/core/validation/validation.go ValidateConfigMap (v1.36) */
export function validateConfigMapCreate(o: Draft): FieldErrors {
  const out = validateMeta(o.metadata, true, nameIsSubdomain)
  let size = 0
  for (const name of Object.keys(o.data ?? {}).sort()) {
    out.push(...invalids(key(data, name), name, configMapKey(name)))
    if (o.binaryData?.[name] !== undefined)
      out.push(invalid(key(data, name), name, 'duplicate of key present in binaryData'))
    size += byteLength(o.data[name])
  }
  for (const name of Object.keys(o.binaryData ?? {}).sort()) {
    out.push(...invalids(key(child(root, 'binaryData'), name), name, configMapKey(name)))
    size += decodedLength(o.binaryData[name])
  }
  if (size > MAX_SIZE) out.push(tooLong({ text: '[]', path: ['data'] }, MAX_SIZE))
  return out
}

function immutableData(o: Draft, old: Draft, ...bags: readonly string[]): FieldErrors {
  if (!old.immutable) return []
  const why = 'field is immutable when `immutable` is set'
  return [
    ...(o.immutable ? [] : [forbidden(child(root, 'immutable'), why)]),
    ...bags.filter((bag) => !semanticEqual(o[bag], old[bag])).map((bag) => forbidden(child(root, bag), why)),
  ]
}

export const validateConfigMapUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...immutableData(o, old, 'data', 'binaryData'),
  ...validateConfigMapCreate(o),
]

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

/** k8s pkg/apis/core/validation/validation.go ValidateSecret (v1.36); what docker configurations hold is not read. */
export function validateSecretCreate(o: Draft): FieldErrors {
  const out = validateMeta(o.metadata, true, nameIsSubdomain)
  const bag: Record<string, string> = o.data ?? {}
  let size = 0
  for (const name of Object.keys(bag).sort()) {
    out.push(...invalids(key(data, name), name, configMapKey(name)))
    size += decodedLength(bag[name]!)
  }
  if (size > MAX_SIZE) out.push(tooLong(data, MAX_SIZE))
  for (const name of NEEDED[o.type] ?? []) if (bag[name] === undefined) out.push(required(key(data, name)))
  switch (o.type) {
    case 'kubernetes.io/service-account-token': {
      const account = 'kubernetes.io/service-account.name'
      if (!o.metadata.annotations?.[account]) out.push(required(key(child(metadata, 'annotations'), account)))
      break
    }
    case 'kubernetes.io/basic-auth':
      if (bag['username'] === undefined && bag['password'] === undefined) {
        out.push(required(key(data, 'username')), required(key(data, 'password')))
      }
      break
    case 'kubernetes.io/ssh-auth':
      if (!bag['ssh-privatekey']) out.push(required(key(data, 'ssh-privatekey')))
      break
    default:
  }
  return out
}

export const validateSecretUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...(o.type === old.type ? [] : [invalid(child(root, 'type'), o.type, 'field is immutable')]),
  ...immutableData(o, old, 'data'),
  ...validateSecretCreate(o),
]
