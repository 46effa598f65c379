import { expect, test } from 'vitest'
import { withNamespace } from './with-namespace.ts'

test('in a shell whose namespace is another one, a command about default says so', () => {
  const there = (line: string) => withNamespace(line, 'shop')
  expect(there('kubectl get pods')).toBe('kubectl -n default get pods')
  expect(there('kubectl exec client -- sh -c -n')).toBe('kubectl -n default exec client -- sh -c -n')
  expect(there('kubectl get pods -n other')).toBe('kubectl get pods -n other')
  expect(there('kubectl get pods -A')).toBe('kubectl get pods -A')
  expect(there('kubectl config set-context --current --namespace x')).toBe(
    'kubectl config set-context --current --namespace x',
  )
  expect(there('ssh node-1')).toBe('ssh node-1')
  expect(withNamespace('kubectl get pods', 'default')).toBe('kubectl get pods')
})
