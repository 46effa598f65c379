import { describe, expect, test } from 'vitest'
import type { Service, SourceDoc } from '../../model/index.ts'
import { Cluster } from '../index.ts'

const docs = (file: string, ...values: unknown[]): SourceDoc[] =>
  values.map((value, index) => ({
    file,
    index,
    source: { file, from: 0, to: 0, line: 1, column: 1, endLine: 1, endColumn: 1 },
    value,
    problems: [],
  }))

function applied(file: string, ...values: unknown[]) {
  const cluster = new Cluster()
  const { diagnostics } = cluster.applyText(docs(file, ...values))
  cluster.settle()
  return { cluster, said: diagnostics.map(({ doc, diagnostic }) => ({ doc, ...diagnostic })) }
}

const printed = (extra: object = {}) => ({ uid: 'b5f0', resourceVersion: '812', generation: 3, ...extra })
const container = { name: 'app', image: 'example/app:1', ports: [{ containerPort: 8080 }] }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } }

describe('what a cluster printed', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', ...printed({ managedFields: [{ manager: 'kubectl' }] }) },
    spec: { clusterIP: '172.20.3.4', clusterIPs: ['172.20.3.4'], selector: { app: 'web' }, ports: [{ port: 80 }] },
    status: { loadBalancer: {} },
  }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...printed() },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
    status: { readyReplicas: 2 },
  }
  const owner = (kind: string, name: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'gone', controller: true }],
  })
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-6d', ...printed(owner('Deployment', 'web')) },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  }
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web' }, ...printed(owner('ReplicaSet', 'web-6d')) },
    spec: { nodeName: 'worker-9', containers: [container] },
    status: { phase: 'Running', podIP: '192.168.1.7' },
  })

  test('[TEXT-10] is taken as its author wrote it, with one hint for the file', () => {
    const { cluster, said } = applied('all.yaml', pod('web-6d-a'), pod('web-6d-b'), service, deployment, set)
    expect(said).toMatchObject([{ doc: 0, severity: 'hint', code: 'text.dump' }])
    expect(said[0]!.message).toContain('of 5 objects')
    expect(said[0]!.message).toContain('3 objects that their owners make anew')
    // the Deployment's own two pods, none of the printed ones
    expect(cluster.list('Pod', 'default')).toHaveLength(2)
    expect(cluster.list('ReplicaSet', 'default')).toHaveLength(1)
    expect(cluster.serviceView('Service/default/web')?.ports[0]).toMatchObject({ ready: 2, total: 2 })
  })

  test('[TEXT-10] an address of another cluster gives way to one of this cluster, its own stays', () => {
    const own = { ...service, metadata: { ...service.metadata, name: 'own' } }
    const spec = { ...service.spec, clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'] }
    const { cluster } = applied('all.yaml', service, { ...own, spec })
    expect(cluster.get<Service>('Service/default/web')!.spec.clusterIP).toMatch(/^10\.96\./)
    expect(cluster.get<Service>('Service/default/own')!.spec.clusterIP).toBe('10.96.7.7')
  })

  test('[TEXT-10] a pod whose owner does not stand in the text stays', () => {
    const { cluster } = applied('pod.yaml', pod('web-6d-a'))
    expect(cluster.list('Pod', 'default')).toHaveLength(1)
  })
})

/** What the discovery of a plain kube-apiserver 1.36.3 lists: version, kinds. */
const SERVED = `
  admissionregistration.k8s.io/v1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration
  apiextensions.k8s.io/v1 CustomResourceDefinition
  apiregistration.k8s.io/v1 APIService
  apps/v1 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
  authentication.k8s.io/v1 SelfSubjectReview TokenReview
  authorization.k8s.io/v1 LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview
  autoscaling/v1 HorizontalPodAutoscaler
  autoscaling/v2 HorizontalPodAutoscaler
  batch/v1 CronJob Job
  certificates.k8s.io/v1 CertificateSigningRequest
  coordination.k8s.io/v1 Lease
  discovery.k8s.io/v1 EndpointSlice
  events.k8s.io/v1 Event
  flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration
  networking.k8s.io/v1 IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR
  node.k8s.io/v1 RuntimeClass
  policy/v1 PodDisruptionBudget
  rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
  resource.k8s.io/v1 DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice
  scheduling.k8s.io/v1 PriorityClass
  storage.k8s.io/v1 CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass
  v1 Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount
`

describe('kinds and versions', () => {
  const served = SERVED.trim()
    .split('\n')
    .flatMap((line) => {
      const [apiVersion, ...kinds] = line.trim().split(' ')
      return kinds.map((kind) => [apiVersion!, kind] as const)
    })

  test.each(served)('[TEXT-12] %s %s is a kind of a real cluster', (apiVersion, kind) => {
    const { said } = applied('a.yaml', { apiVersion, kind, metadata: { name: 'x' } })
    expect(said.filter((d) => d.code === 'api.unknown-kind' || d.code === 'kind.unknown')).toEqual([])
  })

  const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'x' }, spec: {} })

  test.each([
    ['extensions/v1beta1', 'Deployment', 'apps/v1', '1.16'],
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1', '1.22'],
    ['discovery.k8s.io/v1beta1', 'EndpointSlice', 'discovery.k8s.io/v1', '1.25'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2', '1.26'],
  ])(
    '[TEXT-12] %s %s was removed: an error, and the version that took its place as a fix',
    (apiVersion, kind, now, since) => {
      const { said } = applied('a.yaml', object(apiVersion, kind))
      expect(said).toMatchObject([
        { severity: 'error', code: 'api.removed-version', path: ['apiVersion'], fix: { op: 'set', value: now } },
      ])
      expect(said[0]!.message).toMatch(`no matches for kind "${kind}" in version "${apiVersion}": Kubernetes ${since}`)
    },
  )

  test('[TEXT-12] a version with nothing in its place is said as such', () => {
    const { said } = applied('a.yaml', object('policy/v1beta1', 'PodSecurityPolicy'))
    expect(said).toMatchObject([{ severity: 'error', code: 'api.removed-version', path: ['kind'] }])
    expect(said[0]!.fix).toBeUndefined()
  })

  test("[TEXT-12] a kind in one of Kubernetes' own groups that it is not in is no custom resource", () => {
    const wrong = applied('a.yaml', object('v1', 'Deployment')).said
    expect(wrong).toMatchObject([{ severity: 'error', code: 'api.unknown-kind', fix: { value: 'apps/v1' } }])
    expect(applied('a.yaml', object('apps/v1', 'Deploymnet')).said).toMatchObject([
      { severity: 'error', message: 'no matches for kind "Deploymnet" in version "apps/v1"' },
    ])
  })

  test('[TEXT-7] a custom resource, and a kind that nobody simulates, cost one quiet line', () => {
    const hook = object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration')
    const { said } = applied('a.yaml', object('cert-manager.io/v1', 'Certificate'), hook)
    expect(said).toMatchObject([
      { severity: 'hint', code: 'kind.unknown' },
      { severity: 'hint', code: 'kind.not-simulated' },
    ])
  })
})

describe('what is no object', () => {
  test('[TEXT-14] a document that says of no object what it is gets one error, and the others still work', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }
    const { cluster, said } = applied('a.yaml', { linters: { enable: ['x'] } }, service)
    expect(said).toMatchObject([{ doc: 0, severity: 'error', code: 'api.refused' }])
    expect(said[0]!.message).toContain('apiVersion not set, kind not set')
    expect(cluster.list('Service', 'default').map((o) => o.metadata.name)).toContain('web')
  })

  test.each([
    ['authentication.k8s.io/v1', 'TokenReview'],
    ['install.istio.io/v1alpha1', 'IstioOperator'],
  ])('[TEXT-14] %s %s without a name costs one quiet line', (apiVersion, kind) => {
    expect(applied('a.yaml', { apiVersion, kind, spec: {} }).said).toMatchObject([
      { severity: 'hint', code: 'kind.nameless', path: ['kind'] },
    ])
  })
})

describe('values that nobody filled in', () => {
  test.each(['{{ .Release.Name }}-web', '$(APP)', 'web-${ENV}', '<your-name>'])(
    '[TEXT-13] a value that nobody filled in (%s) is said as such, where it stands',
    (name) => {
      const { said } = applied('a.yaml', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { ports: [{ port: 80 }] },
      })
      expect(said).toMatchObject([{ severity: 'error', code: 'text.template', path: ['metadata', 'name'] }])
    },
  )
})

test('[TEXT-15] an account that the text names is taken for there, one that a command names is not', () => {
  const spec = { serviceAccountName: 'bot', containers: [{ name: 'a', image: 'nginx' }] }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec },
    },
  }
  const made = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec })
  const cluster = new Cluster()
  expect(cluster.create(made('before'))).toMatchObject({ ok: false })
  expect(cluster.applyText(docs('a.yaml', deployment)).diagnostics).toEqual([])
  cluster.settle()
  expect(cluster.list('Pod', 'default')).toHaveLength(1)
  cluster.applyText([])
  cluster.settle()
  expect(cluster.create(made('after'))).toMatchObject({ ok: false })
})
