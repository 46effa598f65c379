import { type ClientView, makeKey, type ObjectKey, type Place, type Service, splitKey } from '../model/index.ts'
import type { Inventory } from './inventory.ts'
import type { SceneInput } from './scene.ts'

/** What a client asks, as far as the picture has to know: the Service it stands beside, and the place its line leads to. */
export interface Entry {
  readonly client: ClientView
  readonly service?: ObjectKey
  /** The place dialled; none while unknown, or when it is no place of the picture. */
  readonly dials?: Place
  /** Only the name leads to the Service: packets go elsewhere. */
  readonly byName: boolean
}

/**
 * By the engine's word (the client's last request) where there is one. Before that, by who it was made up for, or by
 * the host that its URL names: a guess for the first moment, and only about where to draw it.
 */
export function entryOf(client: ClientView, input: SceneInput, services: Inventory['services']): Entry {
  const asked = input.observed?.get(client.key)
  const dialled = asked?.dialled
  if (!dialled) return guess(client, services, asked?.named)
  if (dialled.kind === 'service' || isDoor(dialled))
    return { client, service: dialled.key, dials: dialled, byName: false }
  const named = asked.named ?? (dialled.kind === 'pod' ? memberOf(dialled.key, services) : undefined) ?? client.target
  return { client, ...(named && { service: named }), dials: dialled, byName: named !== undefined }
}

export const isDoor = (place: Place): boolean =>
  place.kind === 'load-balancer' || place.kind === 'node-port' || place.kind === 'external-ip'

const memberOf = (pod: string, services: Inventory['services']): ObjectKey | undefined =>
  services.find((s) => s.view?.members.some((m) => m.key === pod))?.key

function guess(client: ClientView, services: Inventory['services'], named: ObjectKey | undefined): Entry {
  const host = hostOf(client.url)
  const at = (kind: 'service' | 'load-balancer' | 'node-port' | 'external-ip', key: ObjectKey): Entry => ({
    client,
    service: key,
    dials: { kind, key },
    byName: false,
  })
  for (const { key, object, view } of services) {
    if (view?.balancer.includes(host)) return at('load-balancer', key)
    if (object.spec.externalIPs?.includes(host)) return at('external-ip', key)
    if (object.spec.clusterIP === host || object.spec.clusterIPs?.includes(host)) return at('service', key)
  }
  const namespace = client.from === 'pod' && client.at ? splitKey(client.at).namespace : 'default'
  const [name = '', second] = host.split('.')
  const wanted = named ?? client.target ?? makeKey('Service', second ?? namespace, name)
  const service = services.find((s) => s.key === wanted)
  if (!service) return { client, byName: false }
  if (client.from === 'internet' && service.object.spec.type === 'LoadBalancer') return at('load-balancer', wanted)
  if (client.from === 'internet') return at('node-port', wanted)
  return onlyName(service.object) ? { client, service: wanted, byName: true } : at('service', wanted)
}

/** DNS answers with something else than the Service's own address. */
export const onlyName = (service: Service): boolean =>
  service.spec.type === 'ExternalName' || service.spec.clusterIP === 'None'

/** Without the brackets of an IPv6 address. */
const hostOf = (url: string): string => /^[a-z]+:\/\/(\[[^\]]*\]|[^/:]*)/i.exec(url)?.[1]?.replace(/^\[|\]$/g, '') ?? ''
