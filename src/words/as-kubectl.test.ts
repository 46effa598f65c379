import { describe, expect, it } from 'vitest'
import { Cluster } from '../engine/index.ts'
import { readText } from '../manifest/index.ts'
import { type Action, type KObject, keyOf, matchesMap, type Pod, type Service, splitKey } from '../model/index.ts'
import { ShellSession } from '../shell/index.ts'
import { asKubectl, commandOf, selectorText } from './as-kubectl.ts'
import { noShellIn } from './no-shell.ts'

const template = (app: string, more = '') =>
  `template: {metadata: {labels: {app: ${app}, tier: front}}, spec: {${more}containers: [{name: c, image: "example/${app}:1", ports: [{containerPort: 8080}]}]}}`

const TEXT = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web, tier: front}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: mine, namespace: shop}
spec: {selector: {app: mine}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: outer}
spec: {type: ExternalName, externalName: my.database.example.com}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2, selector: {matchExpressions: [{key: app, operator: In, values: [web, website]}]}, ${template('web')}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: mine, namespace: shop}
spec: {serviceName: mine, replicas: 0, selector: {matchLabels: {app: mine}}, ${template('mine')}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: each, namespace: shop}
spec: {selector: {matchLabels: {app: each}}, ${template('each')}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 1, selector: {app: old}, ${template('old')}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {${template('once', 'restartPolicy: Never, ')}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: often}
spec: {schedule: "*/5 * * * *", jobTemplate: {spec: {${template('often', 'restartPolicy: Never, ')}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: alone, namespace: shop, labels: {app: mine}}
spec: {containers: [{name: c, image: "example/mine:1", readinessProbe: {tcpSocket: {port: 8080}}, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nowhere}
spec: {nodeSelector: {disk: none}, containers: [{name: c, image: "example/x:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
`

function start(): Cluster {
  const cluster = new Cluster({})
  cluster.applyText(readText([{ name: 'app.yaml', text: TEXT }]).docs)
  cluster.settle()
  return cluster
}

/** Runs a line to its end. */
function run(cluster: Cluster, line: string): { status: number; out: string; err: string } {
  const session = new ShellSession({ cluster })
  let [out, err] = ['', '']
  for (const process = session.run(line); ; ) {
    const step = process.next()
    if (step.done) return { status: step.value, out, err }
    if ('out' in step.value) out += step.value.out
    if ('err' in step.value) err += step.value.err
    if ('wait' in step.value) cluster.advance(step.value.wait.until ?? cluster.nextTaskAt() ?? cluster.now + 1000)
  }
}

/** What a person sees of a cluster: everything but what counts writes and moments. */
function seen(cluster: Cluster): Record<string, unknown> {
  const objects = cluster
    .drain()
    .put.filter((o) => !/^(Event|Lease)$/.test(o.kind))
    .map((object) => [
      keyOf(object),
      JSON.parse(
        JSON.stringify(object, (field, value) =>
          /^(resourceVersion|generation|observedGeneration|uid|.*Time|.*Timestamp|startedAt|finishedAt)$/.test(field) ||
          field === 'kubectl.kubernetes.io/restartedAt'
            ? undefined
            : value,
        ),
      ),
    ])
  return Object.fromEntries(objects)
}

const around = (cluster: Cluster, object: KObject) => ({
  inText: true,
  services: cluster
    .list<Service>('Service', object.metadata.namespace)
    .filter((s) => s.spec.selector && matchesMap(s.spec.selector, object.metadata.labels)),
})

const cluster = start()
const offered = cluster
  .drain()
  .put.filter((o) => o.kind !== 'Event' && o.kind !== 'Lease')
  .flatMap((object) => asKubectl(object, around(cluster, object)).map((o) => ({ ...o, of: keyOf(object) })))
const looks = offered.filter((o) => !o.action)
const acts = offered.filter((o) => o.action && o.of !== 'Service/default/kubernetes')

describe('an object as kubectl', () => {
  it('every kind that is here has commands', () => {
    const kinds = new Set(offered.map((o) => splitKey(o.of).kind))
    const present = ['Service', 'Pod', 'Node', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']
    for (const kind of [
      ...present,
      'ReplicationController',
      'EndpointSlice',
      'Endpoints',
      'Namespace',
      'ConfigMap',
      'Ingress',
    ])
      expect(kinds, kind).toContain(kind)
  })

  it('a Service leads to its endpoints and its pods', () => {
    const lines = looks.filter((o) => o.of === 'Service/default/web').map((o) => o.line)
    expect(lines).toEqual([
      'kubectl get service web -o wide',
      'kubectl describe service web',
      'kubectl get endpointslices -l kubernetes.io/service-name=web',
      'kubectl get pods -l app=web,tier=front -o wide',
      'kubectl get service web -o yaml',
      'kubectl edit service web',
    ])
  })

  it('another namespace is named', () => {
    for (const { line, of } of offered.filter((o) => splitKey(o.of).namespace === 'shop'))
      expect(line, of).toMatch(/ (-n shop|--namespace shop)( |$)/)
  })

  it.each(looks.map((o) => [o.line, o] as const))('%s: shows something', (line) => {
    const { status, err } = run(start(), line)
    expect([status, err.replaceAll(/^(Warning: |No resources found).*\n/gm, '')]).toEqual([0, ''])
  })

  it.each(acts.map((o) => [o.line, o] as const))('%s: does what the picture does', (line, { action }) => {
    const [typed, pressed] = [start(), start()]
    const { status, err } = run(typed, line)
    expect(err.replace(/^Warning: .*\n/gm, '')).toBe('')
    expect(status).toBe(0)
    expect(pressed.act(action!)).toBeUndefined()
    for (const each of [typed, pressed]) each.advance(200_000)
    expect(seen(typed)).toEqual(seen(pressed))
  })

  it('a custom resource has none: kubectl knows it only with its definition', () => {
    const own = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
    }
    expect(asKubectl(own, { services: [], inText: true })).toEqual([])
  })
})

describe('an action as a command', () => {
  const actions: Action[] = [
    { type: 'label', object: 'Pod/shop/alone', key: 'example.com/a', value: 'x' },
    { type: 'label', object: 'Pod/shop/alone', key: 'app', value: 'other' },
    { type: 'annotate', object: 'Pod/shop/alone', key: 'fairlead.dev/latency', value: '5s' },
    { type: 'annotate', object: 'Pod/shop/alone', key: 'note', value: "it's $HOME; `x`" },
    { type: 'set-image', object: 'Deployment/default/web', container: 'c', image: 'example/web:2' },
    { type: 'set-ready', pod: 'Pod/shop/alone', ready: false },
    { type: 'kubectl', args: ['scale', 'deployment', 'web', '--replicas=5'] },
  ]
  it.each(actions.map((a) => [commandOf(a)!, a] as const))('%s', (line, action) => {
    const [typed, pressed] = [start(), start()]
    expect(run(typed, line)).toMatchObject({ status: 0, err: '' })
    if (action.type === 'kubectl') pressed.act({ type: 'scale', object: 'Deployment/default/web', replicas: 5 })
    else pressed.act(action)
    for (const each of [typed, pressed]) each.advance(100_000)
    expect(seen(typed)).toEqual(seen(pressed))
  })

  it('a selector is written as -l reads it', () => {
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'NotIn' as const, values: ['a', 'b'] },
        { key: 'x', operator: 'Exists' as const },
        { key: 'y', operator: 'DoesNotExist' as const },
      ],
    }
    expect(selectorText(selector)).toBe('app=web,tier notin (a,b),x,!y')
  })
})

describe('no shell', () => {
  it('in a pod that does not run, with the reason', () => {
    expect(noShellIn(cluster.get<Pod>('Pod/shop/alone')!)).toBeUndefined()
    expect(noShellIn(cluster.get<Pod>('Pod/default/nowhere')!)).toBe(
      'No shell in nowhere: it has no node yet, so nothing of it runs.',
    )
  })
})
