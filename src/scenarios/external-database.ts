import { edit, type Scenario, yaml } from './scenario.ts'

export const externalDatabase: Scenario = {
  id: 'external-database',
  title: 'A Service for a database outside',
  group: 'Types of Services',
  summary: 'No selector: the endpoints are written by hand, to an address beyond the cluster.',
  story:
    'This database runs outside the cluster, at a fixed address. The Service has no selector, so its endpoints are what somebody writes into an EndpointSlice. The application asks for postgres as if it were in the cluster; when the database moves, only the slice changes.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: postgres
spec:
  ports:             # no selector
    - name: postgres
      port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: postgres-1
  labels:
    # whose endpoints these are:
    kubernetes.io/service-name: postgres
addressType: IPv4
ports:
  - name: postgres   # as in the Service
    port: 5432
endpoints:
  - addresses:
      - 203.0.113.20
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
  url: tcp://postgres:5432
`,
    },
  ],
  steps: [
    {
      label: 'The database moves',
      say: 'One address changes in the slice; name and address of the Service stay.',
      do: edit('203.0.113.20', '203.0.113.21'),
    },
    {
      label: 'Forget the label',
      say: 'Without the label the slice belongs to no Service: postgres has no endpoints, and connections are refused.',
      do: edit('kubernetes.io/service-name: postgres', 'app: postgres'),
    },
    {
      label: 'Put the label back',
      say: 'The slice is found again.',
      do: edit('app: postgres', 'kubernetes.io/service-name: postgres'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 1 } },
    { after: 0, that: { type: 'endpoints', service: 'postgres', ready: 1 } },
    { after: 1, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 1 } },
    { after: 2, that: { type: 'requests', client: 'shop', only: ['refused'], because: 'proxy.no-endpoints' } },
    { after: 3, that: { type: 'requests', client: 'shop', only: ['answered'] } },
  ],
}
