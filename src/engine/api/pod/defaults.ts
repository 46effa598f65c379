import type { Draft } from '../decode.ts'
import { roundUpToMilli } from '../quantity.ts'

/** k8s pkg/apis/core/v1/defaults.go, zz_generated.defaults.go SetObjectDefaults_Pod (v1.36). Templates get only the part of the spec. */
export function defaultPodSpec(spec: Draft): void {
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const c of list ?? []) defaultContainer(c)
  // k8s pkg/apis/core/v1/conversion.go: the old name and the new one say the same
  if (!spec.serviceAccountName && spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  if (!spec.dnsPolicy) spec.dnsPolicy = 'ClusterFirst'
  if (!spec.restartPolicy) spec.restartPolicy = 'Always'
  if (spec.securityContext === undefined) spec.securityContext = {}
  if (spec.terminationGracePeriodSeconds === undefined) spec.terminationGracePeriodSeconds = 30
  if (!spec.schedulerName) spec.schedulerName = 'default-scheduler'
  for (const list of [spec.overhead, spec.resources?.limits, spec.resources?.requests]) roundResources(list)
}

/** What only a Pod gets, not a template. k8s pkg/apis/core/v1/defaults.go SetDefaults_Pod (v1.36) */
export function defaultPodOnly(spec: Draft): void {
  for (const c of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    if (c.resources?.limits) c.resources.requests = { ...c.resources.limits, ...c.resources.requests }
  }
  if (spec.enableServiceLinks === undefined) spec.enableServiceLinks = true
  // k8s pkg/apis/core/v1/conversion.go Convert_v1_Pod_To_core_Pod
  if (spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1
}

/** With host networking, container ports are host ports. Templates get this too (with DefaultHostNetworkHostPortsInPodTemplates only). */
export function defaultHostPorts(spec: Draft): void {
  if (!spec.hostNetwork) return
  for (const c of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    for (const port of c.ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort
  }
}

function roundResources(list: Draft): void {
  for (const name of Object.keys(list ?? {})) list[name] = roundUpToMilli(list[name])
}

function defaultContainer(c: Draft): void {
  for (const port of c.ports ?? []) if (!port.protocol) port.protocol = 'TCP'
  for (const env of c.env ?? []) {
    const ref = env.valueFrom
    if (ref?.fieldRef && !ref.fieldRef.apiVersion) ref.fieldRef.apiVersion = 'v1'
    if (ref?.fileKeyRef && ref.fileKeyRef.optional === undefined) ref.fileKeyRef.optional = false
  }
  roundResources(c.resources?.limits)
  roundResources(c.resources?.requests)
  for (const probe of [c.livenessProbe, c.readinessProbe, c.startupProbe]) if (probe) defaultProbe(probe)
  for (const hook of [c.lifecycle?.postStart, c.lifecycle?.preStop]) if (hook?.httpGet) defaultHttpGet(hook.httpGet)
  if (!c.imagePullPolicy) c.imagePullPolicy = imageTag(c.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent'
  if (!c.terminationMessagePath) c.terminationMessagePath = '/dev/termination-log'
  if (!c.terminationMessagePolicy) c.terminationMessagePolicy = 'File'
}

function defaultProbe(probe: Draft): void {
  if (probe.httpGet) defaultHttpGet(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
  if (!probe.timeoutSeconds) probe.timeoutSeconds = 1
  if (!probe.periodSeconds) probe.periodSeconds = 10
  if (!probe.successThreshold) probe.successThreshold = 1
  if (!probe.failureThreshold) probe.failureThreshold = 3
}

function defaultHttpGet(action: Draft): void {
  if (!action.path) action.path = '/'
  if (!action.scheme) action.scheme = 'HTTP'
}

/**
 * The tag of an image's name: `latest` when it says neither tag nor digest, '' with a digest alone or for what is no reference.
 * k8s pkg/util/parsers/parsers.go ParseImageName (v1.36)
 */
export function imageTag(image: string): string {
  const match =
    /^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/|\[[0-9a-fA-F:]+\](?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::([\w][\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/.exec(
      image,
    )
  // 64 hexadecimal digits are the id of an image, and no name
  if (!match || /^[a-f0-9]{64}$/.test(image)) return ''
  return match[1] ?? (match[2] ? '' : 'latest')
}

const VOLUME_SOURCE_DEFAULTS: Readonly<Record<string, (source: Draft) => void>> = {
  secret: withMode,
  configMap: withMode,
  downwardAPI: (source) => {
    withMode(source)
    for (const item of source.items ?? [])
      if (item.fieldRef && !item.fieldRef.apiVersion) item.fieldRef.apiVersion = 'v1'
  },
  projected: (source) => {
    withMode(source)
    for (const part of source.sources ?? []) {
      for (const item of part.downwardAPI?.items ?? [])
        if (item.fieldRef && !item.fieldRef.apiVersion) item.fieldRef.apiVersion = 'v1'
      if (part.serviceAccountToken && part.serviceAccountToken.expirationSeconds === undefined)
        part.serviceAccountToken.expirationSeconds = 3600
    }
  },
  hostPath: (source) => {
    source.type ??= ''
  },
  iscsi: (source) => {
    source.iscsiInterface ||= 'default'
  },
  rbd: (source) => {
    source.pool ||= 'rbd'
    source.user ||= 'admin'
    source.keyring ||= '/etc/ceph/keyring'
  },
  azureDisk: (source) => {
    source.cachingMode ??= 'ReadWrite'
    source.kind ??= 'Shared'
    source.fsType ??= 'ext4'
    source.readOnly ??= false
  },
  scaleIO: (source) => {
    source.storageMode ||= 'ThinProvisioned'
    source.fsType ||= 'xfs'
  },
  ephemeral: (source) => {
    const spec = source.volumeClaimTemplate?.spec
    if (spec) spec.volumeMode ??= 'Filesystem'
  },
}

function withMode(source: Draft): void {
  source.defaultMode ??= 0o644
}

function defaultVolume(volume: Draft): void {
  const sources = Object.keys(volume).filter((name) => name !== 'name')
  if (sources.length === 0) volume.emptyDir = {}
  for (const name of sources) VOLUME_SOURCE_DEFAULTS[name]?.(volume[name])
}
