import { edit, type Scenario, yaml } from './scenario.ts'

export const rollingUpdate: Scenario = {
  id: 'rolling-update',
  title: 'A rolling update',
  group: 'Pods come and go',
  summary: 'New version, pod by pod, and what a readiness probe and a slow stop are good for.',
  story:
    'A new image replaces the pods one by one: a new pod must be ready before an old one goes. Two things keep requests from being lost: the readiness probe, which tells when a new pod can serve, and an old pod that serves on for some seconds while all nodes learn that it is leaving.',
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
  strategy:
    rollingUpdate:
      maxSurge: 1         # up to four
      maxUnavailable: 0   # never below three
  template:
    metadata:
      labels:
        app: web
      annotations:
        # serves on when asked to stop
        fairlead.dev/sigterm: drain 5s
    spec:
      containers:
        - name: web
          image: nginx:1.28
          ports:
            - containerPort: 80
          readinessProbe:
            httpGet:
              path: /
              port: 80
            initialDelaySeconds: 2
            periodSeconds: 1
`,
    },
    {
      name: 'clients.yaml',
      text: yaml`
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: shop
spec:
  from: pod/shop
  url: http://web/
  every: 200ms
`,
    },
  ],
  steps: [
    {
      label: 'Roll out nginx 1.29',
      say: 'Pod by pod, and no request is lost: new ones are ready before old ones go, and old ones drain.',
      do: edit('image: nginx:1.28', 'image: nginx:1.29'),
    },
    {
      label: 'Roll out one that never gets ready',
      say: 'The first new pod never becomes ready, so no old one goes: the rollout stands still, and all is answered.',
      do: edit('drain 5s', 'drain 5s\n        fairlead.dev/ready: "false"'),
    },
    {
      label: 'Roll back',
      say: 'The template is what it was: the pod that never got ready goes, the others never left.',
      do: edit('\n        fairlead.dev/ready: "false"', ''),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], http: 200, servers: 3 } },
    { after: 1, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'] } },
    { after: 1, that: { type: 'endpoints', service: 'web', ready: 3 } },
    { after: 2, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 3 } },
    { after: 2, that: { type: 'endpoints', service: 'web', ready: 3 } },
    { after: 3, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 3 } },
  ],
}
