import type { ClientView, KObject, ObjectKey, Pod, ShellPlace } from '../../model/index.ts'
import { askerOf, noShellIn, placeOfAsker } from '../../words/index.ts'

/** Where a client asks from: there a shell can be opened. */
export const placeOfClient = (client: ClientView, objects: ReadonlyMap<ObjectKey, KObject>): ShellPlace =>
  placeOfAsker(askerOf(client.key, client, (key) => objects.has(key)))

/** Why no shell can be opened at a place now; undefined: one can. */
export function noShellAt(place: ShellPlace, objects: ReadonlyMap<ObjectKey, KObject>): string | undefined {
  if (!place.startsWith('Pod/')) return undefined
  const pod = objects.get(place) as Pod | undefined
  return pod ? noShellIn(pod) : 'No shell: the pod is not there at this moment.'
}
