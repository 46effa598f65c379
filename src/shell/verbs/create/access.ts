import { groupOf, type KObject } from '../../../model/index.ts'
import type { Context, Outcome, Verb } from '../../command.ts'
import { type Failure, plain } from '../../failure.ts'
import type { FlagSpec } from '../../flags.ts'
import { findKind } from '../../kinds.ts'
import { CREATE_FLAGS, createMade, missingFlags, nameOf } from './made.ts'

const RBAC = 'rbac.authorization.k8s.io'

/** k8s kubectl pkg/cmd/create/create_serviceaccount.go (v1.36) */
export const serviceAccount: Verb = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Create a service account with the specified name',
  flags: CREATE_FLAGS,
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    return createMade(
      c,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
      'failed to create serviceaccount',
    )
  },
}

/** Access is not checked here, so a token would open nothing. */
export const token: Verb = {
  name: 'token',
  short: 'Request a service account token',
  flags: [...CREATE_FLAGS, { name: 'duration', type: 'duration' }, { name: 'audience', type: 'list' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    return [plain('tokens are not simulated: access control is not modelled, every request is allowed')]
  },
}

const RULE_FLAGS: readonly FlagSpec[] = [
  { name: 'verb', type: 'list' },
  { name: 'resource', type: 'list' },
  { name: 'resource-name', type: 'array' },
]

const VERBS =
  'get delete list create update patch watch proxy deletecollection use bind escalate impersonate * approve sign attest'
const OF_RESOURCES: ReadonlySet<string> = new Set(VERBS.split(' '))
const OF_URLS: ReadonlySet<string> = new Set('get post put delete patch head options *'.split(' '))

const once = (list: readonly string[]) => [...new Set(list)]
const allOr = (list: readonly string[]) => (list.includes('*') ? ['*'] : once(list))

/** Rules by API group. k8s kubectl pkg/cmd/create/create_role.go (v1.36) */
function rulesOf(c: Context, urls: readonly string[]): object[] | Failure {
  const verbs = allOr(c.flags.all('verb'))
  const said = c.flags.all('resource')
  const byGroup = new Map<string, string[]>()
  for (const text of said.includes('*') ? ['*'] : said) {
    const [type = '', sub] = text.split(/\/(.*)/s)
    if (type === '') return plain('resource must be specified if apiGroup/subresource specified')
    const [name = '', asked = ''] = type.split(/\.(.*)/s)
    const kind = name === '*' ? undefined : findKind(type)
    if (!kind && name !== '*') {
      const group = asked === '' ? '' : ` in group ${JSON.stringify(asked)}`
      c.err(`the server doesn't have a resource type ${JSON.stringify(name)}${group}\n`)
      return { type: 'said' }
    }
    const group = kind ? groupOf(kind.apiVersion) : asked
    const resource = `${kind?.plural ?? name}${sub === undefined ? '' : `/${sub}`}`
    byGroup.set(group, once([...(byGroup.get(group) ?? []), resource]))
  }
  const resourceNames = once(c.flags.all('resource-name'))
  const rules: object[] = [...byGroup.keys()].sort().map((group) => ({
    verbs,
    apiGroups: [group],
    resources: byGroup.get(group)!,
    ...(resourceNames.length > 0 && { resourceNames }),
  }))
  return urls.length > 0 ? [...rules, { verbs, nonResourceURLs: urls }] : rules
}

function warnOfVerbs(c: Context): void {
  for (const verb of allOr(c.flags.all('verb'))) {
    if (!OF_RESOURCES.has(verb)) c.err(`Warning: '${verb}' is not a standard resource verb\n`)
  }
}

/** k8s kubectl pkg/cmd/create/create_role.go (v1.36) */
export const role: Verb = {
  name: 'role',
  short: 'Create a role with single rule',
  flags: [...CREATE_FLAGS, ...RULE_FLAGS],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    if (c.flags.all('verb').length === 0) return [plain('at least one verb must be specified')]
    warnOfVerbs(c)
    if (c.flags.all('resource').length === 0) return [plain('at least one resource must be specified')]
    const rules = rulesOf(c, [])
    if (!Array.isArray(rules)) return [rules]
    return createMade(c, { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name }, rules })
  },
}

/** k8s kubectl pkg/cmd/create/create_clusterrole.go (v1.36) */
export const clusterRole: Verb = {
  name: 'clusterrole',
  short: 'Create a cluster role',
  flags: [
    ...CREATE_FLAGS,
    ...RULE_FLAGS,
    { name: 'non-resource-url', type: 'list' },
    { name: 'aggregation-rule', type: 'list' },
  ],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const { flags } = c
    const [verbs, resources, urls] = [flags.all('verb'), flags.all('resource'), once(flags.all('non-resource-url'))]
    const head = { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name } }
    const sums = flags.all('aggregation-rule')
    if (sums.length > 0) {
      if (verbs.length + resources.length + urls.length + flags.all('resource-name').length > 0) {
        return [plain('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames')]
      }
      const matchLabels = Object.fromEntries(sums.map((pair) => [pair.split('=')[0]!, pair.split('=')[1] ?? '']))
      return createMade(c, { ...head, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } })
    }
    if (verbs.length === 0) return [plain('at least one verb must be specified')]
    if (resources.length + urls.length === 0) return [plain('one of resource or nonResourceURL must be specified')]
    if (resources.length > 0) warnOfVerbs(c)
    const rules = rulesOf(c, urls)
    if (!Array.isArray(rules)) return [rules]
    const strange = urls.length > 0 ? verbs.find((verb) => !OF_URLS.has(verb)) : undefined
    if (strange !== undefined) return [plain(`invalid verb: '${strange}' for nonResourceURL`)]
    for (const url of urls.filter((u) => u !== '*')) {
      if (!url.startsWith('/')) return [plain('nonResourceURL should start with /')]
      if (url.slice(0, -1).includes('*')) {
        return [plain("nonResourceURL only supports wildcard matches when '*' is at the end")]
      }
    }
    return createMade(c, { ...head, rules })
  },
}

const SUBJECT_FLAGS: readonly FlagSpec[] = [
  { name: 'user', type: 'array' },
  { name: 'group', type: 'array' },
  { name: 'serviceaccount', type: 'array' },
]

function bind(c: Context, kind: 'RoleBinding' | 'ClusterRoleBinding', name: string, of: object): Outcome {
  const subjects: object[] = [
    ...c.flags.all('user').map((user) => ({ kind: 'User', apiGroup: RBAC, name: user })),
    ...c.flags.all('group').map((group) => ({ kind: 'Group', apiGroup: RBAC, name: group })),
  ]
  for (const account of c.flags.all('serviceaccount')) {
    const [namespace, called, ...more] = account.split(':')
    if (!namespace || !called || more.length > 0) return [plain('serviceaccount must be <namespace>:<name>')]
    subjects.push({ kind: 'ServiceAccount', name: called, namespace })
  }
  const made: KObject = {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name },
    ...(subjects.length > 0 && { subjects }),
    roleRef: of,
  }
  return createMade(c, made, `failed to create ${kind.toLowerCase()}`)
}

/** k8s kubectl pkg/cmd/create/create_rolebinding.go (v1.36) */
export const roleBinding: Verb = {
  name: 'rolebinding',
  short: 'Create a role binding for a particular role or cluster role',
  flags: [...CREATE_FLAGS, ...SUBJECT_FLAGS, { name: 'clusterrole', type: 'string' }, { name: 'role', type: 'string' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const [ofCluster, ofNamespace] = [c.flags.text('clusterrole'), c.flags.text('role')]
    if ((ofCluster === '') === (ofNamespace === '')) {
      return [plain('exactly one of clusterrole or role must be specified')]
    }
    const kind = ofNamespace === '' ? 'ClusterRole' : 'Role'
    return bind(c, 'RoleBinding', name, { apiGroup: RBAC, kind, name: ofNamespace || ofCluster })
  },
}

/** k8s kubectl pkg/cmd/create/create_clusterrolebinding.go (v1.36) */
export const clusterRoleBinding: Verb = {
  name: 'clusterrolebinding',
  short: 'Create a cluster role binding for a particular cluster role',
  flags: [...CREATE_FLAGS, ...SUBJECT_FLAGS, { name: 'clusterrole', type: 'string' }],
  run: (c) => {
    const missing = missingFlags(c, 'clusterrole')
    if (missing) return [missing]
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const of = { apiGroup: RBAC, kind: 'ClusterRole', name: c.flags.text('clusterrole') }
    return bind(c, 'ClusterRoleBinding', name, of)
  },
}
