import { groupOf, KINDS, type KindInfo, type KObject, kindKey } from '../model/index.ts'

/** k8s: resources that say so in their discovery (`categories: [all]`), in its order: by group, and by name in it. */
const ALL = [
  'pods',
  'replicationcontrollers',
  'services',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'horizontalpodautoscalers.autoscaling',
  'cronjobs.batch',
  'jobs.batch',
]

export const expandCategories = (types: string): string =>
  types
    .split(',')
    .map((t) => (t === 'all' ? ALL.join(',') : t))
    .join(',')

/** `deployments.apps` */
export const resourceName = (info: KindInfo): string => qualified(info.plural, info.apiVersion)
/** `deployment.apps/web`, as kubectl names objects. */
export const objectName = (o: Pick<KObject, 'apiVersion' | 'kind'>, name: string): string =>
  `${qualified(o.kind.toLowerCase(), o.apiVersion)}/${name}`
export const qualified = (word: string, apiVersion: string): string =>
  groupOf(apiVersion) === '' ? word : `${word}.${groupOf(apiVersion)}`

export const storeKind = (info: KindInfo): string => kindKey(info.apiVersion, info.kind)

const versionOf = (apiVersion: string) => apiVersion.slice(apiVersion.indexOf('/') + 1)

/**
 * The kind that a word of a command line means: plural, singular, short or the kind itself, with `.group` or `.version.group` behind it.
 * k8s cli-runtime pkg/resource/builder.go mappingFor (v1.36)
 */
export function findKind(word: string): KindInfo | undefined {
  const lower = word.toLowerCase()
  // short names are known as they are written, the others in any case
  const named = (name: string) => (k: KindInfo) =>
    k.plural === name || k.singular === name || (k.short.includes(name) && word.startsWith(name))
  const whole = KINDS.find(named(lower))
  if (whole) return whole
  const dot = lower.indexOf('.')
  if (dot < 0) return undefined
  const [name, rest] = [lower.slice(0, dot), lower.slice(dot + 1)]
  return (
    KINDS.find((k) => named(name)(k) && `${versionOf(k.apiVersion)}.${groupOf(k.apiVersion)}` === rest) ??
    KINDS.find((k) => named(name)(k) && groupOf(k.apiVersion) !== '' && groupOf(k.apiVersion).startsWith(rest))
  )
}
