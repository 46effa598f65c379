import { type KObject, splitKey } from '../../model/index.ts'
import type { ShellHost } from './host.ts'
import type { Place } from './place.ts'
import type { Tool } from './tool.ts'

/** Where a word is completed, and what is known there. */
export interface Spot {
  readonly place: Place
  readonly host: ShellHost
  /** Of kubectl's context. */
  readonly namespace: string
  readonly tools: readonly Tool[]
  readonly files: (place: Place) => readonly string[]
  readonly variables: () => readonly string[]
  /** What can stand at another place, behind these words. */
  readonly at: (place: Place, words: readonly string[], word: string) => readonly string[]
}

/** Names of Services as the place would write them. */
export function serviceHosts({ host, place }: Spot): string[] {
  const own = place.type === 'pod' ? splitKey(place.pod).namespace : undefined
  return host.cluster.list<KObject>('Service').flatMap(({ metadata: { name, namespace = '' } }) => {
    const full = `${name}.${namespace}`
    const names = namespace === own ? [name, full] : [full]
    return [...names, `${full}.svc.${host.cluster.config.clusterDomain}`]
  })
}
