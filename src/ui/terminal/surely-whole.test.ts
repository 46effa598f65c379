import fc from 'fast-check'
import { expect, test } from 'vitest'
import { needsMore } from '../../shell/index.ts'
import { surelyWhole } from './surely-whole.ts'

test('plain lines need no question', () => {
  for (const line of [
    'kubectl get pods -o wide',
    `kubectl patch svc web -p '{"spec":{"selector":{"app":"web"}}}'`,
    'curl -s http://web | grep Hostname; echo $?',
    'kubectl label pod web-1 app-',
    'echo do-nothing',
  ])
    expect(surelyWhole(line), line).toBe(true)
})

test('whatever may ask for more is asked about', () => {
  for (const line of [
    "echo 'open",
    'echo "open',
    'kubectl apply -f - << EOF',
    'curl web |',
    'true &&',
    'echo \\',
    'for i in 1 2 3',
    'while true; do',
    'echo $(date',
    'echo `date',
    'f() {',
    'echo "$(',
    'if true',
  ])
    expect(surelyWhole(line), line).toBe(false)
})

test('a line that is taken without asking is one that the shell would take', () => {
  const part = fc.constantFrom(
    ...[
      'echo',
      'a',
      '"',
      "'",
      '$',
      '(',
      ')',
      '{',
      '}',
      '<<',
      'EOF',
      '|',
      '&',
      ';',
      '>',
      '#',
      '!',
      '\\',
      '`',
      ' ',
      'do',
    ],
    ...['for', 'in', 'if', 'then', 'fi', 'done', 'while', 'case', 'esac', 'x=', '$((', '${', '[', 'kubectl', '-p', '*'],
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.boolean(), (parts, spaced) => {
      const line = parts.join(spaced ? ' ' : '')
      if (surelyWhole(line)) expect(needsMore(line)).toBe(false)
    }),
    { numRuns: 4000 },
  )
})
