import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyChange,
  controllerOf,
  type Diagnostic,
  type Drift,
  type Fix,
  type FromWorker,
  type KObject,
  keyOf,
  type TextEdit,
  type TextFile,
} from '../model/index.ts'
import * as shell from '../shell/index.ts'
import { Run } from './run.ts'

const SHOP = `# the shop
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - port: 80 # what people dial
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2 # two are enough
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      # the shop itself
      - name: app
        image: example/app:1
        ports: [{containerPort: 8080}]
      - name: side # looks after it
        image: example/side:1
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`
const ANCHORS = `apiVersion: v1
kind: Service
metadata: {name: web, labels: &all {app: web}}
spec:
  selector: *all
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: &pods {app: web}}
  template:
    metadata: {labels: *pods}
    spec:
      containers:
        - &base
          name: app
          image: example/app:1
`
const LIST = `{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}, "ports": [{"port": 80}]}},
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "1"}}
]}
`
const TEXTS: readonly (readonly TextFile[])[] = [
  [{ name: 'shop.yaml', text: SHOP }],
  [
    { name: 'anchors.yaml', text: ANCHORS },
    { name: 'list.json', text: LIST },
  ],
]

/** The page, as far as differences between cluster and text go. */
class Page {
  files: readonly TextFile[]
  drift: readonly Drift[] = []
  diagnostics: readonly Diagnostic[] = []
  objects = new Map<string, KObject>()
  now = 0
  #id = 0
  #edits: readonly TextEdit[] = []
  readonly run = new Run((message) => this.#take(message), shell)

  constructor(files: readonly TextFile[]) {
    this.files = files
    this.#send({ type: 'open', files })
  }
  kubectl(...args: readonly string[]): void {
    this.#send({ type: 'act', at: this.now, action: { type: 'kubectl', args } })
  }
  type(line: string): void {
    this.#send({ type: 'act', at: this.now, action: { type: 'type-line', terminal: '1', line } })
  }
  advance(ms: number): void {
    this.#send({ type: 'advance', to: this.now + ms })
  }
  seek(to: number): void {
    this.#send({ type: 'seek', to })
  }
  edit(file: string, from: string, to: string): void {
    const at = this.files.find(({ name }) => name === file)!.text.indexOf(from)
    this.#edit([{ file, from: at, to: at + from.length, insert: to }])
  }
  /** Writes differences into the text, all of them unless said otherwise. */
  write(fixes: readonly Fix[] = this.drift.flatMap((drift) => drift.fix ?? [])): void {
    this.#send({ type: 'ask', question: { type: 'edits', fixes } })
    this.#edit(this.#edits)
  }
  get text(): string {
    return this.files.map(({ text }) => text).join('')
  }
  get said(): readonly string[] {
    return this.diagnostics
      .filter((d) => d.code === 'text.differs')
      .map((d) => `${d.source?.line ?? '-'}: ${d.message}`)
  }
  /** What people wrote or could have written, of objects that nobody owns. */
  get written(): Record<string, unknown> {
    const made = [...this.objects].filter(([key, object]) => !controllerOf(object) && !ofTheCluster(key))
    return Object.fromEntries(made.map(([key, object]) => [key, plain(object)]))
  }
  #edit(edits: readonly TextEdit[]): void {
    this.files = applyChange(this.files, { edits })!
    this.#send({ type: 'edit', files: this.files, edits, at: this.now })
  }
  #send(body: Record<string, unknown>): void {
    this.run.handle({ id: ++this.#id, ...body } as never)
  }
  #take(message: FromWorker): void {
    if (message.type === 'answer' && message.answer.type === 'edits') this.#edits = message.answer.edits
    if (message.type !== 'update') return
    const { update } = message
    if (update.reset) {
      this.drift = []
      this.objects.clear()
    }
    for (const key of update.drop) this.objects.delete(key)
    for (const object of update.put) this.objects.set(keyOf(object), object)
    this.drift = update.drift ?? this.drift
    this.diagnostics = update.diagnostics ?? this.diagnostics
    this.now = update.now
  }
}

const ofTheCluster = (key: string): boolean =>
  /^(Node|Endpoints|EndpointSlice|ServiceAccount|Event)\/|\/kube-|^Namespace\/\/default$|^Service\/default\/kubernetes$/.test(
    key,
  )
const OF_SERVER = /^(clusterIPs?|nodePort|nodeName|imagePullPolicy|healthCheckNodePort|volumes|volumeMounts)$/
const OF_KUBECTL = /last-applied|deployment\.kubernetes\.io/

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

function plain({ metadata, status: _, ...rest }: KObject): unknown {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const left = bare(inner)
        // a template whose only annotation said when it was restarted has none
        const empty = name === 'annotations' && Object.keys(left as object).length === 0
        return OF_SERVER.test(name) || RESTARTED_AT === name || empty ? [] : [[name, left]]
      }),
    )
  }
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !OF_KUBECTL.test(name))
  const labels = Object.entries(metadata.labels ?? {}).filter(([name]) => !name.startsWith('topology.'))
  return bare({ ...rest, labels: Object.fromEntries(labels), annotations: Object.fromEntries(annotations) })
}

describe('what commands made', () => {
  test('[DRIFT-1] is said at its line, and written there with the comments kept', () => {
    const page = new Page(TEXTS[0]!)
    expect(page.drift).toEqual([])
    page.kubectl('scale', 'deploy/web', '--replicas=5')
    page.type('kubectl label svc web tier=front; kubectl set image deploy/web app=example/app:2')
    page.advance(1)
    expect(page.said).toEqual([
      '17: The cluster has 5 replicas, the text says 2; the cluster has containers[0].image: example/app:2, the text says example/app:1.',
      '4: The cluster has labels.tier: front, the text does not say it.',
    ])
    page.write()
    page.advance(1)
    expect(page.said).toEqual([])
    expect(page.text).toBe(
      SHOP.replace('replicas: 2', 'replicas: 5')
        .replace('example/app:1', 'example/app:2')
        .replace('  name: web\n', '  name: web\n  labels:\n    tier: front\n'),
    )
  })

  test('[DRIFT-2] [DRIFT-3] documents come and go', () => {
    const page = new Page(TEXTS[0]!)
    page.kubectl('delete', 'pod', 'client', '--now')
    page.kubectl('expose', 'deployment', 'web', '--name=door', '--port=80', '--target-port=8080', '--type=NodePort')
    page.advance(1)
    expect(page.said).toEqual([
      '33: Pod client was deleted by hand: it still stands in the text.',
      '-: Service door was made by hand: it does not stand in the text.',
    ])
    page.write()
    page.advance(1)
    expect(page.said).toEqual([])
    expect(page.text.slice(page.text.indexOf('side:1'))).toBe(`side:1
---
apiVersion: v1
kind: Service
metadata:
  name: door
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
  type: NodePort
`)
  })

  test('[DRIFT-1] an item that was added goes to the end of its list, one that was removed out of it', () => {
    const page = new Page(TEXTS[0]!)
    const add =
      '[{"op":"add","path":"/spec/ports/-","value":{"port":81,"name":"more"}},{"op":"add","path":"/spec/ports/0/name","value":"http"}]'
    page.kubectl('patch', 'svc', 'web', '--type=json', '-p', add)
    page.kubectl(
      'patch',
      'deploy',
      'web',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/spec/template/spec/containers/0"}]',
    )
    page.advance(1)
    page.write()
    expect(page.text).toContain(`    - port: 80 # what people dial
      targetPort: 8080
      name: http
    - name: more
      port: 81
`)
    expect(page.text).not.toContain('name: app')
    expect(page.text).toContain('name: side # looks after it')
  })

  test('[DRIFT-4] goes with the moment, and with a change of the text', () => {
    const page = new Page(TEXTS[0]!)
    page.advance(1000)
    page.kubectl('scale', 'deploy/web', '--replicas=5')
    page.advance(1000)
    expect(page.drift).toHaveLength(1)
    page.seek(500)
    expect([page.drift, page.said]).toEqual([[], []])
    page.seek(2000)
    expect(page.drift).toHaveLength(1)
    page.edit('shop.yaml', 'replicas: 2', 'replicas: 3')
    expect([page.drift, page.said]).toEqual([[], []])
  })

  const kinds = ['Deployment', 'Service', 'Pod', 'ConfigMap']
  const some = (page: Page, n: number, of: readonly string[] = kinds): string | undefined => {
    const keys = Object.keys(page.written).filter((key) => of.includes(key.split('/')[0]!))
    const [kind, , name] = keys.sort()[n % keys.length]?.split('/') ?? []
    return kind && `${kind.toLowerCase()}/${name}`
  }
  /** Commands about some object that is there. */
  const COMMANDS: readonly ((of: (kinds?: readonly string[]) => string | undefined, n: number) => string)[] = [
    (of, n) => `scale ${of(['Deployment'])} --replicas=${n % 4}`,
    (of, n) => `label ${of()} tier=t${n % 3} --overwrite`,
    (of) => `label ${of()} app-`,
    (of, n) => `annotate ${of()} note=n${n % 3} --overwrite`,
    (of, n) => `set image ${of(['Deployment', 'Pod'])} *=example/other:${n % 3}`,
    (of, n) => `set env ${of(['Deployment'])} A${n % 2}=${n % 3}`,
    (of, n) => `expose ${of(['Deployment'])} --name=e${n % 2} --port=80 --type=${n % 3 ? 'ClusterIP' : 'NodePort'}`,
    (of) => `delete ${of()} --grace-period=1`,
    (_, n) => `create deployment d${n % 2} --image=nginx:${n % 2} --port=80`,
    (_, n) => `create cm c${n % 2} --from-literal=a=${n % 3}`,
    (_, n) => `run r${n % 2} --image=busybox --labels=app=web,n=${n % 2}`,
    (of) => `rollout restart ${of(['Deployment'])}`,
    (of, n) => `patch ${of(['Service'])} -p {"spec":{"type":"${['NodePort', 'ClusterIP', 'LoadBalancer'][n % 3]}"}}`,
    (of, n) =>
      `patch ${of(['Service'])} -p {"spec":{"ports":[{"port":${81 + (n % 2)},"name":"p${n % 2}"},{"port":80,"name":"http"}]}}`,
    (of, n) =>
      `patch ${of(['Service'])} --type=json -p [{"op":"replace","path":"/spec/ports/0/port","value":${8000 + (n % 2)}}]`,
    (of) => `patch ${of(['Deployment'])} --type=json -p [{"op":"remove","path":"/spec/template/spec/containers/0"}]`,
    (of, n) =>
      `patch ${of(['Deployment'])} -p {"spec":{"template":{"spec":{"containers":[{"name":"more","image":"m:${n % 2}"}]}}}}`,
    (of, n) => `patch ${of(['ConfigMap'])} -p {"data":{"a":${n % 2 ? 'null' : '"2"'},"b":"3"}}`,
  ]
  const steps = fc.array(fc.tuple(fc.nat(COMMANDS.length - 1), fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 7 })

  test('[DRIFT-6] written into the text, all is as the commands left it, here and in a cluster made of that text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), steps, (files, commands) => {
        const page = new Page(files)
        for (const [command, n, m] of commands) {
          page.kubectl(...COMMANDS[command]!((of) => some(page, n, of), m).split(' '))
          page.advance(m * 40)
        }
        page.advance(40_000)
        const before = page.written
        page.write()
        page.advance(40_000)
        expect(page.drift).toEqual([])
        expect(page.diagnostics.filter((d) => /^(yaml|api|text)\./.test(d.code))).toEqual([])
        expect(page.written).toEqual(before)
        const anew = new Page(page.files)
        anew.advance(40_000)
        expect(anew.written).toEqual(before)
      }),
      { numRuns: 25 },
    )
  })
})
