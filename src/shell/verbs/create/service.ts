import type { KObject } from '../../../model/index.ts'
import type { Verb } from '../../command.ts'
import { plain } from '../../failure.ts'
import type { FlagSpec } from '../../flags.ts'
import { groupHelp } from '../../help.ts'
import { CREATE_FLAGS, createMade, nameOf } from './made.ts'

/** k8s kubectl pkg/cmd/create/create_service.go (v1.36) */
function serviceVerb(name: string, type: string, flags: readonly FlagSpec[]): Verb {
  return {
    name,
    short: `Create ${type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer' ? 'a' : 'an'} ${type} service`,
    flags: [...CREATE_FLAGS, { name: 'tcp', type: 'list' }, ...flags],
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

export const service: Verb = {
  name: 'service',
  aliases: ['svc'],
  short: 'Create a service using a specified subcommand',
  about: 'Create a service using a specified subcommand.',
  flags: CREATE_FLAGS,
  verbs: [
    serviceVerb('clusterip', 'ClusterIP', [{ name: 'clusterip', type: 'string' }]),
    serviceVerb('nodeport', 'NodePort', [{ name: 'node-port', type: 'int', default: '0' }]),
    serviceVerb('loadbalancer', 'LoadBalancer', []),
    serviceVerb('externalname', 'ExternalName', [{ name: 'external-name', type: 'string' }]),
  ],
  run: (c) => groupHelp(c, service),
}
