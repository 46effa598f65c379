import { edit, type Scenario, yaml } from './scenario.ts'

export const headlessStatefulSet: Scenario = {
  id: 'headless-stateful-set',
  title: 'Headless: a name for every pod',
  group: 'Types of Services',
  summary: 'clusterIP: None, with a StatefulSet: DNS gives the pods themselves.',
  story:
    'Three database pods are not equal: one may write, the others copy. With clusterIP: None the Service has no address of its own. Its name gives the addresses of all ready pods, and each pod has a name of its own, redis-0.redis, which it keeps when it is replaced.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: redis
spec:
  clusterIP: None    # headless
  selector:
    app: redis
  ports:
    - name: redis
      port: 6379
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: redis
spec:
  serviceName: redis   # pods get names by it
  replicas: 3
  selector:
    matchLabels:
      app: redis
  template:
    metadata:
      labels:
        app: redis
    spec:
      containers:
        - name: redis
          image: redis:8
          ports:
            - name: redis
              containerPort: 6379
          readinessProbe:
            tcpSocket:
              port: redis
            periodSeconds: 1
`,
    },
    {
      name: 'clients.yaml',
      text: yaml`
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: reader
spec:
  from: pod/reader
  url: tcp://redis:6379          # any
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: writer
spec:
  from: pod/writer
  url: tcp://redis-0.redis:6379  # this
`,
    },
  ],
  steps: [
    {
      label: 'Delete redis-0',
      say: 'A new pod comes back as redis-0, at whatever address; once DNS knows it, the writer finds it under the old name.',
      do: { type: 'act', action: { type: 'delete', object: 'Pod/default/redis-0' } },
    },
    {
      label: 'Give the Service an address',
      say: "A Service's cluster IP never changes, also not from None: the API server refuses, and one click would recreate it.",
      do: edit('clusterIP: None    # headless', 'clusterIP: 10.96.0.50'),
    },
    {
      label: 'Headless again',
      say: 'The text and the cluster agree again.',
      do: edit('clusterIP: 10.96.0.50', 'clusterIP: None    # headless'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'reader', only: ['answered'], servers: 3 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'writer', only: ['answered'], servers: 1 } },
    { after: 1, from: 12_000, that: { type: 'requests', client: 'writer', only: ['answered'], servers: 1 } },
    { after: 1, that: { type: 'endpoints', service: 'redis', ready: 3 } },
    { after: 2, that: { type: 'diagnostic', code: 'api.refused', words: 'clusterIP' } },
    { after: 3, from: 0, that: { type: 'requests', client: 'reader', only: ['answered'] } },
  ],
}
