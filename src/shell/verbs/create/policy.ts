import type { KObject, LabelSelector } from '../../../model/index.ts'
import type { Verb } from '../../command.ts'
import { plain } from '../../failure.ts'
import { CREATE_FLAGS, createMade, nameOf } from './made.ts'

/** k8s kubectl pkg/cmd/create/create_quota.go (v1.36) */
export const quota: Verb = {
  name: 'quota',
  aliases: ['resourcequota'],
  short: 'Create a quota with the specified name',
  flags: [...CREATE_FLAGS, { name: 'hard', type: 'string' }, { name: 'scopes', type: 'string' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const hard: Record<string, string> = {}
    const said = c.flags.text('hard')
    for (const statement of said === '' ? [] : said.split(',')) {
      const parts = statement.split('=')
      if (parts.length !== 2) {
        return [plain(`Invalid argument syntax ${statement}, expected <resource>=<value>`)]
      }
      if (!QUANTITY.test(parts[1]!)) return [plain(NO_QUANTITY)]
      hard[parts[0]!] = parts[1]!
    }
    const scopes = c.flags.text('scopes') === '' ? [] : c.flags.text('scopes').split(',')
    if (scopes.includes('')) return [plain('invalid resource quota scope ""')]
    const made: KObject = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      spec: { ...(Object.keys(hard).length > 0 && { hard }), ...(scopes.length > 0 && { scopes }) },
    }
    return createMade(c, made, 'failed to create quota')
  },
}

/** k8s apimachinery/pkg/api/resource/quantity.go (v1.36) */
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)((?:[KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+|)$/
const NO_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** `a=b,c in (d)`. k8s apimachinery/pkg/apis/meta/v1/helpers.go ParseToLabelSelector (v1.36) */
function labelSelector(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[] =
    []
  for (const part of text.split(/,(?![^(]*\))/)) {
    const set = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(part)
    const pair = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(\S*)\s*$/.exec(part)
    if (set) {
      const values = set[3]!.split(',').map((v) => v.trim())
      matchExpressions.push({ key: set[1]!, operator: set[2] === 'in' ? 'In' : 'NotIn', values })
    } else if (pair && pair[2] !== '!=') matchLabels[pair[1]!] = pair[3]!
    else if (pair) matchExpressions.push({ key: pair[1]!, operator: 'NotIn', values: [pair[3]!] })
    else {
      const key = part.trim()
      matchExpressions.push({ key: key.replace(/^!/, ''), operator: key.startsWith('!') ? 'DoesNotExist' : 'Exists' })
    }
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  }
}

/** k8s kubectl pkg/cmd/create/create_pdb.go (v1.36) */
export const disruptionBudget: Verb = {
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  short: 'Create a pod disruption budget with the specified name',
  flags: [
    ...CREATE_FLAGS,
    { name: 'min-available', type: 'string' },
    { name: 'max-unavailable', type: 'string' },
    { name: 'selector', type: 'string' },
  ],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const [min, max, selector] = ['min-available', 'max-unavailable', 'selector'].map((f) => c.flags.text(f))
    if (!selector) return [plain('a selector must be specified')]
    if (!min && !max) return [plain('one of min-available or max-unavailable must be specified')]
    if (min && max) return [plain('min-available and max-unavailable cannot be both specified')]
    if (min && !/^\d+%?$/.test(min)) return [plain('invalid format specified for min-available')]
    if (max && !/^\d+%?$/.test(max)) return [plain('invalid format specified for max-unavailable')]
    const amount = (text: string) => (text.endsWith('%') ? text : Number(text))
    const made: KObject = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: {
        ...(min ? { minAvailable: amount(min) } : { maxUnavailable: amount(max!) }),
        selector: labelSelector(selector),
      },
    }
    return createMade(c, made, 'failed to create poddisruptionbudgets')
  },
}

/** k8s kubectl pkg/cmd/create/create_priorityclass.go (v1.36) */
export const priorityClass: Verb = {
  name: 'priorityclass',
  aliases: ['pc'],
  short: 'Create a priority class with the specified name',
  flags: [
    ...CREATE_FLAGS,
    { name: 'value', type: 'int', default: '0' },
    { name: 'global-default', type: 'bool' },
    { name: 'description', type: 'string' },
    { name: 'preemption-policy', type: 'string', default: 'PreemptLowerPriority' },
  ],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const made: KObject = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: c.flags.int('value'),
      ...(c.flags.on('global-default') && { globalDefault: true }),
      ...(c.flags.text('description') !== '' && { description: c.flags.text('description') }),
      preemptionPolicy: c.flags.text('preemption-policy'),
    }
    return createMade(c, made, 'failed to create priorityclass')
  },
}
