import { EPOCH, type KObject, type Pod, splitKey, type Trace } from '../../../model/index.ts'
import type { ToolContext } from '../tool.ts'

/** An HTTP answer as it comes over the wire. */
export interface HttpAnswer {
  readonly status: number
  readonly reason: string
  /** In their order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** `Thu, 01 Jan 2026 09:00:05 GMT` */
export const httpDate = (age: number): string => new Date(EPOCH + age).toUTCString()

/**
 * What an answered request over HTTP says. A pod answers with one line that names it, and the address that it saw, as echo servers do; the
 * API server and kube-proxy's health checks say what they say.
 */
export function httpAnswer(c: ToolContext, trace: Trace): HttpAnswer {
  const status = trace.http ?? 200
  const { type, body, server } = content(c, trace, status)
  const headers: [string, string][] = [
    ...(server === undefined ? [] : [['Server', server] as [string, string]]),
    ['Date', httpDate(c.cluster.age)],
    ['Content-Type', type],
    ['Content-Length', String(new TextEncoder().encode(body).length)],
  ]
  return { status, reason: REASONS[status] ?? '', headers, body }
}

const TEXT = 'text/plain; charset=utf-8'

function content(c: ToolContext, trace: Trace, status: number): { type: string; body: string; server?: string } {
  const { server, request, seenAs = '' } = trace
  const podKey = server?.pod
  if (podKey) {
    const { name } = splitKey(podKey)
    if (status >= 500) return { type: TEXT, body: `${name} fails: fairlead.dev/errors says so\n` }
    const pod = c.cluster.get<Pod>(podKey)
    const text = pod && echoText(pod)
    if (text !== undefined) return { type: TEXT, body: `${text}\n` }
    return { type: TEXT, body: `${name} at ${server.ip}:${server.port}, asked by ${seenAs}\n` }
  }
  if (isApiServer(c, server)) return apiServer(request.path, status)
  if (server?.node !== undefined && status !== 404) return { type: 'application/json', body: health(trace, status) }
  if (status === 404) return { type: TEXT, body: '404 page not found\n' }
  return { type: TEXT, body: `${server?.outside ?? server?.ip ?? ''} (outside the cluster), asked by ${seenAs}\n` }
}

/** `hashicorp/http-echo -text=hello` says hello. */
function echoText(pod: Pod): string | undefined {
  for (const { image = '', args = [], command = [] } of pod.spec.containers) {
    if (!/(^|\/)http-echo(:|@|$)/.test(image)) continue
    const words = [...command, ...args]
    for (const [i, word] of words.entries()) {
      const [, value] = /^--?text(?:=(.*))?$/s.exec(word) ?? []
      if (/^--?text$/.test(word)) return words[i + 1]
      if (value !== undefined) return value
    }
  }
  return undefined
}

function isApiServer(c: ToolContext, server: Trace['server']): boolean {
  const slices = c.cluster.list<KObject>('EndpointSlice', 'default')
  return slices.some((s) => {
    if (s.metadata.labels?.['kubernetes.io/service-name'] !== 'kubernetes') return false
    const endpoints = (s['endpoints'] ?? []) as readonly { addresses?: readonly string[] }[]
    return endpoints.some((e) => e.addresses?.includes(server?.ip ?? ''))
  })
}

/** k8s apiserver pkg/endpoints/handlers/responsewriters/errors.go; net/http's answer to plain text on a TLS port (v1.36) */
function apiServer(path: string, status: number): { type: string; body: string } {
  if (status === 400) return { type: TEXT, body: 'Client sent an HTTP request to an HTTPS server.\n' }
  if (status === 200) {
    if (!path.startsWith('/version')) return { type: TEXT, body: 'ok' }
    return { type: 'application/json', body: VERSION }
  }
  const { message, details } = forbidden(path.replace(/[?#].*$/, ''))
  return {
    type: 'application/json',
    body: `{\n  "kind": "Status",\n  "apiVersion": "v1",\n  "metadata": {},\n  "status": "Failure",\n  "message": ${JSON.stringify(message)},\n  "reason": "Forbidden",\n  "details": ${details},\n  "code": 403\n}`,
  }
}

const VERSION = `{
  "major": "1",
  "minor": "36",
  "emulationMajor": "1",
  "emulationMinor": "36",
  "minCompatibilityMajor": "1",
  "minCompatibilityMinor": "35",
  "gitVersion": "v1.36.3",
  "gitTreeState": "clean",
  "compiler": "gc",
  "platform": "linux/amd64"
}`

/** k8s apiserver pkg/endpoints/handlers/responsewriters/errors.go forbiddenMessage; pkg/endpoints/request/requestinfo.go (v1.36) */
function forbidden(path: string): { message: string; details: string } {
  const who = 'User "system:anonymous" cannot'
  const [, group = '', namespace, resource, name, sub] =
    /^\/(?:api|apis\/([^/]+))\/v\d\w*\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?\/?$/.exec(
      path,
    ) ?? []
  if (resource === undefined) return { message: `forbidden: ${who} get path ${JSON.stringify(path)}`, details: '{}' }
  const what = `${resource}${group === '' ? '' : `.${group}`}`
  const shown = sub === undefined ? resource : `${resource}/${sub}`
  // a namespace is in itself
  const of = namespace ?? (resource === 'namespaces' ? name : undefined)
  const scope = of === undefined ? 'at the cluster scope' : `in the namespace "${of}"`
  const named = name === undefined ? '' : ` ${JSON.stringify(name)}`
  const lines = [
    ...(name === undefined ? [] : [`"name": ${JSON.stringify(name)}`]),
    ...(group === '' ? [] : [`"group": ${JSON.stringify(group)}`]),
    `"kind": ${JSON.stringify(resource)}`,
  ]
  return {
    message: `${what}${named} is forbidden: ${who} ${name === undefined ? 'list' : 'get'} resource ${JSON.stringify(shown)} in API group ${JSON.stringify(group)} ${scope}`,
    details: `{\n${lines.map((line) => `    ${line}`).join(',\n')}\n  }`,
  }
}

/** k8s pkg/proxy/healthcheck/service_health.go, proxy_health.go (v1.36) */
function health({ hops }: Trace, status: number): string {
  const source = hops.flatMap((h) => (h.why.rule === 'SVC-21' ? h.why.sources : []))[0]
  if (!source) return '{}\n'
  const { namespace, name } = splitKey(source.object)
  return `{\n\t"service": {\n\t\t"namespace": "${namespace}",\n\t\t"name": "${name}"\n\t},\n\t"localEndpoints": ${status === 200 ? 1 : 0},\n\t"serviceProxyHealthy": true\n}`
}
