import type { Container } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { groupHelp } from '../help.ts'
import { parseRequirements, type Requirement } from '../label-terms.ts'
import { type Info, select, visitAll } from '../selection.ts'
import { causePatch, dryRunOf, isFailure, patch, report, withCause } from '../server.ts'
import { splitPairs } from './label.ts'
import { env } from './set-env.ts'
import { CONTAINERS, changePod, chosen, NAMED_FLAGS, podPart, SET_FLAGS, withContainers } from './set-pod.ts'

/** k8s kubectl pkg/cmd/set/set_image.go (v1.36) */
const image: Verb = {
  name: 'image',
  short: 'Update the image of a pod template',
  flags: SET_FLAGS,
  run: (c) => {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const split = splitPairs(c.args, 'image')
    if (typeof split === 'string') return [plain(split)]
    const wrong = split.pairs.filter((p) => p.indexOf('=') < 1)
    if (wrong.length > 0) return [plain(`invalid image format: ${wrong.join(', ')}`)]
    const images = new Map(split.pairs.map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]))
    const selection = select(c, { args: split.resources, everything: c.flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    const faults: string[] = []
    if (c.flags.on('all') && c.flags.text('selector') !== '') {
      faults.push('cannot set --all and --selector at the same time')
    }
    if (images.size === 0) faults.push('at least one image update is required')
    else if (images.size > 1 && images.has('*')) {
      faults.push(
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      )
    }
    if (faults.length > 0) return faults.map(plain)
    // what no container is called is said before what the server refused
    const missing: Failure[] = []
    const failures = selection.infos.flatMap((info) => {
      const pod = podPart(info)
      if (isFailure(pod)) return [pod]
      const all = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])]
      const next = new Map<Container, Container>()
      for (const [name, wanted] of images) {
        const meant = all.filter((k) => name === '*' || k.name === name)
        for (const k of meant) next.set(k, { ...k, image: wanted })
        if (meant.length === 0) missing.push(plain(`error: unable to find container named ${JSON.stringify(name)}`))
      }
      const words = 'failed to patch image update to pod template: '
      return changePod(c, info, pod, withContainers(pod.spec, next), { done: 'image updated', words, dryRun })
    })
    return [...missing, ...failures]
  },
}

const OPERATORS: Partial<Record<Requirement['op'], string>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
}

interface SelectorWords {
  readonly labels: Readonly<Record<string, string>>
  /** Go's text of the terms that are no pairs; '' when all are. */
  readonly expressions: string
}

/** k8s apimachinery/pkg/apis/meta/v1/helpers.go ParseToLabelSelector (v1.36) */
function selectorWords(text: string): SelectorWords | Failure {
  const terms = parseRequirements(text)
  if (typeof terms === 'string') return plain(`couldn't parse the selector string "${text}": ${terms}`)
  const labels: Record<string, string> = {}
  const expressions: string[] = []
  for (const { key, op, values } of terms) {
    const operator = OPERATORS[op]
    if (op === '=') labels[key] = values[0]!
    else if (op === '>' || op === '<') {
      return plain(`${JSON.stringify(op === '>' ? 'gt' : 'lt')} isn't supported in label selectors`)
    } else if (!operator) return plain(`${JSON.stringify(op)} is not a valid label selector operator`)
    else expressions.push(`{${key} ${operator} [${[...values].sort().join(' ')}]}`)
  }
  return { labels, expressions: expressions.length > 0 ? `[${expressions.join(' ')}]` : '' }
}

/** k8s kubectl pkg/cmd/set/set_selector.go (v1.36): a Service's selector becomes exactly this */
const selector: Verb = {
  name: 'selector',
  short: 'Set the selector on a resource',
  flags: [...NAMED_FLAGS.filter((f) => f.name !== 'kustomize'), { name: 'resource-version', type: 'string' }],
  run: (c) => {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const text = c.args.at(-1)
    if (text === undefined) return [plain('one selector is required')]
    const wanted = selectorWords(text)
    if (isFailure(wanted)) return [wanted]
    const selection = select(c, { args: c.args.slice(0, -1), everything: c.flags.on('all') })
    if (selection.fatal) return selection.failures
    return visitAll(selection, (info) => {
      if (info.kind.kind !== 'Service') return [plain('setting a selector is only supported for Services')]
      if (wanted.expressions !== '') {
        return [plain(`match expression ${wanted.expressions} not supported on this object`)]
      }
      const spec = info.object!.spec as { readonly selector?: Readonly<Record<string, string>> }
      if (dryRun === 'client') {
        const shown = { ...withCause(c, info.object!), spec: { ...spec, selector: wanted.labels } }
        return report(c, shown, 'selector updated', dryRun, { typed: true })
      }
      const gone = Object.fromEntries(Object.keys(spec.selector ?? {}).map((key) => [key, null]))
      const version = c.flags.text('resource-version')
      const { metadata } = causePatch(c)
      const value = {
        metadata: { ...metadata, ...(version !== '' && { resourceVersion: version }) },
        spec: { selector: { ...gone, ...wanted.labels } },
      }
      const result = patch(c, info, 'strategic', value)
      return isFailure(result) ? [result] : report(c, result, 'selector updated', dryRun, { typed: true })
    })
  },
}

/** k8s apimachinery/pkg/api/resource/quantity.go ParseQuantity (v1.36) */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/

/** `cpu=1,memory=2Gi`. k8s kubectl pkg/generate/versioned/run.go populateResourceListV1 (v1.36) */
function amounts(text: string): Record<string, string> | string {
  const out: Record<string, string> = {}
  for (const statement of text === '' ? [] : text.split(',')) {
    const parts = statement.split('=')
    if (parts.length !== 2) return `Invalid argument syntax ${statement}, expected <resource>=<value>`
    if (!QUANTITY.test(parts[1]!)) {
      return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    }
    out[parts[0]!] = parts[1]!
  }
  return out
}

/** k8s kubectl pkg/cmd/set/set_resources.go (v1.36) */
const resources: Verb = {
  name: 'resources',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [...SET_FLAGS, CONTAINERS, { name: 'limits', type: 'string' }, { name: 'requests', type: 'string' }],
  run: (c) => {
    const { flags } = c
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { everything: flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    if (flags.on('all') && flags.text('selector') !== '') {
      return [plain('cannot set --all and --selector at the same time')]
    }
    if (flags.text('limits') === '' && flags.text('requests') === '') {
      return [plain('you must specify an update to requests or limits (in the form of --requests/--limits)')]
    }
    const [limits, requests] = [amounts(flags.text('limits')), amounts(flags.text('requests'))]
    if (typeof limits === 'string') return [plain(limits)]
    if (typeof requests === 'string') return [plain(requests)]
    return selection.infos.flatMap((info) => {
      const pod = podPart(info)
      if (isFailure(pod)) return [pod]
      const containers = chosen(c, pod.spec)
      if (containers.length === 0) {
        return [plain(`error: unable to find container named ${flags.text('containers')}`)]
      }
      const next = new Map(containers.map((k) => [k, withAmounts(k, { limits, requests })]))
      const words = 'failed to patch resources update to pod template '
      return changePod(c, info, pod, withContainers(pod.spec, next), {
        done: 'resource requirements updated',
        words,
        dryRun,
      })
    })
  },
}

type Amounts = Readonly<Record<string, string>>

function withAmounts(k: Container, more: Readonly<Record<'limits' | 'requests', Amounts>>): Container {
  const before = (k.resources ?? {}) as Partial<Record<'limits' | 'requests', Amounts>>
  const merged = (what: 'limits' | 'requests') => {
    const all = { ...before[what], ...more[what] }
    return Object.keys(all).length > 0 && { [what]: all }
  }
  return { ...k, resources: { ...before, ...merged('limits'), ...merged('requests') } }
}

/** k8s kubectl pkg/cmd/set/set_serviceaccount.go (v1.36) */
const serviceAccount: Verb = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: NAMED_FLAGS,
  run: (c) => {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const name = c.args.at(-1)
    if (name === undefined) return [plain('serviceaccount is required')]
    const selection = select(c, { args: c.args.slice(0, -1), everything: c.flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    return selection.infos.flatMap((info: Info) => {
      const pod = podPart(info)
      if (isFailure(pod)) return [pod]
      const next = { ...pod.spec, serviceAccountName: name }
      const words = 'failed to patch ServiceAccountName '
      return changePod(c, info, pod, next, { done: 'serviceaccount updated', words, dryRun, always: true })
    })
  },
}

/** Nobody is refused anything here, so nobody needs to be let in. */
const subject: Verb = {
  name: 'subject',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: SET_FLAGS,
  run: () => [
    plain('"kubectl set subject" is not simulated: access control is not modelled, every request is allowed'),
  ],
}

export const set: Verb = {
  name: 'set',
  about: `Configure application resources.

 These commands help you make changes to existing application resources.`,
  usage: 'SUBCOMMAND [options]',
  flags: SET_FLAGS,
  verbs: [env, image, resources, selector, serviceAccount, subject],
  run: (c) => groupHelp(c, set),
}
