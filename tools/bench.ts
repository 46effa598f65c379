import { Cluster } from '../src/engine/index.ts'
import { readText } from '../src/manifest/index.ts'
import type { Service, SourceDoc, TextFile } from '../src/model/index.ts'
import { SCENARIOS, scenarioById } from '../src/scenarios/index.ts'
import { buildScene, type Scene } from '../src/scene/index.ts'
import { applyUpdate, EMPTY_MIRROR } from '../src/session/mirror.ts'
import { Run } from '../src/worker/index.ts'

const SERVICES = 1000
const PODS = 10_000

const ROUNDS = 5

/**
 * A text of many Services and pods, as people write them. Each round has names of its own, so that nothing remembers a document of the
 * round before.
 */
function largeText(round: number): TextFile {
  const [web, pod] = [`web${round}`, `pod${round}`]
  const out: string[] = []
  for (let i = 0; i < SERVICES; i++) {
    out.push(`apiVersion: v1
kind: Service
metadata:
  name: ${web}-${i}
  labels:
    team: t${i % 20}
spec:
  selector:
    app: ${web}-${i}
  ports:
  - name: http
    port: 80
    targetPort: 8080
`)
  }
  for (let i = 0; i < PODS; i++) {
    out.push(`apiVersion: v1
kind: Pod
metadata:
  name: ${pod}-${i}
  labels:
    app: ${web}-${i % SERVICES}
  annotations:
    fairlead.dev/listen: "8080"
spec:
  nodeName: node-${1 + (i % 50)}
  containers:
  - name: app
    image: example/app:1
    ports:
    - containerPort: 8080
`)
  }
  return { name: 'large.yaml', text: out.join('---\n') }
}

const nodes = Array.from({ length: 50 }, (_, i) => ({
  name: `node-${i + 1}`,
  zone: `zone-${'abc'[i % 3]}`,
  internalIP: `172.18.0.${11 + i}`,
}))

function timed<T>(what: () => T): [T, number] {
  const start = performance.now()
  const result = what()
  return [result, performance.now() - start]
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!
const ms = (n: number) => `${n < 10 ? n.toFixed(2) : n.toFixed(0)} ms`

/** A document with another label: what one keystroke in a large text comes to. */
function relabelled(docs: readonly SourceDoc[], at: number, app: string): SourceDoc[] {
  return docs.map((doc, i) => {
    if (i !== at) return doc
    const value = doc.value as { metadata: { labels: Record<string, string> } }
    return { ...doc, value: { ...value, metadata: { ...value.metadata, labels: { ...value.metadata.labels, app } } } }
  })
}

interface Round {
  readonly parsing: number
  readonly building: number
  readonly asking: number
  readonly edit: number
  readonly wholeEdit: number
  readonly snapshot: number
}

/** ms of everything that is done with one such text. */
function measure(round: number): Round {
  const file = largeText(round)
  const [parsed, parsing] = timed(() => readText([file]))
  const [cluster, building] = timed(() => {
    const made = new Cluster({ nodes })
    made.applyText(parsed.docs)
    made.settle()
    return made
  })
  // a table that was made only when somebody asks would be made here
  const asking = timed(() => {
    nodes.forEach(({ name, internalIP }, i) => {
      const client = { key: name, from: 'node', namespace: 'default', node: name, address: internalIP } as const
      const address = cluster.get<Service>(`Service/default/web${round}-${i}`)!.spec.clusterIP
      const { pods } = cluster.possible(client, { url: `http://${address}/` })
      if (pods.length !== PODS / SERVICES) throw new Error(`${name} knows of ${pods.length} pods`)
    })
  })[1]
  cluster.drain()
  const edits: number[] = []
  for (let n = 0; n < 9; n++) {
    const [, took] = timed(() => {
      const app = `web${round}-${500 + n}`
      cluster.patch('Pod', 'default', `pod${round}-${n * 7}`, 'merge', { metadata: { labels: { app } } })
      cluster.settle()
      cluster.drain()
    })
    edits.push(took)
  }
  const wholeEdit = timed(() => {
    cluster.applyText(relabelled(parsed.docs, SERVICES + 3, `web${round}-900`))
    cluster.settle()
  })[1]
  const snapshot = timed(() => cluster.snapshot())[1]
  return { parsing, building, asking, edit: median(edits), wholeEdit, snapshot }
}

export function main(): void {
  // the best of some rounds of each: the first is the compiler's, and a machine has other work
  const rounds = Array.from({ length: ROUNDS }, (_, i) => measure(i))
  const best = (of: keyof Round) => Math.min(...rounds.map((r) => r[of]))
  const [parsing, building] = [best('parsing'), best('building')]
  const size = (largeText(0).text.length / 1e6).toFixed(1)
  const line = (what: string, took: number, ratio = '') => console.log(`  ${what.padEnd(46)} ${ms(took)}   ${ratio}`)
  const ofBuilding = (took: number) => `${((100 * took) / building).toFixed(2)} % of building`
  console.log(
    `${SERVICES} Services, ${PODS} pods, ${nodes.length} nodes, ${size} million characters; best of ${ROUNDS}`,
  )
  line('parse', parsing)
  line('endpoints and tables of all nodes', building, `${(building / parsing).toFixed(2)} × parse`)
  line(
    'and every node asked once',
    building + best('asking'),
    `${((building + best('asking')) / parsing).toFixed(2)} × parse`,
  )
  line('one label edit, to updated tables', best('edit'), ofBuilding(best('edit')))
  line('the same by applying the whole text', best('wholeEdit'), ofBuilding(best('wholeEdit')))
  line('a snapshot', best('snapshot'), ofBuilding(best('snapshot')))

  const { open, edit } = pagePath()
  console.log(`the largest example, from text to the picture as data (worker, mirror, scene)`)
  line('opening it', open)
  line('an edit of a selector and back', edit, `${((100 * edit) / open).toFixed(0)} % of opening`)
}

/** The way of an edit, without the 400 ms that the page waits for the next key and without drawing: ms for opening, and for one edit. */
function pagePath(): { open: number; edit: number } {
  const large = scenarioById('large') ?? SCENARIOS.at(-1)!
  let mirror = EMPTY_MIRROR
  let scene: Scene | undefined
  const run = new Run((message) => {
    if (message.type !== 'update') throw new Error(`the worker said ${message.type}`)
    mirror = applyUpdate(mirror, message.update)
    scene = buildScene(mirror, { mode: 'logical' }, scene)
  })
  const [, open] = timed(() => run.handle({ id: 1, type: 'open', files: large.files }))
  const edits: number[] = []
  let files = large.files
  for (let n = 0; n < 10; n++) {
    const file = files[0]!
    const [find, insert] = n % 2 === 0 ? ['app: catalog\n', 'app: katalog\n'] : ['app: katalog\n', 'app: catalog\n']
    const from = file.text.indexOf(find)
    if (from < 0) throw new Error(`the largest example has no ${find}`)
    const edit = { file: file.name, from, to: from + find.length, insert }
    files = [{ ...file, text: file.text.slice(0, from) + insert + file.text.slice(edit.to) }, ...files.slice(1)]
    const at = 1000 * (n + 1)
    run.handle({ id: 3 * n + 2, type: 'advance', to: at })
    const [, took] = timed(() => {
      run.handle({ id: 3 * n + 3, type: 'edit', files, edits: [edit], at })
      run.handle({ id: 3 * n + 4, type: 'advance', to: at + 100 })
    })
    edits.push(took)
  }
  if (!scene) throw new Error('there is no picture')
  return { open, edit: median(edits) }
}
