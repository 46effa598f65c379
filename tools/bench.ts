import { Cluster } from '../src/engine/index.ts'
import { readText } from '../src/manifest/index.ts'
import type { SourceDoc, TextFile } from '../src/model/index.ts'
import { SCENARIOS, scenarioById } from '../src/scenarios/index.ts'
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

  const large = scenarioById('large') ?? SCENARIOS.at(-1)!
  let answers = 0
  const run = new Run(() => answers++)
  run.handle({ id: 1, type: 'open', files: large.files })
  const pageEdits: number[] = []
  let files = large.files
  for (let n = 0; n < 9; n++) {
    const first = files[0]!
    const edit = { file: first.name, from: first.text.length, to: first.text.length, insert: `# ${n}\n` }
    files = [{ ...first, text: first.text + edit.insert }, ...files.slice(1)]
    pageEdits.push(timed(() => run.handle({ id: n + 2, type: 'edit', files, edits: [edit], at: n * 10 }))[1])
  }
  console.log(`largest example (${large.title}): from edit to update in the worker ${ms(median(pageEdits))}`)
  if (answers < 10) throw new Error('the run did not answer')
}
