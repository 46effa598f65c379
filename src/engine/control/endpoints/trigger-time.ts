import type { Pod, Service } from '../../../model/index.ts'
import { type State, slot } from '../../core/index.ts'

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

interface Seen {
  readonly service: string
  /** Pod name → when its readiness last changed. */
  readonly pods: ReadonlyMap<string, string>
}

/** `CONTROLLER SERVICE-KEY` → what the controller saw when it last synced. */
const seen = slot<Seen>('endpoints.triggerTimes')

/**
 * The moment of the change that a sync is about: the earliest among what changed since the last one, the Service's creation for a new one;
 * undefined when nothing did (k8s.io/endpointslice util/trigger_time_tracker.go, v0.36). Stamps of one form compare as text.
 */
export function triggerTime(
  state: State,
  controller: string,
  key: string,
  service: Service,
  pods: readonly Pod[],
): string | undefined {
  const id = `${controller} ${key}`
  const before = seen(state).get(id)
  const created = service.metadata.creationTimestamp ?? ''
  const times = new Map<string, string>()
  let least: string | undefined
  const take = (time: string) => {
    if (least === undefined || time < least) least = time
  }
  for (const pod of pods) {
    const time = pod.status?.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime
    if (!time) continue
    times.set(pod.metadata.name, time)
    if (time > (before?.pods.get(pod.metadata.name) ?? '')) take(time)
  }
  if (created > (before?.service ?? '')) take(created)
  seen(state).set(id, { service: created, pods: times })
  return before ? least : created || undefined
}

export function forgetTriggerTime(state: State, controller: string, key: string): void {
  seen(state).delete(`${controller} ${key}`)
}

/** Annotations with the moment, or without one. undefined when none are left. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Readonly<Record<string, string>> | undefined {
  const { [TRIGGER_TIME]: _, ...rest } = annotations ?? {}
  const out = time === undefined ? rest : { ...rest, [TRIGGER_TIME]: time }
  return Object.keys(out).length > 0 ? out : undefined
}
