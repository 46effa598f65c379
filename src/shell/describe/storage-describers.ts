import type { Pod } from '../../model/index.ts'
import type { Context } from '../command.ts'
import { ageOf } from '../print/age.ts'
import type { Loose } from '../print/table-of.ts'
import { formatLabels } from '../selectors.ts'
import { volumeFields } from './pod-template.ts'
import type { Writer } from './writer.ts'

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** Each mode once, in a fixed order. k8s kubectl pkg/util/storage/storage.go GetAccessModesAsString (v1.36) */
const accessModes = (modes: readonly string[] | undefined): string =>
  Object.keys(MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => MODES[mode])
    .join(',')

const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class'
const storageClassOf = (o: Loose): string => o.metadata.annotations?.[LEGACY_CLASS] ?? o.spec?.storageClassName ?? ''

const boolText = (value: boolean | undefined) => (value === undefined ? '<unset>' : value ? 'True' : 'False')

function writeStatus(w: Writer, o: Loose, c: Context): void {
  const { deletionTimestamp } = o.metadata
  const ending = deletionTimestamp && `Terminating (lasts ${ageOf(deletionTimestamp, c.cluster.age)})`
  w.field('Status', ending || (o.status?.phase ?? ''))
}

/** k8s kubectl pkg/describe/describe.go describePersistentVolume (v1.36) */
export function describePersistentVolume(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec = {}, status = {} } = o
  w.field('Name', metadata.name)
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`).field('StorageClass', storageClassOf(o))
  writeStatus(w, o, c)
  w.field('Claim', spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '')
  w.field('Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? '').field(
    'Access Modes',
    accessModes(spec.accessModes),
  )
  if (spec.volumeMode) w.field('VolumeMode', spec.volumeMode)
  w.field('Capacity', spec.capacity?.storage ?? '0')
  const terms: Loose[] | undefined = spec.nodeAffinity?.required?.nodeSelectorTerms
  if (!terms) w.field('Node Affinity', '<none>')
  else {
    w.line(0, 'Node Affinity:\t').line(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}`)
    terms.forEach((term, i) => {
      const needs: string[] = (term.matchExpressions ?? []).map(({ key, operator, values = [] }: Loose) => {
        const list = values.length > 0 ? ` [${values.join(', ')}]` : ''
        return `${key} ${String(operator).toLowerCase()}${list}`
      })
      w.write(2, `Term ${i}:\t`)
      if (needs.length === 0) w.line(0, '<none>')
      needs.forEach((need, j) => {
        if (j > 0) w.write(2, '\t')
        w.line(0, need)
      })
    })
  }
  w.field('Message', status.message ?? '').line(0, 'Source:')
  const fields = volumeFields(spec) ?? sourceOnlyOfVolumes(spec)
  if (!fields) w.line(1, '<unknown>')
  else for (const [title, value] of fields) w.line(2, `${title}:\t${value}`)
}

/** What only a PersistentVolume can be. */
function sourceOnlyOfVolumes({ local }: Loose): readonly (readonly [string, unknown])[] | undefined {
  return (
    local && [
      ['Type', 'LocalVolume (a persistent volume backed by local storage on a node)'],
      ['Path', local.path],
    ]
  )
}

/** k8s kubectl pkg/describe/describe.go describePersistentVolumeClaim, printPersistentVolumeClaim (v1.36) */
export function describePersistentVolumeClaim(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec = {}, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace).field('StorageClass', storageClassOf(o))
  writeStatus(w, o, c)
  w.field('Volume', spec.volumeName ?? '')
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`)
  const bound = Boolean(spec.volumeName)
  w.field('Capacity', bound ? (status.capacity?.storage ?? '0') : '')
  w.field('Access Modes', bound ? accessModes(status.accessModes) : '')
  if (spec.volumeMode) w.field('VolumeMode', spec.volumeMode)
  if (spec.dataSource) {
    const { apiGroup, kind, name } = spec.dataSource
    w.line(0, 'DataSource:')
    if (apiGroup !== undefined) w.field('APIGroup', apiGroup, 1)
    w.field('Kind', kind, 1).field('Name', name, 1)
  }
  const users = c.cluster
    .list<Pod>('Pod', metadata.namespace)
    .filter((p) =>
      (p.spec.volumes as Loose[] | undefined)?.some((v: Loose) => v.persistentVolumeClaim?.claimName === metadata.name),
    )
  w.list(
    'Used By',
    users.map((p) => p.metadata.name),
  )
}

/** k8s kubectl pkg/describe/describe.go describeStorageClass (v1.36) */
export function describeStorageClass(w: Writer, o: Loose): void {
  const { annotations = {} } = o.metadata
  const isDefault = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
  w.field('Name', o.metadata.name)
  w.field('IsDefaultClass', isDefault.some((key) => annotations[key] === 'true') ? 'Yes' : 'No')
  w.field('Annotations', formatLabels(annotations)).field('Provisioner', o.provisioner)
  w.field('Parameters', formatLabels(o.parameters)).field('AllowVolumeExpansion', boolText(o.allowVolumeExpansion))
  if ((o.mountOptions ?? []).length === 0) w.field('MountOptions', '<none>')
  else {
    w.line(0, 'MountOptions:')
    for (const option of o.mountOptions) w.line(1, option)
  }
  if (o.reclaimPolicy) w.field('ReclaimPolicy', o.reclaimPolicy)
  if (o.volumeBindingMode) w.field('VolumeBindingMode', o.volumeBindingMode)
  if (o.allowedTopologies) writeTopologies(w, o.allowedTopologies)
}

function writeTopologies(w: Writer, topologies: readonly Loose[]): void {
  w.write(0, 'AllowedTopologies:\t')
  if (topologies.length === 0) w.line(0, '<none>')
  else {
    w.line(0, '')
    topologies.forEach((term, i) => {
      const needs: string[] = (term.matchLabelExpressions ?? []).map(
        ({ key, values = [] }: Loose) => `${key} in [${values.join(', ')}]`,
      )
      w.write(1, `Term ${i}:\t`)
      if (needs.length === 0) w.line(0, '<none>')
      needs.forEach((need, j) => {
        if (j > 0) w.write(1, '\t')
        w.line(0, need)
      })
    })
  }
}
