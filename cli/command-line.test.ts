import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './testing/run-cli.ts'

const SHOP = 'cli/testing/shop.yaml'
const trace = (...args: string[]) => runCli(['trace', SHOP, ...args])
const traceJson = (...args: string[]) => JSON.parse(trace('--json', ...args).stdout)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'))
  mkdirSync(join(folder, 'app', 'more'), { recursive: true })
  mkdirSync(join(folder, 'app', 'node_modules'))
  mkdirSync(join(folder, 'empty'))
  const service = (name: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`
  writeFileSync(join(folder, 'app', 'a.yaml'), service('a'))
  writeFileSync(join(folder, 'app', 'more', 'b.yml'), service('b'))
  writeFileSync(join(folder, 'app', 'notes.txt'), 'no manifest')
  writeFileSync(join(folder, 'app', 'node_modules', 'c.yaml'), service('c'))
  symlinkSync(join(folder, 'app'), join(folder, 'app', 'ring'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('files', () => {
  const names = (args: string[], stdin?: string) =>
    Object.keys(JSON.parse(runCli(['endpoints', '--json', ...args], stdin).stdout))

  it('folders give all manifests below them, several files are one text, and a file that is named twice counts once', () => {
    expect(names([join(folder, 'app')])).toEqual(['default/a', 'default/b'])
    expect(names([join(folder, 'app', 'a.yaml'), SHOP])).toEqual([
      'default/a',
      'default/cart',
      'default/door',
      'default/web',
    ])
    expect(runCli(['check', join(folder, 'app'), join(folder, 'app', 'a.yaml')]).stdout).not.toContain('again')
  })

  it('- is standard input, also beside files', () => {
    const text = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"piped"},"spec":{"ports":[{"port":80}]}}'
    expect(names(['-'], text)).toEqual(['default/piped'])
    expect(names(['-', join(folder, 'app')], text)).toEqual(['default/a', 'default/b', 'default/piped'])
  })

  it("endpoints takes one Service's name after the files, of one namespace or of all, also of the cluster's own", () => {
    expect(names([SHOP, 'web'])).toEqual(['default/web'])
    expect(names([SHOP, 'default/web'])).toEqual(['default/web'])
    expect(names([SHOP, 'kube-system/kube-dns'])).toEqual(['kube-system/kube-dns'])
    expect(runCli(['endpoints', SHOP, 'shop/web', '--json']).exit).toBe(1)
  })

  it('what was written by hand for a Service that is not there is shown under that name', () => {
    const text =
      'apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: [{addresses: [{ip: 203.0.113.7}], ports: [{port: 5432}]}]\n'
    expect(names(['-'], text)).toEqual(['default/db'])
  })

  it('an empty text is a cluster without anything in it', () => {
    for (const text of ['', '\n---\n# nothing\n---\n']) {
      expect(runCli(['check', '-'], text)).toEqual({ exit: 0, stdout: '0 errors, 0 warnings\n', stderr: '' })
      expect(names(['-'], text)).toEqual([])
    }
  })
})

describe('trace', () => {
  it('--json has exactly the keys that programs rely on', () => {
    const answer = traceJson('--to', 'http://web/', '--times', '40')
    expect(Object.keys(answer)).toEqual([
      'outcomes',
      'pods',
      'podPorts',
      'seenAs',
      'http',
      'error',
      'possible',
      'cause',
      'traces',
    ])
    expect(answer).toMatchObject({
      outcomes: { answered: 40 },
      podPorts: [8080],
      http: [200],
      error: null,
      cause: null,
    })
    expect(answer.pods).toEqual(answer.possible.pods)
    expect(answer.traces).toHaveLength(40)
    expect(new Set(answer.traces.map((t: { id: string }) => t.id)).size).toBe(40)
    const [{ hops }] = answer.traces
    for (const hop of hops) {
      expect(hop.why).toMatchObject({ code: expect.any(String), params: expect.any(Object), rule: expect.any(String) })
      expect(Array.isArray(hop.why.sources)).toBe(true)
      expect(hop.took).toBeGreaterThanOrEqual(0)
    }
  })

  it('what fails is an answer too: exit code 0, and what curl would say', () => {
    expect(trace('--to', 'http://cart/').exit).toBe(0)
    const answer = traceJson('--to', 'http://nothing/')
    expect(answer).toMatchObject({
      outcomes: { 'name not found': 1 },
      pods: [],
      error: 'Could not resolve host: nothing',
    })
  })

  it('a client pod that does not exist is made: an address from .254 downwards, and no object that a selector could find', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: all}\nspec: {selector: {}, ports: [{port: 80}]}\n---\n' +
      'apiVersion: fairlead.dev/v1\nkind: Client\nmetadata: {name: a}\nspec: {from: pod/a, url: "http://all/"}\n'
    const said = (who: string) =>
      runCli(['trace', '-', '--from', who, '--to', 'http://all/'], text).stdout.split('\n')[0]
    expect(said('pod/a')).toBe('pod/a asks from 10.244.1.254')
    expect(said('pod/b')).toBe('pod/b asks from 10.244.2.254')
    expect(said('pod/elsewhere/a')).toBe('pod/elsewhere/a asks from 10.244.2.254')
    expect(traceJson('--from', 'pod/nobody', '--to', 'http://web/').seenAs).toEqual(['10.244.1.254'])
  })

  it('an existing pod asks from its own address, with the short names of its namespace', () => {
    expect(traceJson('--from', 'pod/tools/client', '--to', 'http://web.default/').seenAs[0]).toMatch(
      /^10\.244\.\d\.[2-9]$/,
    )
    expect(traceJson('--from', 'pod/tools/client', '--to', 'http://web/').outcomes).toEqual({ 'name not found': 1 })
  })

  it('the same text and seed give the same answer; --keep-alive stays with one pod', () => {
    const run = (...more: string[]) => trace('--to', 'http://web/', '--times', '12', '--json', ...more).stdout
    expect(run()).toBe(run())
    expect(run('--seed', '7')).toBe(run('--seed=7'))
    expect(run('--seed', '7')).not.toBe(run())
    expect(traceJson('--to', 'http://web/', '--times', '12', '--keep-alive').pods).toHaveLength(1)
  })

  it('--advance lets time pass first', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}, annotations: {fairlead.dev/ready: "after 30s"}}\n' +
      'spec: {containers: [{name: a, image: nginx, readinessProbe: {httpGet: {path: /, port: 80}}}]}\n---\n' +
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n'
    const outcomes = (...more: string[]) =>
      JSON.parse(runCli(['trace', '-', '--to', 'http://web/', '--json', ...more], text).stdout).outcomes
    expect(outcomes()).toEqual({ refused: 1 })
    expect(outcomes('--advance', '60s')).toEqual({ answered: 1 })
  })

  it('what the texts got wrong is said on the other stream, and the rest answers', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata: {name: Bad}\nspec: {ports: [{port: 80}]}\n`
    const { exit, stdout, stderr } = runCli(['trace', SHOP, '-', '--to', 'http://web/'], text)
    expect(exit).toBe(0)
    expect(stderr).toMatch(/^STDIN:3:18: error: metadata.name: Invalid value: "Bad"/)
    expect(stdout).toContain('http://web/  200')
  })
})

describe('check', () => {
  it('exit code 1 on errors only; a fix comes as text edits', () => {
    const text = 'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: web} # old\nspec: {}\n'
    const { exit, stdout } = runCli(['check', '-', '--json'], text)
    expect(exit).toBe(1)
    const [finding] = JSON.parse(stdout)
    expect(finding).toMatchObject({
      code: 'api.removed-version',
      severity: 'error',
      objects: ['Deployment default/web'],
      path: 'apiVersion',
      file: 'STDIN',
      line: 1,
    })
    const [{ from, to, insert }] = finding.fix.edits
    expect(text.slice(0, from) + insert + text.slice(to)).toBe(text.replace('apps/v1beta1', 'apps/v1'))
  })

  it('--strict refuses what kubectl refuses', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n'
    expect(runCli(['check', '-'], text).exit).toBe(0)
    const { exit, stdout } = runCli(['check', '-', '--strict'], text)
    expect(exit).toBe(1)
    expect(stdout).toContain('namespaces "shop" not found')
    const hook = 'apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: fast}\nhandler: fast\n'
    expect(runCli(['check', '-', '--strict'], hook).exit).toBe(0)
  })
})

describe('the cluster', () => {
  const cluster = (spec: string) => `apiVersion: fairlead.dev/v1\nkind: Cluster\nmetadata: {name: lab}\nspec: ${spec}\n`

  it('comes from a document of the files, or from --cluster', () => {
    expect(runCli(['rules', '-', '--node', 'node-2'], cluster('{nodes: 1}')).exit).toBe(2)
    expect(runCli(['rules', '-', '--cluster', 'cli/testing/nftables.yaml'], '').stdout).toContain('table ip kube-proxy')
    expect(runCli(['rules', SHOP, '--cluster', SHOP]).stderr).toBe(`fairlead: "${SHOP}" holds no kind: Cluster\n`)
  })

  it('of two in one text the first counts, and a wrong one is said where it stands', () => {
    const two = runCli(['check', '-'], `${cluster('{nodes: 1}')}---\n${cluster('{nodes: 2}')}`)
    expect(two.stdout).toContain('at most one Cluster')
    expect(runCli(['check', '-'], cluster('{proxyMode: ipvs}')).stdout).toMatch(/^STDIN:4:\d+: error: /)
  })
})

describe('a wrong command line', () => {
  it.each([
    [['nope'], 'there is no command nope'],
    [['help', 'nope'], 'there is no command nope'],
    [['check'], 'check needs files'],
    [['check', '/nowhere.yaml'], 'the path "/nowhere.yaml" does not exist'],
    [['check', SHOP, '--seed', '-1'], '--seed must be'],
    [['check', SHOP, '--seed', 'x'], 'invalid argument "x"'],
    [['check', SHOP, '--advance', 'soon'], 'invalid duration'],
    [['check', SHOP, '--advance', '-5s'], '--advance cannot go back'],
    [['check', '--nope'], 'unknown flag: --nope'],
    [['trace', SHOP], 'trace needs --to'],
    [['trace', SHOP, '--to', 'http://web/', '--times', '0'], '--times must be'],
    [['trace', SHOP, '--to', 'http://web/', '--timeout', '0'], '--timeout must be'],
    [['trace', SHOP, '--to', 'http://web/', '--from', 'web'], '--from web: must be'],
    [['trace', SHOP, '--to', 'http://web/', '--from', 'pod/a/b/c'], '--from pod/a/b/c: must be'],
    [
      ['trace', SHOP, '--to', 'http://web/', '--from', 'node/x'],
      'there is no node x; nodes are node-1, node-2, node-3',
    ],
    [['replay'], 'replay needs one link'],
    [['replay', 'https://example.com/'], 'this is no link of Fairlead'],
  ])('%j says what is wrong, with exit code 2 and nothing on standard output', (args, words) => {
    const { exit, stdout, stderr } = runCli(args)
    expect(exit).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(words)
    expect(stderr.startsWith('fairlead: ')).toBe(true)
  })

  it('an empty folder is said as such', () => {
    expect(runCli(['check', join(folder, 'empty')]).stderr).toContain('holds no .yaml')
  })
})

describe('check --fix', () => {
  const BROKEN = `# ours
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    app: wbe # was it web?
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {fairlead.dev/listen: "80"}}
spec: {containers: [{name: app, image: example/app}]}
`
  const MENDED = BROKEN.replace('app: wbe', 'app: web').replace('targetPort: 8080', 'targetPort: 80')

  it('writes what mends errors into the files, comments and layout kept, and reports what is left', () => {
    const file = join(folder, 'broken.yaml')
    writeFileSync(file, BROKEN)
    const { stdout, exit } = runCli(['check', '--fix', file])
    expect(readFileSync(file, 'utf8')).toBe(MENDED)
    expect(stdout.match(/mended: /g)).toHaveLength(2)
    expect([exit, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '0 errors, 0 warnings'])
  })

  it('prints the mended text of standard input, with the report beside it', () => {
    const { stdout, stderr } = runCli(['check', '--fix', '-'], BROKEN)
    expect(stdout).toBe(MENDED)
    expect(stderr).toContain('0 errors')
  })
})

describe('trace: why', () => {
  it('the cause is the same in words and for programs', () => {
    const { cause } = traceJson('--to', 'http://cart/')
    expect(cause).toMatchObject({
      code: 'selector.no-match',
      objects: ['Service default/cart'],
      path: 'spec.selector',
      rule: 'EPS-1',
    })
    expect(trace('--to', 'http://cart/').stdout).toContain(`Why  ${cause.message}.`)
    expect(traceJson('--to', 'http://web/').cause).toBeNull()
  })
})
