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
})
