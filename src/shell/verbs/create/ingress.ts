import type { KObject } from '../../../model/index.ts'
import type { Verb } from '../../command.ts'
import { plain } from '../../failure.ts'
import { CREATE_FLAGS, createMade, nameOf } from './made.ts'

/** `host/path=service:port[,tls[=secret]]`. k8s kubectl pkg/cmd/create/create_ingress.go ruleRegex (v1.36) */
const RULE = /^[\w*.-]*\/.*=[\w-]+:[\w-]+(,tls=?[\w-]*)?/s

interface Path {
  readonly path: string
  readonly pathType: 'Exact' | 'Prefix'
  readonly backend: object
}

function backendOf(text: string): object {
  const [name = '', port = ''] = text.split(':')
  return { service: { name, port: /^[+-]?\d+$/.test(port) ? { number: Number(port) } : { name: port } } }
}

function rulesOf(rules: readonly string[]): object[] {
  const byHost = new Map<string, Path[]>()
  for (const rule of rules) {
    const [target = ''] = rule.split(',')
    const slash = target.indexOf('/')
    const [path = '', service = ''] = target.slice(slash + 1).split('=')
    const prefix = path.endsWith('*')
    const made: Path = {
      path: `/${prefix ? path.slice(0, -1) : path}`,
      pathType: prefix ? 'Prefix' : 'Exact',
      backend: backendOf(service),
    }
    const host = target.slice(0, slash)
    byHost.set(host, [...(byHost.get(host) ?? []), made])
  }
  return [...byHost].map(([host, paths]) => ({ ...(host !== '' && { host }), http: { paths } }))
}

/** The same host comes into the list of secrets once, and hosts of one secret stand together. */
function tlsOf(rules: readonly string[]): object[] {
  const seen = new Set<string>()
  const list: { hosts: string[]; secretName?: string }[] = []
  for (const rule of rules) {
    const [target = '', tls] = rule.split(',')
    const host = target.slice(0, target.indexOf('/'))
    if (tls === undefined || seen.has(host)) continue
    seen.add(host)
    const secret = tls.split('=')[1] ?? ''
    const same = list.find((entry) => (entry.secretName ?? '') === secret)
    if (same) same.hosts.push(host)
    else if (host !== '' || secret !== '') {
      list.push({ hosts: host === '' ? [] : [host], ...(secret !== '' && { secretName: secret }) })
    }
  }
  return list
}

/** k8s kubectl pkg/cmd/create/create_ingress.go (v1.36) */
export const ingress: Verb = {
  name: 'ingress',
  aliases: ['ing'],
  short: 'Create an ingress with the specified name',
  flags: [
    ...CREATE_FLAGS,
    { name: 'class', type: 'string' },
    { name: 'rule', type: 'array' },
    { name: 'default-backend', type: 'string' },
    { name: 'annotation', type: 'array' },
  ],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const { flags } = c
    const [rules, fallback] = [flags.all('rule'), flags.text('default-backend')]
    if (fallback === '' && rules.length === 0) {
      return [
        plain(
          'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
        ),
      ]
    }
    const bad = rules.find((rule) => !RULE.test(rule))
    if (bad !== undefined) {
      return [plain(`rule ${bad} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)]
    }
    const unpaired = flags.all('annotation').find((a) => !a.includes('='))
    if (unpaired !== undefined) {
      return [plain(`annotation ${unpaired} is invalid and should be in format key=[value]`)]
    }
    if (fallback !== '' && fallback.split(':').length !== 2) {
      return [plain('default-backend should be in format servicename:serviceport')]
    }
    const annotations = Object.fromEntries(
      flags.all('annotation').map((a) => [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)]),
    )
    const tls = tlsOf(rules)
    const made: KObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: {
        ...(flags.text('class') !== '' && { ingressClassName: flags.text('class') }),
        ...(fallback !== '' && { defaultBackend: backendOf(fallback) }),
        ...(tls.length > 0 && { tls }),
        ...(rules.length > 0 && { rules: rulesOf(rules) }),
      },
    }
    return createMade(c, made, 'failed to create ingress')
  },
}
