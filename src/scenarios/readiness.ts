import { edit, type Scenario, yaml } from './scenario.ts'

const pod = (n: number) => yaml`
apiVersion: v1
kind: Pod
metadata:
  name: web-${n}
  labels:
    app: web
  annotations:
    # what the probe finds
    fairlead.dev/ready: "true"   # web-${n}
spec:
  containers:
    - name: web
      image: traefik/whoami:v1.11
      ports:
        - containerPort: 80
      readinessProbe:
        httpGet:
          path: /health
          port: 80
        periodSeconds: 1
        failureThreshold: 2
`

export const readiness: Scenario = {
  id: 'readiness',
  title: 'Readiness takes a pod out',
  group: 'Pods come and go',
  summary: 'A pod whose readiness probe fails runs on, but gets no requests.',
  story:
    'Each pod is asked every second whether it is ready. When web-2 says no twice, it is not restarted: it leaves the Service, and the other one gets the requests. When it says yes again it is back. If no pod is ready, connections are refused.',
  files: [
    {
      name: 'app.yaml',
      text: [
        yaml`
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
`,
        pod(1),
        pod(2),
      ].join('---\n'),
    },
  ],
  steps: [
    {
      label: 'web-2 is busy',
      say: 'After two failed probes web-2 is not ready: it leaves the endpoints, and web-1 gets everything.',
      do: edit('"true"   # web-2', '"false"   # web-2'),
    },
    {
      label: 'web-1 too',
      say: 'No pod is ready: the Service has no endpoints, and connections are refused, though both pods run.',
      do: edit('"true"   # web-1', '"false"   # web-1'),
    },
    {
      label: 'web-1 is back',
      say: 'One passed probe is enough: web-1 is an endpoint again, and gets everything.',
      do: edit('"false"   # web-1', '"true"   # web-1'),
    },
    {
      label: 'web-2 is back',
      say: 'Both share the work again; neither was restarted.',
      do: edit('"false"   # web-2', '"true"   # web-2'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'web-client', only: ['answered'], http: 200, servers: 2 } },
    { after: 1, from: 4000, that: { type: 'requests', client: 'web-client', only: ['answered'], servers: 1 } },
    { after: 1, that: { type: 'endpoints', service: 'web', ready: 1 } },
    {
      after: 2,
      from: 4000,
      that: { type: 'requests', client: 'web-client', only: ['refused'], because: 'proxy.no-endpoints' },
    },
    { after: 2, that: { type: 'problem', service: 'web', code: 'service.none-ready' } },
    { after: 3, from: 4000, that: { type: 'requests', client: 'web-client', only: ['answered'], servers: 1 } },
    { after: 4, from: 4000, that: { type: 'requests', client: 'web-client', only: ['answered'], servers: 2 } },
    { after: 4, that: { type: 'problem', service: 'web', code: null } },
  ],
}
