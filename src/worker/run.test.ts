import { describe, expect, test } from 'vitest'
import {
  applyChange,
  diffFiles,
  type FromWorker,
  type KObject,
  keyOf,
  type LogEntry,
  type TextFile,
  type Trace,
  type Update,
} from '../model/index.ts'
import * as shell from '../shell/index.ts'
import { Run } from './run.ts'

const WEB = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {port: 80, targetPort: 8080}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {fairlead.dev/listen: "8080"}
    spec:
      containers:
      - {name: app, image: "example/app:1"}
`

/** The page, as far as the worker sees it. */
class Page {
  readonly messages: FromWorker[] = []
  readonly run = new Run((m) => this.messages.push(m), shell)
  files: readonly TextFile[] = []
  log: LogEntry[] = []
  #id = 0
  objects = new Map<string, KObject>()
  traces: Trace[] = []
  last: Update | undefined

  send(body: Record<string, unknown>): FromWorker {
    this.run.handle({ id: ++this.#id, ...body } as never)
    const message = this.messages.at(-1)!
    if (message.type === 'update') this.#see(message.update)
    return message
  }
  open(text: string, more: Record<string, unknown> = {}): void {
    this.files = [{ name: 'app.yaml', text }]
    this.send({ type: 'open', files: this.files, ...more })
  }
  edit(find: string, replace: string, at: number): void {
    const next = this.files.map((f) => ({ ...f, text: f.text.replace(find, replace) }))
    const { edits } = diffFiles(this.files, next)!
    expect(applyChange(this.files, { edits })).toEqual(next)
    this.files = next
    this.log.push({ at, type: 'edit', edits })
    this.send({ type: 'edit', files: next, edits, at })
  }
  #see(update: Update): void {
    this.last = update
    if (update.reset) {
      this.objects.clear()
      this.traces = []
    }
    for (const key of update.drop) this.objects.delete(key)
    for (const o of update.put) this.objects.set(keyOf(o), o)
    this.traces.push(...update.traces)
  }
  outcomes(from: number): string[] {
    return [...new Set(this.traces.filter((t) => t.startedAt >= from).map((t) => t.outcome))]
  }
  look(): string {
    return JSON.stringify([[...this.objects].sort(([a], [b]) => (a < b ? -1 : 1)), this.traces, this.last?.now])
  }
}

describe('a run of the page', () => {
  test('opens at rest with the clock at 0, and requests are answered', () => {
    const page = new Page()
    page.open(WEB)
    expect([page.last?.now, page.traces.length]).toEqual([0, 0])
    expect([...page.objects.keys()].filter((k) => k.startsWith('Pod/')).length).toBe(2)
    page.send({ type: 'advance', to: 3000 })
    expect(page.outcomes(0)).toEqual(['answered'])
  })

  test('an edit happens at the playhead, also when the worker is ahead of it', () => {
    const page = new Page()
    page.open(WEB)
    page.send({ type: 'advance', to: 9000 })
    page.edit('selector: {app: web}', 'selector: {app: wrong}', 6000)
    expect(page.last?.now).toBe(6000)
    expect(page.traces.every((t) => t.startedAt <= 6000)).toBe(true)
    page.send({ type: 'advance', to: 12_000 })
    expect(page.outcomes(8000)).toEqual(['refused'])
    page.edit('selector: {app: wrong}', 'selector: {app: web}', 12_000)
    page.send({ type: 'advance', to: 16_000 })
    expect(page.outcomes(14_000)).toEqual(['answered'])
  })

  test('going back and forth again is the same run', () => {
    const page = new Page()
    page.open(WEB)
    page.send({ type: 'advance', to: 4000 })
    page.send({ type: 'act', action: { type: 'scale', object: 'Deployment/default/web', replicas: 4 }, at: 4000 })
    page.send({ type: 'advance', to: 20_000 })
    page.send({ type: 'seek', to: 20_000 })
    const seen = page.traces.map((t) => JSON.stringify(t))
    page.send({ type: 'seek', to: 2500 })
    expect([...page.objects.keys()].filter((k) => k.startsWith('Pod/')).length).toBe(2)
    page.send({ type: 'seek', to: 20_000 })
    expect(page.traces.map((t) => JSON.stringify(t))).toEqual(seen)
  })

  test('a log opened from a link replays to the same picture', () => {
    const first = new Page()
    first.open(WEB)
    first.send({ type: 'advance', to: 2000 })
    first.edit('replicas: 2', 'replicas: 3', 2000)
    first.send({ type: 'act', action: { type: 'set-ready', pod: '', ready: false }, at: 3000 })
    first.send({ type: 'advance', to: 8000 })
    first.send({ type: 'seek', to: 8000 })
    const second = new Page()
    second.open(WEB, {
      log: [...first.log, { at: 3000, type: 'act', action: { type: 'set-ready', pod: '', ready: false } }],
      at: 8000,
    })
    first.send({ type: 'seek', to: 0 })
    first.send({ type: 'seek', to: 8000 })
    second.send({ type: 'seek', to: 0 })
    second.send({ type: 'seek', to: 8000 })
    expect(second.look()).toBe(first.look())
  })

  test('an edit after going back drops what had been logged later', () => {
    const page = new Page()
    page.open(WEB)
    page.send({ type: 'advance', to: 5000 })
    page.edit('replicas: 2', 'replicas: 5', 5000)
    page.send({ type: 'advance', to: 9000 })
    page.send({ type: 'seek', to: 1000 })
    page.files = [{ name: 'app.yaml', text: WEB }]
    page.edit('port: 80,', 'port: 81,', 1000)
    page.send({ type: 'advance', to: 12_000 })
    const deployment = page.objects.get('Deployment/default/web') as KObject & { spec: { replicas: number } }
    expect(deployment.spec.replicas).toBe(2)
  })

  test('another kind: Cluster starts the run over', () => {
    const page = new Page()
    page.open(`${WEB}---\napiVersion: fairlead.dev/v1\nkind: Cluster\nmetadata: {name: lab}\nspec: {nodes: 2}\n`)
    page.send({ type: 'advance', to: 3000 })
    expect(page.objects.has('Node//node-3')).toBe(false)
    page.edit('nodes: 2', 'nodes: 4', 3000)
    expect([page.last?.now, page.last?.restarted, page.objects.has('Node//node-4')]).toEqual([0, true, true])
  })

  test('a problem stands on its line, in Kubernetes words, and the object stays', () => {
    const page = new Page()
    page.open(WEB)
    page.edit('port: 80,', 'port: 0,', 1000)
    const [problem] = page.last?.diagnostics ?? []
    expect([problem?.severity, problem?.code, problem?.source?.line]).toEqual(['error', 'api.refused', 7])
    expect(problem?.message).toContain('must be between 1 and 65535, inclusive')
    expect(page.objects.has('Service/default/web')).toBe(true)
  })

  test('half a document loses no object', () => {
    const page = new Page()
    page.open(WEB)
    page.edit('  replicas: 2\n', '  replicas: [2\n', 500)
    expect(page.last?.diagnostics?.some((d) => d.severity === 'error' && d.source)).toBe(true)
    expect(page.objects.has('Deployment/default/web')).toBe(true)
  })

  test('a text that is too large is not read unasked', () => {
    const page = new Page()
    const large = 'a: 1\n---\n'.repeat(3500)
    const message = page.send({ type: 'open', files: [{ name: 'x.yaml', text: large }] })
    expect(message).toMatchObject({ type: 'too-large' })
    expect(page.send({ type: 'open', files: [{ name: 'x.yaml', text: large }], force: true }).type).toBe('update')
  })

  test('questions: where a field stands, also of a pod that the text only has a template of; and the next event', () => {
    const page = new Page()
    page.open(WEB)
    const pod = [...page.objects.keys()].find((k) => k.startsWith('Pod/default/web-'))!
    const answer = page.send({
      type: 'ask',
      question: {
        type: 'locate',
        fields: [
          { object: 'Service/default/web', path: ['spec', 'ports', 0, 'targetPort'] },
          { object: pod, path: ['spec', 'containers', 0, 'image'] },
          { object: 'Service/default/none', path: [] },
        ],
      },
    })
    const ranges = answer.type === 'answer' && answer.answer.type === 'locate' ? answer.answer.ranges : []
    expect(ranges.map((r) => r?.line ?? null)).toEqual([7, 21, null])
    const next = page.send({ type: 'ask', question: { type: 'next-event', after: 0 } })
    expect(next).toMatchObject({ answer: { type: 'next-event', at: 150 } })
  })

  test('a finding stands on its line, and goes when it is mended', () => {
    const page = new Page()
    page.open(WEB.replace('targetPort: 8080', 'targetPort: 9090'))
    const [problem] = page.last?.diagnostics ?? []
    expect([problem?.severity, problem?.code, problem?.source?.line]).toEqual(['error', 'port.not-listening', 7])
    expect(problem?.fix).toMatchObject({ object: 'Service/default/web', value: 8080 })
    page.edit('targetPort: 9090', 'targetPort: 8080', 1000)
    expect(page.last?.diagnostics).toEqual([])
  })

  test('questions: why a request failed, as the cluster was when it started', () => {
    const page = new Page()
    page.open(WEB.replace('targetPort: 8080', 'targetPort: 9090'))
    page.send({ type: 'advance', to: 2000 })
    const failed = page.traces.find((t) => t.outcome === 'refused')!
    page.edit('targetPort: 9090', 'targetPort: 8080', 3000)
    page.send({ type: 'advance', to: 6000 })
    const why = page.send({ type: 'ask', question: { type: 'trace-chain', trace: failed } })
    expect(why).toMatchObject({ answer: { type: 'trace-chain', cause: { code: 'port.not-listening' } } })
    const now = { type: 'service-chain', service: 'Service/default/web', at: 6000 }
    expect(page.send({ type: 'ask', question: now })).toMatchObject({ answer: { findings: [] } })
    const then = { ...now, at: 2000 }
    expect(page.send({ type: 'ask', question: then })).toMatchObject({
      answer: { chains: [{ cause: { code: 'port.not-listening' } }] },
    })
  })

  test('a kubectl command of the log is carried out at its moment', () => {
    const page = new Page()
    const log = [
      { at: 1000, type: 'act', action: { type: 'kubectl', args: ['scale', 'deployment/web', '--replicas=4'] } },
    ]
    page.open(WEB, { log, at: 5000 })
    expect(page.objects.get('Deployment/default/web')).toMatchObject({ status: { readyReplicas: 4 } })
    page.send({ type: 'act', action: { type: 'kubectl', args: ['delete', 'pod', 'nobody'] }, at: 6000 })
    expect(page.last?.diagnostics).toMatchObject([
      { code: 'action.kubectl', message: expect.stringContaining('not found') },
      { code: 'text.differs', message: 'The cluster has 4 replicas, the text says 2.' },
    ])
  })

  test('what if: a change is tried on a copy, and nothing of the run changes', () => {
    const page = new Page()
    page.open(WEB)
    page.send({ type: 'advance', to: 2000 })
    const look = page.look()
    const change = { type: 'act', action: { type: 'scale', object: 'Deployment/default/web', replicas: 0 } }
    const answer = page.send({ type: 'ask', question: { type: 'what-if', change, at: 2000 } })
    expect(answer).toMatchObject({
      answer: {
        before: { clients: [{ outcomes: ['answered'] }] },
        after: { clients: [{ outcomes: ['refused'] }], findings: [{ code: 'workload.scaled-to-zero' }] },
      },
    })
    expect(page.look()).toBe(look)
  })

  test('questions: the rules of a node, those of a Service among them, and those that a request met', () => {
    const page = new Page()
    page.open(WEB)
    page.send({ type: 'advance', to: 2000 })
    const trace = page.traces.find((t) => t.outcome === 'answered')!
    const ask = (node: string) => {
      const question = { type: 'rules', node, at: trace.startedAt, service: 'Service/default/web', trace } as const
      const message = page.send({ type: 'ask', question })
      if (message.type !== 'answer' || message.answer.type !== 'rules') throw new Error('no rules')
      return message.answer
    }
    const { ruledBy } = ask('node-1')
    const { lines, matched, ofService, mode } = ask(ruledBy!)
    const met = matched.map((i) => lines[i]!)
    expect(mode).toBe('iptables')
    expect(met[0]).toContain('-A PREROUTING')
    expect(met.at(-1)).toContain(`--to-destination ${trace.server!.ip}:${trace.server!.port}`)
    expect(ofService.length).toBeGreaterThan(matched.length)
    expect(lines[ofService[0]!]).toMatch(/^:KUBE-S/)
    const other = ruledBy === 'node-2' ? 'node-3' : 'node-2'
    expect(ask(other).matched).toEqual([])
  })

  test.each(['iptables', 'nftables'] as const)(
    'the rules of %s that a request over IPv6 met are those of its family',
    (mode) => {
      const page = new Page()
      page.open(
        `${WEB.replace('spec:', 'spec:\n  ipFamilies: [IPv6]')}---
apiVersion: fairlead.dev/v1
kind: Cluster
metadata: {name: lab}
spec: {proxyMode: ${mode}, podCIDR: '10.244.0.0/16,fd00:10:244::/56', serviceCIDR: '10.96.0.0/16,fd00:10:96::/112'}
---
apiVersion: fairlead.dev/v1
kind: Client
metadata: {name: six}
spec: {from: pod/six, url: 'http://web/'}
`,
      )
      page.send({ type: 'advance', to: 3000 })
      const trace = page.traces.find((t) => t.outcome === 'answered' && t.server?.ip.includes(':'))!
      const ask = (node: string) => {
        const message = page.send({ type: 'ask', question: { type: 'rules', node, at: trace.startedAt, trace } })
        if (message.type !== 'answer' || message.answer.type !== 'rules') throw new Error('no rules')
        return message.answer
      }
      const { lines, matched } = ask(ask('node-1').ruledBy!)
      const six = lines.findIndex((line) => /^# ip6tables-save|^table ip6/.test(line))
      expect(six).toBeGreaterThan(0)
      expect(matched.length).toBeGreaterThan(3)
      expect(matched.every((i) => i > six)).toBe(true)
      expect(matched.some((i) => lines[i]!.includes('dnat') || lines[i]!.includes(`[${trace.server!.ip}]`))).toBe(true)
    },
  )
})
