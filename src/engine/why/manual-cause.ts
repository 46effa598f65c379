import {
  type EndpointSlice,
  type Endpoints,
  type Finding,
  keyOf,
  type NearMiss,
  type ObjectKey,
  type Path,
  type Service,
} from '../../model/index.ts'
import { LABEL_SERVICE } from '../control/index.ts'
import { get, list, listByLabels, type State } from '../core/index.ts'
import { clusterIPOwner, inPodRange, inServiceRange, podsAt } from '../network/index.ts'
import { CLOSE, closeness } from './closeness.ts'
import { finding, labelText, objectParam, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { refusedEndpoints } from './refused-cause.ts'
import { surveyOf, tellingLabels } from './survey.ts'

/** What of a text a slice comes from: itself, or the Endpoints that were mirrored into it. */
export interface WrittenBy {
  readonly object: ObjectKey
  readonly kind: 'EndpointSlice' | 'Endpoints'
  readonly name: string
  /** Where its ports and addresses stand, the nth of each. */
  readonly portPath: (nth: number) => Path
  readonly addressPath: (address: string) => Path
}

export function slicesOf(state: State, service: Service): EndpointSlice[] {
  const { namespace = '', name } = service.metadata
  return listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, { [LABEL_SERVICE]: name })
}

export function writtenBy(state: State, slice: EndpointSlice): WrittenBy {
  const owner = slice.metadata.ownerReferences?.find((o) => o.kind === 'Endpoints')
  const endpoints =
    owner && list<Endpoints>(state, 'Endpoints', slice.metadata.namespace).find((e) => e.metadata.name === owner.name)
  if (!endpoints) {
    return {
      object: keyOf(slice),
      kind: 'EndpointSlice',
      name: slice.metadata.name,
      portPath: (nth) => ['ports', nth],
      addressPath: (address) => {
        const at = (slice.endpoints ?? []).findIndex((e) => e.addresses.includes(address))
        return ['endpoints', at, 'addresses', (slice.endpoints ?? [])[at]?.addresses.indexOf(address) ?? 0]
      },
    }
  }
  const subsets = endpoints.subsets ?? []
  const numbers = (slice.ports ?? []).map((p) => p.port)
  const subset = Math.max(
    0,
    subsets.findIndex((s) => (s.ports ?? []).every((p) => numbers.includes(p.port))),
  )
  return {
    object: keyOf(endpoints),
    kind: 'Endpoints',
    name: endpoints.metadata.name,
    portPath: (nth) => ['subsets', subset, 'ports', nth],
    addressPath: (address) => {
      const at = subsets.findIndex((s) => s.addresses?.some((a) => a.ip === address))
      return ['subsets', at, 'addresses', subsets[at]?.addresses?.findIndex((a) => a.ip === address) ?? 0, 'ip']
    },
  }
}

/** Why a Service without a selector has nobody at a port. EPS-8, EPS-9. undefined: somebody is there. */
export function manualCause(state: State, service: Service, index: number, known: Known): Finding | undefined {
  const slices = slicesOf(state, service)
  const addresses = slices.flatMap((s) => (s.endpoints ?? []).flatMap((e) => e.addresses))
  if (addresses.length === 0) return refusedEndpoints(known, service) ?? nothingWritten(state, service)
  return wrongPortName(state, service, index, slices) ?? wrongAddress(state, service, slices)
}

function nothingWritten(state: State, service: Service): Finding {
  const key = keyOf(service)
  const { namespace = '', name } = service.metadata
  const taken = new Set(list(state, 'Service', namespace).map((s) => s.metadata.name))
  const strays = list<Endpoints>(state, 'Endpoints', namespace).filter(
    (e) => !taken.has(e.metadata.name) && e.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === undefined,
  )
  const stray = strays.map((e) => ({ e, near: closeness(e.metadata.name, name) })).sort((a, b) => b.near - a.near)[0]
  if (stray && (stray.near >= CLOSE || strays.length === 1)) {
    const other = stray.e.metadata.name
    return finding('endpoints.name-mismatch', {
      severity: 'error',
      objects: [keyOf(stray.e), key],
      path: ['metadata', 'name'],
      params: { ...serviceParams(service), object: `Endpoints ${other}`, found: other, what: 'name' },
      rule: 'EPS-9',
      fixes: [
        {
          label: `Name the Endpoints ${name}`,
          object: keyOf(stray.e),
          path: ['metadata', 'name'],
          op: 'set',
          value: name,
        },
      ],
      nearMisses: [{ what: 'name', wanted: name, found: other, of: [keyOf(stray.e)] }],
    })
  }
  const away = list<Endpoints>(state, 'Endpoints').find(
    (e) =>
      e.metadata.name === name &&
      e.metadata.namespace !== namespace &&
      !get(state, 'Service', e.metadata.namespace ?? '', name),
  )
  if (away) {
    return finding('endpoints.name-mismatch', {
      severity: 'error',
      objects: [keyOf(away), key],
      path: ['metadata', 'namespace'],
      params: {
        ...serviceParams(service),
        object: `Endpoints ${name}`,
        found: away.metadata.namespace ?? '',
        what: 'namespace',
      },
      rule: 'EPS-9',
      fixes: [
        {
          label: `Move the Endpoints to namespace ${namespace}`,
          object: keyOf(away),
          path: ['metadata', 'namespace'],
          op: 'set',
          value: namespace,
        },
      ],
    })
  }
  const loose = list<EndpointSlice>(state, 'EndpointSlice', namespace).filter((s) => {
    const of = s.metadata.labels?.[LABEL_SERVICE]
    return of === undefined || !taken.has(of)
  })
  const slice = loose
    .map((s) => ({
      s,
      near: Math.max(closeness(s.metadata.name, name), closeness(s.metadata.labels?.[LABEL_SERVICE] ?? '', name)),
    }))
    .sort((a, b) => b.near - a.near)[0]
  if (slice && (slice.near >= CLOSE || loose.length === 1)) {
    const path = ['metadata', 'labels', LABEL_SERVICE]
    const found = slice.s.metadata.labels?.[LABEL_SERVICE]
    const misses: NearMiss[] = found ? [{ what: 'name', wanted: name, found, of: [keyOf(slice.s)] }] : []
    return finding('endpoints.name-mismatch', {
      severity: 'error',
      objects: [keyOf(slice.s), key],
      path,
      params: {
        ...serviceParams(service),
        object: `EndpointSlice ${slice.s.metadata.name}`,
        found: found ?? '',
        what: 'label',
        label: LABEL_SERVICE,
      },
      rule: 'EPS-9',
      fixes: [
        {
          label: `Label the EndpointSlice ${LABEL_SERVICE}: ${name}`,
          object: keyOf(slice.s),
          path,
          op: 'set',
          value: name,
        },
      ],
      nearMisses: misses,
    })
  }
  return noEndpoints(state, service)
}

/** Neither a selector nor endpoints: a selector was forgotten, or somebody still has to write endpoints. */
function noEndpoints(state: State, service: Service): Finding {
  const key = keyOf(service)
  const survey = surveyOf(state)
  const here = survey.sourcesIn.get(service.metadata.namespace ?? '') ?? []
  const meant = here
    .filter((s) => Object.keys(s.labels).length > 0)
    .map((source) => ({ source, near: closeness(source.name, service.metadata.name) }))
    .sort((a, b) => b.near - a.near)[0]
  const source = meant && (meant.near >= CLOSE || here.length === 1) ? meant.source : undefined
  const labels = source && tellingLabels(source.labels)
  return finding('endpoints.none', {
    severity: source ? 'error' : 'warning',
    objects: [key, ...(source ? [source.key] : [])],
    path: ['spec', 'selector'],
    params: {
      ...serviceParams(service),
      workload: source && objectParam(source),
      has: labels && labelText(labels),
    },
    rule: 'EPS-8',
    fixes: [
      source && {
        label: `Select ${labelText(tellingLabels(source.labels))}`,
        object: key,
        path: ['spec', 'selector'],
        op: 'set',
        value: tellingLabels(source.labels),
      },
    ],
  })
}

function wrongPortName(
  state: State,
  service: Service,
  index: number,
  slices: readonly EndpointSlice[],
): Finding | undefined {
  const port = service.spec.ports![index]!
  const name = port.name ?? ''
  const protocol = port.protocol ?? 'TCP'
  const has = (s: EndpointSlice) =>
    (s.ports ?? []).some((p) => (p.name ?? '') === name && (p.protocol ?? 'TCP') === protocol)
  if (slices.some((s) => has(s) && (s.endpoints ?? []).length > 0)) return undefined
  const slice = slices.find((s) => (s.endpoints ?? []).length > 0)!
  const ports = slice.ports ?? []
  const source = writtenBy(state, slice)
  const key = keyOf(service)
  const sameName = ports.findIndex((p) => (p.name ?? '') === name)
  if (sameName >= 0) {
    const path = [...source.portPath(sameName), 'protocol']
    return finding('port.protocol', {
      severity: 'error',
      objects: [source.object, key],
      path,
      params: {
        ...serviceParams(service),
        port: port.port,
        protocol,
        other: ports[sameName]!.protocol ?? 'TCP',
        where: 'endpoints',
      },
      rule: 'EPS-9',
      fixes: [{ label: `Make it ${protocol}`, object: source.object, path, op: 'set', value: protocol }],
    })
  }
  const nth =
    ports.length === 1
      ? 0
      : Math.max(
          0,
          ports.findIndex((p) => p.port === (port.targetPort ?? port.port)),
        )
  const found = ports[nth]?.name ?? ''
  const path = [...source.portPath(nth), 'name']
  return finding('endpoints.port-name', {
    severity: 'error',
    objects: [source.object, key],
    path,
    params: {
      ...serviceParams(service),
      port: port.port,
      portName: name,
      found,
      object: `${source.kind} ${source.name}`,
    },
    rule: 'PRX-2',
    sources: [{ object: key, path: ['spec', 'ports', index, 'name'] }],
    fixes: [
      name === ''
        ? { label: 'Take the port name out', object: source.object, path, op: 'remove' }
        : { label: `Name the port ${name}`, object: source.object, path, op: 'set', value: name },
    ],
    nearMisses: found && name ? [{ what: 'port-name', wanted: name, found, of: [source.object] }] : [],
  })
}

/** An address that leads nowhere: a Service's, or one of the pods' range that no pod has. */
export function wrongAddress(state: State, service: Service, slices: readonly EndpointSlice[]): Finding | undefined {
  for (const slice of slices) {
    for (const endpoint of slice.endpoints ?? []) {
      for (const address of endpoint.addresses) {
        const cause = addressCause(state, service, slice, address)
        if (cause) return cause
      }
    }
  }
  return undefined
}

export function addressCause(
  state: State,
  service: Service,
  slice: EndpointSlice,
  address: string,
): Finding | undefined {
  const virtual = inServiceRange(state, address) || clusterIPOwner(state, address) !== undefined
  if (!virtual && (!inPodRange(state, address) || podsAt(state, address).length > 0)) return undefined
  const source = writtenBy(state, slice)
  const owner = clusterIPOwner(state, address)
  return finding(virtual ? 'endpoints.virtual-address' : 'endpoints.bad-address', {
    severity: 'error',
    objects: [source.object, keyOf(service)],
    path: source.addressPath(address),
    params: {
      ...serviceParams(service),
      address,
      object: `${source.kind} ${source.name}`,
      owner: owner?.metadata.name,
    },
    rule: virtual ? 'SVC-1' : 'NET-2',
  })
}
