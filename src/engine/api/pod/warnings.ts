import type { Draft } from '../decode.ts'
import { child, type Field, goQuote, index, key, root } from '../field.ts'
import { warningsForIP } from '../ip.ts'
import { dns1123Label } from '../names.ts'
import { milliValue } from '../quantity.ts'

/** k8s pkg/api/node/util.go (v1.36) */
const OLD_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

const nameAdvice = (name: string | undefined, use: string): string[] => {
  const messages = dns1123Label(name ?? '')
  if (messages.length === 0) return []
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
  ]
}

/** k8s pkg/registry/core/pod/strategy.go WarningsOnCreate; WarningsOnUpdate says nothing (v1.36) */
export const podWarnings = (pod: Draft, old: Draft | undefined): string[] =>
  old ? [] : [...nameAdvice(pod.metadata.name, "the Pod's hostname"), ...specWarnings(pod.spec, pod.metadata, root)]

/** The part of `podWarnings` that is not about the spec. */
export const podMetaWarnings = (pod: Draft): string[] => [
  ...nameAdvice(pod.metadata.name, "the Pod's hostname"),
  ...annotationWarnings(pod.metadata, root),
]

const template = child(root, 'spec', 'template')
const isNews = (o: Draft, old: Draft | undefined) => !old || o.metadata.generation !== old.metadata.generation
const ofTemplate = (t: Draft, at: Field) => specWarnings(t.spec, t.metadata ?? {}, at)

/** Deployments, ReplicaSets and ReplicationControllers: their name becomes part of the pods' names. */
export const templateNameWarnings = (o: Draft, old: Draft | undefined): string[] => [
  ...(old ? [] : nameAdvice(o.metadata.name, 'Pod names and hostnames')),
  ...(isNews(o, old) && o.spec.template ? ofTemplate(o.spec.template, template) : []),
]

/** On an update the server looks at the template that was. k8s pkg/registry/core/replicationcontroller/strategy.go WarningsOnUpdate (v1.36) */
export const controllerWarnings = (o: Draft, old: Draft | undefined): string[] =>
  old
    ? isNews(o, old) && old.spec.template
      ? ofTemplate(old.spec.template, template)
      : []
    : templateNameWarnings(o, old)

export const templateWarnings = (o: Draft, old: Draft | undefined): string[] =>
  isNews(o, old) ? ofTemplate(o.spec.template, template) : []

/** k8s pkg/registry/apps/statefulset/strategy.go WarningsOnCreate (v1.36) */
export const statefulSetWarnings = (o: Draft, old: Draft | undefined): string[] => [
  ...templateWarnings(o, old),
  ...(o.spec.revisionHistoryLimit < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
]

/** k8s pkg/registry/batch/job/strategy.go WarningsOnCreate (v1.36) */
export const jobWarnings = (o: Draft, old: Draft | undefined): string[] => [
  ...(old ? [] : nameAdvice(o.metadata.name, 'Pod names and hostnames')),
  ...templateWarnings(o, old),
]

/** k8s pkg/registry/batch/cronjob/strategy.go WarningsOnCreate (v1.36) */
export const cronJobWarnings = (o: Draft, old: Draft | undefined): string[] => [
  ...(old ? [] : nameAdvice(o.metadata.name, 'Pod names and hostnames')),
  ...(isNews(o, old)
    ? ofTemplate(o.spec.jobTemplate.spec.template, child(root, 'spec', 'jobTemplate', 'spec', 'template'))
    : []),
]

/** k8s pkg/api/pod/warnings.go warningsForPodSpecAndMeta (v1.36), without seccomp, AppArmor and overlapping paths of volumes. */
function specWarnings(spec: Draft, meta: Draft, base: Field): string[] {
  const out: string[] = []
  const at = child(base, 'spec')
  for (const name of Object.keys(spec.nodeSelector ?? {}).sort()) {
    if (OLD_LABELS[name]) out.push(`${key(child(at, 'nodeSelector'), name).text}: ${OLD_LABELS[name]}`)
  }
  out.push(...nodeAffinityWarnings(spec.affinity?.nodeAffinity, child(at, 'affinity', 'nodeAffinity')))
  for (const [i, c] of (spec.topologySpreadConstraints ?? []).entries()) {
    const place = index(child(at, 'topologySpreadConstraints'), i)
    if (OLD_LABELS[c.topologyKey])
      out.push(`${child(place, 'topologyKey').text}: ${c.topologyKey} is ${OLD_LABELS[c.topologyKey]}`)
    if (!c.labelSelector)
      out.push(`${child(place, 'labelSelector').text}: a null labelSelector results in matching no pod`)
  }
  out.push(...annotationWarnings(meta, base))
  out.push(...repeated(spec.hostAliases ?? [], 'ip', child(at, 'hostAliases')))
  const secrets: Draft[] = spec.imagePullSecrets ?? []
  const place = child(at, 'imagePullSecrets')
  out.push(...repeated(secrets, 'name', place))
  for (const [i, secret] of secrets.entries()) {
    if (!secret.name) out.push(`${child(index(place, i), 'name').text}: invalid empty name ""`)
  }
  const containers = [
    ...(spec.initContainers ?? []).map((c: Draft, i: number) => ({ c, at: index(child(at, 'initContainers'), i) })),
    ...(spec.containers ?? []).map((c: Draft, i: number) => ({ c, at: index(child(at, 'containers'), i) })),
  ]
  for (const container of containers) out.push(...containerWarnings(container.c, container.at))
  out.push(...portWarnings(containers))
  if (spec.terminationGracePeriodSeconds < 0) {
    out.push(
      `${child(at, 'terminationGracePeriodSeconds').text}: must be >= 0; negative values are invalid and will be treated as 1`,
    )
  }
  out.push(...affinityWarnings(spec.affinity, child(at, 'affinity')))
  for (const [i, ip] of (spec.dnsConfig?.nameservers ?? []).entries()) {
    out.push(...warningsForIP(index(child(at, 'dnsConfig', 'nameservers'), i).text, ip))
  }
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    out.push(...warningsForIP(child(index(child(at, 'hostAliases'), i), 'ip').text, alias.ip ?? ''))
  }
  return out
}

function annotationWarnings(meta: Draft, base: Field): string[] {
  const out: string[] = []
  for (const name in OLD_ANNOTATIONS) {
    if (meta.annotations?.[name] !== undefined)
      out.push(`${key(child(base, 'metadata', 'annotations'), name).text}: ${OLD_ANNOTATIONS[name]}`)
  }
  return out
}

// k8s pkg/api/node/util.go GetWarningsForNodeSelectorTerm (v1.36)
function nodeAffinityWarnings(affinity: Draft, at: Field): string[] {
  const out: string[] = []
  const look = (term: Draft, place: Field) => {
    for (const [i, { key: name }] of (term?.matchExpressions ?? []).entries()) {
      if (OLD_LABELS[name])
        out.push(`${child(index(child(place, 'matchExpressions'), i), 'key').text}: ${name} is ${OLD_LABELS[name]}`)
    }
  }
  const must = 'requiredDuringSchedulingIgnoredDuringExecution'
  const may = 'preferredDuringSchedulingIgnoredDuringExecution'
  for (const [i, term] of (affinity?.[must]?.nodeSelectorTerms ?? []).entries())
    look(term, index(child(at, must, 'nodeSelectorTerms'), i))
  for (const [i, term] of (affinity?.[may] ?? []).entries())
    look(term.preference, child(index(child(at, may), i), 'preference'))
  return out
}

function repeated(items: readonly Draft[], name: string, at: Field): string[] {
  const value = (item: Draft) => item[name] ?? ''
  return items.flatMap((item, i) =>
    items.slice(0, i).some((other) => value(other) === value(item))
      ? [`${child(index(at, i), name).text}: duplicate ${name} ${goQuote(value(item))}`]
      : [],
  )
}

function containerWarnings(c: Draft, at: Field): string[] {
  const out: string[] = []
  for (const resource of ['memory', 'ephemeral-storage']) {
    for (const list of ['limits', 'requests']) {
      const amount = c.resources?.[list]?.[resource]
      if (amount === undefined || milliValue(amount) % 1000 === 0) continue
      const place = key(child(at, 'resources', list), resource)
      out.push(`${place.text}: fractional byte value ${goQuote(amount)} is invalid, must be an integer`)
    }
  }
  const names = new Set<string>()
  for (const [i, env] of (c.env ?? []).entries()) {
    const ref = `$(${env.name})`
    const value: string = env.value ?? ''
    if (names.has(env.name) && (env.valueFrom || value === ref || !value.includes(ref))) {
      const what = `hides previous definition of ${goQuote(env.name)}, which may be dropped when using apply`
      out.push(`${index(child(at, 'env'), i).text}: ${what}`)
    }
    names.add(env.name)
  }
  return out
}

function portWarnings(containers: readonly { readonly c: Draft; readonly at: Field }[]): string[] {
  const out: string[] = []
  const all = containers.flatMap(({ c, at }) =>
    (c.ports ?? []).map((port: Draft, i: number) => ({ port, text: index(child(at, 'ports'), i).text })),
  ) as { port: Draft; text: string }[]
  const seen = new Map<string, { port: Draft; text: string }[]>()
  for (const entry of all) {
    const { port, text } = entry
    if (port.hostIP && !port.hostPort) {
      const internal = `Name:${port.name ?? ''} HostPort:0 ContainerPort:${port.containerPort} Protocol:${port.protocol} HostIP:${port.hostIP}`
      out.push(`${text}: hostIP set without hostPort: {${internal}}`)
    }
    const id = `${port.containerPort}/${port.protocol}`
    const others = seen.get(id) ?? []
    for (const other of others) {
      const [a, b] = [port, other.port].map((p) => ({ ip: p.hostIP ?? '', port: p.hostPort ?? 0 })) as [
        { ip: string; port: number },
        { ip: string; port: number },
      ]
      if (a.ip === b.ip && a.port === b.port) out.push(`${text}: duplicate port definition with ${other.text}`)
      else if (a.port === 0 || b.port === 0) out.push(`${text}: overlapping port definition with ${other.text}`)
      else if (a.port === b.port && (a.ip === '') !== (b.ip === '')) {
        out.push(`${text}: dangerously ambiguous port definition with ${other.text}`)
      }
    }
    seen.set(id, [...others, entry])
  }
  const names = new Map<string, string>()
  for (const { port, text } of all) {
    if (!port.name) continue
    const other = names.get(port.name)
    if (other === undefined) names.set(port.name, text)
    else {
      const what = `duplicate port name ${goQuote(port.name)} with ${other}, services and probes that select ports by name will use ${other}`
      out.push(`${text}: ${what}`)
    }
  }
  return out
}

function affinityWarnings(affinity: Draft, at: Field): string[] {
  const out: string[] = []
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    for (const [list, term] of [
      ['requiredDuringSchedulingIgnoredDuringExecution', (t: Draft) => t],
      ['preferredDuringSchedulingIgnoredDuringExecution', (t: Draft) => t.podAffinityTerm ?? {}],
    ] as const) {
      const terms: Draft[] = affinity?.[name]?.[list] ?? []
      for (const [i, t] of terms.entries()) {
        if (term(t).labelSelector) continue
        const inner = list.startsWith('preferred') ? ['podAffinityTerm', 'labelSelector'] : ['labelSelector']
        out.push(
          `${child(index(child(at, name, list), i), ...inner).text}: a null labelSelector results in matching no pod`,
        )
      }
    }
  }
  return out
}
