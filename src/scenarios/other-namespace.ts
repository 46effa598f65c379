import { edit, type Scenario, yaml } from './scenario.ts'

export const otherNamespace: Scenario = {
  id: 'other-namespace',
  title: 'A Service in another namespace',
  group: 'Names and ports',
  summary: 'A short name is looked for in the own namespace only.',
  story:
    'The Service api lives in the namespace backend. A pod there just asks for api. A pod in default that does the same asks for api.default.svc.cluster.local, and there is none. With the namespace behind the name, api.backend, it works from everywhere. Click a failed request to see which names were tried.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Namespace
metadata:
  name: backend
---
apiVersion: v1
kind: Service
metadata:
  name: api
  namespace: backend
spec:
  selector:
    app: api
  ports:
    - name: http
      port: 80
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: backend
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: hashicorp/http-echo:1.0
          args: ["-listen=:8080", "-text=hello"]
          ports:
            - containerPort: 8080
`,
    },
    {
      name: 'clients.yaml',
      text: yaml`
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: worker
spec:
  from: pod/backend/worker
  url: http://api/
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: shop
spec:
  from: pod/shop    # in namespace default
  url: "http://api/"
`,
    },
  ],
  steps: [
    {
      label: 'Say the namespace',
      say: 'api.backend becomes api.backend.svc.cluster.local, and that is known.',
      do: edit('"http://api/"', '"http://api.backend/"', 'clients.yaml'),
    },
    {
      label: 'Ask for the short name again',
      say: 'Without the namespace, shop looks in its own one: not found.',
      do: edit('"http://api.backend/"', '"http://api/"', 'clients.yaml'),
    },
    {
      label: 'An alias in default',
      say: 'An ExternalName Service in default makes the short name work there too.',
      do: edit(
        'apiVersion: v1\nkind: Namespace\n',
        `apiVersion: v1
kind: Service
metadata:
  name: api
  namespace: default
spec:
  type: ExternalName
  externalName: api.backend.svc.cluster.local
---
apiVersion: v1
kind: Namespace
`,
      ),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'worker', only: ['answered'], http: 200 } },
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'shop', only: ['name not found'], because: 'dns.nxdomain' },
    },
    { after: 1, from: 1500, that: { type: 'requests', client: 'shop', only: ['answered'], http: 200 } },
    { after: 2, from: 1500, that: { type: 'requests', client: 'shop', only: ['name not found'] } },
    { after: 3, from: 6000, that: { type: 'requests', client: 'shop', only: ['answered'], http: 200 } },
  ],
}
