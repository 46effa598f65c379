import { edit, type Scenario, yaml } from './scenario.ts'

export const twoFamilies: Scenario = {
  id: 'two-families',
  title: 'IPv4 and IPv6: a Service with both',
  group: 'Types of Services',
  summary: 'In a dual-stack cluster a Service has one family until it asks for two.',
  keywords: 'dual-stack dualstack ipFamilyPolicy PreferDualStack RequireDualStack SingleStack AAAA',
  story:
    'Nodes and pods of this cluster have an address of each family. The Service has the first one only, so who comes over IPv6 finds a closed port. Ask for both, and watch it open: the Service gets a second cluster IP, slices of its own for IPv6, and rules on every node.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: fairlead.dev/v1
kind: Cluster
spec:
  podCIDR: 10.244.0.0/16,fd00:10:244::/56
  serviceCIDR: 10.96.0.0/16,fd00:10:96::/112
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  ipFamilyPolicy: SingleStack
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
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
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: by-name
spec:
  from: pod/shop
  url: http://web/
  every: 1s
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: over-ipv6
spec:
  from: internet
  url: http://[fd00:172:18::12]:30080/  # node-2
  every: 1s
`,
    },
  ],
  steps: [
    {
      label: 'Ask for both families',
      say: 'The Service gets an address of the other family too, and every node opens the port at its IPv6 address.',
      do: edit('ipFamilyPolicy: SingleStack', 'ipFamilyPolicy: PreferDualStack'),
    },
    {
      label: 'IPv6 first',
      say: 'The first family of a Service cannot change while it lives: the API server refuses.',
      do: edit('ipFamilyPolicy: PreferDualStack', 'ipFamilyPolicy: PreferDualStack\n  ipFamilies: [IPv6, IPv4]'),
    },
    {
      label: 'Take that back',
      say: 'Who asks by name gets both addresses, and tries IPv4 before a private IPv6 address.',
      do: edit('\n  ipFamilies: [IPv6, IPv4]', ''),
    },
    {
      label: 'One family again',
      say: 'The second address is given back, and the nodes close the port for IPv6.',
      do: edit('ipFamilyPolicy: PreferDualStack', 'ipFamilyPolicy: SingleStack'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'by-name', only: ['answered'], servers: 2 } },
    { after: 0, that: { type: 'requests', client: 'over-ipv6', only: ['refused'], because: 'host.not-listening' } },
    {
      after: 1,
      that: { type: 'requests', client: 'over-ipv6', only: ['answered'], http: 200, seenAs: 'fd00:172:18::12' },
    },
    { after: 2, that: { type: 'diagnostic', code: 'api.refused', words: 'expected an IPv6 value' } },
    { after: 3, that: { type: 'requests', client: 'by-name', only: ['answered'], seenAs: '10.244.1.254' } },
    { after: 4, that: { type: 'requests', client: 'over-ipv6', only: ['refused'], because: 'host.not-listening' } },
  ],
}
