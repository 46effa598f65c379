import { Cluster } from '../src/engine/index.ts'
import { readText } from '../src/manifest/index.ts'
import type { SourceDoc, TextFile } from '../src/model/index.ts'
import { SCENARIOS, scenarioById } from '../src/scenarios/index.ts'
import { buildScene, type Scene } from '../src/scene/index.ts'
import { applyUpdate, EMPTY_MIRROR } from '../src/session/mirror.ts'
import { Run } from '../src/worker/index.ts'

const SERVICES = 1000
const PODS = 10_000

/** A text of many Services and pods, as people write them. */
function largeText(): TextFile {
  const out: string[] = []
  for (let i = 0; i < SERVICES; i++) {
    out.push(`apiVersion: v1
kind: Service
metadata:
  name: web-${i}
  labels:
    team: t${i % 20}
spec:
  selector:
    app: web-${i}
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
  name: pod-${i}
  labels:
    app: web-${i % SERVICES}
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

export function main(): void {
  const file = largeText()
  // warm up: the first run of anything is the compiler's
  readText([{ name: 'a.yaml', text: file.text.slice(0, 200_000) }])
  const [parsed, parsing] = timed(() => readText([file]))
  const [cluster, building] = timed(() => {
    const made = new Cluster({ nodes })
    made.applyText(parsed.docs)
    made.settle()
    return made
  })
  cluster.drain()
  const edits: number[] = []
  for (let n = 0; n < 9; n++) {
    const pod = `pod-${n * 7}`
    const [, took] = timed(() => {
      cluster.patch('Pod', 'default', pod, 'merge', { metadata: { labels: { app: `web-${500 + n}` } } })
      cluster.settle()
      cluster.drain()
    })
    edits.push(took)
  }
  const wholeEdit = timed(() => {
    cluster.applyText(relabelled(parsed.docs, SERVICES + 3, 'web-900'))
    cluster.settle()
  })[1]
  console.log(
    `${SERVICES} Services, ${PODS} pods, ${nodes.length} nodes, ${(file.text.length / 1e6).toFixed(1)} million characters`,
  )
  console.log(`  parse                              ${ms(parsing)}`)
  console.log(`  endpoints and tables of all nodes  ${ms(building)}   ${(building / parsing).toFixed(2)} × parse`)
  console.log(
    `  one label edit, to updated tables  ${ms(median(edits))}   ${((100 * median(edits)) / building).toFixed(2)} % of building`,
  )
  console.log(
    `  the same by applying the whole text ${ms(wholeEdit)}   ${((100 * wholeEdit) / building).toFixed(2)} % of building`,
  )

  const { open, edit } = pagePath()
  console.log(`the largest example, from text to the picture as data (worker, mirror, scene)`)
  console.log(`  opening it                         ${ms(open)}`)
  console.log(`  an edit of a selector and back     ${ms(edit)}   ${((100 * edit) / open).toFixed(0)} % of opening`)
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
