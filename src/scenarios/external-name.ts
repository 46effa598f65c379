import { edit, type Scenario, yaml } from './scenario.ts'

export const externalName: Scenario = {
  id: 'external-name',
  title: 'ExternalName: an alias in DNS',
  group: 'Types of Services',
  summary: 'A Service that is only another name: no address, no proxy, no pods.',
  story:
    "The database lives outside the cluster, under a long name. A Service of type ExternalName gives it a short one: the cluster's DNS answers db with an alias (CNAME), and the client goes there by itself. Nothing is proxied, so ports and selectors mean nothing here.",
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  type: ExternalName
  externalName: my.database.example.com
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
  url: tcp://db:5432
`,
    },
  ],
  steps: [
    {
      label: 'Move to another provider',
      say: 'One line changes; the application keeps asking for db.',
      do: edit('my.database.example.com', 'example.com'),
    },
    {
      label: 'A name that nobody knows',
      say: 'The alias is there, but leads nowhere: the name is not found.',
      do: edit('externalName: example.com', 'externalName: db.nowhere.example'),
    },
    {
      label: 'Back to the database',
      say: 'The alias leads to the database again.',
      do: edit('db.nowhere.example', 'my.database.example.com'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 1 } },
    { after: 1, that: { type: 'requests', client: 'shop', only: ['answered'], servers: 1 } },
    { after: 2, from: 6000, that: { type: 'requests', client: 'shop', only: ['name not found'] } },
    { after: 3, from: 6000, that: { type: 'requests', client: 'shop', only: ['answered'] } },
  ],
}
