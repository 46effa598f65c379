import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type Action,
  type ClientView,
  type ClusterConfig,
  DEFAULT_CLUSTER,
  diffFiles,
  type FromWorker,
  type KObject,
  keyOf,
  type LogEntry,
  type TerminalEntry,
  type TextFile,
} from '../../model/index.ts'
import * as shell from '../../shell/index.ts'
import { Run } from '../../worker/index.ts'
import { writeScript } from './write-script.ts'

const SHOP = `# the shop
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {nodeSelector: {kubernetes.io/hostname: node-2}, containers: [{name: app, image: "example/app:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: fairlead.dev/v1
kind: Cluster
metadata: {name: lab}
spec: {proxyMode: nftables, nodes: 2}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`

/** A session of the page: text, edits, actions, lines. */
class Page {
  readonly base: readonly TextFile[]
  files: readonly TextFile[]
  log: LogEntry[] = []
  entries: TerminalEntry[] = []
  objects = new Map<string, KObject>()
  clients: readonly ClientView[] = []
  config: ClusterConfig = DEFAULT_CLUSTER
  now = 0
  #id = 0
  readonly #run = new Run((message) => this.#take(message), shell)

  constructor(files: readonly TextFile[]) {
    this.base = files
    this.files = files
    this.#send({ type: 'open', files })
  }
  wait(ms: number): this {
    this.now += ms
    this.#send({ type: 'advance', to: this.now })
    return this
  }
  act(action: Action): this {
    this.log.push({ at: this.now, type: 'act', action })
    this.#send({ type: 'act', action, at: this.now })
    return this.wait(10)
  }
  type(line: string, place?: string, terminal = place ?? '1'): this {
    return this.act({ type: 'type-line', terminal, line, ...(place !== undefined && { place }) }).wait(2000)
  }
  edit(change: (text: string) => string): this {
    const after = this.files.map((file) => ({ ...file, text: change(file.text) }))
    const difference = diffFiles(this.files, after)
    if (!difference) return this
    this.files = after
    this.log.push({ at: this.now, type: 'edit', ...difference })
    this.#send({ type: 'edit', files: after, edits: difference.edits, at: this.now })
    return this.wait(10)
  }
  pod(begins: string): string {
    return [...this.objects.values()].find((o) => o.kind === 'Pod' && o.metadata.name.startsWith(begins))!.metadata.name
  }
  script(): string {
    const { config, base: files, log, entries, objects, clients, now: until } = this
    return writeScript({ config, files, log, entries, objects, clients, until })
  }
  #send(body: Record<string, unknown>): void {
    this.#run.handle({ id: ++this.#id, ...body } as never)
  }
  #take(message: FromWorker): void {
    if (message.type !== 'update') return
    const { update } = message
    if (update.reset) {
      this.objects.clear()
      this.entries = []
    }
    for (const object of update.put) this.objects.set(keyOf(object), object)
    for (const key of update.drop) this.objects.delete(key)
    this.clients = update.clients ?? this.clients
    this.config = update.config ?? this.config
    this.entries.push(...update.terminal)
  }
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Programs that a script needs, which only note how they are called; what they print is made up. */
function stubs(): { folder: string; note: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-script-'))
  folders.push(folder)
  const note = join(folder, 'note')
  writeFileSync(note, '')
  const calls = `{ printf '<%s>' "\${0##*/}" "$@"; echo; } >> ${note}\n`
  const input = `[ -t 0 ] || sed 's/^/ | /' >> ${note}\n`
  const write = (name: string, body: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}`)
    chmodSync(join(folder, name), 0o755)
  }
  for (const name of ['kind', 'docker', 'curl', 'sleep']) write(name, name === 'kind' ? calls + input : calls)
  write(
    'kubectl',
    `${calls}case "$*" in *' -') sed 's/^/ | /' >> ${note} ;; *'.metadata.name}'*) printf 'web-aaaaa-bbbbb web-aaaaa-ccccc' ;; *clusterIP*) printf 10.1.1.1 ;; esac\n`,
  )
  write('timeout', `${calls}shift; exec "$@"\n`)
  return { folder, note }
}

/** Runs a script with these programs; what they were called with. */
function runWith(script: string): { calls: string; out: string } {
  const { folder, note } = stubs()
  const { stdout, stderr } = spawnSync('bash', {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder },
    timeout: 20_000,
  })
  return { calls: readFileSync(note, 'utf8'), out: stdout + stderr }
}

const checked = (script: string): string => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })
  return `${status} ${stderr}`
}

describe('a session as a script', () => {
  it('what a typed command made is waited for, as real pods need it', () => {
    const page = new Page([{ name: 'app.yaml', text: SHOP }])
    page.type('kubectl run one --image=nginx -n shop').type('kubectl create deployment api --image=nginx --port=80')
    page.type('kubectl scale deploy web --replicas=3').type('kubectl run two --image=nginx --dry-run=client -o yaml')
    const lines = page.script().split('\n')
    expect(lines).toContain('kubectl wait --for=condition=Ready pod/one -n shop --timeout=90s')
    expect(lines).toContain('kubectl rollout status deployment/api --timeout=90s')
    expect(lines).toContain('kubectl rollout status deployment/web --timeout=90s')
    expect(lines.filter((line) => line.includes('pod/two') && !line.startsWith('#'))).toEqual([])
  })

  const page = new Page([{ name: 'app.yaml', text: SHOP }])
  page.wait(1500)
  const address = (page.objects.get('Service/default/web')!.spec as { clusterIP: string }).clusterIP
  page.type('kubectl get pods -o name | grep web | wc -l')
  const pod = page.pod('web-')
  page.type(`kubectl delete pod ${pod}`).wait(3000)
  page.type(`kubectl exec -n shop client -- curl -s http://${address}/`)
  page.type('echo "$(hostname)" it\'s; rm -rf /', 'Pod/shop/client')
  page.type('ip -br addr', 'Node//node-2')
  page.type('curl -s -m 1 http://172.18.0.11:30080/', 'outside')
  page.type('kubectl exec -it -n shop client -- sh').type("curl -s 'http://web.default/?a=b'").type('exit')
  page.type('rm -rf /')
  page.type('kubectl get pods -w').wait(3500).act({ type: 'interrupt', terminal: '1' })
  page.type('kubectl get -f app.yaml')
  page.act({ type: 'scale', object: 'Deployment/default/web', replicas: 3 })
  page.act({ type: 'drain', node: 'node-2' })
  page.wait(40_000)
  page.edit((text) => text.replace('replicas: 2', 'replicas: 4').replace(/---\napiVersion: v1\nkind: Pod[\s\S]*$/, ''))
  page.type("kubectl apply -f - <<'END'\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: $HOME}\nEND")
  const script = page.script()
  const { calls, out } = runWith(script)

  it('is one that bash reads', () => {
    expect(checked(script)).toBe('0 ')
    expect(out).not.toMatch(/command not found|syntax error|unbound/)
    // to its end, though it came by standard input and commands of it read that
    expect(calls.trimEnd()).toMatch(
      /<apply><-f><->\n \| apiVersion: v1\n \| kind: ConfigMap\n.*\n \| data: \{a: \$HOME\}$/,
    )
  })

  it('makes a cluster like this one', () => {
    expect(calls).toContain('<kind><create><cluster><--wait><120s><--config><->\n')
    expect(calls).toContain(' |   kubeProxyMode: nftables\n')
    expect(calls.match(/- role: worker/g)).toHaveLength(2)
  })

  it('applies the text without what no cluster knows, with the nodes as kind calls them', () => {
    const first = calls.slice(calls.indexOf('<kubectl><apply>'), calls.indexOf('<kubectl><rollout>'))
    expect(first).toContain(' | # the shop\n | apiVersion: v1\n | kind: Service\n')
    expect(first).toContain('kubernetes.io/hostname: fairlead-worker2}')
    expect(first).not.toContain('fairlead.dev')
    expect(calls).toContain('<kubectl><create><namespace><shop>\n')
    expect(calls.indexOf('<create><namespace>')).toBeLessThan(calls.indexOf('<kubectl><apply>'))
    expect(calls).toContain('<kubectl><rollout><status><deployment/web><-n><default><--timeout=90s>\n')
    expect(calls).toContain('<kubectl><wait><--for=condition=Ready><pod/client><-n><shop><--timeout=90s>\n')
  })

  it('runs what was typed where it was typed', () => {
    expect(calls).toContain("<kubectl><exec><-n><shop><client><--><sh><-c><curl -s 'http://web.default/?a=b'>\n")
    expect(calls).toContain('<docker><exec><fairlead-worker2><sh><-c><ip -br addr>\n')
    expect(calls).toContain('<curl><-s><-m><1><http://')
    expect(script).toContain('# kubectl exec -it -n shop client -- sh\n')
    expect(calls).not.toContain('<-it>')
    expect(calls).toContain(' | data: {a: $HOME}\n')
    expect(script).toContain("cat > app.yaml <<'EOF'")
    expect(calls).toContain('<kubectl><get><-f><app.yaml>\n')
  })

  it('looks names and addresses up that are others there', () => {
    expect(script).toContain(`take_pod pod_1 default 'web-[a-z0-9]+'   # here: ${pod}\nkubectl delete pod \${pod_1}\n`)
    expect(calls).toContain('<kubectl><delete><pod><web-aaaaa-bbbbb>\n')
    expect(calls).toContain('<kubectl><exec><-n><shop><client><--><curl><-s><http://10.1.1.1/>\n')
    expect(script).toContain('get node fairlead-worker -o')
  })

  it('does what was done in the picture and in the text', () => {
    expect(calls).toContain('<kubectl><scale><deployment><web><--replicas=3>\n')
    expect(calls).toContain(
      '<kubectl><drain><fairlead-worker2><--ignore-daemonsets><--delete-emptydir-data><--force>\n',
    )
    const edited = calls.slice(calls.indexOf('<kubectl><drain>'))
    expect(edited).toContain(' |   replicas: 4\n')
    expect(edited).not.toContain('kind: Service')
    expect(edited).toContain('<kubectl><delete><--wait=false><pod/client><-n><shop>\n')
  })

  it('waits as the session did, and stops what was stopped', () => {
    expect(calls).toContain('<timeout><6><kubectl><get><pods><-w>\n')
    expect(script).toContain('sleep 30   # 40 s in the session')
  })

  it('says what came of it', () => {
    expect(script).toContain('kubectl get pods -o name | grep web | wc -l\n# expected:\n#   2\n')
    expect(script).toMatch(/# expected:\n# {3}NAME +READY/)
  })

  it('leaves as a comment what could do harm', () => {
    expect(script).toMatch(/^# not run, rm [^\n]*:\n# rm -rf \/$/m)
    expect(calls).toContain('<sh><-c><echo "$(hostname)" it\'s; rm -rf />\n')
  })
})

describe('whatever a session holds', () => {
  const nasty = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          ...[
            "'",
            '"',
            '`',
            '$(',
            ')',
            '\n',
            'EOF',
            '\nEOF\n',
            '<<EOF',
            '#',
            '\\',
            ';',
            '|',
            '&',
            ' ',
            '\r',
            '\0',
            'touch canary',
            '\u2028',
            'if',
            'do',
          ],
          ...[
            'kubectl ',
            'curl ',
            'http://web/',
            '${x',
            '}',
            'x=',
            '>',
            '\x1b[2J',
            'node-1',
            '---',
            'kind: Pod',
            '-',
            'web',
            '{',
            '(',
            '$x',
          ],
        ),
        { maxLength: 10 },
      )
      .map((parts) => parts.join('')),
  )
  const place = fc.constantFrom(
    undefined,
    'Pod/default/web',
    'Node//node-1',
    'outside',
    'client/x',
    "Pod/a'b/c d",
    'Pod/x/$(touch canary)',
  )

  it('bash reads the script to its end, and nothing of it but known programs run', () => {
    const line = fc.oneof(nasty, fc.constantFrom('touch canary', 'x=1; touch canary', 'kubectl get "$(touch canary)"'))
    const entry = fc.record({ line, place, out: nasty, status: fc.constantFrom(0, 1, 130) })
    const acted = fc.oneof(
      fc.record({ type: fc.constant('delete' as const), object: nasty.map((n) => `Pod/default/${n}`) }),
      fc.record({
        type: fc.constant('label' as const),
        object: nasty.map((n) => `Pod/${n}/x`),
        key: nasty,
        value: fc.option(nasty),
      }),
      fc.record({ type: fc.constant('cordon' as const), node: nasty, on: fc.boolean() }),
      fc.record({
        type: fc.constant('kubectl' as const),
        args: fc.array(nasty, { maxLength: 3 }),
        stdin: fc.option(nasty, { nil: undefined }),
      }),
      fc.record({ type: fc.constant('recreate' as const), object: fc.constant('Pod/default/web') }),
    )
    const kinds = [`apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n`, '---\n', '', 'a: |\n  ']
    const text = fc.array(fc.oneof(nasty, fc.constantFrom(...kinds)), { maxLength: 5 }).map((parts) => parts.join('\n'))
    const scripts: string[] = []
    fc.assert(
      fc.property(
        text,
        text,
        nasty,
        fc.array(entry, { maxLength: 4 }),
        fc.array(acted, { maxLength: 3 }),
        (before, after, name, lines, acts) => {
          const log: LogEntry[] = []
          const entries: TerminalEntry[] = []
          const base = [{ name, text: before }]
          const edit = diffFiles(base, [{ name, text: after }])
          if (edit) log.push({ at: 5, type: 'edit', ...edit })
          lines.forEach(({ line, place: where, out, status }, i) => {
            const terminal = String(i)
            log.push({
              at: 10,
              type: 'act',
              action: { type: 'type-line', terminal, line, ...(where && { place: where }) },
            })
            entries.push(
              { at: 10, terminal, type: 'typed', prompt: '', line },
              { at: 10, terminal, type: 'out', text: out },
            )
            entries.push({ at: 3000 * i, terminal, type: 'done', status, prompt: '', place: where ?? 'workstation' })
          })
          for (const action of acts) log.push({ at: 50_000, type: 'act', action: action as Action })
          const script = writeScript({
            config: DEFAULT_CLUSTER,
            files: base,
            log,
            entries,
            objects: new Map(),
            clients: [],
            until: 1e9,
          })
          scripts.push(`(\n${script})\n`)
          expect(script).not.toMatch(/[\0\x1b\u2028]/)
        },
      ),
      { numRuns: 700, seed: 3 },
    )
    expect(checked(scripts.join(''))).toBe('0 ')
    // a few of them for real, with nothing but the stubs and bash itself to run
    const { folder, note } = stubs()
    const canary = join(folder, 'canary')
    writeFileSync(join(folder, 'touch'), `#!/bin/sh\n: > ${canary}\n`)
    chmodSync(join(folder, 'touch'), 0o755)
    const tried = spawnSync('/bin/bash', {
      input: `mktemp() { echo ${folder}; }\n${scripts.slice(0, 150).join('')}`,
      encoding: 'utf8',
      env: { PATH: folder, HOME: folder },
      timeout: 60_000,
    })
    expect(existsSync(canary), readFileSync(note, 'utf8').slice(-2000)).toBe(false)
    expect(tried.status).not.toBeNull()
  })
})
