import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runCli } from './testing/run-cli.ts'

const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    app: ${name}\n  ports:\n    - port: 80\n${more}`
const pod = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}-1\n  labels:\n    app: ${name}\nspec:\n  containers:\n    - name: app\n      image: nginx\n`

const check = (text: string | Uint8Array) => runCli(['check', '-'], text)
/** NAMESPACE/NAME of the Services that have a ready endpoint. */
const ready = (text: string | Uint8Array): string[] => {
  const answers = JSON.parse(runCli(['endpoints', '-', '--json'], text).stdout) as Record<
    string,
    { slices: { endpoints: { conditions: { ready: boolean } }[] }[] }
  >
  return Object.entries(answers).flatMap(([name, { slices }]) =>
    slices.some((s) => s.endpoints.some((e) => e.conditions.ready)) ? [name] : [],
  )
}

const WORKS = `${service('web')}---\n${pod('web')}`
const utf16 = (text: string, littleEndian: boolean) => {
  const bytes = new Uint8Array(2 + text.length * 2)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0xfeff, littleEndian)
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), littleEndian)
  return bytes
}

describe('manifests from the wild', () => {
  it.each<[string, string | Uint8Array]>([
    ['CRLF line ends', WORKS.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${WORKS}`],
    ['UTF-16, as some shells write it', utf16(WORKS, true)],
    ['UTF-16 the other way round', utf16(WORKS, false)],
    ['separators and comments everywhere', `---\n# one\n---\n---\n${WORKS}---\n# end\n---\n`],
    ['a separator with a comment', WORKS.replace('---', '--- # the pod')],
    ['no line end at the end', WORKS.trimEnd()],
    ['tabs after values', WORKS.replaceAll(/name: web$/gm, 'name: web\t')],
    [
      'a List',
      `apiVersion: v1\nkind: List\nitems:\n${[service('web'), pod('web')].map((t) => `- ${t.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`,
    ],
    [
      'JSON, value after value',
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}\n' +
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"nginx"}]}}',
    ],
    [
      'JSON in YAML',
      `${service('web')}---\n{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": {"app": "web"}}, "spec": {"containers": [{"name": "a", "image": "nginx"}]}}\n`,
    ],
    [
      'anchors and merge keys',
      `apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: &l {app: web}}\nspec: {selector: {<<: *l}, ports: [{port: 80}]}\n---\n${pod('web')}`,
    ],
    [
      'Helm braces in a string',
      `${WORKS}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {t: "{{ .x }}"}\n`,
    ],
  ])('%s: read as a cluster would, without a word of error', (_, text) => {
    expect(check(text)).toMatchObject({ exit: 0, stderr: '' })
    expect(ready(text)).toEqual(['default/web'])
  })

  it.each([
    [
      'tabs for indentation',
      service('tabs').replace('  name: tabs', '\tname: tabs'),
      'found character that cannot start any token',
    ],
    ['a Helm template', service('{{ .Values.name }}'), 'this document is a Helm template'],
    ['a Jinja template', `{% if x %}\n${service('a')}{% endif %}\n`, 'is filled in by Jinja'],
    ['a name to be filled in', service('<your-name>'), '<your-name> stands for a value'],
    ['nothing of Kubernetes', 'linters: {enable: [a]}\n', 'this is no manifest, every object says both'],
    ['a name that nobody filled in', service('$(NAME)'), '$(NAME) stands for a value'],
    ['half a document', 'apiVersion: v1\nkind: Service\nmetadata: {name: web', 'yaml: '],
    ['plain words', 'hello world\n', 'this is plain text'],
    ['a merge conflict', `<<<<<<< HEAD\n${service('a')}`, 'yaml: '],
    [
      'a removed version',
      'apiVersion: apps/v1beta2\nkind: Deployment\nmetadata: {name: a}\n',
      'Kubernetes 1.16 removed it',
    ],
    ['a wrong group', 'apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n', 'Deployment is served in apps/v1'],
    ['no kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'kind not set'],
    ['no name', 'apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}\n', 'name'],
    ['a port 0', service('a').replace('port: 80', 'port: 0'), 'must be between 1 and 65535'],
    ['a selector with numbers', service('a').replace('app: a', 'app: 1'), 'cannot unmarshal number'],
    [
      'an alias bomb',
      `a: &a [x]\nb: &b [${Array(9).fill('*a')}]\nc: &c [${Array(9).fill('*b')}]\nd: &d [${Array(9).fill('*c')}]\ne: &e [${Array(9).fill('*d')}]\nf: &f [${Array(9).fill('*e')}]\ng: [${Array(9).fill('*f')}]\n`,
      '',
    ],
  ])('%s: said once, with its line, and the documents around it still work', (_, bad, words) => {
    const text = `${service('first')}---\n${pod('first')}---\n${bad.trimEnd()}\n---\n${WORKS}`
    const { exit, stdout } = check(text)
    expect(exit).toBe(1)
    const errors = stdout.split('\n').filter((line) => line.includes(': error: '))
    expect(errors.filter((line) => line.includes(words)).length).toBeGreaterThan(0)
    expect(errors.length).toBeLessThanOrEqual(2)
    expect(errors[0]).toMatch(/^STDIN:(2\d|3\d):\d+: error: /)
    expect(ready(text)).toEqual(['default/first', 'default/web'])
  })

  it.each([
    [
      'a CustomResource',
      'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\nspec: {routes: []}\n',
    ],
    [
      'a kind that nobody simulates',
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}\n',
    ],
    ['a missing namespace', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: elsewhere}\n'],
  ])('%s costs one quiet line', (_, text) => {
    const { exit, stdout } = check(`${WORKS}---\n${text}`)
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^STDIN:\d+:\d+: hint: .*\n0 errors, 0 warnings, 1 hint\n$/)
  })

  it.each([
    ['a Compose file', 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n', 'docker compose'],
    ['values of a chart', 'replicaCount: 2\nimage:\n  repository: nginx\n', 'helm template'],
    ['a configuration of kind', 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: []\n', 'read by kind'],
  ])('%s, pasted by mistake, is told what it is in one line', (_, text, words) => {
    const { exit, stdout } = check(`${WORKS}---\n${text}`)
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^STDIN:\d+:\d+: hint: .*\n0 errors, 0 warnings, 1 hint\n$/)
    expect(stdout).toContain(words)
    expect(ready(`${text}---\n${WORKS}`)).toEqual(['default/web'])
  })

  it('what kubectl itself finds is said in its words when nothing is forgiven', () => {
    const strict = (text: string) => runCli(['check', '--strict', '-'], text).stdout
    expect(strict('a: 1\n')).toContain(
      'error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false',
    )
    expect(strict('apiVersion: example.com/v1\nkind: X\nmetadata: {name: a, namespace: b}\n')).toContain(
      'resource mapping not found for name: "a" namespace: "b" from "STDIN": no matches for kind "X" in version "example.com/v1" ensure CRDs are installed first',
    )
  })

  it('a CustomResource of another group is never a Service', () => {
    const knative = 'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web}\nspec: {template: {}}\n'
    expect(ready(`${WORKS}---\n${knative}`)).toEqual(['default/web'])
  })

  it('a chart and its neighbours in one folder: the manifests count, the other files cost one hint each', () => {
    const { exit, stdout } = runCli(['check', 'cli/testing/chart'])
    expect(exit).toBe(0)
    expect(stdout.match(/: hint: /g)).toHaveLength(3)
  })

  it('several thousand lines', () => {
    const names = Array.from({ length: 400 }, (_, i) => `svc-${i}`)
    const text = names.map((n) => `# ${n}\n${service(n)}---\n${pod(n)}`).join('---\n')
    expect(text.split('\n').length).toBeGreaterThan(7000)
    expect(check(text)).toEqual({ exit: 0, stdout: '0 errors, 0 warnings\n', stderr: '' })
    expect(ready(text)).toHaveLength(400)
  })

  it('no text makes it throw, and every line it says is one line', () => {
    const wild = readFileSync('cli/testing/wild.yaml', 'utf8') + readFileSync('cli/testing/printed.yaml', 'utf8')
    const piece = fc.constantFrom(
      '\t',
      '---\n',
      '{{',
      '}',
      ': ',
      '- ',
      '\u001b[2J',
      '\0',
      '"',
      '&a ',
      '*a',
      '\r',
      '{',
      '🚢',
      '\ud800',
    )
    const edits = fc.array(fc.tuple(fc.nat(wild.length), fc.nat(60), piece), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(edits, (list) => {
        let text = wild
        for (const [at, cut, insert] of list) text = text.slice(0, at) + insert + text.slice(at + cut)
        const { exit, stdout } = check(text)
        expect([0, 1]).toContain(exit)
        expect(stdout).not.toContain('\u001b')
        for (const line of stdout.trimEnd().split('\n').slice(0, -1)) expect(line).toMatch(/: (error|warning|hint): /)
      }),
      { numRuns: 60, seed: 7 },
    )
  })
})
