import { ageOf } from './age.ts'
import type { Loose, TableOf } from './table-of.ts'

/** k8s pkg/printers/internalversion/printers.go findNodeRoles (v1.36) */
export function nodeRoles(labels: Readonly<Record<string, string>> | undefined): string {
  const roles = Object.entries(labels ?? {}).flatMap(([k, v]) => {
    if (k.startsWith('node-role.kubernetes.io/')) return k.slice('node-role.kubernetes.io/'.length) || []
    return k === 'kubernetes.io/role' && v !== '' ? v : []
  })
  return [...new Set(roles)].sort().join(',') || '<none>'
}

function nodeStatus(node: Loose): string {
  const ready = (node.status?.conditions ?? []).find((c: Loose) => c.type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word
}

const address = (node: Loose, type: string): string =>
  (node.status?.addresses ?? []).find((a: Loose) => a.type === type)?.address ?? '<none>'

const ACCESS: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const accessCell = (modes: readonly string[] | undefined) => (modes ?? []).map((m) => ACCESS[m] ?? m).join(',')
const classCell = (o: Loose) =>
  o.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? o.spec?.storageClassName ?? ''

const roleRef = (o: Loose) => `${o.roleRef?.kind ?? ''}/${o.roleRef?.name ?? ''}`
const subjects = (o: Loose, kind: string) =>
  (o.subjects ?? [])
    .filter((s: Loose) => s.kind === kind)
    .map((s: Loose) => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name))
    .join(', ')

const BINDING: TableOf = {
  columns: ['Name', 'Role', 'Age', '+Users', '+Groups', '+ServiceAccounts'],
  row: (o, now) => [
    o.metadata.name,
    roleRef(o),
    ageOf(o.metadata.creationTimestamp, now),
    subjects(o, 'User'),
    subjects(o, 'Group'),
    subjects(o, 'ServiceAccount'),
  ],
}

/** Kinds that the server lists with the moment of creation instead of an age. */
const CREATED: TableOf = {
  columns: ['Name', 'Created At'],
  row: (o) => [o.metadata.name, o.metadata.creationTimestamp ?? '<unknown>'],
}

export const CLUSTER_TABLES: Readonly<Record<string, TableOf>> = {
  Namespace: {
    columns: ['Name', 'Status', 'Age'],
    row: (o, now) => [o.metadata.name, o.status?.phase ?? '', ageOf(o.metadata.creationTimestamp, now)],
  },
  Node: {
    columns: [
      'Name',
      'Status',
      'Roles',
      'Age',
      'Version',
      '+Internal-IP',
      '+External-IP',
      '+OS-Image',
      '+Kernel-Version',
      '+Container-Runtime',
    ],
    row: (o, now) => {
      const info = o.status?.nodeInfo ?? {}
      return [
        o.metadata.name,
        nodeStatus(o),
        nodeRoles(o.metadata.labels),
        ageOf(o.metadata.creationTimestamp, now),
        info.kubeletVersion ?? '',
        address(o, 'InternalIP'),
        address(o, 'ExternalIP'),
        info.osImage || '<unknown>',
        (info.kernelVersion || '<unknown>') + (info.architecture ? ` (${info.architecture})` : ''),
        info.containerRuntimeVersion || '<unknown>',
      ]
    },
  },
  Event: {
    columns: [
      'Last Seen',
      'Type',
      'Reason',
      'Object',
      '+Subobject',
      '+Source',
      'Message',
      '+First Seen',
      '+Count',
      '+Name',
    ],
    row: (o, now) => {
      const first = o.firstTimestamp ?? o.eventTime ?? undefined
      const { name, kind = '', fieldPath = '' } = o.involvedObject ?? {}
      return [
        ageOf(o.series?.lastObservedTime ?? o.lastTimestamp ?? first, now),
        o.type ?? '',
        o.reason ?? '',
        name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
        fieldPath,
        [o.source?.component ?? o.reportingComponent, o.source?.host].filter(Boolean).join(', '),
        String(o.message ?? '').trim(),
        ageOf(first, now),
        o.series?.count ?? (o.count || 1),
        o.metadata.name,
      ]
    },
  },
  Secret: {
    columns: ['Name', 'Type', 'Data', 'Age'],
    row: (o, now) => [
      o.metadata.name,
      o.type ?? '',
      Object.keys(o.data ?? {}).length,
      ageOf(o.metadata.creationTimestamp, now),
    ],
  },
  ConfigMap: {
    columns: ['Name', 'Data', 'Age'],
    row: (o, now) => [
      o.metadata.name,
      Object.keys(o.data ?? {}).length + Object.keys(o.binaryData ?? {}).length,
      ageOf(o.metadata.creationTimestamp, now),
    ],
  },
  PersistentVolumeClaim: {
    columns: [
      'Name',
      'Status',
      'Volume',
      'Capacity',
      'Access Modes',
      'StorageClass',
      'VolumeAttributesClass',
      'Age',
      '+VolumeMode',
    ],
    row: (o, now) => {
      const bound = Boolean(o.spec?.volumeName)
      return [
        o.metadata.name,
        o.metadata.deletionTimestamp ? 'Terminating' : (o.status?.phase ?? ''),
        o.spec?.volumeName ?? '',
        bound ? (o.status?.capacity?.storage ?? '0') : '',
        bound ? accessCell(o.status?.accessModes) : '',
        classCell(o),
        o.spec?.volumeAttributesClassName ?? '<unset>',
        ageOf(o.metadata.creationTimestamp, now),
        o.spec?.volumeMode ?? '<unset>',
      ]
    },
  },
  PersistentVolume: {
    columns: [
      'Name',
      'Capacity',
      'Access Modes',
      'Reclaim Policy',
      'Status',
      'Claim',
      'StorageClass',
      'VolumeAttributesClass',
      'Reason',
      'Age',
      '+VolumeMode',
    ],
    row: (o, now) => {
      const claim = o.spec?.claimRef
      return [
        o.metadata.name,
        o.spec?.capacity?.storage ?? '0',
        accessCell(o.spec?.accessModes),
        o.spec?.persistentVolumeReclaimPolicy ?? '',
        o.metadata.deletionTimestamp ? 'Terminating' : (o.status?.phase ?? ''),
        claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
        classCell(o),
        o.spec?.volumeAttributesClassName ?? '<unset>',
        o.status?.reason ?? '',
        ageOf(o.metadata.creationTimestamp, now),
        o.spec?.volumeMode ?? '<unset>',
      ]
    },
  },
  ResourceQuota: {
    columns: ['Name', 'Request', 'Limit', 'Age'],
    row: (o, now) => {
      const { hard = {}, used = {} } = o.status ?? {}
      const cell = (limits: boolean) =>
        Object.keys(hard)
          .sort()
          .filter((resource) => resource.startsWith('limits') === limits)
          .map((resource) => `${resource}: ${used[resource] ?? '0'}/${hard[resource]}`)
          .join(', ')
      return [o.metadata.name, cell(false), cell(true), ageOf(o.metadata.creationTimestamp, now)]
    },
  },
  StorageClass: {
    columns: ['Name', 'Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'],
    row: (o, now) => {
      const isDefault = o.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
      return [
        o.metadata.name + (isDefault ? ' (default)' : ''),
        o.provisioner ?? '',
        o.reclaimPolicy ?? 'Delete',
        o.volumeBindingMode ?? 'Immediate',
        o.allowVolumeExpansion ?? false,
        ageOf(o.metadata.creationTimestamp, now),
      ]
    },
  },
  PodDisruptionBudget: {
    columns: ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'],
    row: (o, now) => [
      o.metadata.name,
      String(o.spec?.minAvailable ?? 'N/A'),
      String(o.spec?.maxUnavailable ?? 'N/A'),
      o.status?.disruptionsAllowed ?? 0,
      ageOf(o.metadata.creationTimestamp, now),
    ],
  },
  HorizontalPodAutoscaler: {
    columns: ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'],
    row: (o, now) => {
      const { scaleTargetRef: target = {}, metrics = [], minReplicas, maxReplicas } = o.spec ?? {}
      return [
        o.metadata.name,
        `${target.kind ?? ''}/${target.name ?? ''}`,
        metrics.length === 0 ? '<none>' : targetsCell(metrics),
        String(minReplicas ?? '<unset>'),
        maxReplicas ?? 0,
        o.status?.currentReplicas ?? 0,
        ageOf(o.metadata.creationTimestamp, now),
      ]
    },
  },
  PriorityClass: {
    columns: ['Name', 'Value', 'Global-Default', 'Age', 'PreemptionPolicy'],
    row: (o, now) => [
      o.metadata.name,
      o.value ?? 0,
      o.globalDefault ?? false,
      ageOf(o.metadata.creationTimestamp, now),
      o.preemptionPolicy ?? 'PreemptLowerPriority',
    ],
  },
  Lease: {
    columns: ['Name', 'Holder', 'Age'],
    row: (o, now) => [o.metadata.name, o.spec?.holderIdentity ?? '', ageOf(o.metadata.creationTimestamp, now)],
  },
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  Role: CREATED,
  ClusterRole: CREATED,
  LimitRange: CREATED,
  CustomResourceDefinition: CREATED,
}

/** Nothing measures here, so the present value of every metric is unknown. k8s printers.go formatHPAMetrics (v1.36) */
function targetsCell(metrics: readonly Loose[]): string {
  const list = metrics.map((m) => {
    const source = m.resource ?? m.containerResource
    if (source) {
      const { averageValue, averageUtilization } = source.target ?? {}
      const want = averageValue ?? (averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`)
      return `${source.name}: <unknown>/${want}`
    }
    const target = (m.external ?? m.object ?? m.pods)?.target ?? {}
    if (m.pods) return `<unknown>/${target.averageValue ?? ''}`
    return target.averageValue !== undefined
      ? `<unknown>/${target.averageValue} (avg)`
      : `<unknown>/${target.value ?? ''}`
  })
  return list.length > 2 ? `${list.slice(0, 2).join(', ')} + ${list.length - 2} more...` : list.join(', ')
}
