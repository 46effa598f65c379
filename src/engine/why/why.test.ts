import { describe, expect, test } from 'vitest'
import { editsFor, readText } from '../../manifest/index.ts'
import { applyChange, type ServiceChain } from '../../model/index.ts'
import { Cluster } from '../index.ts'

const WEB = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: app
        image: example/app:1
        ports:
        - containerPort: 8080
`

function opened(text: string) {
  const parsed = readText([{ name: 'app.yaml', text }])
  const cluster = new Cluster()
  cluster.applyText(parsed.docs)
  cluster.settle()
  return { cluster, parsed }
}

const states = (chain: ServiceChain | undefined) => chain?.links.map((l) => `${l.link} ${l.state}`)

describe('[WHY-1] the chain', () => {
  test('passes at every link when all is well', () => {
    const { cluster } = opened(WEB)
    const [chain] = cluster.serviceChains('Service/default/web')
    expect(states(chain)).toEqual([
      'name pass',
      'service pass',
      'port pass',
      'selector pass',
      'running pass',
      'ready pass',
      'target pass',
      'answer pass',
    ])
    expect(chain?.cause).toBeUndefined()
  })

  test('names the first link that fails, and later ones that would fail too', () => {
    const { cluster } = opened(
      WEB.replace('    app: web\n  ports', '    app: wbe\n  ports').replace('targetPort: 8080', 'targetPort: 9090'),
    )
    const [chain] = cluster.serviceChains('Service/default/web')
    expect(states(chain)).toEqual([
      'name pass',
      'service pass',
      'port pass',
      'selector fail',
      'running pass',
      'ready pass',
      'target would-fail',
      'answer unknown',
    ])
    expect(chain?.cause).toMatchObject({
      code: 'selector.no-match',
      objects: ['Service/default/web', 'Deployment/default/web'],
    })
  })

  test('of a request ends where the request ended', () => {
    const { cluster } = opened(WEB)
    const client = { key: 'c', from: 'pod', namespace: 'default', node: 'node-1', address: '10.244.1.254' } as const
    const trace = cluster.send(client, { url: 'http://web:8080/' })
    const chain = cluster.traceChain(client, trace)
    expect(chain.cause).toMatchObject({ code: 'port.not-on-service', params: { confused: 'targetPort', meant: 80 } })
    expect(chain.links.find((l) => l.state === 'fail')?.link).toBe('port')
  })
})

test.each([
  ['a typo', 'app: wbe', 'app: web'],
  ['upper case', 'app: Web', 'app: web'],
  ['a dash for an underscore', 'app: my-web', 'app: my_web'],
])('[WHY-2] %s in a selector is shown letter by letter', (_, wanted, found) => {
  const { cluster } = opened(
    WEB.replace('    app: web\n  ports', `    ${wanted}\n  ports`).replaceAll('app: web', found),
  )
  expect(cluster.findings()[0]).toMatchObject({
    code: 'selector.no-match',
    nearMisses: [
      { what: 'label-value', wanted: wanted.slice(5), found: found.slice(5), of: ['Deployment/default/web'] },
    ],
  })
})

test.each([
  ['plain', WEB],
  [
    'another containerPort than the one that is listened on',
    WEB.replace('containerPort: 8080', 'containerPort: 1234').replace(
      '      labels:\n',
      '      annotations:\n        fairlead.dev/listen: "8080"\n      labels:\n',
    ),
  ],
  ['no containerPort', WEB.replace('        ports:\n        - containerPort: 8080\n', '')],
  [
    'an alias',
    'apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.com}\n',
  ],
])('[WHY-3] nothing is wrong with a set-up that works: %s', (_, text) => {
  expect(opened(text).cluster.findings()).toEqual([])
})

test.each([
  ['a selector', WEB.replace('    app: web\n  ports', '    app: wbe\n  ports')],
  ['another key', WEB.replace('    app: web\n  ports', '    app.kubernetes.io/name: web\n  ports')],
  ['a targetPort', WEB.replace('targetPort: 8080', 'targetPort: 9090 # here')],
  [
    'a port name',
    WEB.replace('targetPort: 8080', 'targetPort: htp').replace(
      '- containerPort: 8080',
      '- containerPort: 8080\n          name: http',
    ),
  ],
  [
    'labels of the workload only',
    WEB.replace('    app: web\n  ports', '    tier: front\n  ports').replace(
      '  name: web\nspec:\n  replicas',
      '  name: web\n  labels:\n    tier: front\nspec:\n  replicas',
    ),
  ],
])('[WHY-4] the fix of %s mends it, and comments stay', (_, text) => {
  const { cluster, parsed } = opened(text)
  const [finding] = cluster.findings()
  for (const fix of finding!.fixes) {
    const files = applyChange(parsed.files, { edits: editsFor(parsed, [fix]) })!
    expect(files[0]!.text.includes('# here')).toBe(text.includes('# here'))
    expect(opened(files[0]!.text).cluster.findings()).toEqual([])
  }
  expect(finding!.fixes.length).toBeGreaterThan(0)
})
