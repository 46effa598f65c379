import { edit, type Scenario, yaml } from './scenario.ts'

export const severalPorts: Scenario = {
  id: 'several-ports',
  title: 'Several ports',
  group: 'Names and ports',
  summary: 'One Service, two ports: with several, each needs a name.',
  story:
    'RabbitMQ listens on two ports: 5672 for messages, 15672 for its web page. The Service offers both, the page under the friendlier port 80. With several ports each needs a name, so that everybody knows which is meant. Try to leave a name out: the API server refuses it, and the cluster keeps what it had.',
  files: [
    {
      name: 'app.yaml',
      text: yaml`
apiVersion: v1
kind: Service
metadata:
  name: rabbitmq
spec:
  selector:
    app: rabbitmq
  ports:
    - name: amqp
      port: 5672
      # no targetPort: the same number
    - name: http-ui
      port: 80
      targetPort: 15672
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: rabbitmq
spec:
  replicas: 2
  selector:
    matchLabels:
      app: rabbitmq
  template:
    metadata:
      labels:
        app: rabbitmq
    spec:
      containers:
        - name: rabbitmq
          image: rabbitmq:4-management
          ports:
            - containerPort: 5672
            - containerPort: 15672
`,
    },
  ],
  steps: [
    {
      label: 'Leave a name out',
      say: 'With several ports each needs a name: the API server refuses the change, and the Service stays as it was.',
      do: edit('- name: http-ui\n      port: 80', '- port: 80'),
    },
    {
      label: 'Name it again',
      say: 'The text and the cluster agree again.',
      do: edit('- port: 80', '- name: http-ui\n      port: 80'),
    },
    {
      label: 'Move the page to port 8080',
      say: 'Only the Service changes: pods still listen on 15672, and nobody asks on port 80 any more.',
      do: edit('port: 80\n', 'port: 8080\n'),
    },
  ],
  expect: [
    { after: 0, from: 0, that: { type: 'requests', client: 'rabbitmq-client-amqp', only: ['answered'] } },
    { after: 0, from: 0, that: { type: 'requests', client: 'rabbitmq-client-http-ui', only: ['answered'], http: 200 } },
    { after: 1, that: { type: 'diagnostic', code: 'api.refused', words: 'name' } },
    { after: 1, from: 0, that: { type: 'requests', client: 'rabbitmq-client-http-ui', only: ['answered'] } },
    { after: 3, that: { type: 'requests', client: 'rabbitmq-client-http-ui', only: ['answered'] } },
    { after: 3, that: { type: 'endpoints', service: 'rabbitmq', ready: 2 } },
  ],
}
