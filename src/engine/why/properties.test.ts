import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editsFor, readText } from '../../manifest/index.ts'
import { applyChange, type Finding, formatPath, type Service, type TextFile } from '../../model/index.ts'
import { diagnosticOf, findingSentence, plainText } from '../../words/index.ts'
import { Cluster } from '../index.ts'

const CLIENT = { key: 'c', from: 'pod', namespace: 'default', node: 'node-1', address: '10.244.1.254' } as const

function opened(files: readonly TextFile[]) {
  const parsed = readText(files)
  const cluster = new Cluster()
  const applied = cluster.applyText(parsed.docs)
  cluster.settle()
  const documents = new Map(applied.objects.map((key, i) => [key ?? '', parsed.docs[i]!]))
  const refused = applied.diagnostics.filter((d) => d.diagnostic.severity === 'error')
  return { cluster, parsed, documents, refused }
}

const name = fc.constantFrom('web', 'wbe', 'Web', 'web-app', 'api', 'db')
const key = fc.constantFrom('app', 'App', 'app.kubernetes.io/name', 'tier')
const labels = fc.dictionary(key, name, { minKeys: 1, maxKeys: 2 })
const namespace = fc.constantFrom('default', 'default', 'default', 'shop')
const port = fc.constantFrom(80, 8080, 8081, 9090, 5432)
const portName = fc.constantFrom('http', 'htp', 'web', 'grpc')

const service = fc.record({
  name,
  namespace,
  selector: fc.option(labels, { freq: 8 }),
  type: fc.constantFrom('ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'),
  headless: fc.boolean(),
  port,
  target: fc.oneof(port, portName, fc.constant(undefined)),
  protocol: fc.constantFrom('TCP', 'TCP', 'TCP', 'UDP'),
  publish: fc.boolean(),
})
const workload = fc.record({
  name,
  namespace,
  labels,
  own: fc.option(labels),
  replicas: fc.constantFrom(0, 1, 2),
  port,
  portName: fc.option(portName),
  listen: fc.option(fc.constantFrom('80', '8080', '127.0.0.1:8080', '8080/UDP', '')),
  probe: fc.option(port),
  errors: fc.option(fc.constant('100%')),
})

/** Manifests as JSON documents: small worlds in which much may be wrong. */
const world = fc
  .record({
    services: fc.uniqueArray(service, {
      minLength: 1,
      maxLength: 3,
      selector: (s) => `${s.namespace}/${s.name.toLowerCase()}`,
    }),
    workloads: fc.uniqueArray(workload, {
      minLength: 0,
      maxLength: 3,
      selector: (w) => `${w.namespace}/${w.name.toLowerCase()}`,
    }),
  })
  .map(({ services, workloads }) => [
    ...services.map((s) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: s.name.toLowerCase(), namespace: s.namespace },
      spec: {
        type: s.type,
        ...(s.selector ? { selector: s.selector } : {}),
        ...(s.headless && s.type === 'ClusterIP' ? { clusterIP: 'None' } : {}),
        ...(s.publish ? { publishNotReadyAddresses: true } : {}),
        ports: [{ port: s.port, protocol: s.protocol, ...(s.target === undefined ? {} : { targetPort: s.target }) }],
      },
    })),
    ...workloads.map((w) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: w.name.toLowerCase(), namespace: w.namespace, ...(w.own ? { labels: w.own } : {}) },
      spec: {
        replicas: w.replicas,
        selector: { matchLabels: w.labels },
        template: {
          metadata: {
            labels: w.labels,
            annotations: {
              ...(w.listen === null ? {} : { 'fairlead.dev/listen': w.listen }),
              ...(w.errors === null ? {} : { 'fairlead.dev/errors': w.errors }),
            },
          },
          spec: {
            containers: [
              {
                name: 'app',
                image: 'example/app',
                ports: [{ containerPort: w.port, ...(w.portName === null ? {} : { name: w.portName }) }],
                ...(w.probe === null ? {} : { readinessProbe: { tcpSocket: { port: w.probe } } }),
              },
            ],
          },
        },
      },
    })),
  ])
  .map((docs): readonly TextFile[] => [
    { name: 'app.yaml', text: docs.map((d) => JSON.stringify(d, undefined, 2)).join('\n---\n') },
  ])

const idOf = (f: Finding) => `${f.code} ${f.objects[0]} ${formatPath(f.path)}`

describe('whatever is wrong', () => {
  test('[WHY-4] a fix is a valid text in which its finding is gone', () => {
    fc.assert(
      fc.property(world, (files) => {
        const { cluster, parsed, documents } = opened(files)
        for (const found of cluster.findings()) {
          for (const fix of found.fixes) {
            const edits = editsFor(parsed, [fix], (object) => documents.get(object))
            const mended = applyChange(files, { edits })!
            expect(edits.length, fix.label).toBeGreaterThan(0)
            const after = opened(mended)
            expect(after.refused, `${fix.label} in ${mended[0]!.text}`).toEqual([])
            expect(
              after.cluster.findings().map(idOf),
              `${idOf(found)}: ${fix.label} in ${files[0]!.text}`,
            ).not.toContain(idOf(found))
          }
        }
      }),
      { numRuns: 60, seed: 7 },
    )
  })

  test('[WHY-3] an error means that some request fails; a Service whose every request fails has a finding', () => {
    fc.assert(
      fc.property(world, (files) => {
        const { cluster } = opened(files)
        const found = cluster.findings()
        for (const service of cluster.list<Service>('Service')) {
          const { name, namespace } = service.metadata
          if (name === 'kubernetes' || name === 'kube-dns') continue
          const key = `Service/${namespace}/${name}`
          const [port] = service.spec.ports ?? []
          const scheme = port?.protocol === 'UDP' ? 'udp' : 'http'
          const url = `${scheme}://${name}.${namespace}:${port?.port}/`
          const possible = cluster.possible(CLIENT, { url })
          const fine = possible.outcomes.join() === 'answered' && !possible.http.includes(500)
          const about = found.filter((f) => f.objects.includes(key))
          if (fine) expect(about.filter((f) => f.severity === 'error').map(idOf), files[0]!.text).toEqual([])
          const dead = !possible.outcomes.includes('answered')
          if (dead) expect(about.length, `${key} is dead and nothing is said: ${files[0]!.text}`).toBeGreaterThan(0)
          // a trace has the cause that the list has
          if (dead) {
            const trace = cluster.send(CLIENT, { url })
            const cause = cluster.causeOf(CLIENT, [trace])
            expect(
              about.map((f) => f.code),
              `${url} in ${files[0]!.text}`,
            ).toContain(cause?.code)
          }
        }
      }),
      { numRuns: 120, seed: 11 },
    )
  })

  test('[WHY-1] every finding has words, an object of the text, and a rule', () => {
    fc.assert(
      fc.property(world, (files) => {
        const { cluster, documents } = opened(files)
        for (const found of cluster.findings()) {
          expect(plainText(findingSentence(found))).not.toMatch(/undefined|\[object|\s\s|NaN/)
          expect(documents.has(found.objects[0]!), idOf(found)).toBe(true)
          expect(diagnosticOf(found, () => null).rule).toMatch(/^[A-Z]+-\d+$/)
        }
      }),
      { numRuns: 60, seed: 13 },
    )
  })
})
