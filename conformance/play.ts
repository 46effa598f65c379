import {
  INTERNET_HOST,
  isPodReady,
  keyOf,
  makeKey,
  type ObjectKey,
  type Pod,
  splitKey,
  type Trace,
  type Workload,
} from '../src/model/index.ts'
import { endpointsAnswer } from '../src/shell/index.ts'
import { bareObject } from './bare-object.ts'
import type { ConnectAnswer } from './compare.ts'
import type { Lab } from './lab.ts'
import { type RecordedCase, type Step, verbOf } from './recorded-case.ts'

type Client = Parameters<Lab['cluster']['send']>[0]

/** How long a client of the lab waits for an answer. */
const TIMEOUT = 2000

/** Plays one step and says what the cluster answered; undefined for a step that has no answer. Throws on what it cannot play. */
export function play(lab: Lab, kase: RecordedCase, step: Step): unknown {
  const { cluster } = lab
  const namespace = step.namespace ?? kase.namespace ?? 'default'
  const kubectl = (args: readonly string[]) => lab.kubectl(args, { namespace })
  const mustKubectl = (...args: string[]) => {
    const { exit, stderr } = kubectl(args)
    if (exit !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`)
  }
  const verb = verbOf(step)
  switch (verb) {
    case 'kubectl': {
      const args = typeof step.kubectl === 'string' ? splitWords(step.kubectl) : step.kubectl!
      return lab.kubectl(args, { stdin: step.stdin, namespace })
    }
    case 'get': {
      const { kind, name, selector } = step.get!
      const which = name === undefined ? [] : [name]
      const filter = selector === undefined ? [] : ['-l', selector]
      const { exit, stdout, stderr } = kubectl(['get', kind, ...which, ...filter, '-o', 'json'])
      return exit === 0 ? bareObject(JSON.parse(stdout), kase.area) : { error: stderr.trim() }
    }
    case 'endpoints':
      return endpointsAnswer(cluster, namespace, step.endpoints!)
    case 'connect': {
      const { from, to, times = 1 } = step.connect!
      return connect(lab, clientOf(lab, from, namespace), to, times)
    }
    case 'affinity': {
      const { from, to, times = 1 } = step.affinity!
      return Object.fromEntries(
        from.map((who) => {
          const traces = ask(lab, clientOf(lab, who, namespace), to, times)
          const pods = new Set(traces.flatMap((t) => t.server?.pod ?? []))
          return [who, { outcomes: outcomesOf(traces), differentPods: pods.size }]
        }),
      )
    }
    case 'dns': {
      const { from, name, type = 'A', search = true } = step.dns!
      const { rcode, question, answers } = cluster.resolve(clientOf(lab, from, namespace), name, type, search)
      return { rcode, question, answers: [...answers].sort() }
    }
    case 'rules':
      return cluster.rules(step.rules!.node)
    case 'loadBalancer': {
      const { service, address, nodes, ipMode } = step.loadBalancer!
      lab.announce(makeKey('Service', namespace, service), address, nodes ?? ['node-1'], ipMode)
      return undefined
    }
    case 'counts':
      return countsOf(lab, namespace, splitKey(`/${namespace}/${step.counts!.split('/')[1]}`).name)
    case 'rollout':
    case 'stuckRollout': {
      const { deployment, image } = step[verb]!
      const container = getDeployment(lab, namespace, deployment).spec.template.spec.containers[0]!.name
      const template = {
        metadata: { annotations: { 'fairlead.dev/ready': 'false' } },
        spec: { containers: [{ name: container, image }] },
      }
      mustKubectl('patch', 'deployment', deployment, '-p', JSON.stringify({ spec: { template } }))
      const counts = [countsOf(lab, namespace, deployment)]
      while (verb === 'rollout') {
        const pod = oldestUnready(lab, namespace, deployment, image)
        if (!pod) break
        if (counts.length > 1000) throw new Error('the rollout does not end')
        mustKubectl('annotate', 'pod', pod.metadata.name, 'fairlead.dev/ready=true', '--overwrite')
        counts.push(countsOf(lab, namespace, deployment))
      }
      return counts
    }
    case 'relabelOne': {
      const { selector, label } = step.relabelOne!
      const [first] = alive(lab, namespace, selector)
      if (!first) throw new Error(`no pod has ${selector}`)
      mustKubectl('label', 'pod', first.metadata.name, label, '--overwrite')
      return undefined
    }
    case 'podCount':
      return alive(lab, namespace, step.podCount!).length
    case 'names':
      return alive(lab, namespace, step.names!).map((p) => p.metadata.name)
    case 'wait':
      cluster.advance(cluster.now + step.wait! * 1000)
      cluster.settle()
      return undefined
    default:
      throw new Error(`a step that this runner does not know: ${Object.keys(step)[0]}`)
  }
}

/** Words as a shell would split a plain command: quotes group, nothing else is special. */
function splitWords(line: string): string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []
  return words.map((w) => w.replace(/'([^']*)'|"([^"]*)"/g, (_, a?: string, b?: string) => a ?? b ?? ''))
}

/** `POD`, `NAMESPACE/POD`, `node/NAME` or `internet`. */
function clientOf(lab: Lab, from: string, namespace: string): Client {
  const key = `client/${from}`
  if (from === 'internet') return { key, from: 'internet', namespace: 'default', address: INTERNET_HOST }
  const [first, second] = from.split('/') as [string, string?]
  if (first === 'node') {
    const node = lab.cluster.config.nodes.find((n) => n.name === second)
    if (!node) throw new Error(`no node ${second}`)
    return { key, from: 'node', namespace: 'default', node: node.name, address: node.internalIP }
  }
  const podKey = second === undefined ? makeKey('Pod', namespace, first) : makeKey('Pod', first, second)
  const pod = lab.cluster.get<Pod>(podKey)
  if (!pod) throw new Error(`no pod ${podKey}`)
  return {
    key,
    from: 'pod',
    namespace: pod.metadata.namespace ?? 'default',
    pod: podKey,
    node: pod.spec.nodeName,
    address: pod.status?.podIP ?? '',
  }
}

function ask(lab: Lab, client: Client, url: string, times: number): Trace[] {
  const traces: Trace[] = []
  for (let i = 0; i < times; i++) traces.push(lab.cluster.send(client, { url, connection: 'new', timeout: TIMEOUT }))
  return traces
}

function outcomesOf(traces: readonly Trace[]): Record<string, number> {
  const out: Record<string, number> = {}
  for (const { outcome } of traces) out[outcome] = (out[outcome] ?? 0) + 1
  return out
}

const unique = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))

function connect(lab: Lab, client: Client, url: string, times: number): ConnectAnswer {
  const { pods, podPorts, seenAs, http, outcomes } = lab.cluster.possible(client, {
    url,
    connection: 'new',
    timeout: TIMEOUT,
  })
  const traces = ask(lab, client, url, times)
  const answered = traces.filter((t) => t.outcome === 'answered')
  const podName = (key: ObjectKey) => splitKey(key).name
  const failed = traces.find((t) => t.error !== undefined)
  return {
    outcomes: outcomesOf(traces),
    pods: unique(answered.flatMap((t) => (t.server?.pod === undefined ? [] : podName(t.server.pod)))),
    podPorts: unique(answered.flatMap((t) => (t.server?.pod === undefined ? [] : t.server.port))),
    seenAs: unique(answered.flatMap((t) => t.seenAs ?? [])),
    http: unique(answered.flatMap((t) => t.http ?? [])),
    ...(failed && { error: failed.error }),
    possible: { outcomes, pods: pods.map((p) => (p.includes('/') ? podName(p) : p)), podPorts, seenAs, http },
  }
}

function getDeployment(lab: Lab, namespace: string, name: string): Workload {
  const deployment = lab.cluster.get<Workload>(makeKey('Deployment', namespace, name))
  if (!deployment) throw new Error(`no Deployment ${namespace}/${name}`)
  return deployment
}

const ownedBy = (owner: { readonly metadata: { readonly uid?: string } }) => (o: Workload | Pod) =>
  o.metadata.ownerReferences?.some((r) => r.uid === owner.metadata.uid) ?? false

/** A deployment's status and its ReplicaSets, newest first. */
function countsOf(lab: Lab, namespace: string, name: string): unknown {
  const deployment = getDeployment(lab, namespace, name)
  const number = (o: Workload, field: string) => Number(o.status?.[field] ?? 0)
  const sets = lab.cluster.list<Workload>('ReplicaSet', namespace).filter(ownedBy(deployment))
  const revision = (o: Workload) => Number(o.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  return {
    status: Object.fromEntries(
      ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'].map((field) => [
        field,
        number(deployment, field),
      ]),
    ),
    replicaSets: sets
      .sort((a, b) => revision(b) - revision(a))
      .map((set) => ({
        image: set.spec.template.spec.containers[0]?.image,
        desired: set.spec.replicas ?? 0,
        pods: number(set, 'replicas'),
        ready: number(set, 'readyReplicas'),
      })),
  }
}

const byAge = (a: Pod, b: Pod) => ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1)

function oldestUnready(lab: Lab, namespace: string, deployment: string, image: string): Pod | undefined {
  const owner = getDeployment(lab, namespace, deployment)
  const sets = lab.cluster.list<Workload>('ReplicaSet', namespace).filter(ownedBy(owner))
  const mine = new Set(sets.map((s) => s.metadata.uid))
  return lab.cluster
    .list<Pod>('Pod', namespace)
    .filter((p) => p.metadata.ownerReferences?.some((r) => mine.has(r.uid)) && !p.metadata.deletionTimestamp)
    .filter((p) => p.spec.containers[0]?.image === image && !isPodReady(p))
    .sort(byAge)[0]
}

/** The pods that a selector finds and nobody asked to stop, by name. */
function alive(lab: Lab, namespace: string, selector: string): Pod[] {
  const { stdout, stderr, exit } = lab.kubectl(['get', 'pods', '-l', selector, '-o', 'json'], { namespace })
  if (exit !== 0) throw new Error(stderr.trim())
  const { items } = JSON.parse(stdout) as { items: Pod[] }
  return items.filter((p) => !p.metadata.deletionTimestamp).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
