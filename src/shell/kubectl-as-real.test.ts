import { describe, expect, it } from 'vitest'
import { Cluster } from '../engine/index.ts'
import { runKubectl } from './index.ts'

/** A cluster with these objects, and a way to type at it. */
function terminal(text = '') {
  const cluster = new Cluster({ loadBalancers: 'none' })
  const type = (line: string | readonly string[], stdin?: string) => {
    const args = typeof line === 'string' ? line.split(' ') : line
    const result = runKubectl(cluster, args, { stdin, wait: true })
    cluster.settle()
    return result
  }
  const out = (line: string | readonly string[], stdin?: string) => {
    const { stdout, stderr } = type(line, stdin)
    return stdout + stderr
  }
  if (text) expect(type('create -f -', text).stderr).toBe('')
  return { cluster, type, out }
}

const POD = (name: string, more = '') => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web, app.kubernetes.io/name: x}}
spec: {nodeName: node-1, containers: [{name: app, image: nginx:1.29${more}}]}
---`

describe('what every namespace has', () => {
  it('[CTL-56] a service account and the certificate, which come back when they are deleted', () => {
    const { out } = terminal()
    expect(out('get sa,cm --no-headers -o name')).toBe('serviceaccount/default\nconfigmap/kube-root-ca.crt\n')
    out('create ns shop')
    expect(out('get sa -n shop -o name')).toBe('serviceaccount/default\n')
    const before = out('get cm kube-root-ca.crt -o jsonpath={.metadata.uid}')
    out('delete cm kube-root-ca.crt')
    expect(out('get cm -o name')).toBe('configmap/kube-root-ca.crt\n')
    expect(out('get cm kube-root-ca.crt -o jsonpath={.metadata.uid}')).not.toBe(before)
    expect(out('delete ns shop')).toBe('namespace "shop" deleted\n')
    expect(out('get sa -n shop')).toBe('No resources found in shop namespace.\n')
  })
})

describe('what a cluster has of its own', () => {
  it('[API-60] two priority classes, and a Service of the API server that comes back within seconds', () => {
    const { out } = terminal()
    expect(out('get pc -o custom-columns=N:.metadata.name,V:.value,P:.preemptionPolicy --no-headers')).toBe(
      'system-cluster-critical   2000000000   PreemptLowerPriority\nsystem-node-critical      2000001000   PreemptLowerPriority\n',
    )
    expect(out('delete svc kubernetes')).toBe('service "kubernetes" deleted from default namespace\n')
    expect(out('get svc --no-headers')).toMatch(/^kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +0s\n$/)
  })
})

describe('tables', () => {
  it('[KCTL-16] labels are sorted by their text, key and value together', () => {
    const { out } = terminal(POD('web'))
    expect(out('get pods --show-labels --no-headers')).toContain('app.kubernetes.io/name=x,app=web,topology')
  })

  it('[KCTL-16] nothing found is nothing in a namespace only where all that was asked for lives in one', () => {
    const { out } = terminal()
    expect(out('get pods,svc -l a=b')).toBe('No resources found in default namespace.\n')
    expect(out('get nodes -l a=b')).toBe('No resources found\n')
    expect(out('get pods,nodes -l a=b')).toBe('No resources found\n')
  })

  it('[KCTL-16] over all namespaces, tables behind the first that has the column have it too', () => {
    const { out } = terminal(POD('web'))
    const lines = out('get pods,ns -A').split('\n')
    expect(lines[0]).toMatch(/^NAMESPACE {3}NAME/)
    expect(lines[3]).toMatch(/^NAMESPACE {3}NAME/)
    expect(lines[4]).toMatch(/^ {12}namespace\/default/)
    expect(out('get ns,pods -A')).toMatch(/^NAME {20}/)
  })
})

describe('describe', () => {
  it('[KCTL-17] by the beginning of a name leaves the events out', () => {
    const { out } = terminal(POD('web-1'))
    expect(out('describe pod web-1')).toContain('Events:')
    expect(out('describe pod web')).not.toContain('Events:')
    expect(out('describe pod web --show-events')).toContain('Events:')
  })

  it('[KCTL-17] a fieldRef shows the two fields that any client converts', () => {
    const ref = (name: string, path: string) => `{name: ${name}, valueFrom: {fieldRef: {fieldPath: "${path}"}}}`
    const env = [ref('A', 'metadata.name'), ref('B', "metadata.labels['app']"), ref('C', 'metadata.uid')].join(', ')
    const { out } = terminal(POD('web', `, env: [${env}]`))
    const text = out('describe pod web')
    expect(text).toContain('A:  web (v1:metadata.name)\n')
    expect(text).toContain("B:   (v1:metadata.labels['app'])\n")
    expect(text).toContain('C:   (v1:metadata.uid)\n')
  })

  it('[KCTL-17] an ephemeral volume shows its claim, indented as kubectl does', () => {
    const { out } = terminal(`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeName: node-1
  containers: [{name: app, image: nginx}]
  volumes:
  - name: e
    ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}
`)
    expect(out('describe pod web')).toContain(`  e:
    Type:          EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)
    StorageClass:  
    Volume:        
    Labels:            <none>
    Annotations:       <none>
    Capacity:      
    Access Modes:  
    VolumeMode:    Filesystem
`)
  })
})

describe('verbs that change', () => {
  it('[KCTL-3] label --list shows what would come of it, and writes nothing', () => {
    const { out } = terminal(POD('web'))
    expect(out('label pod web tier=back app- --list')).toMatch(/tier=back\n/)
    expect(out('get pod web -o jsonpath={.metadata.labels.app}')).toBe('web')
  })

  it('[KCTL-3] what is not there fails in its place among the others', () => {
    const { type } = terminal()
    type('create deployment a --image=nginx')
    expect(type('set selector deploy a b=c d=e').stderr).toBe(
      'setting a selector is only supported for Services\nError from server (NotFound): deployments.apps "b=c" not found\n',
    )
  })

  it('[KCTL-3] set selector takes pairs only, and says what it was given', () => {
    const { type } = terminal('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}')
    expect(type(['set', 'selector', 'svc', 'a', 'app in (x,b),!c']).stderr).toBe(
      'error: match expression [{app In [b x]} {c DoesNotExist []}] not supported on this object\n',
    )
    expect(type(['set', 'selector', 'svc', 'a', 'a!=b']).stderr).toBe(
      'error: "!=" is not a valid label selector operator\n',
    )
  })

  it('[KCTL-3] set env takes keys of a ConfigMap or Secret', () => {
    const { out, type } = terminal(`${POD('web')}
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {log-level: debug, PORT: "80"}
`)
    out('create deployment d --image=nginx')
    expect(type('set env deploy/d --from=configmap/conf --prefix=X_')).toEqual({
      exit: 0,
      stdout: 'deployment.apps/d env updated\n',
      stderr: 'Warning: key log-level transferred to LOG_LEVEL\n',
    })
    expect(out('set env deploy/d --list')).toBe(
      '# Deployment d, container nginx\n# X_PORT from configmap conf, key PORT\n# X_LOG_LEVEL from configmap conf, key log-level\n',
    )
    expect(type('set env deploy/d --from=configmap/nope').stderr).toBe(
      'Error from server (NotFound): configmaps "nope" not found\n',
    )
    expect(type('set env deploy/d X_PORT=1 --overwrite=false').stderr).toBe(
      "error: deployments/d 'X_PORT' already has a value (), and --overwrite is false\n",
    )
    expect(type('set env deploy/d A=b --containers=no').stderr).toBe(
      'Warning: Deployment/d does not have any containers matching "no"\n',
    )
  })

  it('[KCTL-3] uncordon says its dry run also where nothing is to be done', () => {
    const { out } = terminal()
    expect(out('uncordon node-1 --dry-run=client')).toBe('node/node-1 already uncordoned (dry run)\n')
  })

  it('[KCTL-7] wait names things by their resource alone', () => {
    const { type } = terminal()
    type('create deployment d --image=nginx --replicas=0')
    expect(type('wait deploy/d --for=condition=Nope --timeout=0').stderr).toBe(
      'error: condition not met for deployments/d\n',
    )
  })

  it('[KCTL-3] rollout history -o prints the revisions themselves', () => {
    const { out } = terminal()
    out('create deployment d --image=nginx')
    out('set image deploy/d nginx=nginx:2')
    expect(out('rollout history deploy/d -o name').split('\n')).toHaveLength(3)
    expect(out('rollout history deploy/d --revision=2 -o jsonpath={.spec.template.spec.containers[0].image}')).toBe(
      'nginx:2',
    )
  })

  it('[KCTL-3] set resources looks at amounts itself', () => {
    const { type } = terminal()
    type('create deployment d --image=nginx')
    expect(type('set resources deploy/d --limits=cpu=abc').stderr).toContain('quantities must match the regular')
    expect(type('set resources deploy/d --limits=cpu=1,memory=1Gi').stdout).toContain('resource requirements updated')
  })

  it('[KCTL-3] taint says what clashes, what is there twice, and what is missing', () => {
    const { type, out } = terminal()
    const wrong = (line: string, words: string) => expect(type(line).stderr).toBe(`error: ${words}\n`)
    const usage = "\nSee 'kubectl taint -h' for help and examples"
    wrong(
      'taint nodes node-1 k=v:NoSchedule k:NoSchedule-',
      'can not both modify and remove the following taint(s) in the same command: k=NoSchedule',
    )
    wrong(
      'taint nodes node-1 a=b:NoSchedule a=c:NoSchedule',
      `duplicated taints with the same key and effect: {a c NoSchedule <nil>}${usage}`,
    )
    wrong('taint nodes a:NoSchedule', "at least one resource name must be specified since 'all' parameter is not set")
    wrong('taint nodes node-1 a=b:NoSchedule node-2', 'all resources must be specified before taint changes: node-2')
    expect(out('taint nodes node-1 a=b:NoSchedule --all')).toBe(
      'node/node-1 tainted\nnode/node-2 tainted\nnode/node-3 tainted\n',
    )
    wrong(
      'taint nodes node-1 a=b:NoSchedule',
      'node node-1 already has a taint(s) with same effect(s) and --overwrite is false',
    )
  })

  it('[KCTL-3] --record and what is set are one change, and --record alone is one', () => {
    const { out } = terminal()
    out('create deployment d --image=nginx:1')
    const generation = () => out('get deploy d -o jsonpath={.metadata.generation}')
    expect(out('set image deploy/d nginx=nginx:1 --record')).toMatch(/^deployment.apps\/d image updated\n/)
    expect(generation()).toBe('2')
    expect(out('set image deploy/d nginx=nginx:1 --record')).toMatch(/^Flag --record/)
    out('set image deploy/d nginx=nginx:2 --record')
    expect(generation()).toBe('3')
    expect(out('set serviceaccount deploy d x --record --dry-run=client -o jsonpath={.metadata.annotations}')).toMatch(
      /kubectl set serviceaccount deploy d x --record=true --dry-run=client --output=jsonpath=/,
    )
  })

  it('[KCTL-3] --record keeps the command with the object, and is said to be deprecated', () => {
    const { type, out } = terminal()
    type('create deployment d --image=nginx')
    expect(type('set image deploy/d nginx=nginx:2 --record')).toEqual({
      exit: 0,
      stdout: 'deployment.apps/d image updated\n',
      stderr: 'Flag --record has been deprecated, --record will be removed in the future\n',
    })
    expect(out('rollout history deploy/d')).toContain(
      '2         kubectl set image deploy/d nginx=nginx:2 --record=true\n',
    )
    expect(out('rollout history deploy/d --revision=2')).toContain(
      '  Annotations:\tkubernetes.io/change-cause: kubectl set image deploy/d nginx=nginx:2 --record=true\n',
    )
  })

  it('[KCTL-3] rollout says what has no revisions, and what apply will not know', () => {
    const { type, out } = terminal('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}')
    expect(type('rollout undo svc a').stderr).toBe(
      'error: error retrieving rollbacker for "Service", no visitor method exists for { Service}\n',
    )
    expect(type('rollout restart deploy --dry-run=client').stderr).toBe(
      "error: unknown flag: --dry-run\nSee 'kubectl rollout restart --help' for usage.\n",
    )
    expect(type('rollout status deploy').stderr).toBe('No resources found in default namespace.\n')
    out('apply -f -', out('create deployment d --image=nginx --dry-run=client -o yaml'))
    out('set image deploy/d nginx=nginx:2')
    expect(out('rollout undo deploy/d --dry-run=client')).toContain(
      'deployment.apps/d Pod Template:\n  Labels:\tapp=d\n',
    )
    const { stdout, stderr } = type('rollout undo deploy/d')
    expect(stdout).toBe('deployment.apps/d rolled back\n')
    expect(stderr).toMatch(
      /^Warning: resource deployments\/d was previously managed with 'kubectl apply'\. Rolling back/,
    )
  })

  it('[KCTL-17] describe tells the new ReplicaSet by its template: a paused change has none yet', () => {
    const { out } = terminal()
    out('create deployment d --image=nginx')
    out('rollout pause deploy/d')
    out('set image deploy/d nginx=nginx:2')
    expect(out('describe deploy d')).toMatch(
      /OldReplicaSets: {2}d-\w+ \(1\/1 replicas created\)\nNewReplicaSet: {3}<none>/,
    )
  })

  it('[KCTL-1] a server that is only asked gives nothing a version', () => {
    const { out } = terminal()
    expect(out('create deployment d --image=nginx --dry-run=server -o yaml')).not.toContain('resourceVersion')
    out('create svc clusterip s --tcp=80')
    const version = out('get svc s -o jsonpath={.metadata.resourceVersion}')
    expect(out('label svc s a=b --dry-run=server -o jsonpath={.metadata.resourceVersion}')).toBe(version)
  })

  it('[KCTL-1] apply on the client alone merges by itself: nothing is defaulted', () => {
    const { type, out } = terminal()
    const text = (port: number) =>
      `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: ${port}}]}}`
    const client = ['apply', '-f', '-', '--dry-run=client', '-o', 'jsonpath={.metadata.uid}{.spec.ports}']
    expect(out(client, text(80))).toBe('[{"port":80}]')
    out('create svc clusterip s --tcp=80')
    const uid = out('get svc s -o jsonpath={.metadata.uid}')
    const { stdout, stderr } = type(client, text(81))
    expect(stdout).toBe(`${uid}[{"port":81},{"name":"80","port":80,"protocol":"TCP","targetPort":80}]`)
    expect(stderr).toMatch(/^Warning: resource services\/s is missing the kubectl/)
    out('apply -f -', '{apiVersion: v1, kind: Service, metadata: {name: s}}')
    const same = out('apply -f - --dry-run=client', '{apiVersion: v1, kind: Service, metadata: {name: s}}')
    expect(same).toBe('service/s unchanged (dry run)\n')
  })

  it('[KCTL-3] patch on the client alone takes the patch as it is', () => {
    const { type } = terminal()
    const patch = (text: string, ...more: string[]) =>
      type(['patch', 'ns', 'default', '--type=json', '--dry-run=client', '-p', text, ...more])
    expect(patch('[{"op":"bogus","path":"/x"}]').stderr).toBe('error: Unexpected kind: bogus\n')
    expect(patch('[{"op":"test","path":"/metadata/name","value":"x"}]').stderr).toBe(
      'error: testing value /metadata/name failed: test failed\n',
    )
    expect(patch('[{"op":"add","path":"/spec/bogus","value":1}]', '-o', 'jsonpath={.spec.bogus}').stdout).toBe('1')
  })

  it('[KCTL-6] a drain tries again every five seconds what a budget holds back', () => {
    const { cluster, type, out } = terminal()
    out('create deployment web --image=nginx --replicas=1')
    out('create pdb b --selector=app=web --min-available=1')
    expect(out('get pdb b --no-headers')).toMatch(/^b +1 +N\/A +0 /)
    const [, node] = /(node-\d)/.exec(out('get pods -o wide'))!
    const before = cluster.now
    const { exit, stdout, stderr } = type(`drain ${node} --timeout=12s`)
    expect(exit).toBe(1)
    expect(cluster.now - before).toBeGreaterThanOrEqual(12_000)
    expect(stdout.match(/evicting pod default\/web-/g)).toHaveLength(3)
    expect(stderr.match(/\(will retry after 5s\): Cannot evict pod as it would violate/g)).toHaveLength(3)
    // scaled up, one may go
    out('uncordon --selector kubernetes.io/os=linux')
    out('scale deploy web --replicas=4')
    expect(type(`drain ${node}`).exit).toBe(0)
  })

  it('[KCTL-3] a drain that may not take a pod ends with what is in its way', () => {
    const { type } = terminal(POD('web'))
    expect(
      type('drain node-1').stderr,
    ).toBe(`error: unable to drain node "node-1" due to error: cannot delete Pods that declare no controller (use --force to override): default/web, continuing command...
There are pending nodes to be drained:
 node-1
cannot delete Pods that declare no controller (use --force to override): default/web
`)
  })
})

describe('files', () => {
  const NOTHING =
    'invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false'

  it('[KCTL-3] who validates says so of what is no object; who does not cannot decode it', () => {
    const { type } = terminal()
    expect(type('apply -f -', 'x').stderr).toBe(`error: error validating "STDIN": error validating data: ${NOTHING}\n`)
    const decode = 'unable to decode "STDIN": json: cannot unmarshal string into Go value of type unstructured.detector'
    expect(type('create -f - --validate=false', 'x').stderr).toBe(`error: ${decode}\n`)
    expect(type('delete -f -', 'a: b').stderr).toBe(
      `error: unable to decode "STDIN": Object 'Kind' is missing in '{"a":"b"}'\n`,
    )
    // get collects what goes wrong
    expect(type('get -f -', 'x').stderr).toBe(`${decode}\n`)
    expect(type('replace -f -', 'null')).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  it('[KCTL-3] an object without a name or version is refused in words', () => {
    const { type } = terminal()
    expect(type('delete -f -', '{apiVersion: v1, kind: Service}').stderr).toBe(
      'error: error when deleting "STDIN": resource name may not be empty\n',
    )
    expect(type('label -f - a=b', '{apiVersion: v1, kind: Service}').stderr).toBe(
      'error: resource name may not be empty\n',
    )
    expect(type('create -f - --validate=false', 'kind: Service').stderr).toBe(
      'Error from server (NotFound): error when creating "STDIN": the server could not find the requested resource\n',
    )
  })
})

describe('the account of a pod', () => {
  const words = 'error looking up service account default/bot: serviceaccount "bot" not found'

  it('[API-69] has to be there', () => {
    const { type, out } = terminal()
    const overrides = '{"spec":{"serviceAccountName":"bot"}}'
    expect(type(['run', 'p', '--image=nginx', `--overrides=${overrides}`]).stderr).toBe(
      `Error from server (Forbidden): pods "p" is forbidden: ${words}\n`,
    )
    out('create deployment d --image=nginx')
    out('set serviceaccount deploy/d bot')
    expect(out('get rs --sort-by=.status.replicas --no-headers')).toMatch(/1 {5}0 {5}0 .*\n.* 1 {5}1 {5}1 /)
    expect(out('describe deploy d')).toMatch(/ReplicaFailure +True +FailedCreate\n/)
    out('create sa bot')
    expect(out('rollout status deploy/d')).toContain('successfully rolled out')
  })

  it('[API-46] what an orphaning deletion leaves is free again', () => {
    const { out } = terminal()
    out('create svc clusterip a --tcp=80 --clusterip=10.96.9.9')
    out('delete svc a --cascade=orphan')
    expect(out('create svc clusterip b --tcp=80 --clusterip=10.96.9.9')).toBe('service/b created\n')
  })
})

describe('in pods', () => {
  const TWO = `
apiVersion: v1
kind: Pod
metadata: {name: two}
spec: {nodeName: node-1, initContainers: [{name: i, image: x}], containers: [{name: a, image: x}, {name: b, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: unbound, annotations: {kubectl.kubernetes.io/default-container: b}}
spec: {nodeSelector: {no: such}, containers: [{name: a, image: x}, {name: b, image: x}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {ports: [{port: 80}]}
`
  const error = (words: string) => ({ exit: 1, stdout: '', stderr: `error: ${words}\n` })

  it('[KCTL-10] a container that is not there is told from those that are', () => {
    const { type } = terminal(TWO)
    const words = 'container no is not valid for pod two out of: a, b, i (init)'
    expect(type('exec two -c no -- ls')).toEqual(error(words))
    expect(type('logs two no')).toEqual(error(words))
    expect(type('logs two').stderr).toBe('Defaulted container "a" out of: a, b, i (init)\n')
  })

  it('[KCTL-10] a pod on no node runs nothing, and has said nothing yet; it names its own first container', () => {
    const { type } = terminal(TWO)
    expect(type('exec unbound -- ls')).toEqual(
      error('unable to upgrade connection: pod unbound does not have a host assigned'),
    )
    expect(type('logs unbound')).toEqual({ exit: 0, stdout: '', stderr: '' })
  })

  it('[KCTL-11] logs says what its flags cannot mean', () => {
    const { type } = terminal(TWO)
    expect(type('logs two --tail=-2')).toEqual(error('--tail must be greater than or equal to -1'))
    expect(type('logs two -c a b')).toEqual(error('only one of -c or an inline [CONTAINER] arg is allowed'))
    expect(type('logs svc/bare')).toEqual(
      error("cannot get the logs from *v1.Service: invalid service 'bare': Service is defined without a selector"),
    )
    expect(type('logs cm/no')).toEqual(
      error('error from server (NotFound): configmaps "no" not found in namespace "default"'),
    )
    expect(type('logs two --since=1').stderr).toContain('time: missing unit in duration "1"')
    expect(type('logs two --since=1x').stderr).toContain('time: unknown unit "x" in duration "1x"')
  })

  it('[KCTL-12] a port beyond 65535 is none', () => {
    const { type } = terminal(TWO)
    expect(type('port-forward two 99999')).toEqual(
      error(`error parsing local port '99999': strconv.ParseUint: parsing "99999": value out of range`),
    )
  })
})

describe('what is asked for', () => {
  const error = (words: string) => ({ exit: 1, stdout: '', stderr: `error: ${words}\n` })

  it('[KCTL-16] a namespace that is not there is missed before what should be in it', () => {
    const { type } = terminal()
    const words = 'Error from server (NotFound): namespaces "no" not found\n'
    for (const line of [
      'get svc web',
      'describe svc web',
      'label svc web a=b',
      'scale deploy web --replicas=1',
      'exec p -- ls',
    ]) {
      const [verb, ...rest] = line.split(' ')
      expect(type([verb!, '-n', 'no', ...rest]).stderr).toBe(words)
    }
    expect(type('delete svc web -n no').stderr).toBe('Error from server (NotFound): services "web" not found\n')
  })

  it('[KCTL-16] short names are written small, the others as one likes', () => {
    const { type } = terminal()
    expect(type('get SVC')).toEqual(error('the server doesn\'t have a resource type "SVC"'))
    expect(type('get Services -o name').stdout).toBe('service/kubernetes\n')
    expect(type('get svc -o NAME').stdout).toBe('service/kubernetes\n')
    expect(type('get svc -o Wide').stderr).toMatch(
      /^error: unable to match a printer suitable for the output format "Wide"/,
    )
  })

  it('[KCTL-16] several tables cannot be sorted', () => {
    const { type } = terminal()
    expect(type('get svc,pods --sort-by=.metadata.name')).toEqual(
      error(`couldn't find any field with path "{.metadata.name}" in the list of objects`),
    )
    expect(type('get svc,sa --sort-by=.metadata.name -o name').stdout).toBe(
      'serviceaccount/default\nservice/kubernetes\n',
    )
  })

  it('[KCTL-16] a template needs no format, and no second template', () => {
    const { type, out } = terminal()
    expect(out(['get', 'svc', 'kubernetes', '--template={{.metadata.name}}'])).toBe('kubernetes')
    expect(type('get svc kubernetes -o jsonpath={.kind} --template=x').stderr).toContain(
      'output format "jsonpath={.kind}"',
    )
    expect(out('get svc --server-print=false')).toMatch(/^NAME {9}AGE\nkubernetes {3}\d+s\n$/)
  })

  it('[KCTL-16] a subresource of one object: how many it is', () => {
    const { type, out } = terminal()
    out('create deployment d --image=nginx --replicas=2')
    expect(out('get deploy d --subresource=scale')).toMatch(/^NAME {3}DESIRED {3}AVAILABLE {3}AGE\nd {6}2 {9}2 /)
    expect(out('get deploy d --subresource=scale -o jsonpath={.kind}{.status}')).toBe(
      'Scale{"replicas":2,"selector":"app=d"}',
    )
    const none = 'Error from server (NotFound): the server could not find the requested resource\n'
    expect(type('get svc kubernetes --subresource=scale').stderr).toBe(none)
    expect(type('get cm kube-root-ca.crt --subresource=status').stderr).toBe(none)
  })

  it('[KCTL-13] there is one configuration', () => {
    const { type } = terminal()
    expect(type('get svc --context=no')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'Error in configuration: context was not found for specified context: no\n',
    })
    expect(type('get svc --cluster=no')).toEqual(error('no server found for cluster "no"'))
    expect(type('get svc --user=no')).toEqual(error('auth info "no" does not exist'))
    expect(type('get svc --kubeconfig=/no')).toEqual(error('stat /no: no such file or directory'))
  })

  it('[KCTL-13] a flag of the verb itself is no user of the configuration', () => {
    const { type } = terminal()
    expect(type('create rolebinding rb --role=r --user=jane').stderr).toBe('')
  })

  it.each([
    ['create --dry-run=no', 'Invalid dry-run value (no). Must be "none", "server", or "client".'],
    [
      'create --validate=no',
      'invalid - validate option "no"; must be one of: strict (or true), warn, ignore (or false)',
    ],
    ['apply --validate=no', 'must specify one of -f and -k'],
    ['label --dry-run=no', 'Invalid dry-run value (no). Must be "none", "server", or "client".'],
    ['drain --dry-run=no', "USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples"],
    ['rollout undo --dry-run=no', 'Invalid dry-run value (no). Must be "none", "server", or "client".'],
  ])('[KCTL-3] the first thing that is wrong is said: %s', (line, words) => {
    expect(terminal().type(line)).toEqual(error(words))
  })

  it('[KCTL-1] patch says nothing of a dry run', () => {
    const { out } = terminal()
    expect(out(['patch', 'svc', 'kubernetes', '-p', '{"metadata":{"labels":{"a":"b"}}}', '--dry-run=server'])).toBe(
      'service/kubernetes patched\n',
    )
  })

  it('[KCTL-3] run overrides what it made in three ways, and restarts what ends', () => {
    const { type, out } = terminal()
    const run = (overrides: string, kind: string) =>
      type([
        'run',
        'p',
        '--image=nginx',
        '--dry-run=client',
        '-o',
        'jsonpath={.metadata.labels}',
        `--overrides=${overrides}`,
        `--override-type=${kind}`,
      ])
    expect(run('[{"op":"add","path":"/metadata/labels/q","value":"r"}]', 'json').stdout).toBe('{"q":"r","run":"p"}')
    expect(run('{"metadata":{"labels":{"q":"r"}}}', 'strategic').stdout).toBe('{"q":"r","run":"p"}')
    expect(run('{}', 'bogus')).toEqual(error('invalid override type: bogus'))
    expect(out('run p --image=nginx -i --dry-run=none -o jsonpath={.spec.restartPolicy}')).toBe('Always')
  })

  it('[KCTL-4] describe node counts init containers, sidecars and what the Pod itself asks for', () => {
    const { out } = terminal(`
apiVersion: v1
kind: Pod
metadata: {name: aa}
spec:
  nodeName: node-1
  initContainers:
  - {name: i, image: nginx, resources: {requests: {cpu: 700m, memory: 1G}, limits: {memory: 3Gi}}}
  - {name: s, image: nginx, restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 100Mi}}}
  - {name: j, image: nginx, resources: {requests: {cpu: 650m, memory: 1Gi}}}
  containers:
  - {name: app, image: nginx, resources: {requests: {cpu: 250m, memory: 500M}, limits: {cpu: "3", memory: 4Gi}}}
  - {name: b, image: nginx, resources: {requests: {cpu: 250m, memory: 64Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: ab}
spec:
  nodeName: node-1
  resources: {requests: {cpu: "2", memory: 2e9}}
  containers: [{name: app, image: nginx, resources: {requests: {cpu: 250m, memory: "1500"}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: ac}
spec:
  nodeName: node-1
  containers: [{name: app, image: nginx, resources: {requests: {cpu: 250m, memory: 0.5Gi, ephemeral-storage: 1e3}}}]
`)
    const text = out('describe node node-1')
    for (const row of [
      /aa +750m \(\d+%\) +3 \(\d+%\) +1124Mi \(\d+%\) +4Gi /,
      /ab +2 \(\d+%\) +0 \(0%\) +2G /,
      /ac +250m \(\d+%\) +0 \(0%\) +512Mi /,
      /\n +cpu +3 \(\d+%\) +3 /,
      /\n +memory +3628389Ki \(\d+%\) +4Gi /,
      /\n +ephemeral-storage +1k \(0%\) +0 /,
    ])
      expect(text).toMatch(row)
  })

  it('[KCTL-9] what goes wrong with diff ends as the program that compares', () => {
    expect(terminal().type('diff')).toEqual({ exit: 2, stdout: '', stderr: 'error: must specify one of -f and -k\n' })
  })
})
