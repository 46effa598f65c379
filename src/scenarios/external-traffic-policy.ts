import { edit, type Scenario, yaml } from './scenario.ts'

export const externalTrafficPolicy: Scenario = {
  id: 'external-traffic-policy-local',
  title: 'externalTrafficPolicy: Local',
  group: 'Policies',
  summary: "The pod sees the visitor's own address, but only nodes with a pod answer.",
  story:
    "Normally a node that takes a request in from outside puts its own address in place of the visitor's. With externalTrafficPolicy: Local it does not: the pod sees who really asked. The price: a node without such a pod, and here they run on node-1 only, drops the request.",
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector:
    app: web
  ports:
    - name: http
      port: 80
      nodePort: 30080
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
      nodeSelector:
        kubernetes.io/hostname: node-1
      containers:
        - name: web
          image: traefik/whoami:v1.11
          ports:
            - containerPort: 80
`,
    },
    {
      name: 'clients.yaml',
      text: yaml`
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: by-node-1
spec:
  from: internet
  url: http://172.18.0.11:30080/
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: by-node-2
spec:
  from: internet
  url: http://172.18.0.12:30080/
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: shop
spec:
  from: pod/shop
  url: http://web/
`,
    },
  ],
  steps: [
    {
      label: 'Policy Cluster',
      say: "Every node answers, but the pods see a node's address instead of the visitor's: look at the answer's hop.",
      do: edit('externalTrafficPolicy: Local', 'externalTrafficPolicy: Cluster'),
    },
    {
      label: 'Policy Local again',
      say: 'node-2 drops what it takes in: it has no pod of its own. Requests from within the cluster do not care.',
      do: edit('externalTrafficPolicy: Cluster', 'externalTrafficPolicy: Local'),
    },
    {
      label: 'Let pods run anywhere',
      say: 'The pods are replaced and spread: nodes that have one answer now.',
      do: edit('      nodeSelector:\n        kubernetes.io/hostname: node-1\n', ''),
    },
  ],
  expect: [
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'by-node-1', only: ['answered'], http: 200, seenAs: '198.51.100.10' },
    },
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'by-node-2', only: ['timed out'], because: 'proxy.no-local-endpoints' },
    },
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'] } },
    { after: 1, that: { type: 'requests', client: 'by-node-2', only: ['answered'], seenAs: '172.18.0.12' } },
    { after: 2, that: { type: 'requests', client: 'by-node-2', only: ['timed out'] } },
    { after: 2, that: { type: 'requests', client: 'shop', only: ['answered'] } },
  ],
}
