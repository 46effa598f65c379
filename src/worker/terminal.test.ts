import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Action, FromWorker, LogEntry, TerminalEntry, TextFile, Trace, Update } from '../model/index.ts'
import * as shell from '../shell/index.ts'
import { Run } from './run.ts'

const SHOP = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "example/app:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`
const FILES: readonly TextFile[] = [{ name: 'app.yaml', text: SHOP }]

/** The page, as far as terminals go. */
class Page {
  entries: TerminalEntry[] = []
  traces: Trace[] = []
  last: Update | undefined
  answer: unknown
  #id = 0
  readonly run = new Run((message) => this.#take(message), shell)

  constructor(log: readonly LogEntry[] = [], at?: number) {
    this.send({ type: 'open', files: FILES, log, ...(at !== undefined && { at }) })
  }
  send(body: Record<string, unknown>): void {
    this.run.handle({ id: ++this.#id, ...body } as never)
  }
  act(action: Action, at: number): void {
    this.send({ type: 'act', action, at })
  }
  type(line: string, at: number, terminal = '1', place?: string): void {
    this.act({ type: 'type-line', terminal, line, ...(place !== undefined && { place }) }, at)
  }
  advance(to: number): void {
    this.send({ type: 'advance', to })
  }
  #take(message: FromWorker): void {
    if (message.type === 'answer') this.answer = message.answer
    if (message.type !== 'update') return
    const { update } = message
    this.last = update
    if (update.reset) {
      this.entries = []
      this.traces = []
    }
    this.entries.push(...update.terminal)
    this.traces.push(...update.traces)
  }
  text(terminal = '1'): string {
    return this.entries
      .filter((e) => e.terminal === terminal)
      .map((e) => (e.type === 'typed' ? `${e.prompt}${e.line}\n` : e.type === 'out' || e.type === 'err' ? e.text : ''))
      .join('')
  }
  look(): unknown {
    const asked = this.traces.map((t) => `${t.startedAt} ${t.id} ${t.outcome} ${t.server?.pod}`)
    // the page puts them in order
    return [merged(this.entries), asked.sort(), this.last?.now]
  }
}

/** What was written in one go may come in two updates. */
function merged(entries: readonly TerminalEntry[]): TerminalEntry[] {
  const out: TerminalEntry[] = []
  for (const entry of entries) {
    const last = out.at(-1)
    if (
      last &&
      (entry.type === 'out' || entry.type === 'err') &&
      last.type === entry.type &&
      last.terminal === entry.terminal &&
      last.at === entry.at
    )
      out[out.length - 1] = { ...last, text: last.text + entry.text }
    else out.push(entry)
  }
  return out
}

describe('terminals of a run', () => {
  test('a line runs on the cluster, and says how the shell asks next', () => {
    const page = new Page()
    page.type('kubectl get svc web', 1000)
    expect(page.text()).toMatch(/^lab\/default \$ kubectl get svc web\nNAME +TYPE .*\nweb +ClusterIP .*80\/TCP/)
    expect(page.entries.at(-1)).toMatchObject({
      type: 'done',
      status: 0,
      prompt: 'lab/default $ ',
      place: 'workstation',
    })
  })

  test('kubectl reads the files of the editor', () => {
    const page = new Page()
    page.type('kubectl apply -f app.yaml', 1000)
    expect(page.text()).toMatch(/service\/web (configured|unchanged)/)
  })

  test('output comes as virtual time passes, and Ctrl-C ends it', () => {
    const page = new Page()
    page.type('while true; do date +%s >/dev/null; echo tick; sleep 1; done', 1000)
    expect(page.text().match(/tick/g)).toHaveLength(2)
    page.advance(3500)
    expect(
      page
        .text()
        .split('\n')
        .filter((l) => l === 'tick'),
    ).toHaveLength(3)
    page.act({ type: 'interrupt', terminal: '1' }, 3500)
    page.advance(9000)
    expect(
      page
        .text()
        .split('\n')
        .filter((l) => l === 'tick'),
    ).toHaveLength(3)
    expect(page.entries.at(-1)).toMatchObject({ type: 'done', status: 130 })
  })

  test('a request of curl is one of the picture, asked by the pod it was typed in', () => {
    const page = new Page()
    page.type('kubectl exec client -- curl -s http://web', 1000)
    page.advance(3000)
    const sent = page.traces.filter((t) => t.client === 'shell/Pod/default/client')
    expect(sent.map((t) => t.outcome)).toEqual(['answered'])
    expect(page.entries.find((e) => e.type === 'request')).toMatchObject({ trace: sent[0]!.id })
    page.send({ type: 'ask', question: { type: 'trace-chain', trace: sent[0] } })
    expect(page.answer).toMatchObject({
      type: 'trace-chain',
      chain: { links: expect.arrayContaining([expect.anything()]) },
    })
  })

  test('the same log gives the same run: at once, step by step, and after going back', () => {
    const page = new Page()
    page.type('kubectl exec -it client -- sh', 500)
    page.type('for i in 1 2 3 4 5 6; do curl -s http://web; sleep 2; done', 1200.5)
    page.advance(2000)
    page.type('kubectl scale deploy web --replicas=4', 4000, '2')
    page.advance(20_000)
    const before = page.look()
    page.send({ type: 'seek', to: 3000 })
    expect(page.text('2')).toBe('')
    for (let t = 3100; t <= 20_000; t += 100) page.advance(t)
    expect(page.look()).toEqual(before)
    const log: LogEntry[] = [
      { at: 500, type: 'act', action: { type: 'type-line', terminal: '1', line: 'kubectl exec -it client -- sh' } },
      {
        at: 1200.5,
        type: 'act',
        action: {
          type: 'type-line',
          terminal: '1',
          line: 'for i in 1 2 3 4 5 6; do curl -s http://web; sleep 2; done',
        },
      },
      {
        at: 4000,
        type: 'act',
        action: { type: 'type-line', terminal: '2', line: 'kubectl scale deploy web --replicas=4' },
      },
    ]
    expect(new Page(log, 20_000).look()).toEqual(before)
  })

  test('what a shell knows is that of the moment: variables and namespace go back with it', () => {
    const page = new Page()
    page.type('X=one', 1000)
    page.type('kubectl config set-context --current --namespace=shop', 2000)
    page.advance(8000)
    page.type('echo $X', 8000)
    expect(page.text()).toContain('lab/shop $ echo $X\none\n')
    page.type('echo $X', 1500)
    expect(page.text()).toContain('lab/default $ echo $X\none\n')
    page.type('echo $X.', 500)
    expect(page.text()).toBe('lab/default $ echo $X.\n.\n')
  })

  test('each terminal has a shell of its own, where it was opened', () => {
    const page = new Page()
    page.type('hostname', 1000, '2', 'Pod/default/client')
    page.type('hostname', 1100, '3', 'Node//node-1')
    page.type('hostname', 1200, '4', 'Pod/default/nobody')
    expect(page.text('2')).toBe('client:/ # hostname\nclient\n')
    expect(page.text('3')).toBe('node-1:/ # hostname\nnode-1\n')
    expect(page.text('4')).toBe('hostname\nError from server (NotFound): pods "nobody" not found\n')
    page.send({ type: 'ask', question: { type: 'shell-at', place: 'Pod/default/client' } })
    expect(page.answer).toEqual({ type: 'shell-at', prompt: 'client:/ # ' })
  })

  test('a command that waits for something to happen sees what another terminal does', () => {
    const page = new Page()
    page.type('kubectl get deploy web -w', 1000)
    page.type('kubectl scale deploy web --replicas=1', 2000, '2')
    page.advance(2100)
    expect(page.text()).toMatch(/web +2\/1 /)
  })

  test('a command that waits sees what was asked for at the same moment', () => {
    const page = new Page()
    page.type(
      'kubectl create deployment shop --image=nginx; kubectl expose deployment shop --port=80; kubectl wait --for=condition=Available deploy/shop',
      1000,
    )
    page.advance(5000)
    expect(page.text()).toContain('deployment.apps/shop condition met')
  })

  test('requests and events are seen once, however often one goes back', () => {
    const page = new Page()
    for (let t = 100; t <= 12_000; t += 100) page.advance(t)
    const ids = page.traces.map((t) => t.id)
    page.send({ type: 'seek', to: 5000 })
    page.send({ type: 'seek', to: 12_000 })
    expect(page.traces.map((t) => t.id)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('a Service that a command deleted is named as what it is: in the text, and gone', () => {
    const page = new Page()
    page.type('kubectl delete svc web', 1000)
    page.type('kubectl exec client -- curl -s http://web', 2000)
    page.advance(5000)
    const trace = page.traces.find((t) => t.client.startsWith('shell/'))
    expect(trace?.outcome).toBe('name not found')
    page.send({ type: 'ask', question: { type: 'trace-chain', trace } })
    expect(page.answer).toMatchObject({
      cause: {
        code: 'service.not-found',
        message: expect.stringContaining('a command deleted it'),
        source: { line: 3 },
      },
    })
    expect((page.answer as { cause: { fix?: unknown } }).cause.fix).toBeUndefined()
  })

  test('the rules that a request of a terminal met are found', () => {
    const page = new Page()
    page.type('kubectl exec client -- curl -s http://web', 2000)
    page.advance(3000)
    const trace = page.traces.find((t) => t.client.startsWith('shell/'))
    page.send({ type: 'ask', question: { type: 'rules', node: 'node-1', at: 2000, trace } })
    expect((page.answer as { matched: unknown[] }).matched.length).toBeGreaterThan(3)
  })

  test('what kubectl port-forward carries passes no Service, and says so', () => {
    const page = new Page()
    page.type('kubectl port-forward svc/web 9000:80', 1000)
    page.type('curl -s localhost:9000', 2000, '2')
    page.advance(4000)
    expect(page.text('2')).toMatch(/^lab\/default \$ curl .*\nweb-\S+ at 127.0.0.1:8080, asked by 127.0.0.1\n$/)
    expect(page.text('1')).toContain('Handling connection for 9000')
    const trace = page.traces.find((t) => t.client === 'shell/outside')
    page.send({ type: 'ask', question: { type: 'trace-chain', trace } })
    const { chain } = page.answer as { chain: { links: readonly { link: string }[] } }
    expect(chain.links.map(({ link }) => link)).toEqual(['target', 'way', 'answer'])
  })

  test('kubectl logs shows a request of a terminal once, whoever asks', () => {
    const page = new Page()
    page.type('kubectl exec client -- curl -s http://web/mine', 2000)
    page.advance(3000)
    page.type('kubectl logs -l app=web | grep -c mine', 3000)
    page.type('kubectl logs -l app=web | grep -c mine', 3000, '2')
    expect(page.text()).toMatch(/mine\n1\n$/)
    expect(page.text('2')).toMatch(/mine\n1\n$/)
  })

  test('Tab and Enter ask the shell', () => {
    const page = new Page()
    page.send({
      type: 'ask',
      question: { type: 'complete', terminal: '1', place: 'workstation', line: 'kubectl get svc we', cursor: 18 },
    })
    expect(page.answer).toMatchObject({ type: 'complete', from: 16, candidates: ['web'] })
    page.send({ type: 'ask', question: { type: 'needs-more', line: 'kubectl apply -f - <<E' } })
    expect(page.answer).toEqual({ type: 'needs-more', more: true })
  })

  test('whatever is typed, stopped and gone back to: the log alone gives the same run', () => {
    const line = fc.constantFrom(
      'kubectl get pods -w',
      'watch -n 1 kubectl get deploy',
      'kubectl scale deploy web --replicas=1',
      'kubectl label pod client a=b --overwrite; kubectl delete pod client --wait=false',
      'kubectl rollout restart deploy/web && kubectl rollout status deploy/web',
      'kubectl exec client -- curl -s -m 1 http://web',
      'kubectl exec -it client -- sh',
      'exit',
      'while true; do curl -s -m 1 http://web; sleep 0.5; done',
      'X=1; for i in 1 2; do X=$X$i; sleep 1; echo $X; done',
      'kubectl run tmp --rm -it --image=busybox -- sh',
      'kubectl patch svc web -p \'{"spec":{"selector":{"app":"nobody"}}}\'',
      'echo "never closed',
      'kubectl logs -f deploy/web | grep GET | head -2',
    )
    const step = fc.oneof(
      fc.record({ do: fc.constant('type' as const), terminal: fc.constantFrom('1', '2'), line }),
      fc.record({ do: fc.constant('stop' as const), terminal: fc.constantFrom('1', '2') }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4000 }) }),
      fc.record({ do: fc.constant('back' as const), ms: fc.integer({ min: 1, max: 6000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 14 }), (steps) => {
        const page = new Page()
        let log: LogEntry[] = []
        const act = (action: Action) => {
          const at = page.last!.now
          log = [...log.filter((entry) => entry.at <= at), { at, type: 'act', action }]
          page.act(action, at)
        }
        for (const todo of steps) {
          if (todo.do === 'type') act({ type: 'type-line', terminal: todo.terminal, line: todo.line })
          else if (todo.do === 'stop') act({ type: 'interrupt', terminal: todo.terminal })
          else if (todo.do === 'pass') page.advance(page.last!.now + todo.ms)
          else page.send({ type: 'seek', to: Math.max(0, page.last!.now - todo.ms) })
        }
        page.advance(page.last!.now + 3000)
        const replayed = new Page(
          log.filter((entry) => entry.at <= page.last!.now),
          page.last!.now,
        )
        expect(replayed.look()).toEqual(page.look())
        const ids = page.traces.map((trace) => trace.id)
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 60 },
    )
  })
})
