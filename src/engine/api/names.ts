/**
 * What names, label keys, ports and the like may look like; each function gives the messages of what is wrong, none when all is well.
 * k8s apimachinery/pkg/util/validation/validation.go, pkg/api/validate/content (v1.36)
 */
export type Check = (value: string) => string[]

/** With `prefix`, the value is a generateName: something will be appended to it. */
export type NameCheck = (value: string, prefix: boolean) => string[]

const regexError = (message: string, format: string, ...examples: readonly string[]) =>
  examples.length === 0
    ? `${message} (regex used for validation is '${format}')`
    : `${message} (e.g. ${examples.map((e, i) => `${i > 0 ? ' or ' : ''}'${e}', `).join('')}regex used for validation is '${format}')`

const maxChars = (n: number) => `must be no more than ${n} characters`
const maxBytes = (n: number) => `must be no more than ${n} bytes`
function bytes(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return bytesBeyondAscii(text)
  return text.length
}
function bytesBeyondAscii(text: string): number {
  let n = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    n += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return n
}
const whole = (format: string) => new RegExp(`^(?:${format})$`)

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const _LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const VALUE = `(${KEY})?`
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const PERCENT = '[0-9]+%'
const HEADER = '[-A-Za-z0-9]+'
const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const labelForm = whole(LABEL)
const subdomainForm = whole(SUBDOMAIN)
const keyForm = whole(KEY)
const valueForm = whole(VALUE)
const configKeyForm = whole(CONFIG_KEY)
const headerForm = whole(HEADER)
const wildcardForm = whole(`\\*\\.${SUBDOMAIN}`)
const underscoredForm = whole(`${UNDERSCORED}(\\.${UNDERSCORED})*`)

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

export const dns1123Label: Check = (value) => {
  const out = bytes(value) > 63 ? [maxChars(63)] : []
  if (labelForm.test(value)) return out
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  return [...out, subdomainForm.test(value) ? 'must not contain dots' : regexError(rule, LABEL, 'my-name', '123-abc')]
}

export const dns1123Subdomain: Check = (value) => [
  ...(bytes(value) > 253 ? [maxChars(253)] : []),
  ...(subdomainForm.test(value) ? [] : [regexError(SUBDOMAIN_RULE, SUBDOMAIN, 'example.com')]),
]

export const dns1123SubdomainWithUnderscore: Check = (value) => [
  ...(bytes(value) > 253 ? [maxChars(253)] : []),
  ...(underscoredForm.test(value)
    ? []
    : [
        regexError(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
          `${UNDERSCORED}(\\.${UNDERSCORED})*`,
          'example.com',
        ),
      ]),
]

export const wildcardSubdomain: Check = (value) => [
  ...(bytes(value) > 253 ? [maxChars(253)] : []),
  ...(wildcardForm.test(value)
    ? []
    : [
        regexError(
          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
          `\\*\\.${SUBDOMAIN}`,
          '*.example.com',
        ),
      ]),
]

const KEY_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const KEY_ERROR = regexError(KEY_RULE, KEY, 'MyName', 'my.name', '123-abc')

/** A label's key, which is what Kubernetes calls a qualified name. */
export const labelKey: Check = (value) => {
  const parts = value.split('/')
  if (parts.length > 2) {
    return [`a valid label key ${KEY_ERROR} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const out: string[] = []
  const name = parts.at(-1)!
  if (parts.length === 2) {
    const prefix = parts[0]!
    if (prefix === '') out.push('prefix part must be non-empty')
    else {
      if (bytes(prefix) > 253) out.push(`prefix part ${maxBytes(253)}`)
      if (!subdomainForm.test(prefix)) out.push(`prefix part ${regexError(SUBDOMAIN_RULE, SUBDOMAIN, 'example.com')}`)
    }
  }
  if (name === '') out.push('name part must be non-empty')
  else if (bytes(name) > 63) out.push(`name part ${maxBytes(63)}`)
  if (!keyForm.test(name)) out.push(`name part ${KEY_ERROR}`)
  return out
}

export const labelValue: Check = (value) => [
  ...(bytes(value) > 63 ? [maxBytes(63)] : []),
  ...(valueForm.test(value)
    ? []
    : [
        regexError(
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          VALUE,
          'MyValue',
          'my_value',
          '12345',
        ),
      ]),
]

export const inRange = (value: number, low: number, high: number): string[] =>
  value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`]

export const portNumber = (value: number): string[] => inRange(value, 1, 65535)

export const portName: Check = (value) => [
  ...(bytes(value) > 15 ? [maxChars(15)] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(value.startsWith('-') || value.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
]

export const percent: Check = (value) =>
  whole(PERCENT).test(value)
    ? []
    : [regexError("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')]

export const httpHeaderName: Check = (value) =>
  headerForm.test(value)
    ? []
    : [regexError("a valid HTTP header must consist of alphanumeric characters or '-'", HEADER, 'X-Header-Name')]

/** RelaxedEnvironmentVariableValidation is GA since 1.34. */
export const envVarName: Check = (value) => {
  if (value === '') return ['environment variable name must be non-empty']
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

const noParentDirectory: Check = (value) =>
  value === '.'
    ? ["must not be '.'"]
    : value === '..'
      ? ["must not be '..'"]
      : value.startsWith('..')
        ? ["must not start with '..'"]
        : []

export const configMapKey: Check = (value) => [
  ...(bytes(value) > 253 ? [maxChars(253)] : []),
  ...(configKeyForm.test(value)
    ? []
    : [
        regexError(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
          CONFIG_KEY,
          'key.name',
          'KEY_NAME',
          'key-name',
        ),
      ]),
  ...noParentDirectory(value),
]

/** k8s apimachinery/pkg/api/validation/path/name.go IsValidPathSegmentName */
export const pathSegment: NameCheck = (value, prefix) => {
  if (!prefix && value === '.') return ["may not be '.'"]
  if (!prefix && value === '..') return ["may not be '..'"]
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`)
}

// k8s apimachinery/pkg/api/validation/generic.go maskTrailingDash: it really takes two characters away
const masked = (value: string, prefix: boolean) =>
  prefix && value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value

export const nameIsSubdomain: NameCheck = (value, prefix) => dns1123Subdomain(masked(value, prefix))
export const nameIsLabel: NameCheck = (value, prefix) => dns1123Label(masked(value, prefix))
export const byteLength = bytes
