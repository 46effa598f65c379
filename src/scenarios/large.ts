import { edit, type Scenario, yaml } from './scenario.ts'

/** Name, port, pods: a shop of 12 Services and 300 pods, as its own teams would name them. */
const PARTS: readonly (readonly [name: string, port: number, replicas: number])[] = [
  ['storefront', 80, 40],
  ['catalog', 8080, 36],
  ['search', 8080, 32],
  ['cart', 8080, 30],
  ['checkout', 8080, 24],
  ['payment', 8443, 20],
  ['shipping', 8080, 20],
  ['recommend', 8080, 28],
  ['reviews', 8080, 24],
  ['accounts', 8080, 20],
  ['mail', 8080, 14],
  ['currency', 8080, 12],
]

const part = ([name, port, replicas]: (typeof PARTS)[number]) => yaml`
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  type: ${name === 'storefront' ? 'LoadBalancer' : 'ClusterIP'}
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: ${port}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: ${name}
          image: example.com/shop/${name}:1.4
          ports:
            - containerPort: ${port}
`

export const large: Scenario = {
  id: 'large',
  title: 'A whole shop: 12 Services, 300 pods',
  group: 'Pods come and go',
  summary: 'The same rules at size: groups fold, and one slow corner shows at once.',
  story:
    'A shop with twelve Services and three hundred pods on three nodes. Large groups are folded; open one to see its pods. Look for the Service that is broken after the first step: at this size nobody finds a wrong label by reading.',
  files: [{ name: 'shop.yaml', text: PARTS.map(part).join('---\n') }],
  steps: [
    {
      label: 'A small mistake',
      say: 'One selector now looks for a label that no pod has. Who is refused, and by whom?',
      do: edit('selector:\n    app: reviews\n', 'selector:\n    app: review\n', 'shop.yaml'),
    },
    {
      label: 'Mend it',
      say: 'The label is right again, and 24 pods are endpoints again.',
      do: edit('selector:\n    app: review\n', 'selector:\n    app: reviews\n', 'shop.yaml'),
    },
  ],
  expect: [
    { after: 0, that: { type: 'endpoints', service: 'storefront', ready: 40 } },
    { after: 0, that: { type: 'endpoints', service: 'reviews', ready: 24 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'reviews-client', only: ['answered'], http: 200 } },
    {
      after: 1,
      that: { type: 'requests', client: 'reviews-client', only: ['refused'], because: 'proxy.no-endpoints' },
    },
    { after: 1, that: { type: 'problem', service: 'reviews', code: 'service.no-pods' } },
    { after: 2, that: { type: 'requests', client: 'reviews-client', only: ['answered'] } },
  ],
}
