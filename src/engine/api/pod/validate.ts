import type { Draft } from '../decode.ts'
import { clone, semanticEqual } from '../deep.ts'
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
  notSupported,
  required,
  root,
  tooLong,
} from '../field.ts'
import { validateIP } from '../ip.ts'
import { metadata, validateAnnotations, validateLabels, validateMeta, validateMetaUpdate } from '../meta.ts'
import {
  dns1123Label,
  dns1123Subdomain,
  dns1123SubdomainWithUnderscore,
  inRange,
  labelKey,
  nameIsSubdomain,
} from '../names.ts'
import {
  type PodContext,
  validateContainers,
  validateId,
  validateInitContainers,
  validateSeccomp,
} from './validate-container.ts'
import { validateAffinity, validateSpread, validateTolerations } from './validate-placement.ts'
import { validateVolumes } from './validate-volumes.ts'

const MAX_INT32 = 2_147_483_647
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/**
 * k8s pkg/apis/core/validation/validation.go ValidatePodSpec (v1.36): the order of the checks is the order of the messages.
 * @param isPod false for the template of a workload
 */
export function validatePodSpec(spec: Draft, at: Field, isPod: boolean): FieldErrors {
  const { sound, errors: out } = validateVolumes(spec.volumes ?? [], child(at, 'volumes'))
  const pod: PodContext = {
    volumes: sound,
    gracePeriod: spec.terminationGracePeriodSeconds ?? 30,
    restartPolicy: spec.restartPolicy,
  }
  out.push(
    ...validateContainers(spec.containers, child(at, 'containers'), pod),
    ...validateInitContainers(spec.initContainers ?? [], spec.containers ?? [], child(at, 'initContainers'), pod),
    ...hostNetworkPorts(spec, at, isPod),
  )
  const restart = ['Always', 'OnFailure', 'Never']
  if (!restart.includes(spec.restartPolicy))
    out.push(notSupported(child(at, 'restartPolicy'), spec.restartPolicy, restart))
  const dns = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
  if (!dns.includes(spec.dnsPolicy)) out.push(notSupported(child(at, 'dnsPolicy'), spec.dnsPolicy, dns))
  out.push(
    ...validateLabels(spec.nodeSelector, child(at, 'nodeSelector')),
    ...securityContext(spec, child(at, 'securityContext')),
  )
  if (spec.affinity) out.push(...validateAffinity(spec.affinity, child(at, 'affinity')))
  out.push(...dnsConfig(spec, child(at, 'dnsConfig')))
  for (const [i, gate] of (spec.readinessGates ?? []).entries()) {
    const place = child(index(child(at, 'readinessGates'), i), 'conditionType')
    out.push(...invalids(place, gate.conditionType ?? '', labelKey(gate.conditionType ?? '')))
  }
  out.push(...schedulingGates(spec.schedulingGates ?? [], child(at, 'schedulingGates')))
  out.push(
    ...validateSpread(spec.topologySpreadConstraints ?? [], child(at, 'topologySpreadConstraints')),
    ...hostnameOverride(spec, at),
  )
  for (const name of ['serviceAccountName', 'nodeName']) {
    if (spec[name]) out.push(...invalids(child(at, name), spec[name], nameIsSubdomain(spec[name], false)))
  }
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined)
    out.push(...invalids(child(at, 'activeDeadlineSeconds'), deadline, inRange(deadline, 1, MAX_INT32)))
  for (const name of ['hostname', 'subdomain']) {
    if (spec[name]) out.push(...invalids(child(at, name), spec[name], dns1123Label(spec[name])))
  }
  out.push(...validateTolerations(spec.tolerations ?? [], child(at, 'tolerations')))
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    const place = index(child(at, 'hostAliases'), i)
    out.push(...validateIP(child(place, 'ip'), alias.ip ?? ''))
    for (const [j, name] of (alias.hostnames ?? []).entries()) {
      out.push(...invalids(index(child(place, 'hostnames'), j), name, dns1123Subdomain(name)))
    }
  }
  if (spec.runtimeClassName === '') out.push(...invalids(child(at, 'runtimeClassName'), '', nameIsSubdomain('', false)))
  for (const name of ['priorityClassName', 'runtimeClassName']) {
    if (spec[name]) out.push(...invalids(child(at, name), spec[name], nameIsSubdomain(spec[name], false)))
  }
  const preemption = ['PreemptLowerPriority', 'Never']
  if (spec.preemptionPolicy === '') out.push(required(child(at, 'preemptionPolicy')))
  else if (spec.preemptionPolicy !== undefined && !preemption.includes(spec.preemptionPolicy)) {
    out.push(notSupported(child(at, 'preemptionPolicy'), spec.preemptionPolicy, preemption))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validatePodHostNetworkDeps (v1.36)
function hostNetworkPorts(spec: Draft, at: Field, isPod: boolean): FieldErrors {
  if (!spec.hostNetwork) return []
  const out: FieldErrors = []
  for (const [i, c] of (spec.containers ?? []).entries()) {
    for (const [j, port] of (c.ports ?? []).entries()) {
      const host = port.hostPort ?? 0
      if ((isPod || host !== 0) && host !== port.containerPort) {
        const place = child(index(child(index(child(at, 'containers'), i), 'ports'), j), 'hostPort')
        out.push(invalid(place, host, 'must match `containerPort` when `hostNetwork` is true'))
      }
    }
  }
  return out
}

function securityContext(spec: Draft, at: Field): FieldErrors {
  const sc = spec.securityContext ?? {}
  const out: FieldErrors = []
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup']) out.push(...validateId(sc[name], child(at, name)))
  for (const [i, id] of (sc.supplementalGroups ?? []).entries())
    out.push(...validateId(id, index(child(at, 'supplementalGroups'), i)))
  return [...out, ...validateSeccomp(sc.seccompProfile, child(at, 'seccompProfile'))]
}

// k8s pkg/apis/core/validation/validation.go validatePodDNSConfig (v1.36)
function dnsConfig(spec: Draft, at: Field): FieldErrors {
  const config = spec.dnsConfig
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if ((config.nameservers?.length ?? 0) === 0) {
      return [required(child(at, 'nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
    }
  }
  if (!config) return []
  const out: FieldErrors = []
  const nameservers: string[] = config.nameservers ?? []
  const searches: string[] = config.searches ?? []
  if (nameservers.length > 3)
    out.push(invalid(child(at, 'nameservers'), nameservers, 'must not have more than 3 nameservers'))
  for (const [i, ip] of nameservers.entries()) out.push(...validateIP(index(child(at, 'nameservers'), i), ip))
  if (searches.length > 32)
    out.push(invalid(child(at, 'searches'), searches, 'must not have more than 32 search paths'))
  if (searches.join(' ').length > 2048) {
    out.push(
      invalid(
        child(at, 'searches'),
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    )
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue
    const name = search.replace(/\.$/, '')
    out.push(...invalids(index(child(at, 'searches'), i), name, dns1123SubdomainWithUnderscore(name)))
  }
  for (const [i, option] of (config.options ?? []).entries()) {
    if (!option.name) out.push(required(index(child(at, 'options'), i), 'must not be empty'))
  }
  return out
}

function schedulingGates(gates: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [i, gate] of gates.entries()) {
    out.push(...invalids(index(at, i), gate.name ?? '', labelKey(gate.name ?? '')))
    if (gates.slice(0, i).some((g) => g.name === gate.name)) out.push(duplicate(index(at, i), gate.name))
  }
  return out
}

// k8s pkg/apis/core/validation/validation.go validatePodHostName (v1.36; HostnameOverride is beta)
function hostnameOverride(spec: Draft, at: Field): FieldErrors {
  const name = spec.hostnameOverride
  if (name === undefined) return []
  const place = child(at, 'hostnameOverride')
  const out: FieldErrors = []
  if (spec.setHostnameAsFQDN) out.push(forbidden(place, 'may not be specified when setHostnameAsFQDN is true'))
  if (spec.hostNetwork) out.push(forbidden(place, 'may not be specified when hostNetwork is true'))
  if (name.length > 64) out.push(tooLong(place, 64))
  return [...out, ...invalids(place, name, dns1123Subdomain(name))]
}

function podAnnotations(annotations: Draft, at: Field): FieldErrors {
  const cost = annotations?.[DELETION_COST]
  if (cost === undefined || (/^-?(0|[1-9]\d*)$/.test(cost) && Math.abs(Number(cost)) <= MAX_INT32)) return []
  return [invalid(key(at, DELETION_COST), cost, 'must be a 32bit integer')]
}

/** k8s pkg/apis/core/validation/validation.go ValidatePodTemplateSpec (v1.36) */
export function validateTemplate(template: Draft, at: Field): FieldErrors {
  const { metadata: meta = {}, spec } = template
  const annotations = child(at, 'annotations')
  const inMeta = (field: Field): Field => ({
    text: field.text,
    path: [...at.path, 'metadata', ...field.path.slice(at.path.length)],
  })
  return [
    ...validateLabels(meta.labels, inMeta(child(at, 'labels'))),
    ...validateAnnotations(meta.annotations, inMeta(annotations)),
    ...podAnnotations(meta.annotations, inMeta(annotations)),
    ...validatePodSpec(spec, child(at, 'spec'), false),
    ...(spec.ephemeralContainers?.length > 0
      ? [forbidden(child(at, 'spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

const spec = child(root, 'spec')

/** The part of `validatePodCreate` that is not about the spec. */
export const validatePodMeta = (pod: Draft): FieldErrors => [
  ...validateMeta(pod.metadata, true, nameIsSubdomain),
  ...podAnnotations(pod.metadata.annotations, child(metadata, 'annotations')),
]

// k8s pkg/apis/core/validation/validation.go validatePodMetadataAndSpec (v1.36)
function metadataAndSpec(pod: Draft): FieldErrors {
  const out = [...validatePodMeta(pod), ...validatePodSpec(pod.spec, spec, true)]
  for (const list of ['containers', 'initContainers']) {
    for (const [i, c] of (pod.spec[list] ?? []).entries()) {
      const image: string = c.image ?? ''
      if (image.trim() !== image) {
        out.push(
          invalid(child(index(child(spec, list), i), 'image'), image, 'must not have leading or trailing whitespace'),
        )
      }
    }
  }
  return out
}

/** k8s pkg/apis/core/validation/validation.go ValidatePodCreate (v1.36) */
export function validatePodCreate(pod: Draft): FieldErrors {
  const out = metadataAndSpec(pod)
  if (pod.spec.ephemeralContainers?.length > 0)
    out.push(forbidden(child(spec, 'ephemeralContainers'), 'cannot be set on create'))
  if (pod.spec.nodeName && pod.spec.schedulingGates?.length > 0) {
    out.push(forbidden(child(spec, 'nodeName'), 'cannot be set until all schedulingGates have been cleared'))
  }
  return out
}

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

/** k8s pkg/apis/core/validation/validation.go ValidatePodUpdate (v1.36); Go's dump of the difference is left out. */
export function validatePodUpdate(pod: Draft, old: Draft): FieldErrors {
  const out = [...validateMetaUpdate(pod.metadata, old.metadata), ...metadataAndSpec(pod)]
  for (const list of ['containers', 'initContainers']) {
    const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []]
    if (now.length !== before.length)
      return [...out, forbidden(child(spec, list), 'pod updates may not add or remove containers')]
  }
  const deadline = child(spec, 'activeDeadlineSeconds')
  const [now, before] = [pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds]
  if (now !== undefined) {
    if (now < 0 || now > MAX_INT32) return [...out, ...invalids(deadline, now, inRange(now, 0, MAX_INT32))]
    if (before !== undefined && before < now)
      return [...out, invalid(deadline, now, 'must be less than or equal to previous value')]
  } else if (before !== undefined)
    out.push(invalid(deadline, null, 'must not update from a positive integer to nil value'))
  out.push(...onlyAddedTolerations(pod.spec.tolerations ?? [], old.spec.tolerations ?? []))
  const gates: Draft[] = pod.spec.schedulingGates ?? []
  for (const [i, gate] of gates.entries()) {
    if ((old.spec.schedulingGates ?? []).some((g: Draft) => g.name === gate.name)) continue
    const why = `only deletion is allowed, but found new scheduling gate '${gate.name}'`
    out.push(forbidden(child(index(child(spec, 'schedulingGates'), i), 'name'), why))
  }
  const munged = clone(pod.spec)
  for (const list of ['containers', 'initContainers']) {
    for (const [i, c] of (munged[list] ?? []).entries()) c.image = old.spec[list][i].image
  }
  for (const name of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) munged[name] = old.spec[name]
  if (old.spec.schedulingGates?.length > 0) munged.nodeSelector = old.spec.nodeSelector
  if (semanticEqual(munged, old.spec)) return out
  const changed = Object.keys({ ...munged, ...old.spec }).find((name) => !semanticEqual(munged[name], old.spec[name]))
  const where: Field = { text: 'spec', path: changed === undefined ? spec.path : [...spec.path, changed] }
  return [...out, forbidden(where, `pod updates may not change fields other than ${UPDATABLE}\n`)]
}

function onlyAddedTolerations(now: readonly Draft[], before: readonly Draft[]): FieldErrors {
  const same = (a: Draft, b: Draft) =>
    semanticEqual({ ...a, tolerationSeconds: undefined }, { ...b, tolerationSeconds: undefined })
  if (before.every((old) => now.some((t) => same(old, t)))) return validateTolerations(now, child(spec, 'tolerations'))
  return [forbidden(child(spec, 'tolerations'), 'existing toleration can not be modified except its tolerationSeconds')]
}
