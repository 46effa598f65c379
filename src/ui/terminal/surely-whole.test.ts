import { expect, test } from 'vitest'
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
