import {
  type ChainLink,
  type Finding,
  isIP,
  isPodReady,
  keyOf,
  LINKS,
  type LinkName,
  type Pod,
  type Reason,
  type ReasonCode,
  type ReasonParam,
  type Service,
  type ServiceChain,
  type ServicePort,
  type SourceField,
} from '../../model/index.ts'
import { podsOf, selectorOf } from '../control/index.ts'
import { list, type State } from '../core/index.ts'
import { hasEnded } from '../network/index.ts'
import { errorRateOf } from '../workload/index.ts'
import { finding, labelText, objectParam, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { manualCause, slicesOf } from './manual-cause.ts'
import { isRunning, notReadyCause, notRunningCause, publishedCause } from './pod-cause.ts'
import { deafCause, type Hearing, hearingOf, nameUnknownCause } from './port-cause.ts'
import { refusedPods } from './refused-cause.ts'
import { selectorCause } from './selector-cause.ts'
import { sourceOfPod } from './survey.ts'

/** What was found at one link, before it is known which link failed first. */
export interface Look {
  readonly evidence: Reason
  readonly finding?: Finding
  /** It cannot be looked at: nothing is there to be looked at. */
  readonly blind?: boolean
}

export type Looks = Partial<Record<LinkName, Look>>

export function evidence(
  code: Extract<ReasonCode, `link.${string}`>,
  rule: string,
  params: Readonly<Record<string, ReasonParam | undefined>>,
  ...sources: SourceField[]
): Reason {
  const said: Record<string, ReasonParam> = {}
  for (const [name, value] of Object.entries(params)) if (value !== undefined) said[name] = value
  return { code, rule, params: said, sources }
}

const BLIND = (link: LinkName): Look => ({ evidence: evidence('link.unknown', 'WHY-1', { link }), blind: true })

/** The links in their order: the first that fails is the cause, later ones would fail too. */
export function linksOf(looks: Looks): ChainLink[] {
  let failed = false
  return LINKS.flatMap((link): ChainLink[] => {
    const look = looks[link]
    if (!look) return []
    // what is as it is meant (scaled to 0), or only passing, stops the way all the same
    if (look.finding) {
      const state = failed ? 'would-fail' : 'fail'
      failed = true
      return [{ link, state, evidence: look.evidence, finding: look.finding }]
    }
    return [{ link, state: look.blind ? 'unknown' : 'pass', evidence: look.evidence }]
  })
}

/** The chain of one port of a Service, as everyone inside the cluster meets it. `index`: of `spec.ports`. */
export function serviceChain(state: State, service: Service, index: number, known: Known): ServiceChain {
  const port: ServicePort | undefined = service.spec.ports?.[index]
  const links = linksOf(serviceLooks(state, service, index, known))
  const cause = links.find((l) => l.state === 'fail')?.finding
  return {
    service: keyOf(service),
    port: port?.port ?? 0,
    portName: port?.name ?? '',
    protocol: port?.protocol ?? 'TCP',
    links,
    ...(cause ? { cause } : {}),
  }
}

export function serviceLooks(state: State, service: Service, index: number, known: Known): Looks {
  const key = keyOf(service)
  const { name, namespace = '' } = service.metadata
  const port = service.spec.ports?.[index]
  const who = serviceParams(service)
  const looks: Looks = {
    name: {
      evidence: evidence('link.name', 'DNS-1', {
        ...who,
        name: `${name}.${namespace}.svc.${state.config.clusterDomain}`,
        address: service.spec.clusterIP === 'None' ? undefined : service.spec.clusterIP,
      }),
    },
    service: {
      evidence: evidence(
        'link.service',
        'API-8',
        { ...who, type: service.spec.type ?? 'ClusterIP' },
        { object: key, path: [] },
      ),
    },
  }
  if (service.spec.type === 'ExternalName') return { ...looks, ...aliasLooks(state, service) }
  if (!port) return looks
  looks.port = {
    evidence: evidence(
      'link.port',
      'SVC-22',
      {
        ...who,
        port: port.port,
        portName: port.name,
        protocol: port.protocol ?? 'TCP',
        target: String(port.targetPort ?? port.port),
      },
      { object: key, path: ['spec', 'ports', index] },
    ),
  }
  const selector = selectorOf(service)
  if (!selector) {
    const written = slicesOf(state, service).flatMap((s) => s.endpoints ?? [])
    looks.selector = {
      evidence: evidence(
        'link.selector',
        'EPS-8',
        { ...who, endpoints: written.length },
        { object: key, path: ['spec'] },
      ),
      finding: manualCause(state, service, index, known),
    }
    return looks
  }
  return { ...looks, ...podLooks(state, service, index, podsOf(state, service), known) }
}

function aliasLooks(_state: State, service: Service): Looks {
  const key = keyOf(service)
  const target = service.spec.externalName ?? ''
  const path = ['spec', 'externalName']
  const params = { ...serviceParams(service), target }
  if (isIP(target.replace(/\.$/, ''))) {
    return {
      target: {
        evidence: evidence('link.target', 'DNS-4', params, { object: key, path }),
        finding: finding('externalname.address', { severity: 'error', objects: [key], path, params, rule: 'DNS-4' }),
      },
    }
  }
  return { target: { evidence: evidence('link.target', 'DNS-4', params, { object: key, path }) } }
}

const namesOf = (pods: readonly Pod[]) => pods.map((p) => p.metadata.name)

function podLooks(state: State, service: Service, index: number, pods: readonly Pod[], known: Known): Looks {
  const key = keyOf(service)
  const who = serviceParams(service)
  const selector = selectorOf(service)!
  const missing =
    pods.length === 0 ? (refusedPods(known, service, selector) ?? selectorCause(state, service, selector)) : undefined
  const looks: Looks = {
    selector: {
      evidence: evidence(
        'link.selector',
        'EPS-1',
        { ...who, selector: labelText(selector), pods: pods.length, names: namesOf(pods) },
        { object: key, path: ['spec', 'selector'] },
      ),
      finding: missing,
    },
  }
  // with the selector mended, the pods that were probably meant would be asked next
  const meant = missing ? pods.concat(podsMeant(state, missing)) : pods
  const running = meant.filter(isRunning)
  looks.running =
    meant.length === 0
      ? BLIND('running')
      : {
          evidence: evidence('link.running', 'EPS-3', {
            running: running.length,
            of: meant.length,
            names: namesOf(running),
          }),
          ...(running.length === 0 ? { finding: notRunningCause(state, service, meant) } : {}),
        }
  const published = service.spec.publishNotReadyAddresses === true
  const ready = meant.filter((p) => !hasEnded(p) && (isPodReady(p) || published))
  looks.ready =
    running.length === 0 && ready.length === 0
      ? BLIND('ready')
      : {
          evidence: evidence('link.ready', published ? 'EPS-6' : 'EPS-2', {
            ready: ready.length,
            of: meant.length,
            names: namesOf(ready),
            published,
          }),
          ...(ready.length === 0 ? { finding: notReadyCause(state, service, running) } : {}),
        }
  const open = ready.length > 0 ? ready : running.length > 0 ? running : meant.filter((p) => !hasEnded(p))
  const target = open.length === 0 ? BLIND('target') : targetLook(state, service, index, open)
  looks.target = target
  const failing = open.filter((p) => errorRateOf(p) >= 1)
  looks.answer =
    open.length === 0 || target.finding
      ? BLIND('answer')
      : {
          evidence: evidence('link.answer', 'NET-13', { pods: open.length, failing: failing.length }),
          ...(failing.length === open.length ? { finding: errorCause(state, service, failing[0]!) } : {}),
        }
  return looks
}

/** The pods that a finding says were probably meant. */
function podsMeant(state: State, missing: Finding): Pod[] {
  const sources = new Set(missing.objects)
  const namespaces = new Set(missing.objects.map((o) => o.split('/')[1]!))
  return [...namespaces].flatMap((namespace) =>
    list<Pod>(state, 'Pod', namespace).filter((pod) => sources.has(sourceOfPod(state, pod).key)),
  )
}

function targetLook(state: State, service: Service, index: number, pods: readonly Pod[]): Look {
  const key = keyOf(service)
  const port = service.spec.ports![index]!
  const headless = service.spec.clusterIP === 'None'
  const heard = hearingOf(state, port, pods, headless)
  const known = heard.filter((h): h is Hearing => h !== undefined)
  const good = known.filter((h) => h.state === 'listening' || h.state === 'assumed')
  const first = good[0]
  const look = {
    evidence: evidence(
      'link.target',
      'NET-4',
      {
        ...serviceParams(service),
        port: first?.port ?? known[0]?.port,
        target: String(port.targetPort ?? port.port),
        pods: good.length,
        of: pods.length,
        how: first?.state === 'assumed' ? 'assumed' : first?.listener?.how,
        note: first?.listener?.note,
      },
      { object: key, path: ['spec', 'ports', index, 'targetPort'] },
    ),
  }
  if (known.length === 0) return { ...look, finding: nameUnknownCause(state, service, index, pods[0]!) }
  const early =
    good.length === 0 && !isPodReady(known[0]!.pod) ? publishedCause(state, service, known[0]!.pod) : undefined
  if (early) return { ...look, finding: { ...early, severity: 'error' } }
  if (good.length === 0) return { ...look, finding: deafCause(state, service, index, known[0]!, known.length) }
  return look
}

export function errorCause(state: State, service: Service | undefined, pod: Pod): Finding {
  const source = sourceOfPod(state, pod)
  return finding('pod.error', {
    severity: 'error',
    objects: [source.key, ...(service ? [keyOf(service)] : [])],
    path: [...source.prefix, 'metadata', 'annotations', 'fairlead.dev/errors'],
    params: { pod: pod.metadata.name, workload: objectParam(source), share: Math.round(100 * errorRateOf(pod)) },
    rule: 'NET-13',
  })
}
