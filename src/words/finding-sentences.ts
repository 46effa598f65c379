import type { CauseCode, Finding } from '../model/index.ts'
import type { FindingParamsOf } from './finding-params.ts'
import { podName, serviceName } from './names.ts'
import { formatMs } from './numbers.ts'
import { count, listOf, type Phrase, plainText, say } from './phrase.ts'

type Table = { readonly [C in CauseCode]: (p: FindingParamsOf<C>) => Phrase[] }

const workload = (name: string | undefined): Phrase[] => (name ? say`*${name}*` : say`the workload`)
/** "Deployment web" → its pods. */
const podsOf = (name: string | undefined): Phrase[] =>
  name?.startsWith('Pod ') ? say`pod *${name.slice(4)}*` : name ? say`the pods of *${name}*` : say`the pods`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const labels = (text: string | undefined): Phrase[] => (text ? say`<${text}>` : say`its labels`)
/** Where it is known from the manifest only, the sentence says so: a program may listen where nothing is declared. */
const byPorts = (p: { declared?: boolean }): string => (p.declared ? ' (as containerPorts say)' : '')
const openAt = (listens: readonly string[] | undefined): Phrase[] =>
  listens?.length ? say`; it listens on *${listOf(listens)}*` : say`; it listens nowhere`

/** What is wrong, and what would mend it: each stands alone, for who reads nothing else. */
const SENTENCES: Table = {
  'selector.no-match': (p) => {
    if (p.where === 'workload')
      return say`${serviceName(p)} selects ${labels(p.selector)}, and ${workload(p.workload)} has that label only on itself: its pods get the labels of spec.template. Put ${labels(p.missing)} under spec.template.metadata.labels`
    const finds = say`${serviceName(p)} selects ${labels(p.selector)}, and no pod of its namespace has ${p.selector?.includes(',') ? 'all of these labels' : 'this label'}`
    if (p.workload && p.has)
      return say`${finds}; ${podsOf(p.workload)} ${p.workload.startsWith('Pod ') ? 'has' : 'have'} ${labels(p.has)}. Make the selector and those labels the same`
    if (p.workload) return say`${finds}; ${podsOf(p.workload)} have no labels at all. Give them this label`
    return p.pods === 0
      ? say`${finds}: there are no pods in the namespace at all. Add the workload that it is for`
      : say`${finds}. Change the selector to labels that the pods have`
  },
  'selector.too-broad': (p) => {
    const also = say`The selector ${labels(p.selector)} of ${serviceName(p)} finds ${podsOf(p.workload)} too`
    if (p.what === 'job')
      return say`${also}: as long as they run they get requests that are meant for ${podsOf(p.kept)}. Select a label that only ${podsOf(p.kept)} have`
    if (p.what === 'deaf')
      return say`${also}, and ${p.port === undefined ? 'they do not listen there' : `they do not answer for port ${p.port}`}: requests drawn to them fail. Select a label that only ${podsOf(p.kept)} have`
    return say`${also}, so requests for ${workload(p.kept)} are shared out to both. Select a label that only ${podsOf(p.kept)} have`
  },
  'selector.other-namespace': (p) => {
    const there = p.elsewhere?.length
      ? say`; ${podsOf(p.workload)} in namespace *${listOf(p.elsewhere)}* ${p.workload?.startsWith('Pod ') ? 'has' : 'have'} it`
      : []
    return say`${serviceName(p)} selects ${labels(p.selector)}, and no pod of its own namespace has it${there}. A selector never reaches beyond its namespace: put the Service where its pods are`
  },

  'port.not-listening': (p) => {
    const nobody = say`nobody listens on *${p.port ?? 'that port'}${p.protocol ? `/${p.protocol}` : ''}*`
    const where = openAt(p.listens)
    if (p.object)
      return say`${workload(p.object)} sends ${serviceName(p)} to *${p.address ?? ''}:${p.port ?? ''}*, where nobody listens. Write the port on which that machine listens`
    if (p.direct) return say`${podName(p.pod)}: ${nobody}${where}`
    if (p.portName)
      return say`${workload(p.workload)} gives the name *${p.portName}*, which ${serviceName(p)} targets, to port ${p.port ?? ''}, where ${nobody}${where}. ${p.meant === undefined ? say`Let the name stand for the port on which the container listens` : say`Set containerPort to ${p.meant}`}`
    const said =
      p.targetPort === undefined
        ? say`${serviceName(p)} sends to port *${p.port ?? ''}*`
        : say`${serviceName(p)} has <targetPort: ${p.targetPort}>`
    const head = say`${said}, where ${nobody} in ${podsOf(p.workload)}${p.listens?.length ? say`; they listen on *${listOf(p.listens)}*${byPorts(p)}` : say`; they listen nowhere`}`
    if (p.swapped)
      return say`${head}. port and targetPort look swapped: port is what clients ask, targetPort is where the container listens`
    return p.meant === undefined
      ? say`${head}. Set targetPort to the port on which the container listens`
      : say`${head}. Set targetPort to ${p.meant}`
  },
  'port.loopback-only': (p) =>
    say`${podsOf(p.workload)} ${p.workload?.startsWith('Pod ') ? 'listens' : 'listen'} on *127.0.0.1:${p.port ?? ''}* only, which nobody outside of the pod reaches. Let ${p.container ? say`container *${p.container}*` : say`the program`} listen on all addresses (0.0.0.0)`,
  'port.name-unknown': (p) => {
    const said = say`${serviceName(p)} has <targetPort: ${p.portName ?? ''}>, and no container of ${podsOf(p.workload)} has a port of that name`
    const has = p.names?.length
      ? say` (they are named *${listOf(p.names)}*)`
      : p.numbers?.length
        ? say` (they declare ${listOf(p.numbers)}, without names)`
        : say` (they declare none)`
    if (p.near) return say`${said}${has}. Set targetPort to ${p.near}`
    return say`${said}${has}. Set targetPort to a number, or give the container's port that name`
  },
  'port.not-on-service': (p) => {
    const ports = p.ports?.length ? say`; it has *${listOf(p.ports)}*` : []
    if (p.behind)
      return say`${serviceName(p)} is only an alias in DNS for ${p.behind}: its own ports mean nothing, and ${p.behind} has no port *${p.port ?? ''}*${ports}. Ask ${p.meant === undefined ? 'one of these' : `port ${p.meant}`}`
    const head = say`${serviceName(p)} has no port *${p.port ?? ''}${p.protocol ? `/${p.protocol}` : ''}*${ports}`
    if (p.confused === 'targetPort')
      return say`${head}. ${p.port ?? 'That'} is its targetPort, on which the pods listen: clients ask port ${p.meant ?? ''}`
    if (p.confused === 'nodePort')
      return say`${head}. ${p.port ?? 'That'} is its nodePort, which nodes answer: at the Service's own address ask port ${p.meant ?? ''}`
    return p.meant === undefined
      ? say`${head}. Ask one of these, or add the port`
      : say`${head}. Ask port ${p.meant}, or add port ${p.port ?? ''}`
  },
  'port.protocol': (p) => {
    const both = { want: p.protocol ?? 'one protocol', has: p.other ?? 'another' }
    switch (p.where) {
      case 'named':
        return say`${serviceName(p)} has <targetPort: ${p.portName ?? ''}> for ${both.want}, and the container's port of that name is ${both.has}. Make the protocols the same`
      case 'socket':
        return say`${serviceName(p)} sends ${both.want} to port *${p.port ?? ''}*, where ${podsOf(p.workload)} listen for ${both.has}. Set the port's protocol to ${both.has}`
      case 'endpoints':
        return say`Port *${p.port ?? ''}* of ${serviceName(p)} is ${both.want}, and its endpoints are written down for ${both.has}. Make the protocols the same`
      case 'node-port':
        return say`Node port *${p.port ?? ''}* of ${serviceName(p)} is for ${both.has}, and was asked with ${both.want}. A port of one protocol does not answer the other`
      default:
        return say`Port *${p.port ?? ''}* of ${serviceName(p)} is for ${both.has}, and was asked with ${both.want}. A port of one protocol does not answer the other: ask it with ${both.has}, or add a ${both.want} port`
    }
  },

  'service.not-found': (p) => {
    if (p.what === 'governing')
      return say`${workload(p.workload)} has <serviceName: ${p.service ?? ''}>, and there is no such Service${p.near ? say` (there is *${p.near}*)` : []}: its pods get no names of their own in DNS. Add a headless Service of that name`
    if (p.what === 'deleted')
      return say`${serviceName(p)} stands in the text, and a command deleted it. Put it back with *kubectl apply -f*, or take it out of the text`
    const head = say`There is no Service *${p.service ?? p.host ?? ''}*${p.namespace ? say` in namespace *${p.namespace}*` : []}`
    if (p.elsewhere?.length)
      return say`${head}; namespace *${listOf(p.elsewhere)}* has one. Ask ${p.service ?? 'it'}.${p.elsewhere[0] ?? ''}`
    if (p.near) return say`${head}; there is *${p.near}*. Ask that, or rename the Service`
    if (p.workload)
      return say`${head}: ${workload(p.workload)} is there, and a workload has no name in DNS by itself. Add a Service for its pods`
    return say`${head}. Names of the cluster's DNS are those of Services: add it, or ask one that is there`
  },
  'dns.no-such-name': (p) => {
    switch (p.what) {
      case 'pod':
        return say`*${p.host ?? p.pod ?? ''}* is the name of a pod, and pods have no names in DNS. ${p.near ? say`Ask Service *${p.near}*, which selects it` : say`Ask a Service that selects it`}`
      case 'pod-of-set':
        return say`${podName(p.pod)} has no name below Service *${p.service ?? ''}*, since ${workload(p.workload)} ${p.found ? say`has <serviceName: ${p.found}>` : say`has no serviceName`}. Set serviceName to ${p.service ?? 'the headless Service'}`
      case 'pod-not-headless':
        return say`*${p.host ?? ''}* asks for one pod of Service *${p.service ?? ''}*, which has a cluster IP: single pods have names only below a headless Service. Set <clusterIP: None> (a new Service is needed for that)`
      case 'pod-unnamed':
        return say`${podName(p.pod)} has no name below Service *${p.service ?? ''}*: pods get one by <hostname> and <subdomain>, which a StatefulSet sets. Ask the Service itself`
      case 'alias-inside':
        return say`${serviceName(p)} is an alias for <${p.target ?? p.host ?? ''}>, and there is no such Service. ${p.right ? say`Set externalName to ${p.right}` : say`Set externalName to NAME.NAMESPACE.svc.cluster.local of a Service that is there`}`
      case 'alias-short':
        return say`${serviceName(p)} is an alias for <${p.target ?? p.host ?? ''}>, which is looked up as it stands, without a search path. Set externalName to ${p.right ?? 'the full name'}`
      case 'alias-loop':
        return say`${serviceName(p)} is an alias for <${p.target ?? p.host ?? ''}>, which is an alias too${p.found ? say` (for <${p.found}>)` : []} and leads to no address. Let one of them stand for a Service that has one`
      case 'form':
        return say`*${p.host ?? ''}* is not a name of the cluster's DNS. Names of Services have the form NAME.NAMESPACE.svc.DOMAIN: ask *${p.right ?? ''}*`
      case 'alias-outside':
        return say`${serviceName(p)} is an alias for <${p.target ?? p.host ?? ''}>, and nobody outside knows that name. Check externalName for a slip`
      default:
        return say`Nobody knows the name *${p.host ?? ''}*: it is no Service of the cluster, and the world outside has no such name either`
    }
  },
  'dns.not-cluster-dns': (p) => {
    if (p.pod)
      return say`${podName(p.pod)} does not ask the cluster's DNS (<dnsPolicy: ${p.policy ?? 'Default'}>${p.hostNetwork ? say` with <hostNetwork: true>` : []}), so it does not know *${p.host ?? ''}*. Set dnsPolicy to ${p.right ?? 'ClusterFirst'}`
    const who = p.from === 'node' ? 'A node' : 'The internet'
    const how = p.nodePort
      ? say`ask a node's address at node port ${p.nodePort}`
      : p.from === 'node'
        ? say`ask the Service's cluster IP`
        : say`make it a NodePort or LoadBalancer Service`
    return say`${who} does not ask the cluster's DNS, and *${p.host ?? ''}* is a name that only pods know. From there, ${how}`
  },
  'dns.search-path': (p) => {
    const where = p.elsewhere?.length ? say`namespace *${listOf(p.elsewhere)}*` : say`namespace *${p.namespace ?? ''}*`
    return say`*${p.host ?? ''}* is looked up in the client's own namespace${p.elsewhere?.length ? say`, and the Service is in ${where}` : []}. Ask *${p.right ?? `${p.service ?? ''}.${p.namespace ?? ''}`}*`
  },

  'pod.not-running': (p) => {
    const none =
      p.pods === 1
        ? say`The one pod that ${serviceName(p)} selects`
        : say`None of the ${count(p.pods ?? 0, 'pod')} that ${serviceName(p)} selects`
    if (p.starting)
      return say`${none} ${p.pods === 1 ? 'is still starting' : 'runs yet: they are starting'}. Nothing needs mending: wait`
    const state = p.pods === 1 ? say`${none} does not run` : say`${none} runs`
    switch (p.what) {
      case 'unschedulable':
        return say`${state}: no node takes ${podName(p.pod)}${p.message ? say` (${p.message})` : []}. Change what it asks of nodes, or the nodes`
      case 'finished':
        return say`${state}: ${podName(p.pod)} has ended (${p.phase ?? 'Succeeded'}), and pods that have ended get no requests. Select pods of something that keeps running, such as a Deployment`
      case 'probe':
        return say`${state}: the ${p.probe === 'startupProbe' ? 'startup' : 'liveness'} probe of container *${p.container ?? ''}*${p.asks ? say` (<${p.asks}>)` : []} fails, so the kubelet restarts it over and over. Let the probe ask a port on which the container listens, and give it the time that it needs`
      case 'stopped':
        return say`${state}: container *${p.container ?? ''}* of ${podName(p.pod)} stopped${p.exitCode === undefined ? [] : say` with exit code ${p.exitCode}`}${p.reason ? say` (${p.reason})` : []}. Look at its log, and mend its command, its configuration or its liveness probe`
      default:
        return say`${state}: ${podName(p.pod)} is ${p.phase ?? 'Pending'}${p.message ? say` (${p.message})` : []}`
    }
  },
  'pod.not-ready': (p) => {
    if (p.late)
      return say`The pods of ${serviceName(p)} are ready, and the node's proxy has not heard of it yet. Nothing needs mending: wait`
    const none =
      p.pods === 1
        ? say`The one pod that ${serviceName(p)} selects is not ready`
        : say`None of the ${count(p.pods ?? 0, 'pod')} that ${serviceName(p)} selects is ready`
    if (p.leaving) return say`${none}: they are on their way out`
    if (p.gate)
      return say`${none}: condition *${p.gate}*, which its readinessGates ask for, is not true. Whoever sets that condition has to`
    if (!p.probe) return say`${none}${p.message ? say` (${p.message})` : []}`
    const kind = p.probe === 'startupProbe' ? 'startup' : 'readiness'
    const fails = say`the ${kind} probe of container *${p.container ?? ''}*${p.asks ? say` (<${p.asks}>)` : []} fails`
    if (p.latencyMs)
      return say`${none}: the ${kind} probe of container *${p.container ?? ''}* (<${p.asks ?? ''}>) waits ${formatMs(p.timeoutMs ?? 1000)}, and the pod takes ${formatMs(p.latencyMs)} to answer. Give the probe a longer timeoutSeconds`
    const others = p.otherContainers ? say`. A pod is ready only when all its containers are` : []
    if (p.told)
      return say`${none}: ${fails}${p.message ? say`: ${p.message.replace(/^failed: /, '')}` : []}${others}. Mend what it asks, or the probe`
    const instead = p.listens?.length
      ? say`; the pod listens on *${listOf(p.listens)}*${byPorts(p)}`
      : say`; the pod listens nowhere`
    return say`${none}: ${fails}, since nobody answers there${instead}${others}. Let the probe ask the port on which the container listens`
  },
  'pod.gone': (p) =>
    say`${podName(p.pod)} is gone, and the node's rules still led to it. It passes when the proxy has heard: connections that were open have to be made anew`,
  'pod.none': (p) =>
    p.message
      ? say`${workload(p.workload)}, whose pods ${serviceName(p)} selects, cannot make any: ${p.message}`
      : p.kind === 'CronJob'
        ? say`${serviceName(p)} selects the pods of ${workload(p.workload)}, which has some only at its times. A Service is for something that keeps running`
        : say`${workload(p.workload)}, whose pods ${serviceName(p)} selects, has no pods`,
  'pod.error': (p) =>
    say`${podName(p.pod)} answers with HTTP 500${p.share !== undefined && p.share < 100 ? say` to ${p.share} of 100 requests` : []}: the network is well, and the program is not. Look at its log`,
  'pod.slow': (p) =>
    say`${podName(p.pod)} takes ${formatMs(p.latencyMs ?? 0)} to answer, and the client waits ${formatMs(p.timeoutMs ?? 0)}. Make it faster, or the client more patient`,
  'pod.published-not-ready': (p) =>
    say`${serviceName(p)} has <publishNotReadyAddresses: true>, so ${podsOf(p.workload)} get requests though they are not ready. That is for peers that look for each other by a headless Service: take it out`,

  'policy.no-local-endpoint': (p) => {
    const where = p.nodes?.length ? say`its pods are on *${listOf(p.nodes)}*` : say`its pods are elsewhere`
    const asked = p.fromHere ? say`the client is on *${p.node ?? ''}*` : say`*${p.node ?? 'a node'}* was asked`
    return say`${serviceName(p)} has <${p.policy ?? 'externalTrafficPolicy'}: Local>, which uses only pods of the node that is asked; ${asked}, and ${where}. Ask a node that has one, run a pod on every node (DaemonSet), or set the policy to Cluster`
  },
  'lb.pending': (p) => {
    const other = p.nodePort ? say` Until then its node port ${p.nodePort} works.` : []
    const rest = plainText(other).replace(/\.$/, '')
    return p.class
      ? say`${serviceName(p)} waits for somebody who makes load balancers of class *${p.class}*, and nobody does: its address stays <${'<pending>'}>.${rest}`
      : say`${serviceName(p)} waits for a load balancer, and this cluster has no cloud that makes one: its address stays <${'<pending>'}>. Install one (MetalLB), or use a NodePort.${rest}`
  },
  'lb.source-range': (p) =>
    say`${serviceName(p)} lets in only *${p.ranges?.length ? listOf(p.ranges) : 'its loadBalancerSourceRanges'}*, and the request comes from *${p.client ?? ''}*: it is dropped. Add that address to loadBalancerSourceRanges`,
  'nodeport.wrong-port': (p) => {
    const right = say`Ask ${p.node ? say`*${p.node}*` : say`the node`} at *${p.nodePort ?? ''}*`
    if (p.confused === 'pod')
      return say`*${p.port ?? ''}* is the node port of ${serviceName(p)}, which is open on nodes and not at the address of ${podName(p.pod)}. ${right}`
    if (p.confused === 'port')
      return say`*${p.port ?? ''}* is the port of ${serviceName(p)} at its cluster IP; on nodes its port is *${p.nodePort ?? ''}*. ${right}`
    if (p.confused === 'targetPort')
      return say`*${p.port ?? ''}* is the targetPort of ${serviceName(p)}, on which its pods listen; on nodes its port is *${p.nodePort ?? ''}*. ${right}`
    return say`No Service has node port *${p.port ?? ''}*; that of ${serviceName(p)} is *${p.nodePort ?? ''}*. ${right}`
  },
  'nodeport.other-family': (p) => {
    const [asked, has] = [p.asked ?? 'the other family', p.has ?? 'one family']
    return say`Node port *${p.port ?? ''}* of ${serviceName(p)} is open for ${has} only, and ${p.node ? say`*${p.node}*` : say`the node`} was asked over ${asked}. Give the Service both families (<ipFamilyPolicy: PreferDualStack>), or ask the node's ${has} address`
  },
  'clusterip.from-outside': (p) => {
    if (p.what === 'node')
      return say`${serviceName(p)} is of type ${p.type ?? 'ClusterIP'} and opens no port on nodes, so nobody answers at *${p.address ?? ''}:${p.port ?? ''}*. Make it a NodePort or LoadBalancer Service`
    const door = p.nodePort
      ? say`Ask a node's address at node port ${p.nodePort}`
      : say`Make it a NodePort or LoadBalancer Service`
    return say`*${p.address ?? ''}* is the cluster IP of ${serviceName(p)}, which exists only inside the cluster: from outside no way leads there. ${door}`
  },
  'pod.from-outside': (p) =>
    say`*${p.address ?? ''}* is the address of ${podName(p.pod)}, to which no way leads from outside the cluster. ${p.service ? say`Ask through ${serviceName(p)}, as a NodePort or LoadBalancer` : say`Put a NodePort or LoadBalancer Service in front of it`}`,

  'endpoints.name-mismatch': (p) => {
    if (p.what === 'label')
      return p.found
        ? say`${workload(p.object)} is labelled for Service *${p.found}*, and ${serviceName(p)} has no endpoints. Set its label <${p.label ?? 'kubernetes.io/service-name'}> to ${p.service ?? ''}`
        : say`${workload(p.object)} does not say whose it is, and ${serviceName(p)} has no endpoints. Give it the label <${p.label ?? 'kubernetes.io/service-name'}: ${p.service ?? ''}>`
    if (p.what === 'namespace')
      return say`${serviceName(p)} has no selector and no endpoints; the Endpoints of its name are in namespace *${p.found ?? ''}*. Put both into one namespace`
    return say`${serviceName(p)} has no selector and no endpoints; ${workload(p.object)} belongs to a Service of its own name. Give the Endpoints the Service's name, ${p.service ?? ''}`
  },
  'endpoints.port-name': (p) => {
    const has = p.found ? say`names it *${p.found}*` : say`gives it no name`
    return p.portName
      ? say`Port ${p.port ?? ''} of ${serviceName(p)} is named *${p.portName}*, and ${workload(p.object)} ${has}: ports and endpoints are matched by name. Name both the same`
      : say`Port ${p.port ?? ''} of ${serviceName(p)} has no name, and ${workload(p.object)} ${has}: ports and endpoints are matched by name. Name both the same`
  },
  'endpoints.bad-address': (p) =>
    p.message
      ? say`${workload(p.object)}, the endpoints of ${serviceName(p)}, was refused by the API server: ${p.message}. Write an IP address that can be reached from elsewhere; for a name there is ExternalName`
      : say`${workload(p.object)} leads to *${p.address ?? ''}*, an address of the pods' range that no pod has. Pods change their addresses: let ${serviceName(p)} select them by label`,
  'endpoints.virtual-address': (p) =>
    say`${workload(p.object)} leads to *${p.address ?? ''}*, ${p.owner ? say`the cluster IP of Service *${p.owner}*` : say`an address of the Services' range`}: an endpoint has to be a real address, not one that rules make. Write the pods' addresses, or use that Service (or an ExternalName for it)`,
  'endpoints.none': (p) =>
    p.workload
      ? say`${serviceName(p)} has no selector, so nobody fills in its endpoints, and none are written by hand. Add the selector ${labels(p.has)}, which ${podsOf(p.workload)} have`
      : say`${serviceName(p)} has no selector, so nobody fills in its endpoints, and none are written by hand. Add a selector, or an EndpointSlice for it`,

  'headless.no-mapping': (p) =>
    say`${serviceName(p)} is headless: its name leads to the pods themselves, and nothing turns port ${p.servicePort ?? p.port ?? ''} into targetPort ${p.targetPort ?? ''}. Ask port ${p.mapped ?? p.targetPort ?? ''}, or make it a Service with a cluster IP`,
  'externalname.address': (p) =>
    say`${serviceName(p)} has the externalName *${p.target ?? ''}*, which is an address: an alias has to be a name, and nobody can look this up. Use a Service without selector and an EndpointSlice with that address`,

  'affinity.sticky': (p) =>
    say`All ${p.requests ?? ''} requests went to ${p.answering === 1 ? podName(p.pod) : count(p.answering ?? 0, 'pod')} of ${p.pods ?? 'several'}: <sessionAffinity: ClientIP> keeps a client's address on its pod${p.seconds ? say` for ${p.seconds} s after its last connection` : []}. Clients behind one address share it`,
  'connection.kept': (p) =>
    say`All ${p.requests ?? ''} requests went to ${p.answering === 1 ? podName(p.pod) : count(p.answering ?? 0, 'pod')} of ${p.pods ?? 'several'}: they shared one connection, and a pod is drawn for each connection, not for each request. Open new connections to spread them`,
  'spread.chance': (p) =>
    say`${p.answering ?? ''} of ${p.pods ?? ''} pods answered ${count(p.requests ?? 0, 'request')}: each is drawn by chance, and that one pod gets none has odds of ${p.percent ?? ''} %. More requests spread more evenly`,
  'workload.scaled-to-zero': (p) =>
    say`${workload(p.workload)} is scaled to 0, so ${serviceName(p)} has nobody to send to. Scale it up when it is wanted`,

  'address.nobody': (p) =>
    p.what === 'self'
      ? say`*${p.address ?? 'localhost'}* is the client itself, and nothing listens there on port ${p.port ?? ''}. To reach another pod, ask the name of its Service`
      : say`Nobody has *${p.address ?? 'that address'}:${p.port ?? ''}*. Ask a Service by its name: addresses change`,
  'network.hairpin': (p) =>
    say`${podName(p.pod)} drew itself through ${serviceName(p)}, and its own packet does not come back to it in this proxy mode`,
  'outside.silent': (p) =>
    say`Nobody answers at *${p.address ?? ''}:${p.port ?? ''}* outside the cluster${p.service ? say`, where ${serviceName(p)} leads` : []}. Check the address, and that a machine is there`,
  'url.bad': (p) => say`*${p.url ?? 'The URL'}* cannot be asked: ${p.problem ?? 'it is no URL'}`,
  'api.refused': (p) =>
    say`${p.object ?? 'The object'} is not there, because the API server refused it: ${p.message ?? 'see Problems'}`,
}

/** What a finding means, and what would mend it: without the full stop at its end. Never prints "undefined". */
export function findingSentence(finding: Pick<Finding, 'code' | 'params'>): Phrase[] {
  const words = SENTENCES[finding.code] as ((p: Finding['params']) => Phrase[]) | undefined
  if (!words) return [{ text: finding.code, style: 'code' }]
  const [first, ...rest] = words(finding.params)
  if (!first) return []
  return first.style ? [first, ...rest] : [{ text: capital(first.text) }, ...rest]
}

export const CAUSE_CODES = Object.keys(SENTENCES) as readonly CauseCode[]
