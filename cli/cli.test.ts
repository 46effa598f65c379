import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from './main.ts'

const TEXT = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]}
`

let folder = ''
let stdout = ''
let stderr = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'))
  mkdirSync(join(folder, 'more'))
  writeFileSync(join(folder, 'app.yaml'), TEXT)
  writeFileSync(
    join(folder, 'more', 'bad.yaml'),
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: Bad\nspec:\n  ports: [{port: 80}]\n',
  )
  writeFileSync(
    join(folder, 'cluster.yaml'),
    'apiVersion: fairlead.dev/v1\nkind: Cluster\nmetadata: {name: lab}\nspec: {nodes: 1}\n',
  )
  writeFileSync(join(folder, 'notes.txt'), 'no manifest')
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  stdout = ''
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text
    return true
  })
})

const app = () => join(folder, 'app.yaml')

describe('fairlead', () => {
  it('check names the line, and its exit code says whether there were errors', () => {
    expect(main(['check', app()])).toBe(0)
    expect(stdout).toBe('0 errors, 0 warnings\n')
    expect(main(['check', folder])).toBe(1)
    expect(stdout).toContain(`${join(folder, 'more', 'bad.yaml')}:4:9: error: `)
  })

  it('trace says each hop, and makes the client that does not exist', () => {
    expect(main(['trace', app(), '--from', 'pod/shop/client', '--to', 'http://web.default/'])).toBe(0)
    expect(stdout).toMatch(/^http:\/\/web\.default\/ {2}200 /)
    expect(stdout).toContain('web-1 listens on 8080')
    expect(stderr).toBe('')
  })

  it('trace --json gives outcomes, who answered, what was possible, and the traces', () => {
    main(['trace', app(), '--to', 'http://web/', '--times', '3', '--json'])
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ outcomes: { answered: 3 }, pods: ['web-1'], podPorts: [8080], http: [200] })
    expect(answer.traces).toHaveLength(3)
    expect(answer.possible.outcomes).toEqual(['answered'])
  })

  it('endpoints --json has the form of the recordings', () => {
    main(['endpoints', app(), 'web', '--json'])
    const answer = JSON.parse(stdout)
    expect(Object.keys(answer)).toEqual(['default/web'])
    expect(answer['default/web'].slices[0].endpoints[0]).toMatchObject({ pod: 'web-1', conditions: { ready: true } })
  })

  it('the same text and seed give the same answer, another seed may give another', () => {
    const run = (...more: string[]) => {
      stdout = ''
      main(['trace', app(), '--to', 'http://web/', '--times', '5', '--json', ...more])
      return stdout
    }
    expect(run()).toBe(run())
    expect(run('--seed', '7')).toBe(run('--seed=7'))
  })

  it('--cluster describes the cluster', () => {
    expect(main(['rules', app(), '--cluster', join(folder, 'cluster.yaml'), '--node', 'node-2'])).toBe(2)
    expect(stderr).toBe('there is no node node-2; nodes are node-1\n')
    expect(main(['rules', app(), '--cluster', join(folder, 'cluster.yaml')])).toBe(0)
    expect(stdout).toContain('default/web')
  })

  it.each([
    [['nope'], 'there is no command nope'],
    [['check'], 'fairlead check needs files'],
    [['check', '/nowhere.yaml'], 'the path "/nowhere.yaml" does not exist'],
    [['trace', 'x.yaml'], '--to is missing'],
    [['check', '--nope'], 'unknown flag: --nope'],
  ])('%j is a wrong command line', (args, words) => {
    expect(main(args)).toBe(2)
    expect(stderr).toContain(words)
  })

  it('help is for everything, and for each command', () => {
    for (const args of [[], ['help'], ['help', 'trace'], ['trace', '--help']]) {
      stdout = ''
      expect(main(args)).toBe(0)
      expect(stdout).toContain('Usage: fairlead')
    }
  })
})
