import type { Path } from '../../model/index.ts'

/** A value that must not leave the page unasked, and what stands there instead: valid where the value was valid. */
export interface Secret {
  readonly path: Path
  readonly placeholder: string
}

export const PLACEHOLDER = 'redacted'
/** base64 of PLACEHOLDER */
export const PLACEHOLDER_BASE64 = 'cmVkYWN0ZWQ='
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

const SECRET_NAME =
  /pass(word|wd|phrase)?($|_|-|\d)|passwd|pwd($|_)|token|secret|api_?key|access_?key|private_?key|credential|auth($|_)|dsn$|connection_?string/i
const SECRET_VALUE =
  /:\/\/[^\s/:@]*:[^\s/@]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{12,}|\bgh[pousr]_\w{20,}|\bxox[abprs]-\w{8,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\bsk-[\w-]{16,}/

/** Values of an environment that name a path or a flag, not a secret: `TOKEN_FILE=/run/token`, `AUTH=true`. */
const HARMLESS = /^(|true|false|yes|no|none|\d{1,5}|\/[\w./-]*|redacted|\$\(.*\))$/i

export const looksLikeCredential = (name: string, value: string): boolean =>
  SECRET_VALUE.test(value) || (SECRET_NAME.test(name) && !HARMLESS.test(value))

/** Every secret of an object: values of a Secret, and of env entries that look like credentials, at any depth. */
export function secretsOf(value: unknown): Secret[] {
  const found: Secret[] = []
  walk(value, [], found)
  return found
}

function walk(value: unknown, path: Path, found: Secret[]): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(item, [...path, i], found)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const object = value as Record<string, unknown>
  if (object.kind === 'Secret') {
    addAll(object.data, [...path, 'data'], PLACEHOLDER_BASE64, found)
    addAll(object.stringData, [...path, 'stringData'], PLACEHOLDER, found)
  }
  for (const [key, inner] of Object.entries(object)) {
    if (key === LAST_APPLIED && typeof inner === 'string') {
      // the whole object once more, as JSON: a Secret's with its values
      if (/"kind":"Secret"/.test(inner) || secretsOf(parseJson(inner)).length > 0)
        found.push({ path: [...path, key], placeholder: '{}' })
    } else if (key === 'env' && Array.isArray(inner)) {
      for (const [i, entry] of inner.entries()) {
        if (typeof entry !== 'object' || entry === null) continue
        const { name, value: said } = entry as Record<string, unknown>
        if (typeof said === 'string' && looksLikeCredential(String(name), said))
          found.push({ path: [...path, key, i, 'value'], placeholder: PLACEHOLDER })
      }
    } else walk(inner, [...path, key], found)
  }
}

function addAll(values: unknown, path: Path, placeholder: string, found: Secret[]): void {
  if (typeof values !== 'object' || values === null) return
  for (const [key, value] of Object.entries(values))
    if (value !== null && value !== '' && value !== placeholder) found.push({ path: [...path, key], placeholder })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // no JSON: nothing of an object in it
    return undefined
  }
}
