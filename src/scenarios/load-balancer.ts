import { edit, type Scenario, yaml } from './scenario.ts'

export const loadBalancer: Scenario = {
  id: 'load-balancer',
  title: 'LoadBalancer: an address from the cloud',
  group: 'Types of Services',
  summary: 'The cloud gives an address to the world; node port and cluster IP come with it.',
  story:
    'On a cloud, type LoadBalancer asks for an address that the whole world can reach. The balancer hands each connection to one of the nodes, and the node sends it to a pod. Within the cluster the Service is a ClusterIP like any other.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: front
spec:
  type: LoadBalancer
  selector:
    app: front
  ports:
    - name: http
      port: 80
      targetPort: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
spec:
  replicas: 3
  selector:
    matchLabels:
      app: front
  template:
    metadata:
      labels:
        app: front
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
      label: 'Give the address back',
      say: 'As a ClusterIP the Service is for the cluster only: the cloud takes the balancer down, and the world has no way in.',
      do: edit('type: LoadBalancer', 'type: ClusterIP'),
    },
    {
      label: 'Ask for one again',
      say: 'The address is <pending> until the cloud has set a balancer up, then visitors come in through it.',
      do: edit('type: ClusterIP', 'type: LoadBalancer'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'front-client', only: ['answered'], http: 200 } },
    {
      after: 0,
      from: 0,
      that: { type: 'requests', client: 'front-visitor', only: ['answered'], http: 200, servers: 3 },
    },
    { after: 1, from: 0, that: { type: 'requests', client: 'front-client', only: ['answered'] } },
    { after: 2, from: 6000, that: { type: 'requests', client: 'front-visitor', only: ['answered'] } },
    { after: 2, that: { type: 'problem', service: 'front', code: null } },
  ],
}
