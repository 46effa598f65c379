import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../engine/index.ts'
import { runKubectl } from './index.ts'

const TEXT = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}], clusterIP: 10.96.44.10}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: nginx:1.29, ports: [{containerPort: 8080}]}]}
`

function terminal(text = '') {
  const cluster = new Cluster({ loadBalancers: 'none' })
  const run = (line: string | readonly string[], stdin?: string, readFile?: (name: string) => string | undefined) => {
    const args = typeof line === 'string' ? line.split(' ') : line
    const result = runKubectl(cluster, args, { stdin, readFile, wait: true })
    cluster.settle()
    return result
  }
  if (text) run('create -f -', text)
  return { cluster, run }
}
const said = (stdout: string, stderr = '', exit = stderr === '' ? 0 : 1) => ({ exit, stdout, stderr })
const error = (message: string) => said('', `error: ${message}\n`)

describe('finding the command', () => {
  it('flags may stand before the verb', () => {
    const { run } = terminal(TEXT)
    expect(run('-n default get svc web -o name')).toEqual(said('service/web\n'))
    expect(run('--namespace=nowhere get svc')).toEqual(said('', 'No resources found in nowhere namespace.\n', 0))
  })
  it('a word that is no command gets those that are near', () => {
    const { run } = terminal()
    expect(run('frobnicate')).toEqual(error('unknown command "frobnicate" for "kubectl"'))
    expect(run('gte').stderr).toContain('Did you mean this?\n\tget\n')
  })
  it('a command that is not simulated says so in one line, with what works instead', () => {
    expect(terminal().run('top pods')).toEqual(error('"kubectl top" is not simulated: nothing is measured here'))
  })
  it('an unknown flag is refused with the command’s own name', () => {
    expect(terminal().run('create service clusterip x --nope')).toEqual(
      error("unknown flag: --nope\nSee 'kubectl create service clusterip --help' for usage."),
    )
  })
})

describe('patch, and what is sent', () => {
  const json = (text: string) => JSON.parse(text)
  it('a JSON patch is a list, and an unknown field only warned of', () => {
    const { run } = terminal(TEXT)
    expect(
      run(['patch', 'svc', 'web', '--type=json', '-p', '[{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]']),
    ).toEqual(said('service/web patched\n'))
    expect(run(['patch', 'svc', 'web', '-p', '{"spec":{"port":1}}'])).toEqual(
      said('service/web patched (no change)\n', 'Warning: unknown field "spec.port"\n', 0),
    )
    expect(run(['patch', 'svc', 'web', '--type=json', '-p', '[{"op":"remove","path":"/spec/nothing"}]']).stderr).toBe(
      'The request is invalid: the server rejected our request due to an error in our request\n',
    )
    expect(run(['patch', 'svc', 'web', '-p', '{"spec":{"ports":[true]}}']).stderr).toContain(
      'Error from server: list element types are not identical',
    )
  })
  it('what get printed can be created', () => {
    const { run } = terminal(TEXT)
    const printed = json(run('get svc web -o json').stdout)
    delete printed.spec.clusterIP
    delete printed.spec.clusterIPs
    printed.metadata.name = 'other'
    expect(run('create -f -', JSON.stringify(printed))).toEqual(said('service/other created\n'))
  })
  it('an object without a proper name is asked for nowhere', () => {
    const { run } = terminal(TEXT)
    const nameless = 'apiVersion: v1\nkind: Service\nmetadata: {name: ""}\n'
    expect(run('apply -f -', nameless).stderr).toContain('from server for: "STDIN": resource name may not be empty\n')
    expect(run('replace -f -', nameless.replace('""', 'a/b')).stderr).toBe(
      `error: error when replacing "STDIN": invalid resource name "a/b": [may not contain '/']\n`,
    )
    expect(run('create -f -', nameless.replace('v1', '""').replace('""}', 'x}')).stderr).toBe(
      'Error from server (NotFound): error when creating "STDIN": the server could not find the requested resource\n',
    )
  })
  it('what no patch can be made of is shown whole', () => {
    const { run } = terminal()
    const text = (port: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{${port}}]}\n`
    run('apply -f -', text('port: 80'))
    const { exit, stderr } = run('apply -f -', text('name: x'))
    expect(exit).toBe(1)
    const why = 'map: map[name:x] does not contain declared merge key: port'
    expect(stderr).toMatch(/^warning: error calculating patch from openapi v3 spec: map: map\[name:x\]/)
    expect(stderr).toContain(
      'error: error when applying patch:\n\nto:\nResource: "/v1, Resource=services", GroupVersionKind: "/v1, Kind=Service"\nName: "a", Namespace: "default"\nfor: "STDIN": error when patching "STDIN": creating patch with:\noriginal:\n{"apiVersion":"v1"',
    )
    expect(stderr.endsWith(`\nfor: ${why}\n`)).toBe(true)
  })
  it('a patch that cannot be stored is shown with where it was going', () => {
    const { run } = terminal()
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, resourceVersion: "7"}\nspec: {ports: [{port: 80}]}\n'
    expect(run('apply -f -', text).exit).toBe(0)
    expect(run('apply -f -', text).stderr).toMatch(
      /^Error from server \(Conflict\): error when applying patch:\n\{"metadata":\{.*\}\nto:\nResource: "\/v1, Resource=services".*\nName: "a", Namespace: "default"\nfor: "STDIN": error when patching "STDIN": Operation cannot be fulfilled/,
    )
  })
})

describe('what is meant', () => {
  const { run } = terminal(TEXT)
  it.each([
    ['get widgets', error('the server doesn\'t have a resource type "widgets"')],
    ['get svc/web pod/x -o name', said('service/web\n', 'Error from server (NotFound): pods "x" not found\n')],
    ['get deploy.apps web -o name', said('deployment.apps/web\n')],
    ['get deployments.v1.apps web -o name', said('deployment.apps/web\n')],
    ['get Service web -o name', said('service/web\n')],
    ['get svc,deploy web -o name', said('service/web\ndeployment.apps/web\n')],
    ['get svc web -l app=web', error('name cannot be provided when a selector is specified')],
    ['get a/b/c', error('arguments in resource/name form may not have more than one slash')],
    ['get svc web -A', error('a resource cannot be retrieved by name across all namespaces')],
    ['delete svc', error('resource(s) were provided, but no name was specified')],
    ['get svc nosuch --ignore-not-found', said('')],
    [
      'get pods --field-selector spec.foo=1',
      said(
        '',
        'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.foo=1": field label not supported: spec.foo\n',
      ),
    ],
    [
      'get svc x y',
      said(
        '',
        'Error from server (NotFound): services "x" not found\nError from server (NotFound): services "y" not found\n',
      ),
    ],
  ])('%s', (line, result) => {
    expect(run(line)).toEqual(result)
  })
})

describe('get', () => {
  it('lists several kinds with a table each', () => {
    const { run } = terminal(TEXT)
    const { stdout } = run('get deploy,svc')
    expect(stdout).toMatch(
      /^NAME +READY .*\ndeployment\.apps\/web +2\/2 .*\n\nNAME +TYPE .*\nservice\/kubernetes .*\nservice\/web .*\n$/,
    )
  })
  it('sorts by a field', () => {
    const { run } = terminal(TEXT)
    const { stdout } = run('get svc --sort-by=.spec.clusterIP --no-headers -o custom-columns=IP:.spec.clusterIP')
    expect(stdout).toBe('10.96.0.1\n10.96.44.10\n')
    expect(run('get svc --sort-by=.nope -o name')).toEqual(
      error(`couldn't find any field with path "{.nope}" in the list of objects`),
    )
    // a table that it cannot sort is an empty one to kubectl
    expect(run('get svc --sort-by=.nope')).toEqual(said('', 'No resources found in default namespace.\n', 0))
  })
  it('shows labels as columns', () => {
    const { run } = terminal(TEXT)
    expect(run('get deploy -L app.kubernetes.io/name --show-labels').stdout.split('\n')[0]).toMatch(
      /AGE +NAME +LABELS$/,
    )
  })
  it('-A puts the namespace first', () => {
    const { run } = terminal()
    expect(run('get svc -A').stdout).toMatch(/^NAMESPACE +NAME .*\ndefault +kubernetes .*\nkube-system +kube-dns .*\n$/)
  })
  it('wraps several objects in a List and prints one as it is', () => {
    const { run } = terminal(TEXT)
    expect(JSON.parse(run('get svc -o json').stdout)).toMatchObject({
      apiVersion: 'v1',
      kind: 'List',
      metadata: { resourceVersion: '' },
    })
    expect(JSON.parse(run('get svc web -o json').stdout).kind).toBe('Service')
  })
})

describe('create, apply, replace', () => {
  it('documents before one that cannot be read are created, those behind it are not', () => {
    const { run } = terminal()
    const doc = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}\n---\n`
    const result = run('create -f -', `${doc('a')}a: b: c\n---\n${doc('c')}`)
    expect(result.stdout).toBe('configmap/a created\n')
    expect(result.stderr).toMatch(/^error: error parsing STDIN: error converting YAML to JSON: yaml: /)
    expect(run('get cm c').exit).toBe(1)
  })
  it('a document that cannot be recognised does not stop the others', () => {
    const { run } = terminal()
    const text =
      '{apiVersion: v1, kind: Widget, metadata: {name: w}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n'
    expect(run('create -f -', text)).toEqual(
      said(
        'configmap/a created\n',
        'error: resource mapping not found for name: "w" namespace: "" from "STDIN": no matches for kind "Widget" in version "v1"\nensure CRDs are installed first\n',
      ),
    )
  })
  it('several errors are one line each, without "error: "', () => {
    const { run } = terminal()
    const bad = (name: string) =>
      `{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: {ports: [{port: 0}]}}\n---\n`
    const { stderr } = run('create -f -', bad('a') + bad('b'))
    expect(stderr.split('\n').map((l) => l.slice(0, 60))).toEqual([
      'Error from server (Invalid): error when creating "STDIN": Se',
      'Error from server (Invalid): error when creating "STDIN": Se',
      '',
    ])
  })
  it('says created, configured, unchanged', () => {
    const { run } = terminal()
    const service = (port: number) =>
      `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: ${port}}]}}`
    expect(run('apply -f -', service(80)).stdout).toBe('service/web created\n')
    expect(run('apply -f -', service(80)).stdout).toBe('service/web unchanged\n')
    expect(run('apply -f -', service(81)).stdout).toBe('service/web configured\n')
  })
  it('warns of an object that apply did not make', () => {
    const { run } = terminal(TEXT)
    const { stderr, exit } = run(
      'apply -f -',
      '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: 81}]}}',
    )
    expect(exit).toBe(0)
    expect(stderr).toBe(
      'Warning: resource services/web is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n',
    )
  })
  it('reads files by their names', () => {
    const { run } = terminal()
    const files: Record<string, string> = { 'a.yaml': '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}' }
    expect(run('apply -f a.yaml', undefined, (name) => files[name]).stdout).toBe('configmap/a created\n')
    expect(run('apply -f b.yaml', undefined, (name) => files[name])).toEqual(error('the path "b.yaml" does not exist'))
  })
  it('--force replaces what may not be changed', () => {
    const { run } = terminal(TEXT)
    const headless =
      '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, ports: [{port: 80}]}}'
    expect(run('replace -f -', headless).exit).toBe(1)
    const forced = run('replace --force -f -', headless)
    expect(forced.stdout).toBe('service "web" deleted from default namespace\nservice/web replaced\n')
    expect(run('get svc web -o jsonpath={.spec.clusterIP}').stdout).toBe('None')
  })
  it('--dry-run=client changes nothing', () => {
    const { run } = terminal()
    expect(run('create deployment x --image=nginx --dry-run=client').stdout).toBe(
      'deployment.apps/x created (dry run)\n',
    )
    expect(run('get deploy x').exit).toBe(1)
    expect(run('create ns shop --dry-run=client -o yaml').stdout).toBe(
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\nspec: {}\nstatus: {}\n',
    )
  })
})

describe('label, annotate, patch, scale, delete', () => {
  it.each([
    ['label svc web', error('at least one label update is required')],
    ['label svc web a=b=c', error('invalid label spec: a=b=c')],
    ['label svc web x', error('at least one label update is required')],
    ['label svc web a=b a-', error('can not both modify and remove a label in the same command')],
    ['label svc a=b web', error('all resources must be specified before label changes: web')],
    ['label svc web nope-', said('label "nope" not found.\nservice/web not labeled\n')],
    ['annotate svc web a=b', said('service/web annotated\n')],
    ['patch svc web', error('must specify --patch or --patch-file containing the contents of the patch')],
    ['patch svc web --type=x -p {}', error('--type must be one of [json merge strategic], not "x"')],
    ['patch svc web -p {}', said('service/web patched (no change)\n')],
    ['scale deploy web', error('required flag(s) "replicas" not set')],
    [
      'scale deploy web --replicas=-1',
      error('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0'),
    ],
    ['scale deploy web --replicas=3 --current-replicas=5', error('Expected replicas to be 5, was 2')],
    ['scale deploy web --replicas=3', said('deployment.apps/web scaled\n')],
    ['delete svc nosuch', said('', 'Error from server (NotFound): services "nosuch" not found\n')],
    ['delete svc nosuch --ignore-not-found', said('')],
    ['delete svc web -o name', said('service/web\n')],
    [
      'delete pods --all',
      said(expect.stringMatching(/^(pod "web-\S+" deleted from default namespace\n){2}$/) as unknown as string),
    ],
  ])('%s', (line, result) => {
    const { run } = terminal(TEXT)
    if (line.startsWith('label svc web x'))
      return expect(run(line)).toEqual(error('at least one label update is required'))
    expect(run(line)).toEqual(result)
  })
  it('a label that is there is kept unless --overwrite', () => {
    const { run } = terminal(TEXT)
    run('label svc web app=web')
    expect(run('label svc web app=api')).toEqual(error("'app' already has a value (web), and --overwrite is false"))
    expect(run('label svc web app=api tier- --overwrite').stdout).toBe('label "tier" not found.\nservice/web labeled\n')
    expect(run('label svc web --list').stdout).toBe('app=api\n')
  })
})

describe('expose, run, set, rollout', () => {
  it('a Deployment is exposed with its selector and its port', () => {
    const { run } = terminal(TEXT)
    expect(run('expose deployment web --name=front --port=80 --target-port=8080').stdout).toBe(
      'service/front exposed\n',
    )
    expect(JSON.parse(run('get svc front -o json').stdout).spec).toMatchObject({
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
    })
    expect(run('expose node node-1 --port=80')).toEqual(error('cannot expose a Node'))
  })
  it('a pod is run with its name as label', () => {
    const { run } = terminal()
    expect(run('run shell --image=busybox --port=80 --expose').stdout).toBe(
      'service/shell created\npod/shell created\n',
    )
    expect(run('run')).toEqual(error('required flag(s) "image" not set'))
    expect(run('run --image=x')).toEqual(error("NAME is required for run\nSee 'kubectl run -h' for help and examples"))
  })
  it('an image is set, looked at, taken back', () => {
    const { run } = terminal(TEXT)
    expect(run('set image deploy/web app=nginx:1.28').stdout).toBe('deployment.apps/web image updated\n')
    expect(run('set image deploy/web nope=x')).toEqual(error('unable to find container named "nope"'))
    expect(run('rollout status deploy/web').stdout).toContain('deployment "web" successfully rolled out\n')
    expect(run('rollout undo deploy/web').stdout).toBe('deployment.apps/web rolled back\n')
    expect(run('get deploy web -o jsonpath={.spec.template.spec.containers[0].image}').stdout).toBe('nginx:1.29')
    expect(run('rollout history deploy/web').stdout).toBe(
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>\n\n',
    )
    expect(run('rollout history deploy/web --revision=2').stdout).toContain(
      'deployment.apps/web with revision #2\nPod Template:\n',
    )
    expect(run('rollout undo deploy/web --to-revision=9')).toEqual(
      error('unable to find specified revision 9 in history'),
    )
  })
  it('a paused Deployment says so', () => {
    const { run } = terminal(TEXT)
    expect(run('rollout pause deploy/web').stdout).toBe('deployment.apps/web paused\n')
    expect(run('rollout pause deploy/web')).toEqual(error('deployments.apps "web" is already paused'))
    expect(run('rollout restart deploy/web')).toEqual(
      error('deployments.apps "web" can\'t restart paused deployment (run rollout resume first)'),
    )
    expect(run('rollout resume deploy/web').stdout).toBe('deployment.apps/web resumed\n')
  })
  it('without a clock of its own a command that waits returns at once', () => {
    const { cluster, run } = terminal(TEXT)
    run('set image deploy/web app=nginx:1.28')
    const before = cluster.now
    runKubectl(cluster, ['rollout', 'restart', 'deploy/web'])
    const { stdout } = runKubectl(cluster, ['rollout', 'status', 'deploy/web'])
    expect(stdout).toBe('Waiting for deployment spec update to be observed...\n')
    expect(cluster.now).toBe(before)
  })
})

describe('describe', () => {
  it('every kind that the cluster starts with, without a missing value', () => {
    const { run } = terminal(TEXT)
    for (const kind of ['svc', 'ep', 'endpointslice', 'pod', 'deploy', 'rs', 'node', 'ns']) {
      const { stdout, exit } = run(`describe ${kind}`)
      expect(exit).toBe(0)
      expect(stdout).toMatch(/^Name: /)
      expect(stdout).not.toMatch(/undefined|NaN|\[object/)
    }
  })
  it('a name that is not there describes what begins so', () => {
    const { run } = terminal(TEXT)
    expect(run('describe pod web').stdout.match(/^Name: +web-/gm)).toHaveLength(2)
    expect(run('describe pod nosuch')).toEqual(said('', 'Error from server (NotFound): pods "nosuch" not found\n'))
  })
})

it('no line of words makes kubectl throw, and its exit says whether it failed', () => {
  const { cluster } = terminal(TEXT)
  const word = fc.oneof(
    fc.constantFrom(
      'get',
      'create',
      'apply',
      'delete',
      'label',
      'annotate',
      'patch',
      'scale',
      'describe',
      'expose',
      'run',
      'set',
      ...'wait drain taint config events logs exec diff autoscale explain port-forward cordon edit auth api-resources rollout'.split(
        ' ',
      ),
    ),
    fc.constantFrom('image', 'rollout', 'status', 'history', 'undo', 'service', 'clusterip', 'deployment', 'replace'),
    fc.constantFrom(
      'svc',
      'pods',
      'deploy/web',
      'web',
      'all',
      'node',
      'ns',
      'a=b',
      'a-',
      '-',
      '--',
      'svc,pod',
      'x/y/z',
      '--all',
    ),
    fc.constantFrom(
      '-f',
      '-o',
      'yaml',
      'wide',
      '-l',
      '-n',
      '-A',
      '--replicas=1',
      '-p',
      '{}',
      '--type=json',
      '[]',
      '-ojson',
      '--tcp=80',
      ...'wait --for=delete drain taint a=b:NoSchedule a- config set-context --current --namespace=x explain svc.spec events'.split(
        ' ',
      ),
      ...'logs -f exec -- ls diff auth can-i api-resources env autoscale --max=3 -w port-forward 80 cordon node-1'.split(
        ' ',
      ),
      ...'configmap --from-literal=a=b --dry-run=server --dry-run=client -ogo-template={{.kind}} -okyaml --sort-by=.a'.split(
        ' ',
      ),
    ),
    fc.string({ maxLength: 6 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 7 }), fc.string({ maxLength: 30 }), (args, stdin) => {
      const { exit, stdout, stderr } = runKubectl(cluster, args, { stdin })
      // `rollout` alone says what there is on stdout, `diff` what differs
      expect(exit === 0 || stderr !== '' || stdout !== '').toBe(true)
    }),
    { numRuns: 600 },
  )
})
