import { type KObject, kindInfo } from '../../model/index.ts'
import { type Context, type Outcome, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import type { FlagSpec } from '../flags.ts'
import { create, dryRunOf, isFailure, report, VALIDATE_FLAGS, WRITE_FLAGS } from '../server.ts'

const FLAGS: readonly FlagSpec[] = [...WRITE_FLAGS, ...VALIDATE_FLAGS]

/** Create what a verb made up from its flags. `words` go before the server's. */
export function createMade(c: Context, made: KObject, words?: string): Outcome {
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  if (dryRun === 'client') {
    const namespace =
      c.explicitNamespace && kindInfo(made.apiVersion, made.kind)?.namespaced ? { namespace: c.namespace } : {}
    return report(c, { ...made, metadata: { ...made.metadata, ...namespace } }, 'created', dryRun)
  }
  const result = create(c, kindInfo(made.apiVersion, made.kind)!, made)
  if (!isFailure(result)) return report(c, result, 'created')
  return [words === undefined ? result : prefixed(words, result)]
}

/** Go's fmt.Errorf("…: %v", err): no server's error any more, only its text. */
export const prefixed = (words: string, failure: Failure): Failure =>
  failure.type === 'said'
    ? failure
    : plain(`${words}: ${failure.type === 'plain' ? failure.message : failure.status.message}`)

/** k8s kubectl pkg/cmd/create/create.go NameFromCommandArgs (v1.36) */
function nameOf(c: Context): string | Failure {
  const before = c.dash < 0 ? c.args.length : c.dash
  return before === 1 ? c.args[0]! : plain(usage(c, `exactly one NAME is required, got ${before}`))
}

const namespace: Verb = {
  name: 'namespace',
  aliases: ['ns'],
  flags: FLAGS,
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    return createMade(c, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  },
}

/** k8s kubectl pkg/cmd/create/create_service.go (v1.36) */
function serviceVerb(name: string, type: string, flags: readonly FlagSpec[]): Verb {
  return {
    name,
    flags: [...FLAGS, { name: 'tcp', type: 'list' }, ...flags],
    run: (c) => {
      const called = nameOf(c)
      if (typeof called !== 'string') return [called]
      const clusterIP = type === 'ClusterIP' ? c.flags.text('clusterip') : ''
      const tcp = c.flags.all('tcp')
      if (type === 'ExternalName' && !c.flags.has('external-name')) {
        return [plain('required flag(s) "external-name" not set')]
      }
      if (clusterIP !== 'None' && tcp.length === 0 && type !== 'ExternalName') {
        return [plain('at least one tcp port specifier must be provided')]
      }
      const externalName = c.flags.text('external-name')
      if (
        type === 'ExternalName' &&
        !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(externalName)
      ) {
        return [plain(`invalid service external name ${externalName}`)]
      }
      const ports: object[] = []
      for (const text of tcp) {
        const port = parsePorts(text)
        if (typeof port === 'string') return [plain(port)]
        const nodePort =
          type === 'NodePort' && c.flags.int('node-port') > 0 ? { nodePort: c.flags.int('node-port') } : {}
        ports.push({ name: text.replaceAll(':', '-'), ...port, protocol: 'TCP', ...nodePort })
      }
      const made: KObject = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: called, labels: { app: called } },
        spec: {
          type,
          selector: { app: called },
          ...(ports.length > 0 && { ports }),
          ...(externalName !== '' && { externalName }),
          ...(clusterIP !== '' && { clusterIP }),
        },
      }
      return createMade(c, made, `failed to create ${type} service`)
    },
  }
}

function parsePorts(text: string): { port: number; targetPort: number | string } | string {
  const [first = '', second] = text.split(':')
  if (!/^\d+$/.test(first)) return `strconv.ParseUint: parsing ${JSON.stringify(first)}: invalid syntax`
  const port = Number(first)
  if (port > 65535) return `strconv.ParseUint: parsing ${JSON.stringify(first)}: value out of range`
  if (second === undefined) return { port, targetPort: port }
  if (!/^[+-]?\d+$/.test(second)) {
    const fault = portNameFault(second)
    return fault ?? { port, targetPort: second }
  }
  const target = Number(second)
  return target < 1 || target > 65535 ? 'must be between 1 and 65535, inclusive' : { port, targetPort: target }
}

/** k8s apimachinery/pkg/util/validation IsValidPortName (v1.36) */
function portNameFault(name: string): string | undefined {
  const faults: string[] = []
  if (name.length > 15) faults.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(name)) faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) faults.push('must contain at least one letter (a-z)')
  if (name.includes('--')) faults.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) faults.push('must not begin or end with a hyphen')
  return faults.length > 0 ? faults.join(',') : undefined
}

const service: Verb = {
  name: 'service',
  aliases: ['svc'],
  flags: FLAGS,
  verbs: [
    serviceVerb('clusterip', 'ClusterIP', [{ name: 'clusterip', type: 'string' }]),
    serviceVerb('nodeport', 'NodePort', [{ name: 'node-port', type: 'int', default: '0' }]),
    serviceVerb('loadbalancer', 'LoadBalancer', []),
    serviceVerb('externalname', 'ExternalName', [{ name: 'external-name', type: 'string' }]),
  ],
  run: (c) => [
    plain(usage(c, 'the type of the service is missing: clusterip, nodeport, loadbalancer or externalname')),
  ],
}

/** k8s kubectl pkg/cmd/create/create_deployment.go (v1.36) */
const deployment: Verb = {
  name: 'deployment',
  aliases: ['deploy'],
  flags: [
    ...FLAGS,
    { name: 'image', type: 'list' },
    { name: 'replicas', short: 'r', type: 'int', default: '1' },
    { name: 'port', type: 'int', default: '-1' },
  ],
  run: (c) => {
    if (!c.flags.has('image')) return [plain('required flag(s) "image" not set')]
    const before = c.dash < 0 ? 1 : c.dash
    if (before !== 1 || c.args.length === 0) {
      return [plain(usage(c, `exactly one NAME is required, got ${c.dash < 0 ? c.args.length : c.dash}`))]
    }
    const [name = '', ...command] = c.args
    const images = c.flags.all('image')
    if (images.length > 1 && command.length > 0) {
      return [plain('cannot specify multiple --image options and command')]
    }
    const port = c.flags.int('port')
    const labels = { app: name }
    const containers = images.map((image, i) => ({
      name: containerName(image),
      image,
      ...(command.length > 0 && { command }),
      ...(i === 0 && port >= 0 && { ports: [{ containerPort: port }] }),
    }))
    const made: KObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: c.flags.int('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    }
    return createMade(c, made, 'failed to create deployment')
  },
}

/** The image without registry, tag and digest. kubectl adds five random letters where it replaces dots; this one does not. */
const containerName = (image: string): string =>
  image
    .slice(image.lastIndexOf('/') + 1)
    .replace(/[:@].*$/s, '')
    .replace(/[_.]/g, '-')

export const CREATE_VERBS: readonly Verb[] = [deployment, namespace, service]
