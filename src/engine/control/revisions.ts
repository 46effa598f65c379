import {
  controllerOf,
  type KObject,
  type LabelSelector,
  type Labels,
  matchesSelector,
  type PodTemplate,
} from '../../model/index.ts'
import { fnv1a, list, type State, safeEncode } from '../core/index.ts'
import { adopt } from './pods.ts'
import { canonical, sameTemplate } from './template.ts'
import { controllerRef, create, erase, write } from './writes.ts'

/** A template that a StatefulSet or DaemonSet had, kept to roll out and to go back to. */
export interface ControllerRevision extends KObject {
  readonly data: { readonly spec: { readonly template: PodTemplate & { readonly $patch: 'replace' } } }
  readonly revision: number
}

/** The label with a revision's hash; pods carry it too. */
export const REVISION_LABEL = 'controller-revision-hash'
const HASH = 'controller.kubernetes.io/hash'

interface Revisioned extends KObject {
  readonly spec: {
    readonly selector?: LabelSelector
    readonly template: PodTemplate
    readonly revisionHistoryLimit?: number
  }
}

export const templateOf = (revision: ControllerRevision): PodTemplate => {
  const { $patch: _, ...template } = revision.data.spec.template
  return template
}

/**
 * Earliest first; those that nobody controls any more are adopted. k8s pkg/controller/history/controller_history.go
 * ListControllerRevisions, SortControllerRevisions, AdoptControllerRevision (v1.36)
 */
export function listRevisions(state: State, owner: Revisioned): ControllerRevision[] {
  const out: ControllerRevision[] = []
  for (const revision of list<ControllerRevision>(state, 'ControllerRevision', owner.metadata.namespace ?? '')) {
    const ref = controllerOf(revision)
    if (ref?.uid === owner.metadata.uid) out.push(revision)
    else if (
      !ref &&
      !owner.metadata.deletionTimestamp &&
      matchesSelector(owner.spec.selector, revision.metadata.labels)
    )
      out.push(adopt(state, owner, revision))
  }
  return out.sort((a, b) => a.revision - b.revision)
}

/**
 * The revision of the owner's present template: the last one, an earlier one with the same template (which becomes the last), or a new one.
 * `hashLabel` says how the owner's kind labels it. k8s pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions (v1.36)
 */
export function presentRevision(
  state: State,
  owner: Revisioned,
  known: readonly ControllerRevision[],
  labels: (hash: string) => Labels,
): ControllerRevision | undefined {
  const last = known.at(-1)
  const same = known.findLast((r) => sameTemplate(r.data.spec.template, owner.spec.template))
  if (same && same === last) return same
  const number = (last?.revision ?? 0) + 1
  if (same) return write(state, { ...same, revision: number })
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' as const } } }
  for (let collisions = 0; collisions < 10; collisions++) {
    const hash = safeEncode(String(fnv1a(canonical(data) + collisions)))
    const result = create<ControllerRevision>(state, owner, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${owner.metadata.name.slice(0, 223)}-${hash}`,
        namespace: owner.metadata.namespace,
        labels: { ...owner.spec.template.metadata?.labels, ...labels(hash) },
        annotations: owner.metadata.annotations,
        ownerReferences: [controllerRef(owner)],
      },
      data,
      revision: number,
    })
    if ('made' in result) return result.made
  }
  return undefined
}

export const setLabels = (hash: string): Labels => ({ [HASH]: hash })
export const daemonLabels = (hash: string): Labels => ({ [REVISION_LABEL]: hash })

/** Delete the earliest revisions beyond the limit that nothing lives by. */
export function dropRevisions(
  state: State,
  owner: Revisioned,
  known: readonly ControllerRevision[],
  isLive: (r: ControllerRevision) => boolean,
): void {
  const dead = known.filter((r) => !isLive(r))
  for (const revision of dead.slice(0, Math.max(0, dead.length - (owner.spec.revisionHistoryLimit ?? 10))))
    erase(state, revision)
}
