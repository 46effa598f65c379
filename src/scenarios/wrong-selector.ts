import { edit, type Scenario, yaml } from './scenario.ts'

export const wrongSelector: Scenario = {
  id: 'wrong-selector',
  title: 'Wrong selector',
  group: 'What goes wrong',
  summary: 'The Service looks for a label that no pod has: no endpoints, refused.',
  story:
    'A Service and its pods find each other by labels only, never by name. Here the selector says app: web, and the pods say app: website. Nothing complains, but the Service has no endpoints, and whoever asks is refused at once.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: website
spec:
  selector:
    app: web    # the pods say: website
  ports:
    - name: http
      port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: website
spec:
  replicas: 3
  selector:
    matchLabels:
      app: website
  template:
    metadata:
      labels:
        app: website
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
          ports:
            - containerPort: 80
`,
    },
  ],
  steps: [
    {
      label: 'Mend the selector',
      say: 'Now it finds three pods, and they are its endpoints within moments.',
      do: edit('app: web    # the pods say: website', 'app: website'),
    },
    {
      label: 'Ask for more than the pods have',
      say: 'A selector means all its labels at once: no pod has tier: front, so none is found.',
      do: edit('selector:\n    app: website\n  ports', 'selector:\n    app: website\n    tier: front\n  ports'),
    },
    {
      label: 'Only what they have',
      say: 'Answered again.',
      do: edit('    tier: front\n', ''),
    },
  ],
  expect: [
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'website-client', only: ['refused'], because: 'proxy.no-endpoints' },
    },
    { after: 0, that: { type: 'problem', service: 'website', code: 'service.no-pods' } },
    { after: 1, that: { type: 'requests', client: 'website-client', only: ['answered'], http: 200 } },
    { after: 1, that: { type: 'endpoints', service: 'website', ready: 3 } },
    { after: 2, that: { type: 'requests', client: 'website-client', only: ['refused'] } },
    { after: 3, that: { type: 'requests', client: 'website-client', only: ['answered'] } },
  ],
}
