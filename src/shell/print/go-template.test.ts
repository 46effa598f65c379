import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTemplate } from './go-template.ts'

const data = {
  kind: 'Service',
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
  spec: { ports: [{ port: 80, name: 'http' }, { port: 443 }], type: '' },
}
const run = (text: string): string => {
  const template = parseTemplate(text)
  if (typeof template === 'string') return `! ${template}`
  const result = template(data)
  return result.ok ? result.text : `! ${result.error}`
}

describe('[KCTL-4] -o go-template', () => {
  it.each([
    ['{{.metadata.name}}', 'web'],
    ['{{.nope}} {{.nope.more}}', '<no value> <no value>'],
    ['{{range .spec.ports}}{{.port}} {{end}}', '80 443 '],
    ['{{range $i, $p := .spec.ports}}{{$i}}={{$p.port}};{{end}}', '0=80;1=443;'],
    ['{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}', 'app=web;tier=front;'],
    ['{{range .nope}}x{{else}}none{{end}}', 'none'],
    ['{{if .spec.type}}a{{else if .kind}}b{{else}}c{{end}}', 'b'],
    ['{{with .metadata}}{{.name}} {{$.kind}}{{end}}', 'web Service'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* nothing */}}x', 'x'],
    ['{{.metadata.labels}}', 'map[app:web tier:front]'],
    ['{{len .spec.ports}} {{.kind | len}}', '2 7'],
    ['{{(index .spec.ports 1).port}} {{index .metadata.labels "app"}}', '443 web'],
    [
      '{{eq .kind "Service" "Pod"}} {{ne .kind "x"}} {{and .kind .spec.type}}|{{or .spec.type "d"}} {{not .kind}}',
      'true true | d false'.replace('| d', '|d'),
    ],
    ['{{printf "%-5s|%05d|%q|%%" .metadata.name 42 "x"}}', 'web  |00042|"x"|%'],
    ['{{print "a" 1 2 "b"}}', 'a1 2b'],
    ['{{$x := .kind}}{{$x}}', 'Service'],
    ['{{"aGk=" | base64decode}}', 'hi'],
    ['{{"\\n"}}{{`\\n`}}', '\n\\n'],
  ])('%s', (text, wanted) => {
    expect(run(text)).toBe(wanted)
  })
  it.each([
    [
      '{{.metadata.name.foo}}',
      'template: output:1: executing "output" at <.metadata.name.foo>: can\'t evaluate field foo in type interface {}',
    ],
    [
      '{{index .spec.ports 5}}',
      'template: output:1: executing "output" at <index .spec.ports 5>: error calling index: index out of range: 5',
    ],
    ['{{if}}', 'template: output:1: missing value for if'],
    ['{{range .items}}', 'template: output:1: unexpected EOF'],
    ['{{bad}}', 'template: output:1: function "bad" not defined'],
    ['{{.a', 'template: output:1: unclosed action'],
    ['x{{end}}', 'template: output:1: unexpected {{end}}'],
  ])('%s is wrong', (text, wanted) => {
    expect(run(text)).toBe(`! ${wanted}`)
  })
  it('no text makes it throw', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '.a',
      'range',
      'end',
      'if',
      'else',
      '"',
      '(',
      ')',
      '|',
      '$x',
      ':=',
      ' ',
      'index',
      '-',
      ',',
      '`',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        expect(typeof run(pieces.join(''))).toBe('string')
      }),
    )
  })
})
