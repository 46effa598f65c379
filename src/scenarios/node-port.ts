import { edit, type Scenario, yaml } from './scenario.ts'

const visitor = (n: number) => yaml`
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: visitor-${n}
spec:
  from: internet
  url: http://172.18.0.1${n}:30080/  # node-${n}
  every: 1s
`

export const nodePort: Scenario = {
  id: 'node-port',
  title: 'NodePort: a door in every node',
  group: 'Types of Services',
  summary: 'Every node opens the same port, also nodes where none of the pods runs.',
  story:
    'From outside nobody can reach a pod or a cluster IP. A Service of type NodePort opens the same port, here 30080, on every node. It does not matter which node is asked: it sends the request on to any pod, also to one on another node. The node view shows packets cross from node to node.',
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
  selector:
    app: web
  ports:
    - port: 80          # in the cluster
      targetPort: 8080  # in the pod
      nodePort: 30080   # on every node
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
    { name: 'clients.yaml', text: [1, 2, 3].map(visitor).join('---\n') },
  ],
  steps: [
    {
      label: 'One pod only',
      say: 'All three nodes still answer: two of them pass every request on to the node where the pod runs.',
      do: edit('replicas: 2', 'replicas: 1'),
    },
    {
      label: 'Another port',
      say: 'The nodes open 30081 and close 30080: the visitors, who still ask on the old one, are refused.',
      do: edit('nodePort: 30080', 'nodePort: 30081'),
    },
    {
      label: 'A port out of range',
      say: 'Node ports lie between 30000 and 32767: the API server refuses 8080, and 30081 stays.',
      do: edit('nodePort: 30081', 'nodePort: 8080'),
    },
    {
      label: 'Back to 30080',
      say: 'The visitors are answered again.',
      do: edit('nodePort: 8080', 'nodePort: 30080'),
    },
  ],
  expect: [
    ...[1, 2, 3].flatMap((n) => [
      {
        after: 0,
        from: 0,
        that: { type: 'requests', client: `visitor-${n}`, only: ['answered'], http: 200, servers: 2 },
      } as const,
      { after: 1, that: { type: 'requests', client: `visitor-${n}`, only: ['answered'], servers: 1 } } as const,
    ]),
    { after: 2, that: { type: 'requests', client: 'visitor-1', only: ['refused'], because: 'host.not-listening' } },
    { after: 3, that: { type: 'diagnostic', code: 'api.refused', words: 'port' } },
    { after: 4, that: { type: 'requests', client: 'visitor-1', only: ['answered'] } },
  ],
}
