import { describe, expect, it } from 'vitest'
import { formatLabels, parseFieldSelector, parseLabelSelector } from './selectors.ts'

const labels = { app: 'web', tier: 'front', n: '5' }
const matches = (text: string) => {
  const selector = parseLabelSelector(text)
  return selector.ok ? selector.matches(labels) : selector.error
}

describe('-l', () => {
  it.each([
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app=api', false],
    ['app!=api', true],
    ['nope!=x', true],
    ['app', true],
    ['!app', false],
    ['!nope', true],
    ['app in (web, api)', true],
    ['app notin (web,api),tier', false],
    ['nope notin (x)', true],
    ['n>4', true],
    ['n<4', false],
    ['', true],
    ['app=', false],
  ])('%s', (text, wanted) => {
    expect(matches(text)).toBe(wanted)
  })

  it('what is no selector is said so', () => {
    expect(matches('app web')).toMatch(/^unable to parse requirement/)
  })
})

describe('--field-selector', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Running' },
  }
  const pods = (text: string) => {
    const selector = parseFieldSelector(text, 'Pod', 'v1')
    return selector.ok ? selector.matches(pod) : selector.error
  }
  it.each([
    ['spec.nodeName=node-1', true],
    ['spec.nodeName!=node-1', false],
    ['status.phase==Running,metadata.name=web', true],
    ['status.podIP=', true],
  ])('%s', (text, wanted) => {
    expect(pods(text)).toBe(wanted)
  })
  it('knows only the fields that the server indexes', () => {
    expect(pods('spec.containers=x')).toBe('field label not supported: spec.containers')
    expect(pods('nodeName')).toBe("invalid selector: 'nodeName'; can't understand 'nodeName'")
  })
})

it('labels are listed by key', () => {
  expect(formatLabels({ b: '2', a: '1' })).toBe('a=1,b=2')
  expect(formatLabels(undefined)).toBe('<none>')
})
