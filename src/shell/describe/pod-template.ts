import type { ContainerStatus, PodTemplate, Probe, Toleration } from '../../model/index.ts'
import { selectorCell } from '../print/cells.ts'
import { inUnitsOf } from '../print/quantities.ts'
import type { Loose } from '../print/table-of.ts'
import { longTime, Writer } from './writer.ts'

/** A template as `rollout history --revision` shows it: nothing aligns the tabs there. */
export function describeTemplate(template: PodTemplate): string {
  const w = new Writer()
  writeTemplate(w, template)
  return w.text
}

/** k8s kubectl pkg/describe/describe.go DescribePodTemplate (v1.36) */
export function writeTemplate(w: Writer, template: Loose): void {
  w.line(0, 'Pod Template:')
  const { metadata = {}, spec = {} } = template ?? {}
  w.labels('  Labels', metadata.labels)
  if (Object.keys(metadata.annotations ?? {}).length > 0) w.annotations('  Annotations', metadata.annotations)
  if (spec.serviceAccountName) w.field('Service Account', spec.serviceAccountName, 1)
  if ((spec.initContainers ?? []).length > 0) writeContainers(w, 'Init Containers', spec.initContainers, [], '  ')
  writeContainers(w, 'Containers', spec.containers ?? [], [], '  ')
  writeVolumes(w, spec.volumes ?? [], '  ')
  writeSpread(w, spec.topologySpreadConstraints ?? [], '  ')
  if (spec.priorityClassName) w.field('Priority Class Name', spec.priorityClassName, 1)
  w.labels('  Node-Selectors', spec.nodeSelector)
  writeTolerations(w, '  Tolerations', spec.tolerations ?? [])
}

/** @param values reads a field of the pod, for `fieldRef`s; without it they show no value */
export function writeContainers(
  w: Writer,
  label: string,
  containers: readonly Loose[],
  statuses: readonly ContainerStatus[],
  space: string,
  values?: (path: string) => string,
): void {
  w.line(0, `${space}${label}:${containers.length === 0 ? ' <none>' : ''}`)
  for (const container of containers) {
    const status = statuses.find((s) => s.name === container.name)
    w.line(1, `${space === '' ? '' : ' '}${container.name}:`)
    if (status) w.field('Container ID', String(status.containerID ?? ''), 2)
    w.field('Image', container.image, 2)
    if (status) w.field('Image ID', String(status.imageID ?? ''), 2)
    writePorts(w, container.ports ?? [])
    for (const [title, words] of [
      ['Command', container.command],
      ['Args', container.args],
    ]) {
      if ((words ?? []).length === 0) continue
      w.line(2, `${title}:`)
      for (const line of words.flatMap((text: string) => text.split('\n'))) w.line(3, line)
    }
    if (status) {
      writeState(w, 'State', status.state)
      if (status.lastState?.terminated) writeState(w, 'Last State', status.lastState)
      w.field('Ready', status.ready ? 'True' : 'False', 2).field('Restart Count', status.restartCount, 2)
    }
    writeResources(w, container.resources)
    for (const [title, probe] of [
      ['Liveness', container.livenessProbe],
      ['Readiness', container.readinessProbe],
      ['Startup', container.startupProbe],
    ]) {
      if (probe) w.field(title, probeText(probe), 2)
    }
    writeEnvironment(w, container, values)
    writeMounts(w, container)
  }
}

function writePorts(w: Writer, ports: readonly Loose[]): void {
  const list = (field: string) =>
    ports.map((p) => `${p[field] ?? 0}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`).join(', ')
  const plural = ports.length > 1 ? 's' : ''
  w.field(`Port${plural}`, list('containerPort') || '<none>', 2)
  w.field(`Host Port${plural}`, list('hostPort') || '<none>', 2)
}

function writeResources(w: Writer, resources: Loose): void {
  for (const [title, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ]) {
    if (Object.keys(list ?? {}).length === 0) continue
    w.line(2, `${title}:`)
    for (const name of Object.keys(list).sort()) w.field(name, String(list[name]), 3)
  }
}

function writeState(w: Writer, title: string, state: ContainerStatus['state']): void {
  const { running, waiting } = state ?? {}
  const ended: Loose = state?.terminated
  if (running) w.field(title, 'Running', 2).field('Started', longTime(running.startedAt), 3)
  else if (ended) {
    w.field(title, 'Terminated', 2)
    if (ended.reason) w.field('Reason', ended.reason, 3)
    if (ended.message) w.field('Message', ended.message, 3)
    w.field('Exit Code', ended.exitCode, 3)
    if (ended.signal) w.field('Signal', ended.signal, 3)
    w.field('Started', longTime(ended.startedAt), 3).field('Finished', longTime(ended.finishedAt), 3)
  } else {
    w.field(title, 'Waiting', 2)
    if (waiting?.reason) w.field('Reason', waiting.reason, 3)
  }
}

/** k8s kubectl pkg/describe/describe.go DescribeProbe (v1.36) */
export function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe
  const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(' ')}] ${attributes}`
  if (probe.httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = probe.httpGet
    const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    const slash = path === '' || path.startsWith('/') ? path : `/${path}`
    return `http-get ${scheme.toLowerCase()}://${at}${slash} ${attributes}`
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${attributes}`
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${attributes}`
  return `unknown ${attributes}`
}

function writeEnvironment(w: Writer, container: Loose, values?: (path: string) => string): void {
  if ((container.envFrom ?? []).length > 0) {
    w.line(2, 'Environment Variables from:')
    for (const { configMapRef, secretRef, prefix } of container.envFrom) {
      const [from, ref] = configMapRef ? ['ConfigMap', configMapRef] : ['Secret', secretRef ?? {}]
      const how = prefix ? `${from} with prefix '${prefix}'` : from
      w.line(3, `${ref.name ?? ''}\t${how}\tOptional: ${ref.optional ?? false}`)
    }
  }
  const env: readonly Loose[] = container.env ?? []
  w.line(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`)
  for (const { name, value = '', valueFrom: from } of env) {
    if (!from) {
      const [first, ...rest] = String(value).split('\n')
      w.field(name, first, 3)
      for (const line of rest) w.line(3, `\t${line}`)
    } else if (from.fieldRef) {
      const { apiVersion = 'v1', fieldPath } = from.fieldRef
      w.field(name, `${values?.(fieldPath) ?? ''} (${apiVersion}:${fieldPath})`, 3)
    } else if (from.resourceFieldRef) {
      const { resource, divisor } = from.resourceFieldRef
      const [list = '', what = ''] = resource.split(/\.(.*)/s)
      const amount = inUnitsOf(container.resources?.[list]?.[what], divisor)
      const isWhole = amount === '0' && (resource === 'limits.cpu' || resource === 'limits.memory')
      w.field(name, `${isWhole ? 'node allocatable' : amount} (${resource})`, 3)
    } else if (from.secretKeyRef) {
      const { key, name: secret, optional = false } = from.secretKeyRef
      w.field(name, `<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional}`, 3)
    } else if (from.configMapKeyRef) {
      const { key, name: map, optional = false } = from.configMapKeyRef
      w.field(name, `<set to the key '${key}' of config map '${map}'>\tOptional: ${optional}`, 3)
    }
  }
}

function writeMounts(w: Writer, container: Loose): void {
  const mounts: Loose[] = [...(container.volumeMounts ?? [])].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
  w.line(2, `Mounts:${mounts.length === 0 ? '\t<none>' : ''}`)
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])]
    w.line(3, `${mountPath} from ${name} (${flags.join(',')})`)
  }
}

type Fields = readonly (readonly [string, unknown])[]

/** What a volume is, and its fields. k8s kubectl pkg/describe/describe.go print…VolumeSource (v1.36) */
const VOLUMES: Readonly<Record<string, (v: Loose) => Fields>> = {
  hostPath: (v) => [
    ['Type', 'HostPath (bare host directory volume)'],
    ['Path', v.path],
    ['HostPathType', v.type ?? ''],
  ],
  emptyDir: (v) => [
    ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
    ['Medium', v.medium ?? ''],
    ['SizeLimit', v.sizeLimit ?? '<unset>'],
  ],
  secret: (v) => [
    ['Type', 'Secret (a volume populated by a Secret)'],
    ['SecretName', v.secretName ?? ''],
    ['Optional', v.optional ?? false],
  ],
  configMap: (v) => [
    ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
    ['Name', v.name ?? ''],
    ['Optional', v.optional ?? false],
  ],
  persistentVolumeClaim: (v) => [
    ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
    ['ClaimName', v.claimName],
    ['ReadOnly', v.readOnly ?? false],
  ],
  nfs: (v) => [
    ['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'],
    ['Server', v.server],
    ['Path', v.path],
    ['ReadOnly', v.readOnly ?? false],
  ],
  csi: (v) => [
    ['Type', 'CSI (a Container Storage Interface (CSI) volume source)'],
    ['Driver', v.driver],
    ['FSType', v.fsType ?? ''],
    ...(v.volumeHandle === undefined ? [] : [['VolumeHandle', v.volumeHandle] as const]),
    ['ReadOnly', v.readOnly ?? false],
    [
      'VolumeAttributes',
      Object.keys(v.volumeAttributes ?? {})
        .sort()
        .map((key) => `${key}=${v.volumeAttributes[key]}`)
        .join(',') || '<none>',
    ],
  ],
  image: (v) => [
    ['Type', 'Image (a container image or OCI artifact)'],
    ['Reference', v.reference ?? ''],
    ['PullPolicy', v.pullPolicy ?? ''],
  ],
  projected: (v) => [
    ['Type', 'Projected (a volume that contains injected data from multiple sources)'],
    ...(v.sources ?? []).flatMap((s: Loose): Fields => {
      if (s.secret)
        return [
          ['SecretName', s.secret.name],
          ['Optional', s.secret.optional ?? false],
        ]
      if (s.downwardAPI) return [['DownwardAPI', true]]
      if (s.configMap)
        return [
          ['ConfigMapName', s.configMap.name],
          ['Optional', s.configMap.optional ?? false],
        ]
      return s.serviceAccountToken ? [['TokenExpirationSeconds', s.serviceAccountToken.expirationSeconds ?? 3600]] : []
    }),
  ],
}

/** What a volume is made of, for the sources that are described here. */
export function volumeFields(volume: Loose): Fields | undefined {
  const source = Object.keys(VOLUMES).find((kind) => volume[kind])
  return source === undefined ? undefined : VOLUMES[source]!(volume[source])
}

export function writeVolumes(w: Writer, volumes: readonly Loose[], space: string): void {
  if (volumes.length === 0) {
    w.line(0, `${space}Volumes:\t<none>`)
    return
  }
  w.line(0, `${space}Volumes:`)
  for (const volume of volumes) {
    w.line(1, `${space === '' ? '' : ' '}${volume.name}:`)
    if (volume.downwardAPI) {
      w.field('Type', 'DownwardAPI (a volume populated by information about the pod)', 2).line(2, 'Items:')
      for (const { fieldRef, resourceFieldRef, path } of volume.downwardAPI.items ?? []) {
        w.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource} -> ${path}`)
      }
      continue
    }
    if (volume.ephemeral) {
      writeEphemeral(w, volume.ephemeral)
      continue
    }
    const fields = volumeFields(volume)
    if (!fields) w.line(1, '<unknown>')
    else for (const [title, value] of fields) w.field(title, String(value), 2)
  }
}

/** k8s kubectl pkg/describe/describe.go printEphemeralVolumeSource, and printPersistentVolumeClaim as far as a template goes (v1.36) */
function writeEphemeral(w: Writer, { volumeClaimTemplate: template }: Loose): void {
  const type = 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)'
  w.field('Type', type, 2)
  if (!template) return
  const { metadata = {}, spec = {} } = template
  const inner = new Writer()
  inner.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('StorageClass', spec.storageClassName ?? '', 2).field('Volume', spec.volumeName ?? '', 2)
  // every part that is written is indented, so what stands behind a tab is as well
  w.write(0, inner.text.replace(/^(?=.)|\t/gm, '$&    '))
  w.field('Capacity', spec.volumeName ? '0' : '', 2).field('Access Modes', '', 2)
  if (spec.volumeMode) w.field('VolumeMode', spec.volumeMode, 2)
  if (spec.dataSource) {
    const { apiGroup, kind, name } = spec.dataSource
    w.line(2, 'DataSource:')
    if (apiGroup !== undefined) w.field('APIGroup', apiGroup, 3)
    w.field('Kind', kind, 3).field('Name', name, 3)
  }
}

export function writeSpread(w: Writer, constraints: readonly Loose[], space: string): void {
  const sorted = [...constraints].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1))
  sorted.forEach((t, i) => {
    w.write(0, i === 0 ? `${space}Topology Spread Constraints:\t` : `${space}\t`)
    const selector = t.labelSelector ? ` for selector ${selectorCell(t.labelSelector)}` : ''
    w.line(0, `${t.topologyKey}:${t.whenUnsatisfiable} when max skew ${t.maxSkew} is exceeded${selector}`)
  })
}

export function writeTolerations(w: Writer, title: string, tolerations: readonly Toleration[]): void {
  const sorted = [...tolerations].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
  w.list(
    title,
    sorted.map(({ key = '', value = '', effect = '', operator, tolerationSeconds }) => {
      let text = key + (value === '' ? '' : `=${value}`) + (effect === '' ? '' : `:${effect}`)
      if (operator === 'Exists' && value === '') text += text === '' ? 'op=Exists' : ' op=Exists'
      return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`
    }),
  )
}
