import { edit, type Scenario, yaml } from './scenario.ts'

export const namedTargetPort: Scenario = {
  id: 'named-target-port',
  title: 'A target port by name',
  group: 'Names and ports',
  summary: 'targetPort: http means another number in each pod, if the pods say so.',
  story:
    'The Service does not say a number: it says targetPort: http, and each pod says what that is. The old version listens on 8080, the new one on 9090, and one Service serves both. The name must be there, though: a pod that has no port of that name is no endpoint, and gets nothing.',
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
    - port: 80
      targetPort: http  # each pod says what
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-old
spec:
  replicas: 2
  selector:
    matchLabels: {app: web, version: old}
  template:
    metadata:
      labels: {app: web, version: old}
    spec:
      containers:
        - name: web
          image: traefik/whoami:v1.10
          args: ["--port", "8080"]
          ports:
            - name: http
              containerPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-new
spec:
  replicas: 2
  selector:
    matchLabels: {app: web, version: new}
  template:
    metadata:
      labels: {app: web, version: new}
    spec:
      containers:
        - name: web
          image: traefik/whoami:v1.11
          args: ["--port", "9090"]
          ports:
            - name: http
              containerPort: 9090
`,
    },
  ],
  steps: [
    {
      label: 'Rename the port in the new version',
      say: 'Its pods are ready, but have no port named http: they are no endpoints, and the old ones do all the work.',
      do: edit('- name: http\n              containerPort: 9090', '- name: web\n              containerPort: 9090'),
    },
    {
      label: 'Name it http again',
      say: 'Both versions are endpoints again, each on its own number.',
      do: edit('- name: web\n              containerPort: 9090', '- name: http\n              containerPort: 9090'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'web-client', only: ['answered'], http: 200, servers: 4 } },
    { after: 0, that: { type: 'endpoints', service: 'web', ready: 4 } },
    { after: 1, from: 6000, that: { type: 'requests', client: 'web-client', only: ['answered'], servers: 2 } },
    { after: 1, that: { type: 'endpoints', service: 'web', ready: 2 } },
    { after: 2, that: { type: 'endpoints', service: 'web', ready: 4 } },
  ],
}
