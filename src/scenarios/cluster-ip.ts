import { edit, type Scenario, yaml } from './scenario.ts'

export const clusterIp: Scenario = {
  id: 'cluster-ip',
  title: 'ClusterIP: one address for many pods',
  group: 'Types of Services',
  summary: 'The plainest Service: a name and an address that stay, while pods come and go.',
  story:
    'Three pods do the same work, and each has an address of its own, which is gone when the pod is gone. The Service web gives them one name and one address that stay. Click a request to read why it went where it went.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web    # the pods with this label
  ports:
    - name: http
      port: 80            # clients ask here
      targetPort: 8080    # pods listen here
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: traefik/whoami:v1.11
          args: ["--port", "8080"]
          ports:
            - containerPort: 8080
`,
    },
    {
      name: 'clients.yaml',
      text: yaml`
# Who asks: a kind of Fairlead's own.
# Without any, some are made up.
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: shop
spec:
  from: pod/shop
  url: http://web/
  every: 1s
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: report
spec:
  from: pod/report
  url: http://web.default.svc.cluster.local/
  every: 1500ms
`,
    },
  ],
  steps: [
    {
      label: 'Five pods',
      say: 'Two more pods start. Once they are ready they get their share; the clients notice nothing.',
      do: edit('replicas: 3', 'replicas: 5'),
    },
    {
      label: 'No pods',
      say: 'The Service keeps its name and its address, but nobody is behind it: connections are refused.',
      do: edit('replicas: 5', 'replicas: 0'),
    },
    {
      label: 'Three pods again',
      say: 'New pods, new addresses. Same Service, same address: the clients did not have to learn anything.',
      do: edit('replicas: 0', 'replicas: 3'),
    },
  ],
  expect: [
    { after: 0, that: { type: 'endpoints', service: 'web', ready: 3 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], http: 200, servers: 3 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'report', only: ['answered'], http: 200 } },
    { after: 1, that: { type: 'endpoints', service: 'web', ready: 5 } },
    { after: 1, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'] } },
    {
      after: 2,
      from: 5000,
      that: { type: 'requests', client: 'shop', only: ['refused'], because: 'proxy.no-endpoints' },
    },
    { after: 2, that: { type: 'note', service: 'web', code: 'service.scaled-to-zero' } },
    { after: 3, from: 5000, that: { type: 'requests', client: 'shop', only: ['answered'] } },
    { after: 3, that: { type: 'problem', service: 'web', code: null } },
  ],
}
