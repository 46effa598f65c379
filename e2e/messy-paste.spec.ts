import { expect, test } from './fairlead.ts'

/** As it comes out of a wiki, a chart and three colleagues. */
const MESS = `# the shop, copied from the wiki

---
# nothing in this document

---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: front, annotations: {helm.sh/chart: "{{ .Chart.Name }}-1.2.3"}}
    spec:
      selector: {app: front}
      ports: [{name: http, port: 80, targetPort: 8080}]
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: front}
    spec:
      replicas: 2
      selector: {matchLabels: {app: front}}
      template:
        metadata: {labels: {app: front}, annotations: {note: 'see {{ .Values.note }}'}}
        spec: {containers: [{name: app, image: "traefik/whoami", args: [--port, "8080"]}]}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: front-tls
spec:
  secretName: front-tls
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
spec:
  defaultBackend: {service: {name: front, port: {number: 80}}}
---
{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}, "ports": [{"port": 80}]}}
---
apiVersion: v1
kind: Pod
metadata:
  name: api-1
  labels: {app: api}
spec:
  containers:
    - name: api
      image: nginx
`

test('a messy text with many documents shows what can be seen, and names what cannot', async ({ fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('external database')
  await fairlead.openFiles({ name: 'app.yaml', text: MESS })
  await expect(fairlead.picture.getByRole('button', { name: /^Service front, ClusterIP/ })).toBeVisible()
  await expect(fairlead.picture.getByRole('button', { name: /^Service api, ClusterIP/ })).toBeVisible()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod front-.*, ready/ })).toHaveCount(2)
  await expect(fairlead.picture.getByRole('button', { name: /^Pod api-1, ready/ })).toBeVisible()

  await fairlead.tab('Problems')
  await expect(fairlead.problems.filter({ hasText: 'Certificate' })).toContainText('not simulated')
  await expect(fairlead.problems.filter({ hasText: 'Ingress' })).toContainText('not simulated')
  await expect(fairlead.problems.filter({ hasText: /syntax|error converting/i })).toHaveCount(0)
})
