import { describe, expect, it } from 'vitest'
import { Cluster, fieldsOfKind } from '../../engine/index.ts'
import { KINDS } from '../../model/index.ts'
import { runKubectl } from '../kubectl.ts'
import { loadApiDocs } from './api-docs.ts'
import { apiDocs } from './index.ts'

const cluster = new Cluster({})
const explain = (line: string) => runKubectl(cluster, ['explain', ...line.split(' ')], { apiDocs })

describe('kubectl explain', () => {
  it('[KCTL-14] a field: what it is for, its values, and what it holds', () => {
    expect(explain('pod.spec.containers.ports.protocol').stdout).toBe(`KIND:       Pod
VERSION:    v1

FIELD: protocol <string>
ENUM:
    SCTP
    TCP
    UDP

DESCRIPTION:
    Protocol for port. Must be UDP, TCP, or SCTP. Defaults to "TCP".
    
    Possible enum values:
     - \`"SCTP"\` is the SCTP protocol.
     - \`"TCP"\` is the TCP protocol.
     - \`"UDP"\` is the UDP protocol.
    

`)
    expect(explain('svc.spec.sessionAffinityConfig').stdout).toBe(`KIND:       Service
VERSION:    v1

FIELD: sessionAffinityConfig <SessionAffinityConfig>


DESCRIPTION:
    sessionAffinityConfig contains the configurations of session affinity.
    SessionAffinityConfig represents the configurations of session affinity.
    
FIELDS:
  clientIP	<ClientIPConfig>
    clientIP contains the configurations of Client IP based session affinity.


`)
  })

  it('[KCTL-14] --recursive shows the tree, with four values of those that a field may have', () => {
    expect(explain('--recursive deployment.spec.strategy').stdout).toMatch(
      /FIELDS:\n {2}rollingUpdate\t<RollingUpdateDeployment>\n {4}maxSurge\t<IntOrString>\n {4}maxUnavailable\t<IntOrString>\n {2}type\t<string>\n {2}enum: Recreate, RollingUpdate\n\n$/,
    )
    expect(explain('pod.spec.volumes.hostPath').stdout).toContain(
      '  type\t<string>\n  enum: "", BlockDevice, CharDevice, Directory, ....\n',
    )
    // a type that holds itself is shown once
    expect(explain('--recursive crd.spec').stdout).toContain('allOf\t<[]JSONSchemaProps>\n')
  })

  it('[KCTL-14] the group may stand behind the resource, and the version is asked for', () => {
    expect(explain('deployments.apps.spec.replicas').stdout).toMatch(
      /^GROUP: {6}apps\n[\s\S]*FIELD: replicas <integer>/,
    )
    expect(explain('deploy.apps.spec').stderr).toBe('error: field "spec" does not exist\n')
    expect(explain('--api-version=autoscaling/v1 hpa').stdout).toMatch(/VERSION: {4}v1\n/)
    expect(explain('--api-version=apps/v9 deploy').stderr).toBe(
      'error: couldn\'t find resource for "apps/v9, Resource=deployments"\n',
    )
    expect(explain('--api-version=apps/v1 svc').stderr).toBe(
      'error: GVR (apps/v1, Resource=services) not found in OpenAPI schema\n',
    )
    expect(explain('svc -o json').stderr).toBe('error: unrecognized format: json\n')
    expect(explain('svc.spec.ports[0]').stderr).toBe('error: invalid jsonpath syntax, first node must be field node\n')
    expect(explain('svc.spec.nope.deeper')).toEqual({
      exit: 1,
      stdout: 'KIND:       Service\nVERSION:    v1\n\n',
      stderr: 'error: field "deeper" does not exist\n',
    })
    expect(explain('widgets.x').stderr).toBe('the server doesn\'t have a resource type "widgets"\n')
  })

  it('[KCTL-14] every kind is described, and its fields are those that the engine decodes', async () => {
    const docs = await loadApiDocs()
    for (const { apiVersion, kind } of KINDS) {
      const type = docs(apiVersion, kind)
      expect(type?.description, kind).not.toBe('')
      const decoded = fieldsOfKind(apiVersion, kind)
      if (decoded) expect(type?.fields.map((f) => f.name)).toEqual(decoded.map((f) => f.name).sort())
    }
  })

  it('[KCTL-14] without the docs there are fields and types', () => {
    const { stdout } = runKubectl(cluster, ['explain', 'svc.spec.ports'])
    expect(stdout).toMatch(/^KIND: {7}Service\nVERSION: {4}v1\n\nFIELD: ports <\[\]ServicePort>\n/)
    expect(stdout).toContain('  port\t<integer> -required-\n\n')
  })
})
