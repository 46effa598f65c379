import { Cluster } from '../../../engine/index.ts'
import { readText } from '../../../manifest/index.ts'
import type { ClusterConfig, Trace } from '../../../model/index.ts'
import { type Process, ShellSession } from '../index.ts'

/** A Service with three pods, one that selects nothing, a node port with a wrong target, an alias, a headless one, and somebody who asks. */
export const SHOP = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: example/web:1, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: nobody}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: door}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: outer}
spec: {type: ExternalName, externalName: my.database.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: each}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
  readonly traces: readonly Trace[]
  /** Virtual ms that it took. */
  readonly took: number
}

export interface TestSession {
  readonly session: ShellSession
  readonly cluster: Cluster
  run(line: string, mostWaits?: number): Ran
  /** As it looks in a terminal; what went to stderr stands behind "! ", a status that is not 0 in brackets. */
  transcript(lines: readonly string[]): string
}

export function sessionOn(text = SHOP, config: Partial<ClusterConfig> = {}): TestSession {
  const cluster = new Cluster(config)
  cluster.applyText(readText([{ name: 'app.yaml', text }]).docs)
  cluster.settle()
  const session = new ShellSession({
    cluster,
    files: () => ['app.yaml'],
    readFile: (name) => (name === 'app.yaml' ? text : undefined),
  })
  const run = (line: string, mostWaits = 2000): Ran => drive(session, cluster, session.run(line), mostWaits)
  return {
    session,
    cluster,
    run,
    transcript: (lines) =>
      lines
        .map((line) => {
          const head = `${session.prompt}${line}\n`
          const { status, both } = drive(session, cluster, session.run(line), 2000)
          const body = both.endsWith('\n') || both === '' ? both : `${both}\n`
          return head + body + (status === 0 ? '' : `[${status}]\n`)
        })
        .join(''),
  }
}

/** Runs a command and lets time pass where it waits, so often at most. */
export function drive(
  session: ShellSession,
  cluster: Cluster,
  process: Process,
  mostWaits: number,
): Ran & { readonly both: string } {
  let [out, err, both, waits] = ['', '', '', 0]
  const traces: Trace[] = []
  const from = cluster.now
  for (;;) {
    const step = process.next()
    if (step.done) return { status: step.value, out, err, both, traces, took: cluster.now - from }
    const event = step.value
    if ('out' in event) {
      out += event.out
      both += event.out
    } else if ('err' in event) {
      err += event.err
      if (both !== '' && !both.endsWith('\n')) both += '\n'
      both += event.err.replaceAll(/^(?=.)/gm, '! ')
    } else if ('trace' in event) traces.push(event.trace)
    else if ('wait' in event) {
      const to = event.wait.until ?? cluster.nextTaskAt()
      if (to === undefined || ++waits > mostWaits) {
        process.return(0)
        session.stopped()
        return { status: session.status, out, err, both, traces, took: cluster.now - from }
      }
      cluster.advance(Math.max(to, cluster.now))
    }
  }
}
