import { edit, type Scenario, yaml } from './scenario.ts'

export const wrongTargetPort: Scenario = {
  id: 'wrong-target-port',
  title: 'Wrong target port',
  group: 'What goes wrong',
  summary: 'Endpoints are there and ready, but nobody listens on that port.',
  story:
    'The selector is right, three pods are ready, kubectl shows three endpoints, and yet every request is refused. The Service sends them to port 8081, and the container listens on 8080. Kubernetes does not check that, and containerPort is only a note: it opens nothing.',
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
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8081
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
  ],
  steps: [
    {
      label: 'Say containerPort: 8081',
      say: 'Nothing changes for the requests: containerPort is a note for readers, the program still listens on 8080.',
      do: edit('containerPort: 8080', 'containerPort: 8081'),
    },
    {
      label: 'Take the note back',
      say: 'Still refused: the note never was the cause.',
      do: edit('containerPort: 8081', 'containerPort: 8080'),
    },
    {
      label: 'Mend targetPort',
      say: 'The Service sends requests to where the program listens: answered.',
      do: edit('targetPort: 8081', 'targetPort: 8080'),
    },
  ],
  expect: [
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'web-client', only: ['refused'], because: 'pod.not-listening' },
    },
    { after: 0, that: { type: 'endpoints', service: 'web', ready: 3 } },
    { after: 0, that: { type: 'problem', service: 'web', code: 'service.nobody-listens' } },
    { after: 1, that: { type: 'requests', client: 'web-client', only: ['refused'], because: 'pod.not-listening' } },
    { after: 3, that: { type: 'requests', client: 'web-client', only: ['answered'], http: 200 } },
    { after: 3, that: { type: 'problem', service: 'web', code: null } },
  ],
}
