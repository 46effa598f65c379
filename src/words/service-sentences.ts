import { serviceName } from './names.ts'
import { count, listOf, say } from './phrase.ts'
import type { SentenceTable } from './sentence-table.ts'

/** Why a pod is or is not an endpoint (said beside the pod's name), and what is wrong with a Service as a whole. */
export const SERVICE_SENTENCES: SentenceTable<'endpoint' | 'service'> = {
  'endpoint.ready': (p) => say`Ready: it gets requests${p.port ? say` on ${p.port}` : []}`,
  'endpoint.not-ready': (p) =>
    p.message
      ? say`Not ready, so it gets no requests: ${p.message}`
      : say`Not ready, so it gets no requests until its readiness probe passes`,
  'endpoint.published-not-ready': () => say`Not ready, but gets requests all the same (<publishNotReadyAddresses>)`,
  'endpoint.terminating': () => say`Terminating but still serving: it gets requests only when no pod is ready`,
  'endpoint.terminating-not-serving': () => say`Terminating and no longer ready: it gets no requests`,
  'endpoint.no-address': (p) =>
    p.phase
      ? say`No address yet (${p.phase}), so it cannot be an endpoint`
      : say`No address yet, so it cannot be an endpoint`,
  'endpoint.finished': (p) =>
    p.phase ? say`Its work is over (${p.phase}): no endpoint` : say`Its work is over: no endpoint`,
  'endpoint.port-name-missing': (p) => {
    const name = p.portName
      ? say`No container port of it is named *${p.portName}*`
      : say`No container port of it has that name`
    const has =
      p.names === undefined ? [] : p.names.length > 0 ? say` (it has ${listOf(p.names)})` : say` (none has a name)`
    return say`${name}${has}: no endpoint for that port`
  },
  'endpoint.manual': (p) =>
    p.ready === false
      ? say`Written by hand in ${p.object ?? 'an EndpointSlice'}, as not ready`
      : say`Written by hand in ${p.object ?? 'an EndpointSlice'}`,

  'service.no-pods': (p) => {
    const where = p.namespace && p.namespace !== 'default' ? say` in namespace *${p.namespace}*` : []
    const finds = p.selector
      ? say`The selector <${p.selector}> finds no pod${where}`
      : say`The selector finds no pod${where}`
    return p.near?.length ? say`${finds}; there are pods with <${listOf(p.near)}>` : finds
  },
  'service.none-ready': (p) => {
    if (p.pods === 1) return say`The one pod that ${serviceName(p)} selects is not ready`
    return p.pods
      ? say`None of the ${count(p.pods, 'pod')} that ${serviceName(p)} selects is ready`
      : say`No pod that ${serviceName(p)} selects is ready`
  },
  'service.no-selector': (p) =>
    say`${serviceName(p)} has no selector: its endpoints are what somebody writes into an EndpointSlice`,
  'service.nobody-listens': (p) => {
    const nobody = p.port ? say`*Nobody listens on ${p.port}*` : say`*Nobody listens* on the targetPort`
    const named = typeof p.targetPort === 'string' && p.targetPort ? say` (targetPort *${p.targetPort}*)` : []
    const listens = p.listens?.length
      ? say`. The ${p.pods ? count(p.pods, 'pod') : 'pods'} that ${serviceName(p)} selects ${p.pods === 1 ? 'listens' : 'listen'} on *${listOf(p.listens)}*`
      : []
    return say`${nobody}${named}${listens}`
  },
  'service.pending-balancer': (p) =>
    say`No cloud has given ${serviceName(p)} a load balancer: its external address stays <${'<pending>'}>`,
  'service.scaled-to-zero': (p) =>
    p.workload ? say`*${p.workload}* is scaled to 0: there are no pods` : say`Scaled to 0: there are no pods`,
  'service.alias': (p) =>
    p.target
      ? say`Only an alias in DNS, for <${p.target}>: nothing is proxied`
      : say`Only an alias in DNS: nothing is proxied`,
}
