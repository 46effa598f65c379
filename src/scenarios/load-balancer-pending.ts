import { edit, type Scenario, yaml } from './scenario.ts'

export const loadBalancerPending: Scenario = {
  id: 'load-balancer-pending',
  title: 'LoadBalancer without a cloud',
  group: 'Types of Services',
  summary: 'On a plain cluster the external address stays <pending> for ever.',
  story:
    'A cluster on your own machines has no cloud that could give an address, so EXTERNAL-IP stays <pending> for ever. Nothing is broken: the Service works within the cluster, and its node port works from outside. What is missing is something that gives addresses, such as MetalLB.',
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
      nodePort: 30080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
spec:
  replicas: 2
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
    {
      name: 'lab.yaml',
      text: yaml`
# The cluster itself, and who asks.
apiVersion: fairlead.dev/v1
kind: Cluster
metadata:
  name: lab
spec:
  loadBalancers: none     # or cloud
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: visitor
spec:
  from: internet
  # the first address that a cloud would give
  url: http://192.0.2.1/
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: neighbour
spec:
  from: internet
  url: http://172.18.0.11:30080/  # node-1
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: shop
spec:
  from: pod/shop
  url: http://front/
`,
    },
  ],
  steps: [
    {
      label: 'Move to a cloud',
      say: 'Another cluster, so the run starts over: here the balancer comes, and the visitor is answered.',
      do: edit('loadBalancers: none     # or cloud', 'loadBalancers: cloud', 'lab.yaml'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'visitor', only: ['timed out'] } },
    { after: 0, from: 0, that: { type: 'requests', client: 'neighbour', only: ['answered'], http: 200 } },
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], http: 200 } },
    { after: 0, that: { type: 'note', service: 'front', code: 'service.pending-balancer' } },
    { after: 1, from: 6000, that: { type: 'requests', client: 'visitor', only: ['answered'], http: 200 } },
    { after: 1, that: { type: 'problem', service: 'front', code: null } },
  ],
}
