import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../model/index.ts'
import { humanDuration } from './age.ts'
import { selectorCell } from './cells.ts'
import { podWords } from './columns-workload.ts'
import { compactJson, toJson } from './json.ts'
import { goSyntax, JsonPath } from './jsonpath.ts'
import { printerFor, relaxedPath } from './output.ts'
import { alignTable, alignTabs } from './table.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

describe('ages as HumanDuration writes them', () => {
  it.each([
    [0, '0s'],
    [-500, '0s'],
    [-5 * S, '<invalid>'],
    [119 * S, '119s'],
    [120 * S, '2m'],
    [130 * S, '2m10s'],
    [10 * M + 5 * S, '10m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [3 * H + 20 * M, '3h20m'],
    [47 * H, '47h'],
    [48 * H, '2d'],
    [50 * H, '2d2h'],
    [9 * D, '9d'],
    [800 * D, '2y70d'],
    [9 * 365 * D, '9y'],
  ])('%i ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text)
  })
})

describe('columns', () => {
  it('are at least six wide and three apart; the last is not padded', () => {
    expect(
      alignTable([
        ['A', 'B'],
        ['long-name', 'x'],
      ]),
    ).toBe('A           B\nlong-name   x\n')
  })
  it('are as wide as the lines next to each other need', () => {
    expect(alignTabs('a:\tb\nlonger:\tc\n\nx:\ty\n', { minWidth: 0, padding: 2 })).toBe(
      'a:       b\nlonger:  c\n\nx:  y\n',
    )
  })
  it('keep every character of the text, whatever it is', () => {
    const cell = fc.string({ maxLength: 8 }).map((s) => s.replace(/[\t\n\s]/g, ''))
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (rows) => {
        const text = rows.map((r) => `${r.join('\t')}\n`).join('')
        expect(alignTabs(text).replace(/[ ]/g, '')).toBe(text.replace(/\t/g, ''))
      }),
    )
  })
})

const data = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'app.io/x': '1' } }, spec: { n: 1, ports: [{ port: 80 }, { port: 81 }] } },
    { metadata: { name: 'b' }, spec: { n: 5, ports: [] } },
  ],
}
const jsonpath = (text: string) => {
  const path = JsonPath.parse(text)
  if (typeof path === 'string') return `error: ${path}`
  const result = path.execute(data)
  return result.ok ? result.text : `error: ${result.error}`
}

describe('jsonpath', () => {
  it.each([
    ['{.kind}', 'List'],
    ['kind is {.kind}!', 'kind is List!'],
    ['{.items[*].metadata.name}', 'a b'],
    ['{.items[0].metadata}', '{"labels":{"app.io/x":"1"},"name":"a"}'],
    ['{.items[-1].metadata.name}', 'b'],
    ['{.items[0:2].spec.n}', '1 5'],
    ['{.items[0,1].metadata.name}', 'a b'],
    ['{.items[?(@.spec.n>2)].metadata.name}', 'b'],
    ['{.items[?(@.metadata.name=="a")].spec.n}', '1'],
    ['{.items[?(@.metadata.labels)].metadata.name}', 'a'],
    ["{.items[0].metadata['name','labels']}", 'a {"app.io/x":"1"}'],
    ['{.items[0].metadata.labels.app\\.io/x}', '1'],
    ['{range .items[*]}{.metadata.name}={.spec.n}{"\\n"}{end}', 'a=1\nb=5\n'],
    ['{range .items[*]}{range .spec.ports[*]}{.port} {end}{end}.', '80 81 .'],
    ['{..port}', '80 81'],
    ['{.nope}', ''],
    ['{.items[*].nope.deeper}', ''],
    ['{@.kind}', 'List'],
    ['{$.kind}', 'List'],
    ['plain', 'plain'],
    ['{.items[9].x}', 'error: array index out of bounds: index 9, length 2'],
    ['{.kind[0]}', 'error: string is not array or slice'],
    ['{.kind', 'error: unclosed action'],
    ['{.items[x]}', 'error: invalid array index x'],
    ['{.items[?(@.spec.n=5)].metadata.name}', 'error: unrecognized filter operator ='],
    ['{end}', 'error: not in range, nothing to end'],
    ['{foo}', 'error: unrecognized identifier foo'],
    ['{(}', "error: unrecognized character in action: U+0028 '('"],
  ])('%s', (template, text) => {
    expect(jsonpath(template)).toBe(text)
  })

  it('never throws, whatever the template is', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '.',
      '..',
      '*',
      '?(',
      ')',
      '@',
      "'",
      '"',
      ',',
      ':',
      '-',
      'range',
      'end',
      ' ',
      'a',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
        jsonpath(parts.join(''))
      }),
    )
  })
})

describe('-o', () => {
  it.each([
    ['jsonpath=', 'template format specified but no template given'],
    ['custom-columns=', 'custom-columns format specified but no custom columns given'],
    ['custom-columns=A', 'unexpected custom-columns spec: A, expected <header>:<json-path-expr>'],
    [
      'xml',
      'unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml',
    ],
  ])('%s is refused in kubectl’s words', (format, message) => {
    expect(printerFor(format)).toBe(message)
  })

  it('takes paths of columns with and without braces and dots', () => {
    for (const path of ['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}']) {
      expect(relaxedPath(path)).toBe('{.metadata.name}')
    }
  })

  it('JSON has sorted keys and Go’s escapes', () => {
    expect(toJson({ b: 1, a: { z: '<&>' } })).toBe(
      '{\n    "a": {\n        "z": "\\u003c\\u0026\\u003e"\n    },\n    "b": 1\n}\n',
    )
    expect(compactJson([{ b: undefined, a: null }])).toBe('[{"a":null}]')
    expect(goSyntax({ b: [1, 'x'], a: null })).toBe(
      'map[string]interface {}{"a":interface {}(nil), "b":[]interface {}{1, "x"}}',
    )
  })
})

it('a selector is shown by key, expressions among the labels', () => {
  const selector = {
    matchLabels: { b: '1' },
    matchExpressions: [
      { key: 'a', operator: 'In' as const, values: ['y', 'x'] },
      { key: 'c', operator: 'Exists' as const },
      { key: 'd', operator: 'DoesNotExist' as const },
    ],
  }
  expect(selectorCell(selector)).toBe('a in (x,y),b=1,c,!d')
  expect(selectorCell({})).toBe('<none>')
})

describe('the STATUS of a pod', () => {
  const pod = (status: Pod['status'], more: Partial<Pod['metadata']> = {}, spec: Partial<Pod['spec']> = {}): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', ...more },
    spec: { containers: [{ name: 'app' }], ...spec },
    status,
  })
  const container = (
    state: NonNullable<Pod['status']>['containerStatuses'] extends readonly (infer C)[] | undefined
      ? Partial<C>
      : never,
  ) => ({
    name: 'app',
    ready: false,
    restartCount: 0,
    ...state,
  })
  const ready = [{ type: 'Ready', status: 'True' as const }]

  it.each([
    ['Pending', pod({ phase: 'Pending' })],
    [
      'ContainerCreating',
      pod({
        phase: 'Pending',
        containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })],
      }),
    ],
    [
      'CrashLoopBackOff',
      pod({ phase: 'Running', containerStatuses: [container({ state: { waiting: { reason: 'CrashLoopBackOff' } } })] }),
    ],
    [
      'Running',
      pod({
        phase: 'Running',
        conditions: ready,
        containerStatuses: [container({ ready: true, state: { running: {} } })],
      }),
    ],
    [
      'Completed',
      pod({
        phase: 'Succeeded',
        containerStatuses: [container({ state: { terminated: { exitCode: 0, reason: 'Completed' } } })],
      }),
    ],
    [
      'Error',
      pod({
        phase: 'Failed',
        containerStatuses: [container({ state: { terminated: { exitCode: 1, reason: 'Error' } } })],
      }),
    ],
    [
      'ExitCode:3',
      pod({ phase: 'Failed', containerStatuses: [container({ state: { terminated: { exitCode: 3 } } })] }),
    ],
    ['Terminating', pod({ phase: 'Running' }, { deletionTimestamp: 'x' })],
    ['Succeeded', pod({ phase: 'Succeeded' }, { deletionTimestamp: 'x' })],
    [
      'SchedulingGated',
      pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
    ],
    [
      'Init:0/1',
      pod(
        { phase: 'Pending', initContainerStatuses: [container({ name: 'i', state: { running: {} } })] },
        {},
        { initContainers: [{ name: 'i' }] },
      ),
    ],
  ])('%s', (word, subject) => {
    expect(podWords(subject).status).toBe(word)
  })

  it('counts sidecars among the containers that are ready', () => {
    const words = podWords(
      pod(
        {
          phase: 'Running',
          conditions: [...ready, { type: 'Initialized', status: 'True' }],
          initContainerStatuses: [container({ name: 'i', started: true, ready: true, state: { running: {} } })],
          containerStatuses: [container({ ready: true, state: { running: {} } })],
        },
        {},
        { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
      ),
    )
    expect([words.ready, words.total, words.status]).toEqual([2, 2, 'Running'])
  })
})
