import fc from 'fast-check'

/** Texts that manifests are made of, for properties. */
const PIECES = [
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n',
  'spec:\n  selector: {app: web}\n  ports:\n  - port: 80 # http\n    targetPort: 8080\n',
  'data:\n  a: |\n    one\n    two\n  b: >-\n    folded\n',
  '\n---\n',
  '---\n',
  '--- # next\n',
  '...\n',
  '{"apiVersion": "v1", "kind": "Pod"}\n',
  'items:\n- a: 1\n- b: 2\n',
  'kind: List\n',
  '# a comment\n',
  '{{ .Values.name }}',
  '{{- if .x }}\n',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!str ',
  '? ',
  ': ',
  '- ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  '|',
  '>',
  '%YAML 1.1\n',
  '@',
  '\\',
  'é😀',
  '\ud800',
  '\ufeff',
  '\0',
  '\u0085',
  'yes',
  '0x1f',
  'key: value\n',
]

export const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((pieces) => pieces.join('')),
)

const name = fc.constantFrom('app', 'name', 'app.kubernetes.io/name', 'y', '1', 'a b', 'ports', 'x: y', '', '- a')
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    'web',
    '80',
    'yes',
    '',
    ' a',
    'a: b',
    'one\ntwo\n',
    '#',
    '{x}',
    '- a',
    '~',
    "it's",
    '"q"',
    'a #b',
  ),
  fc.integer({ min: -5, max: 99_999 }),
  fc.constantFrom<unknown>(true, false, null, 1.5),
  fc.string({ maxLength: 8 }).filter((text) => !/[\ud800-\udfff]/.test(text)),
)

/** Values that JSON has. */
export const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value

export const anyFields = fc.dictionary(name, anyValue, { maxKeys: 4 })
