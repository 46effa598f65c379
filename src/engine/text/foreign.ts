import { type Diagnostic, groupOf } from '../../model/index.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const has = (value: unknown, ...names: readonly string[]) =>
  isFields(value) && names.every((name) => value[name] !== undefined)

/** Groups that look like an API's and are read by programs: their files lie beside manifests. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'apiserver.config.k8s.io': 'the API server',
  'apiserver.k8s.io': 'the API server',
  'audit.k8s.io': 'the API server',
  builtin: 'kustomize',
  'client.authentication.k8s.io': 'kubectl',
  'config.kubernetes.io': 'kustomize',
  'kind.x-k8s.io': 'kind (Kubernetes in Docker)',
  'kubeadm.k8s.io': 'kubeadm',
  'kubelet.config.k8s.io': 'the kubelet',
  'kubeproxy.config.k8s.io': 'kube-proxy',
  'kubescheduler.config.k8s.io': 'kube-scheduler',
  skaffold: 'Skaffold',
}

/** What a text is, when it is no manifest, and what to do about it. */
interface Foreign {
  readonly what: string
  readonly reader: string
  readonly instead?: string
}

const HELM = { reader: 'Helm', instead: 'Paste what "helm template" prints' }
const KUSTOMIZE = { reader: 'kustomize', instead: 'Paste what "kubectl kustomize" prints' }

/** Files of other tools that lie between manifests, or were pasted for one; none of them is an object for a cluster. */
export function notForClusters(file: string, value: unknown): Diagnostic | undefined {
  if (!isFields(value)) return undefined
  const foreign = recognise(file.slice(file.lastIndexOf('/') + 1), value)
  if (!foreign) return undefined
  const { what, reader, instead } = foreign
  const message = `${what} is read by ${reader}, not by a cluster${instead ? `. ${instead}` : ''}`
  return { severity: 'hint', code: 'text.other-tool', message, path: [], rule: 'TEXT-11' }
}

function recognise(name: string, value: Fields): Foreign | undefined {
  const { apiVersion, kind } = value
  const group = typeof apiVersion === 'string' ? groupOf(apiVersion) || apiVersion : ''
  if (group === 'kustomize.config.k8s.io' || (apiVersion === undefined && /^kustomization\.ya?ml$/i.test(name)))
    return { what: typeof kind === 'string' ? kind : 'Kustomization', ...KUSTOMIZE }
  if (kind === undefined) return byName(name) ?? byContent(value)
  if (typeof kind !== 'string') return undefined
  if (kind === 'Template' && Array.isArray(value.objects))
    return { what: 'An OpenShift Template', reader: '"oc process"', instead: 'Paste what "oc process" prints' }
  if (apiVersion === 'v1' && kind === 'Config' && has(value, 'clusters', 'contexts'))
    return { what: 'A kubeconfig', reader: 'kubectl' }
  const reader = CONFIGURATIONS[group]
  return reader && !has(value.metadata, 'name') ? { what: kind, reader } : undefined
}

function byName(name: string): Foreign | undefined {
  const helms = /^(Chart|values|values[-._][\w.-]*|[\w.-]*[-._]values|requirements)\.ya?ml$/i
  return helms.test(name) ? { what: name, ...HELM } : undefined
}

/** A text without kind, by the fields that only such a file has. */
function byContent(value: Fields): Foreign | undefined {
  const some = (map: unknown, ...names: readonly string[]) =>
    isFields(map) && Object.values(map).some((item) => names.some((name) => has(item, name)))
  if (some(value.services, 'image', 'build'))
    return { what: 'A Compose file', reader: 'docker compose', instead: '"kompose convert" makes manifests of it' }
  // `on` is a boolean to YAML 1.1
  if ((has(value, 'on') || has(value, 'true')) && some(value.jobs, 'steps', 'uses'))
    return { what: 'A workflow', reader: 'GitHub Actions' }
  if (/^v[12]$/.test(String(value.apiVersion)) && typeof value.name === 'string' && has(value, 'version'))
    return { what: 'Chart.yaml', ...HELM }
  if (has(value, 'replicaCount') || has(value.image, 'repository')) return { what: 'A file of values', ...HELM }
  const kustomization = ['resources', 'bases', 'patches', 'patchesStrategicMerge', 'configMapGenerator', 'namePrefix']
  if (value.apiVersion === undefined && kustomization.some((field) => Array.isArray(value[field])))
    return { what: 'Kustomization', ...KUSTOMIZE }
  if (typeof value.openapi === 'string' || typeof value.swagger === 'string')
    return { what: 'A description of an API', reader: 'OpenAPI tools' }
  return undefined
}
