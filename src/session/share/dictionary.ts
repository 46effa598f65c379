/**
 * Ordinary manifest text that every link of version 1 may refer to instead of holding it. It is part of the format for ever:
 * not one character of it may change (a test holds its checksum); another dictionary makes version 2. The most common text
 * stands last, where a reference to it is shortest.
 */
export const DICTIONARY_V1 = `{"x":"cluster-ip","x":"node-port","x":"load-balancer","x":"load-balancer-pending","x":"external-name","x":"headless-stateful-set","x":"external-database","x":"several-ports","x":"named-target-port","x":"other-namespace","x":"readiness","x":"scale-and-replace","x":"rolling-update","x":"large","x":"wrong-selector","x":"wrong-target-port","x":"session-affinity","x":"external-traffic-policy-local",["clients.yaml",["lab.yaml","v":{"mode":"nodes","selected":"Service/default/web","tab":"requests"},"t":1000,"l":[{"at":1000,"type":"act","action":{"type":"delete","object":"Pod/default/web-"}},{"at":,"type":"edit","edits":[{"file":"app.yaml","from":,"to":,"insert":"
apiVersion: batch/v1
kind: CronJob
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: Never
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: default
---
apiVersion: v1
kind: Secret
metadata:
  name: credentials
type: Opaque
stringData:
  password: redacted
data:
  password: cmVkYWN0ZWQ=
---
apiVersion: v1
kind: Node
metadata:
  name: node-1
  labels:
    topology.kubernetes.io/zone: zone-a
    kubernetes.io/hostname: node-1
spec:
  unschedulable: true
  taints:
    - key: node-role.kubernetes.io/control-plane
      effect: NoSchedule
---
apiVersion: v1
kind: Endpoints
metadata:
  name: database
subsets:
  - addresses:
      - ip: 203.0.113.20
    ports:
      - port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database-1
  labels:
    kubernetes.io/service-name: database
addressType: IPv4
ports:
  - name: postgres
    port: 5432
    protocol: TCP
endpoints:
  - addresses: ["203.0.113.20"]
    conditions:
      ready: true
    nodeName: node-1
    zone: zone-a
---
apiVersion: v1
kind: Service
metadata:
  name: my-database
spec:
  type: ExternalName
  externalName: my.database.example.com
---
apiVersion: fairlead.dev/v1
kind: Cluster
metadata:
  name: lab
spec:
  nodes:
    - {name: node-1, zone: zone-a, internalIP: 172.18.0.11}
    - {name: node-2, zone: zone-b, internalIP: 172.18.0.12}
    - {name: node-3, zone: zone-b, internalIP: 172.18.0.13}
  podCIDR: 10.244.0.0/16
  serviceCIDR: 10.96.0.0/16
  nodePortRange: 30000-32767
  proxyMode: iptables
  proxyMode: nftables
  loadBalancers: cloud
  loadBalancers: none
  clusterDomain: cluster.local
  externalNames: {my.database.example.com: 203.0.113.20}
  undeclaredPorts: refuse
  seed: 1
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  namespace: kube-system
spec:
  updateStrategy:
    type: RollingUpdate
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  podManagementPolicy: Parallel
  replicas: 3
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: postgres
          image: postgres:17
          env:
            - name: POSTGRES_PASSWORD
              value: redacted
              valueFrom:
                secretKeyRef:
                  name: credentials
                  key: password
                configMapKeyRef:
          envFrom:
            - configMapRef:
                name: config
          ports:
            - containerPort: 5432
              name: postgres
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: ["ReadWriteOnce"]
        resources:
          requests:
            storage: 1Gi
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  LOG_LEVEL: info
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
  labels:
    app: web
    tier: frontend
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web
    app.kubernetes.io/component: server
    app.kubernetes.io/part-of: shop
    app.kubernetes.io/version: "1.0"
    app.kubernetes.io/managed-by: Helm
  annotations:
    fairlead.dev/listen: "8080"
    fairlead.dev/ready: "false"
    fairlead.dev/ready: "after 5s"
    fairlead.dev/latency: "200ms"
    fairlead.dev/errors: "10%"
    fairlead.dev/crash: "after 30s"
    fairlead.dev/sigterm: "drain 5s"
    fairlead.dev/terminating: "hold"
spec:
  nodeName: node-1
  nodeSelector:
  hostNetwork: true
  serviceAccountName: web
  containers:
    - name: web
      image: registry.k8s.io/e2e-test-images/agnhost:2.53
      command: ["sh", "-c"]
      args: ["netexec", "--http-port=8080"]
      livenessProbe:
        tcpSocket:
          port: 8080
        initialDelaySeconds: 5
        timeoutSeconds: 1
        failureThreshold: 3
      startupProbe:
        exec:
          command:
      lifecycle:
        preStop:
          exec:
      securityContext:
        runAsNonRoot: true
      imagePullPolicy: IfNotPresent
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: browser
spec:
  from: internet
  from: node/node-1
  url: http://172.18.0.11:30080/
  url: http://192.0.2.1/
  url: tcp://database:5432
  every: 500ms
  every: once
  connection: keep-alive
  timeout: 2s
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
  labels:
    app: web
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  internalTrafficPolicy: Local
  externalTrafficPolicy: Local
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 10800
  trafficDistribution: PreferClose
  loadBalancerSourceRanges:
    - 198.51.100.0/24
  externalIPs:
  type: NodePort
  type: LoadBalancer
  type: ClusterIP
  selector:
    app: web
  ports:
    - name: metrics
      port: 9090
      targetPort: metrics
    - name: https
      port: 443
      targetPort: https
      protocol: UDP
      nodePort: 30080
      appProtocol: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: frontend
  labels:
    app: frontend
spec:
  replicas: 2
  revisionHistoryLimit: 10
  minReadySeconds: 5
  strategy:
    type: Recreate
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      app: frontend
  template:
    metadata:
      labels:
        app: frontend
        version: v1
    spec:
      containers:
        - name: app
          image: nginx
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 2
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 256Mi
---
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: client
spec:
  from: pod/client
  url: http://web/
  every: 1s
---
# A Service gives the pods one name and one address. It selects the pods by their labels, and sends each request to one of them.
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
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
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
          image: nginx:1.27
          ports:
            - containerPort: 80
{"f":[["app.yaml",`
