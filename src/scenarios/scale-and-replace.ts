import { edit, type Scenario, yaml } from './scenario.ts'

export const scaleAndReplace: Scenario = {
  id: 'scale-and-replace',
  title: 'Scaling and replacing pods',
  group: 'Pods come and go',
  summary: 'More pods, fewer pods, all pods new: behind the same address.',
  story:
    'Pods are not kept, they are replaced. Scale the Deployment up and down, or restart it so that every pod is a new one with a new address: the clients ask the same name and the same address all the time. The endpoints of the Service follow, some moments later.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  selector:
    app: api
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
      annotations:
        # serves on when asked to stop
        fairlead.dev/sigterm: drain 5s
    spec:
      containers:
        - name: api
          image: hashicorp/http-echo:1.0
          args: ["-listen=:5678", "-text=hello"]
          ports:
            - name: http
              containerPort: 5678
          readinessProbe:
            httpGet:
              path: /
              port: http
            periodSeconds: 2
`,
    },
  ],
  steps: [
    {
      label: 'Six pods',
      say: 'Four more start; each gets requests from the moment it is ready, not before.',
      do: edit('replicas: 2', 'replicas: 6'),
    },
    {
      label: 'Restart them all',
      say: 'As kubectl rollout restart: every pod is replaced, a few at a time, and the address stays.',
      do: { type: 'act', action: { type: 'restart', object: 'Deployment/default/api' } },
    },
    {
      label: 'One pod',
      say: 'Five are asked to stop; they finish what they have while new connections go to the one that stays.',
      do: edit('replicas: 6', 'replicas: 1'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'api-client', only: ['answered'], servers: 2 } },
    { after: 1, from: 0, that: { type: 'requests', client: 'api-client', only: ['answered'] } },
    { after: 1, that: { type: 'endpoints', service: 'api', ready: 6 } },
    { after: 2, from: 0, that: { type: 'requests', client: 'api-client', only: ['answered'] } },
    { after: 3, from: 0, that: { type: 'requests', client: 'api-client', only: ['answered'] } },
    { after: 3, that: { type: 'endpoints', service: 'api', ready: 1 } },
  ],
}
