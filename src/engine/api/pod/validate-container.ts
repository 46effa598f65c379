import type { Draft } from '../decode.ts'
import {
  child,
  duplicate,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  key,
  notFound,
  notSupported,
  required,
} from '../field.ts'
import { configMapKey, dns1123Label, envVarName, labelKey, nameIsSubdomain, portName, portNumber } from '../names.ts'
import { compareQuantities, milliValue } from '../quantity.ts'
import { PROTOCOLS } from '../service/validate.ts'
import { validateHandler, validateProbes } from './validate-probe.ts'

export interface PodContext {
  /** Names of the volumes that are sound. */
  readonly volumes: ReadonlyMap<string, Draft>
  readonly gracePeriod: number
  readonly restartPolicy: string
}

// k8s pkg/apis/core/validation/validation.go validateContainers (v1.36)
export function validateContainers(
  containers: readonly Draft[] | null | undefined,
  at: Field,
  pod: PodContext,
): FieldErrors {
  if (!containers || containers.length === 0) return [required(at)]
  const out: FieldErrors = []
  const names = new Set<string>()
  for (const [i, c] of containers.entries()) {
    const place = index(at, i)
    out.push(...validateCommon(c, place, pod))
    if (names.has(c.name)) out.push(duplicate(child(place, 'name'), c.name))
    names.add(c.name)
    if (c.lifecycle) out.push(...validateLifecycle(c.lifecycle, child(place, 'lifecycle'), pod))
    out.push(...validateProbes(c, place, pod.gracePeriod), ...validateRestartPolicy(c, place))
  }
  return [...out, ...validateHostPorts(containers, at)]
}

// k8s pkg/apis/core/validation/validation.go validateInitContainers (v1.36)
export function validateInitContainers(
  containers: readonly Draft[],
  regular: readonly Draft[],
  at: Field,
  pod: PodContext,
): FieldErrors {
  const out: FieldErrors = []
  const names = new Set<string>(regular.map((c) => c.name))
  for (const [i, c] of containers.entries()) {
    const place = index(at, i)
    out.push(...validateCommon(c, place, pod))
    if (c.restartPolicy !== 'Always') out.push(...validateRestartPolicy(c, place))
    if (names.has(c.name)) out.push(duplicate(child(place, 'name'), c.name))
    else if (c.name) names.add(c.name)
    out.push(...validateHostPorts([c], at))
    if (c.restartPolicy === 'Always') {
      if (c.lifecycle) out.push(...validateLifecycle(c.lifecycle, child(place, 'lifecycle'), pod))
      out.push(...validateProbes(c, place, pod.gracePeriod))
      continue
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (c[name])
        out.push(forbidden(child(place, name), 'may not be set for init containers without restartPolicy=Always'))
    }
  }
  return out
}

const TERMINATION_MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

// k8s pkg/apis/core/validation/validation.go validateContainerCommon (v1.36)
function validateCommon(c: Draft, at: Field, pod: PodContext): FieldErrors {
  const out: FieldErrors = []
  const name = child(at, 'name')
  if (!c.name) out.push(required(name))
  else out.push(...invalids(name, c.name, dns1123Label(c.name)))
  if (!c.image) out.push(required(child(at, 'image')))
  if (!TERMINATION_MESSAGE_POLICIES.includes(c.terminationMessagePolicy)) {
    out.push(
      notSupported(child(at, 'terminationMessagePolicy'), c.terminationMessagePolicy, TERMINATION_MESSAGE_POLICIES),
    )
  }
  out.push(
    ...validatePorts(c.ports ?? [], child(at, 'ports')),
    ...validateEnv(c.env ?? [], child(at, 'env')),
    ...validateEnvFrom(c.envFrom ?? [], child(at, 'envFrom')),
    ...validateVolumeMounts(c, child(at, 'volumeMounts'), pod),
  )
  if (!PULL_POLICIES.includes(c.imagePullPolicy))
    out.push(notSupported(child(at, 'imagePullPolicy'), c.imagePullPolicy, PULL_POLICIES))
  out.push(
    ...validateResources(c.resources ?? {}, child(at, 'resources')),
    ...validateResize(c.resizePolicy ?? [], child(at, 'resizePolicy'), pod),
  )
  if (c.securityContext) out.push(...validateSecurityContext(c.securityContext, child(at, 'securityContext')))
  return out
}

// k8s pkg/apis/core/validation/validation.go validateContainerPorts (v1.36)
function validatePorts(ports: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  const names = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const place = index(at, i)
    const name = child(place, 'name')
    if (port.name) {
      const wrong = portName(port.name)
      if (wrong.length > 0) out.push(...invalids(name, port.name, wrong))
      else if (names.has(port.name)) out.push(duplicate(name, port.name))
      else names.add(port.name)
    }
    if (!port.containerPort) out.push(required(child(place, 'containerPort')))
    else out.push(...invalids(child(place, 'containerPort'), port.containerPort, portNumber(port.containerPort)))
    if (port.hostPort) out.push(...invalids(child(place, 'hostPort'), port.hostPort, portNumber(port.hostPort)))
    if (!PROTOCOLS.includes(port.protocol)) out.push(notSupported(child(place, 'protocol'), port.protocol, PROTOCOLS))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go AccumulateUniqueHostPorts (v1.36)
function validateHostPorts(containers: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  const seen = new Set<string>()
  for (const [i, c] of containers.entries()) {
    for (const [j, port] of (c.ports ?? []).entries()) {
      if (!port.hostPort) continue
      const id = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (seen.has(id)) out.push(duplicate(child(index(child(index(at, i), 'ports'), j), 'hostPort'), id))
      seen.add(id)
    }
  }
  return out
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef']
const FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const RESOURCE_PATHS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

// k8s pkg/apis/core/validation/validation.go ValidateEnv, validateEnvVarValueFrom (v1.36)
function validateEnv(vars: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [i, env] of vars.entries()) {
    const place = index(at, i)
    if (!env.name) out.push(required(child(place, 'name')))
    else out.push(...invalids(child(place, 'name'), env.name, envVarName(env.name)))
    const from = env.valueFrom
    if (!from) continue
    const source = child(place, 'valueFrom')
    const given = SOURCES.filter((name) => from[name])
    if (from.fieldRef) out.push(...validateFieldRef(from.fieldRef, child(source, 'fieldRef')))
    if (from.resourceFieldRef) {
      const { resource } = from.resourceFieldRef
      const where = child(source, 'resourceFieldRef', 'resource')
      if (!resource) out.push(required(where))
      else if (!RESOURCE_PATHS.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) {
        out.push(notSupported(where, resource, RESOURCE_PATHS))
      }
    }
    for (const name of ['configMapKeyRef', 'secretKeyRef'] as const) {
      if (from[name]) out.push(...validateKeyRef(from[name], child(source, name)))
    }
    if (given.length === 0) {
      out.push(
        invalid(
          source,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        ),
      )
    } else if (env.value) out.push(invalid(source, '', 'may not be specified when `value` is not empty'))
    else if (given.length > 1) out.push(invalid(source, '', 'may not have more than one field specified at a time'))
  }
  return out
}

function validateKeyRef(ref: Draft, at: Field): FieldErrors {
  const name = ref.name ?? ''
  const out = invalids(child(at, 'name'), name, nameIsSubdomain(name, false))
  if (!ref.key) out.push(required(child(at, 'key')))
  else out.push(...invalids(child(at, 'key'), ref.key, configMapKey(ref.key)))
  return out
}

// k8s pkg/apis/core/validation/validation.go validateObjectFieldSelector (v1.36)
function validateFieldRef(ref: Draft, at: Field): FieldErrors {
  const path: string = ref.fieldPath ?? ''
  if (path === '') return [required(child(at, 'fieldPath'))]
  if (ref.apiVersion !== 'v1') {
    const why = `error converting fieldPath: unsupported pod version: ${ref.apiVersion}`
    return [invalid(child(at, 'fieldPath'), path, why)]
  }
  const subscript = /^([^[]+)\['(.*)'\]$/.exec(path)
  if (subscript) {
    const [, base, name = ''] = subscript
    if (base === 'metadata.annotations') return invalids(at, name.toLowerCase(), labelKey(name.toLowerCase()))
    if (base === 'metadata.labels') return invalids(at, name, labelKey(name))
    return [
      invalid(
        child(at, 'fieldPath'),
        path,
        `error converting fieldPath: field label does not support subscript: ${path}`,
      ),
    ]
  }
  const known = [
    ...FIELD_PATHS,
    'metadata.annotations',
    'metadata.labels',
    'spec.restartPolicy',
    'spec.schedulerName',
    'status.phase',
    'spec.host',
  ]
  if (!known.includes(path)) {
    return [invalid(child(at, 'fieldPath'), path, `error converting fieldPath: field label not supported: ${path}`)]
  }
  return FIELD_PATHS.includes(path) ? [] : [notSupported(child(at, 'fieldPath'), path, FIELD_PATHS)]
}

// k8s pkg/apis/core/validation/validation.go ValidateEnvFrom (v1.36): the message stands at the list, not at its item
function validateEnvFrom(vars: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [i, env] of vars.entries()) {
    const place = index(at, i)
    if (env.prefix) out.push(...invalids(child(place, 'prefix'), env.prefix, envVarName(env.prefix)))
    const given = ['configMapRef', 'secretRef'].filter((name) => env[name])
    for (const name of given) {
      const ref = env[name].name ?? ''
      if (ref === '') out.push(required(child(place, name, 'name')))
      else out.push(...invalids(child(place, name, 'name'), ref, nameIsSubdomain(ref, true)))
    }
    if (given.length === 0) out.push(invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (given.length > 1) out.push(invalid(at, '', 'may not have more than one field specified at a time'))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go ValidateVolumeMounts, ValidateVolumeDevices (v1.36)
function validateVolumeMounts(c: Draft, at: Field, pod: PodContext): FieldErrors {
  const out: FieldErrors = []
  const paths = new Set<string>()
  for (const [i, mount] of (c.volumeMounts ?? []).entries()) {
    const place = index(at, i)
    if (!mount.name) out.push(required(child(place, 'name')))
    if (!pod.volumes.has(mount.name ?? '')) out.push(notFound(child(place, 'name'), mount.name ?? ''))
    if (!mount.mountPath) out.push(required(child(place, 'mountPath')))
    if (paths.has(mount.mountPath)) out.push(invalid(child(place, 'mountPath'), mount.mountPath, 'must be unique'))
    paths.add(mount.mountPath)
    if (mount.subPath) out.push(...descendingPath(mount.subPath, child(at, 'subPath')))
    const propagations = ['Bidirectional', 'HostToContainer', 'None']
    if (mount.mountPropagation !== undefined && !propagations.includes(mount.mountPropagation)) {
      out.push(notSupported(child(at, 'mountPropagation'), mount.mountPropagation, propagations))
    }
    if (mount.subPathExpr) {
      if (mount.subPath)
        out.push(
          invalid(child(place, 'subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
        )
      out.push(...descendingPath(mount.subPathExpr, child(at, 'subPathExpr')))
    }
  }
  return out
}

export const noBacksteps = (path: string, at: Field): FieldErrors =>
  path.split('/').includes('..') ? [invalid(at, path, "must not contain '..'")] : []

export function descendingPath(path: string, at: Field): FieldErrors {
  return [...(path.startsWith('/') ? [invalid(at, path, 'must be a relative path')] : []), ...noBacksteps(path, at)]
}

const STANDARD_RESOURCES = ['cpu', 'memory', 'ephemeral-storage']

// k8s pkg/apis/core/validation/validation.go validateResourceRequirements (v1.36): in the order of a Go map there, sorted here
function validateResources(resources: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  const limits = resources.limits ?? {}
  const requests = resources.requests ?? {}
  const overcommits = (name: string) => !name.includes('/') && !name.startsWith('hugepages-')
  for (const name of Object.keys(limits).sort())
    out.push(...validateResource(name, limits[name], key(child(at, 'limits'), name)))
  for (const name of Object.keys(requests).sort()) {
    const place = key(child(at, 'requests'), name)
    out.push(...validateResource(name, requests[name], place))
    const limit = limits[name]
    const where = { text: `${at.text}.requests`, path: place.path }
    if (limit !== undefined) {
      const order = compareQuantities(requests[name], limit)
      if (order !== 0 && !overcommits(name))
        out.push(invalid(where, requests[name], `must be equal to ${name} limit of ${limit}`))
      else if (order > 0)
        out.push(invalid(where, requests[name], `must be less than or equal to ${name} limit of ${limit}`))
    } else if (!overcommits(name)) {
      out.push(required(child(at, 'limits'), 'Limit must be set for non overcommitable resources'))
    }
  }
  return out
}

const QUOTA_RESOURCES = [
  'pods',
  'services',
  'storage',
  'secrets',
  'configmaps',
  'resourcequotas',
  'replicationcontrollers',
  'persistentvolumeclaims',
]

/** k8s pkg/apis/core/helper/helpers.go IsExtendedResourceName (v1.36) */
const isExtended = (name: string) =>
  name.includes('/') &&
  !name.includes('kubernetes.io/') &&
  !name.startsWith('requests.') &&
  labelKey(`requests.${name}`).length === 0

// k8s pkg/apis/core/validation/validation.go validateContainerResourceName, ValidateResourceQuantityValue (v1.36)
function validateResource(name: string, amount: string, at: Field): FieldErrors {
  const out = invalids(at, name, labelKey(name))
  const standard = STANDARD_RESOURCES.includes(name) || name.startsWith('hugepages-')
  if (!name.includes('/')) {
    if (out.length === 0 && !standard && !QUOTA_RESOURCES.includes(name) && !/^(requests|limits)\./.test(name)) {
      out.push(invalid(at, name, 'must be a standard resource type or fully qualified'))
    }
    if (!standard) out.push(invalid(at, name, 'must be a standard resource for containers'))
  } else if (!name.includes('kubernetes.io/') && !isExtended(name)) {
    out.push(invalid(at, name, "doesn't follow extended resource name standard"))
  }
  if (compareQuantities(amount, '0') < 0) out.push(invalid(at, amount, 'must be greater than or equal to 0'))
  const counted = isExtended(name) || (QUOTA_RESOURCES.includes(name) && name !== 'storage')
  if (counted && milliValue(amount) % 1000 !== 0) out.push(invalid(at, amount, 'must be an integer'))
  return out
}

// k8s pkg/apis/core/validation/validation.go validateResizePolicy (v1.36)
function validateResize(policies: readonly Draft[], at: Field, pod: PodContext): FieldErrors {
  const out: FieldErrors = []
  const seen = new Set<string>()
  for (const [i, p] of policies.entries()) {
    if (seen.has(p.resourceName)) out.push(duplicate(index(at, i), p.resourceName))
    seen.add(p.resourceName)
    if (!p.resourceName) out.push(required(at))
    else if (p.resourceName !== 'cpu' && p.resourceName !== 'memory')
      out.push(notSupported(at, p.resourceName, ['cpu', 'memory']))
    if (!p.restartPolicy) out.push(required(at))
    else if (p.restartPolicy !== 'NotRequired' && p.restartPolicy !== 'RestartContainer') {
      out.push(notSupported(at, p.restartPolicy, ['NotRequired', 'RestartContainer']))
    }
    if (pod.restartPolicy === 'Never' && p.restartPolicy !== 'NotRequired') {
      out.push(invalid(at, p.restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
    }
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validateContainerRestartPolicy (v1.36; ContainerRestartRules is beta)
function validateRestartPolicy(c: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  const rules: Draft[] = c.restartPolicyRules ?? []
  const policies = ['Always', 'Never', 'OnFailure']
  if (c.restartPolicy === undefined) {
    if (rules.length > 0)
      out.push(required(child(at, 'restartPolicy'), 'must specify restartPolicy when restart rules are used'))
  } else if (!policies.includes(c.restartPolicy))
    out.push(notSupported(child(at, 'restartPolicy'), c.restartPolicy, policies))
  return out
}

function validateLifecycle(lifecycle: Draft, at: Field, pod: PodContext): FieldErrors {
  const out: FieldErrors = []
  for (const name of ['postStart', 'preStop'] as const) {
    if (lifecycle[name]) out.push(...validateHandler(lifecycle[name], child(at, name), pod.gracePeriod))
  }
  return out
}

const ID_LIMIT = 2_147_483_647
export const validateId = (id: number | undefined, at: Field): FieldErrors =>
  id === undefined || (id >= 0 && id <= ID_LIMIT)
    ? []
    : [invalid(at, id, `must be between 0 and ${ID_LIMIT}, inclusive`)]

// k8s pkg/apis/core/validation/validation.go ValidateSecurityContext (v1.36)
function validateSecurityContext(sc: Draft, at: Field): FieldErrors {
  const out = [
    ...validateId(sc.runAsUser, child(at, 'runAsUser')),
    ...validateId(sc.runAsGroup, child(at, 'runAsGroup')),
  ]
  out.push(...validateSeccomp(sc.seccompProfile, child(at, 'seccompProfile')))
  if (sc.allowPrivilegeEscalation === false) {
    if (sc.privileged)
      out.push(invalid(at, sc, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
    if (sc.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
      out.push(invalid(at, sc, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'))
    }
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validateSeccompProfileField (v1.36)
export function validateSeccomp(profile: Draft, at: Field): FieldErrors {
  if (!profile) return []
  const local = child(at, 'localhostProfile')
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined) return [required(local, 'must be set when seccomp type is Localhost')]
    return descendingPath(profile.localhostProfile, local)
  }
  const out: FieldErrors = []
  if (!profile.type) out.push(required(child(at, 'type'), 'type is required when seccompProfile is set'))
  else if (profile.type !== 'RuntimeDefault' && profile.type !== 'Unconfined') {
    out.push(notSupported(child(at, 'type'), profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined']))
  }
  if (profile.localhostProfile !== undefined) {
    const internal = { Type: profile.type ?? '', LocalhostProfile: profile.localhostProfile }
    out.push(invalid(local, internal, 'can only be set when seccomp type is Localhost'))
  }
  return out
}
