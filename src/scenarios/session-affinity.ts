import { edit, type Scenario, yaml } from './scenario.ts'

export const sessionAffinity: Scenario = {
  id: 'session-affinity',
  title: 'sessionAffinity: the same pod again',
  group: 'Policies',
  summary: 'ClientIP keeps each client with the pod that it drew first.',
  story:
    'Some applications keep a shopping cart in memory, and want a client to come back to the same pod. With sessionAffinity: ClientIP the node remembers for each client address which pod it drew. Two clients ask here, and each stays with its pod. Turn it off, and every connection is drawn anew.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: cart
spec:
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 10800   # three hours
  selector:
    app: cart
  ports:
    - name: http
      port: 80
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  replicas: 4
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
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
  name: ana
spec:
  from: pod/ana
  url: http://cart/
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: ben
spec:
  from: pod/ben
  url: http://cart/
`,
    },
  ],
  steps: [
    {
      label: 'Turn it off',
      say: 'Now each connection is drawn anew: both clients meet all four pods.',
      do: edit(
        '  sessionAffinity: ClientIP\n  sessionAffinityConfig:\n    clientIP:\n      timeoutSeconds: 10800   # three hours\n',
        '  sessionAffinity: None\n',
      ),
    },
    {
      label: 'Turn it on again',
      say: 'The next draw of each client is remembered.',
      do: edit('sessionAffinity: None', 'sessionAffinity: ClientIP'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'ana', only: ['answered'], http: 200, servers: 1 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'ben', only: ['answered'], http: 200, servers: 1 } },
    { after: 1, that: { type: 'requests', client: 'ana', only: ['answered'], servers: 4 } },
    { after: 2, that: { type: 'requests', client: 'ben', only: ['answered'], servers: 1 } },
  ],
}
