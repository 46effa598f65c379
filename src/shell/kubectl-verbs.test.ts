import { describe, expect, it } from 'vitest'
import { Cluster } from '../engine/index.ts'
import type { Trace } from '../model/index.ts'
import { type KubectlOptions, kubectl, runKubectl } from './index.ts'

const TEXT = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], clusterIP: 10.96.44.10}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {ports: [{port: 80}], clusterIP: 10.96.44.11}
---
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: web}}
spec: {nodeName: node-1, containers: [{name: app, image: nginx:1.29, ports: [{name: http, containerPort: 8080}]}, {name: side, image: busybox}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: a, image: agent}]}}
`

function terminal(text = TEXT, options: KubectlOptions = {}) {
  const cluster = new Cluster({ loadBalancers: 'none' })
  const run = (line: string | readonly string[], stdin?: string) => {
    const args = typeof line === 'string' ? line.split(' ') : line
    const result = runKubectl(cluster, args, { ...options, stdin, wait: true })
    cluster.settle()
    return result
  }
  if (text) run('create -f -', text)
  return { cluster, run }
}
const said = (stdout: string, stderr = '', exit = stderr === '' ? 0 : 1) => ({ exit, stdout, stderr })
const error = (message: string) => said('', `error: ${message}\n`)

/** Run a command that never ends, with something done at each of its pauses; what it wrote. */
function stream(cluster: Cluster, line: string, ...steps: (() => void)[]): string {
  let text = ''
  const streams = { out: (t: string) => (text += t), err: (t: string) => (text += t) }
  const process = kubectl(cluster, line.split(' '), {}, { out: streams.out, err: streams.err })
  process.next()
  for (const step of steps) {
    step()
    process.next()
  }
  process.return(0)
  return text
}

describe('--dry-run=server', () => {
  it('[KCTL-1] says what the server would, and changes nothing', () => {
    const { run, cluster } = terminal()
    expect(run('create deployment x --image=nginx --dry-run=server')).toEqual(
      said('deployment.apps/x created (server dry run)\n'),
    )
    expect(run('scale ds agent --replicas=1 --dry-run=server').exit).toBe(1)
    expect(run('delete svc web --dry-run=server')).toEqual(
      said('service "web" deleted from default namespace (server dry run)\n'),
    )
    expect(run('create service clusterip web --tcp=80 --dry-run=server')).toEqual(
      error('failed to create ClusterIP service: services "web" already exists'),
    )
    expect(cluster.get('Service/default/web')).toBeDefined()
    expect(run('get deploy').stdout).toBe('')
  })
})

describe('create', () => {
  it('[KCTL-2] what a verb makes as a Go struct is printed with its empty fields, and JSON in the order of the type', () => {
    const { run } = terminal()
    const { stdout } = run('create deployment x --image=nginx --dry-run=client -o yaml')
    expect(stdout).toMatch(/ {2}strategy: {}\n/)
    expect(stdout).toMatch(/resources: {}\nstatus: {}\n$/)
    const json = run('run p --image=nginx --dry-run=client -o json').stdout
    expect(json).toMatch(/^{\n {4}"kind": "Pod",\n {4}"apiVersion": "v1",\n {4}"metadata"/)
    expect(json).toMatch(/"status": {}\n}\n$/)
  })
  it.each([
    ['create configmap c --from-literal=a=b', said('configmap/c created\n')],
    ['create configmap c --from-literal=ab', error('invalid literal source ab, expected key=value')],
    ['create secret generic s --from-literal=a=b', said('secret/s created\n')],
    ['create job j', error('either --image or --from must be specified')],
    ['create cronjob c --image=x', error('required flag(s) "schedule" not set')],
    ['create ingress i --rule=foo.com/bar=svc1:8080,tls=my-cert', said('ingress.networking.k8s.io/i created\n')],
    [
      'create ingress i --rule=bogus',
      error('rule bogus is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]'),
    ],
    ['create quota q --hard=pods=10', said('resourcequota/q created\n')],
    ['create quota q --hard=bogus', error('Invalid argument syntax bogus, expected <resource>=<value>')],
    ['create pdb p --min-available=1', error('a selector must be specified')],
    ['create role r --verb=get --resource=pods', said('role.rbac.authorization.k8s.io/r created\n')],
    ['create rolebinding r', error('exactly one of clusterrole or role must be specified')],
    ['create serviceaccount sa', said('serviceaccount/sa created\n')],
    ['create token sa', error('tokens are not simulated: access control is not modelled, every request is allowed')],
  ])('[KCTL-3] %s', (line, wanted) => {
    expect(terminal().run(line)).toEqual(wanted)
  })
  it('[KCTL-3] a Secret’s values are coded, an Ingress rule with a star is a prefix', () => {
    const { run } = terminal()
    run('create secret generic s --from-literal=a=b')
    expect(run('get secret s -o jsonpath={.data.a}').stdout).toBe('Yg==')
    run(['create', 'ingress', 'i', '--rule=foo.com/x*=web:80', '--rule=foo.com/y=web:http,tls=s'])
    expect(run('get ing i -o jsonpath={.spec.rules[0].http.paths[*].pathType}{.spec.tls}').stdout).toBe(
      'Prefix Exact[{"hosts":["foo.com"],"secretName":"s"}]',
    )
  })
  it('[KCTL-3] a Job can be made of a CronJob', () => {
    const { run } = terminal()
    run(['create', 'cronjob', 'c', '--image=busybox', '--schedule=*/5 * * * *', '--', 'date'])
    expect(run('create job j --from=cronjob/c')).toEqual(said('job.batch/j created\n'))
    expect(run('get job j -o jsonpath={.metadata.annotations}{.spec.template.spec.containers[0].command}').stdout).toBe(
      '{"cronjob.kubernetes.io/instantiate":"manual"}["date"]',
    )
    expect(run('create job k --from=pod/solo')).toEqual(error('unknown object type *v1.Pod'))
  })
})

describe('events', () => {
  const DEPLOYMENT = 'create deployment web2 --image=nginx --replicas=2'
  it('[KCTL-5] describe, events and get events tell the same, of this object and no earlier one of its name', () => {
    const { run } = terminal()
    run(DEPLOYMENT)
    const described = run('describe deploy web2').stdout
    expect(described).toMatch(/Events:\n {2}Type +Reason +Age +From +Message\n/)
    expect(described).toMatch(
      /Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set web2-\S+ from 0 to 2\n/,
    )
    expect(run('events --for=deploy/web2').stdout).toMatch(
      /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n\S+ +Normal +ScalingReplicaSet +Deployment\/web2 /,
    )
    expect(run('get events --field-selector involvedObject.kind=Deployment,type=Normal').stdout).toContain(
      'deployment/web2',
    )
    run('delete deploy web2')
    run(DEPLOYMENT)
    expect(run('describe deploy web2').stdout.match(/ScalingReplicaSet/g)).toHaveLength(1)
  })
  it('[KCTL-5] there are none where none were said', () => {
    const { run } = terminal('')
    expect(run('events -n kube-public')).toEqual(said('', 'No events found in kube-public namespace.\n', 0))
    expect(run('events --types=Bogus')).toEqual(error('valid --types are Normal or Warning'))
  })
})

describe('nodes', () => {
  it('[KCTL-6] cordon, uncordon and taint say what they found', () => {
    const { run } = terminal()
    expect(run('cordon node-1')).toEqual(said('node/node-1 cordoned\n'))
    expect(run('cordon node-1')).toEqual(said('node/node-1 already cordoned\n'))
    expect(run('uncordon node-1')).toEqual(said('node/node-1 uncordoned\n'))
    expect(run('taint nodes node-1 a=b:NoSchedule')).toEqual(said('node/node-1 tainted\n'))
    expect(run('taint nodes node-1 a=c:NoSchedule')).toEqual(
      error('node node-1 already has a taint(s) with same effect(s) and --overwrite is false'),
    )
    expect(run('taint nodes node-1 a=c:NoSchedule --overwrite')).toEqual(said('node/node-1 modified\n'))
    expect(run('taint nodes node-1 a:NoSchedule-')).toEqual(said('node/node-1 untainted\n'))
    expect(run('taint nodes node-1 a-')).toEqual(error('taint "a" not found'))
  })
  it('[KCTL-6] drain names what stands in its way, and with the flags takes the pods away', () => {
    const { run } = terminal()
    const { exit, stdout, stderr } = run('drain node-1')
    expect([exit, stdout]).toEqual([1, 'node/node-1 cordoned\n'])
    expect(stderr).toContain('cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-')
    expect(stderr).toContain('cannot delete Pods that declare no controller (use --force to override): default/solo')
    const drained = run('drain node-1 --ignore-daemonsets --force')
    expect(drained.exit).toBe(0)
    expect(drained.stdout).toBe(
      'node/node-1 already cordoned\nevicting pod default/solo\npod/solo evicted\nnode/node-1 drained\n',
    )
    expect(run('get pod solo').exit).toBe(1)
    expect(run('get pods --field-selector spec.nodeName=node-1 -o name').stdout).toMatch(/^pod\/agent-\S+\n$/)
  })
})

describe('wait', () => {
  it.each([
    ['wait --for=condition=Ready pod/solo', said('pod/solo condition met\n')],
    ['wait --for=jsonpath={.status.phase}=Running pod/solo', said('pod/solo condition met\n')],
    ['wait --for=delete cm/nosuch', said('')],
    ['wait --for=condition=x svc/web --timeout=0', error('condition not met for services/web')],
    ['wait --for=condition=x svc/web --timeout=2s', error('timed out waiting for the condition on services/web')],
    ['wait --for=bogus svc/web', error('unrecognized condition: "bogus"')],
    ['wait --for=condition=x svc -l no=1', error('no matching resources found')],
  ])('[KCTL-7] %s', (line, wanted) => {
    expect(terminal().run(line)).toEqual(wanted)
  })
  it('[KCTL-7] a status of an older generation does not count', () => {
    const { cluster, run } = terminal()
    run('create deployment web2 --image=nginx --replicas=1')
    runKubectl(cluster, ['set', 'image', 'deploy/web2', 'nginx=nginx:2'])
    expect(runKubectl(cluster, ['wait', '--for=condition=Available', 'deploy/web2', '--timeout=0'])).toEqual(
      error('condition not met for deployments/web2'),
    )
  })
})

describe('what never ends', () => {
  it('[KCTL-8] get -w writes each change as it comes', () => {
    const { cluster } = terminal()
    const text = stream(
      cluster,
      'get svc bare -w --output-watch-events -o name'.replace(' --output-watch-events', ''),
      () => runKubectl(cluster, ['label', 'svc', 'bare', 'a=b']),
      () => {},
      () => runKubectl(cluster, ['delete', 'svc', 'bare']),
    )
    expect(text).toBe('service/bare\nservice/bare\nservice/bare\n')
  })
  it('[KCTL-8] with the kind of change, when asked for', () => {
    const { cluster } = terminal()
    const text = stream(cluster, 'get cm -w --output-watch-events -l a=b', () =>
      runKubectl(cluster, ['create', '-f', '-'], {
        stdin: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {a: b}}\n',
      }),
    )
    expect(text).toMatch(/^EVENT +NAME +DATA +AGE\nADDED +c +0 +0s\n$/)
  })
  it('[KCTL-8] as one command it ends with what there is', () => {
    expect(terminal().run('get svc web -w --no-headers').stdout).toMatch(/^web /)
  })
})

describe('diff', () => {
  const SERVICE =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 9090}]}\n'
  it('[KCTL-9] shows what apply would change, changes nothing, and its exit code says whether', () => {
    const { run } = terminal()
    const { exit, stdout } = run('diff -f -', SERVICE)
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^diff -u -N \/tmp\/LIVE-1\/v1\.Service\.default\.web /)
    expect(stdout).toMatch(/\n- {4}targetPort: 8080\n\+ {4}targetPort: 9090\n/)
    expect(run('get svc web -o jsonpath={.spec.ports[0].targetPort}').stdout).toBe('8080')
    run('apply -f -', SERVICE)
    expect(run('diff -f -', SERVICE)).toEqual(said(''))
  })
})

describe('in pods', () => {
  it('[KCTL-10] exec hands the command to the host, and its exit code on', () => {
    const seen: unknown[] = []
    const { run } = terminal(TEXT, {
      exec: function* ({ pod, container, command, tty, stdin, out }) {
        seen.push([pod.metadata.name, container, command, tty, stdin])
        out('hello\n')
        if (command.length === 0) yield {}
        return command[0] === 'false' ? 7 : 0
      },
    })
    expect(run('exec solo -c side -- ls -l /')).toEqual(said('hello\n'))
    expect(run('exec svc/web -- false')).toEqual({
      exit: 7,
      stdout: 'hello\n',
      stderr: 'Defaulted container "app" out of: app, side\ncommand terminated with exit code 7\n',
    })
    expect(seen).toEqual([
      ['solo', 'side', ['ls', '-l', '/'], false, undefined],
      ['solo', 'app', ['false'], false, undefined],
    ])
  })
  it('[KCTL-10] run --rm -it makes a pod, talks to it, and takes it away', () => {
    const { run, cluster } = terminal(TEXT, {
      // biome-ignore lint/correctness/useYield: nothing to wait for
      exec: function* ({ pod, command, out }) {
        out(`${pod.status?.podIP} ${command.join(' ')}\n`)
        return 0
      },
    })
    const { exit, stdout } = run('run tmp --rm -it --image=busybox --restart=Never -- wget -qO- web')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^10\.244\.\d\.\d+ wget -qO- web\npod "tmp" deleted from default namespace\n$/)
    expect(cluster.get('Pod/default/tmp')).toBeUndefined()
  })
  it.each([
    ['exec', error('pod, type/name or --filename must be specified')],
    ['exec solo', error('you must specify at least one command for the container')],
    ['exec nosuch -- ls', said('', 'Error from server (NotFound): pods "nosuch" not found\n')],
    ['exec solo -c nope -- ls', error('container nope is not valid for pod solo out of: app, side')],
    ['exec solo -c app -- ls', error('nothing here runs commands in pods')],
    ['logs nosuch', error('error from server (NotFound): pods "nosuch" not found in namespace "default"')],
    [
      'port-forward solo',
      error(
        "TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples",
      ),
    ],
    [
      'port-forward svc/bare 80',
      error("cannot attach to *v1.Service: invalid service 'bare': Service is defined without a selector"),
    ],
    ['port-forward svc/web 99', error('Service web does not have a service port 99')],
  ])('[KCTL-10] %s', (line, wanted) => {
    expect(terminal().run(line)).toEqual(wanted)
  })
  it('[KCTL-11] logs are the requests that the pod answered', () => {
    const trace = (id: string, pod: string, startedAt: number): Trace => ({
      id,
      client: 'c',
      request: { url: '', scheme: 'http', host: 'web', port: 80, path: '/x', connection: 'new', timeout: 1000 },
      startedAt,
      took: 2,
      outcome: 'answered',
      http: 200,
      server: { pod, ip: '10.244.1.2', port: 8080 },
      seenAs: '10.244.2.9',
      hops: [],
    })
    const traces = () => [
      trace('1', 'Pod/default/solo', 0),
      trace('2', 'Pod/default/other', 1),
      trace('3', 'Pod/default/solo', 2),
    ]
    const { run } = terminal(TEXT, { traces })
    const { stdout } = run('logs solo -c app')
    expect(stdout.split('\n')).toHaveLength(3)
    expect(stdout).toMatch(/^10\.244\.2\.9 - - \[\S+] "GET \/x HTTP\/1\.1" 200 2ms "web"\n/)
    expect(run('logs solo -c app --tail=1').stdout.split('\n')).toHaveLength(2)
  })
  it('[KCTL-12] port-forward leads to one pod, and says that this is not the Service', () => {
    const { run } = terminal()
    const { stdout, stderr } = run('port-forward svc/web 9000:80')
    expect(stdout).toBe('Forwarding from 127.0.0.1:9000 -> 8080\nForwarding from [::1]:9000 -> 8080\n')
    expect(stderr).toContain('this goes to one pod, solo, and not through the Service')
  })
})

describe('about the cluster and the session', () => {
  it('[KCTL-13] the namespace of the context is kept by the session', () => {
    let namespace = 'default'
    const setNamespace = (wanted: string) => {
      namespace = wanted
    }
    const { run } = terminal(TEXT, { setNamespace })
    expect(run('config set-context --current --namespace=shop')).toEqual(said('Context "lab" modified.\n'))
    expect(namespace).toBe('shop')
    const { cluster } = terminal('')
    const inShop = (line: string) => runKubectl(cluster, line.split(' '), { namespace: 'shop' }).stdout
    expect(inShop('config view --minify -o jsonpath={..namespace}')).toBe('shop')
    expect(inShop('config get-contexts')).toMatch(/\n\* +lab +lab +lab +shop *\n$/)
  })
  it('[KCTL-14] api-resources lists what such a cluster serves', () => {
    const { run } = terminal('')
    const { stdout } = run('api-resources --api-group=apps')
    expect(stdout).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND\n/)
    expect(stdout).toMatch(/\ndeployments +deploy +apps\/v1 +true +Deployment\n/)
    expect(run('version').stdout).toContain('Server Version: v1.36.3\n')
  })
  it.each([
    'top pods',
    'attach solo',
    'cp a b',
    'debug solo',
    'proxy',
    'apply -f - --server-side',
    'apply -f - --prune',
    'get --raw=/',
    'patch svc web --subresource=status -p x',
    'auth whoami',
  ])('[KCTL-15] %s is not simulated, and says so in one line', (line) => {
    const { exit, stdout, stderr } = terminal().run(line, TEXT)
    expect([exit, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^error: .*(not simulated|not modelled).*\n$/)
  })
})

describe('set', () => {
  it('[KCTL-3] env, resources and serviceaccount change the pod template', () => {
    const { run } = terminal()
    expect(run('set env ds/agent A=B')).toEqual(said('daemonset.apps/agent env updated\n'))
    expect(run('set env ds/agent --list')).toEqual(said('# DaemonSet agent, container a\nA=B\n'))
    expect(run('set env ds/agent A-')).toEqual(said('daemonset.apps/agent env updated\n'))
    expect(run('set resources ds agent --limits=cpu=200m')).toEqual(
      said('daemonset.apps/agent resource requirements updated\n'),
    )
    expect(run('get ds agent -o jsonpath={.spec.template.spec.containers[0].resources}').stdout).toBe(
      '{"limits":{"cpu":"200m"}}',
    )
    expect(run('set image svc/web a=b').stderr).toContain(
      'the object is not a pod or does not have a pod template: *v1.Service',
    )
  })
})
