import {
  type Action,
  ANNOTATION,
  type Fix,
  isPodReady,
  type KObject,
  keyOf,
  type Node,
  type Path,
  type Pod,
  type WhatIf,
} from '../../model/index.ts'

/** A change that is offered for an object. A `label` asks for key and value first. */
export type Offered =
  | { readonly id: string; readonly label: string; readonly change: WhatIf }
  | {
      readonly id: 'label'
      readonly label: string
      /** The labels that are there now. */
      readonly present: Readonly<Record<string, string>>
      readonly changeTo: (key: string, value: string) => WhatIf
    }

/** Longer than clients wait, unless they were told otherwise. */
const SLOW = '5s'

const TEMPLATED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])
const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'])

const acting = (action: Action): WhatIf => ({ type: 'act', action })

/** What can be tried with an object. `inText`: it is a document of the text, so that the text can be changed. */
export function changesFor(object: KObject, inText: boolean): readonly Offered[] {
  const key = keyOf(object)
  const { name } = object.metadata
  switch (key.slice(0, key.indexOf('/'))) {
    case 'Pod':
      return podChanges(object as Pod, key)
    case 'Node': {
      const cordoned = (object as Node).spec?.unschedulable === true
      return [
        { id: 'drain', label: 'It is drained', change: acting({ type: 'drain', node: name }) },
        {
          id: 'cordon',
          label: cordoned ? 'It takes new pods again' : 'It takes no new pods (cordoned)',
          change: acting({ type: 'cordon', node: name, on: !cordoned }),
        },
      ]
    }
    case 'Service':
      return inText
        ? [editOf('Its selector asks for another label', key, ['spec', 'selector'], selectorOf(object))]
        : []
    default:
      return workloadChanges(object, key, inText)
  }
}

function podChanges(pod: Pod, key: string): readonly Offered[] {
  if (pod.metadata.deletionTimestamp) return []
  const ready = isPodReady(pod)
  const probed = pod.spec.containers.some((container) => container.readinessProbe)
  const labels = pod.metadata.labels ?? {}
  return [
    // one without a readiness probe is ready as long as it runs
    ...(ready && !probed
      ? []
      : [
          {
            id: 'ready',
            label: ready ? 'It is not ready' : 'It is ready',
            change: acting({ type: 'set-ready', pod: key, ready: !ready }),
          },
        ]),
    { id: 'delete', label: 'It is deleted', change: acting({ type: 'delete', object: key }) },
    {
      id: 'slow',
      label: `It is slow: it answers after ${SLOW}`,
      change: acting({ type: 'annotate', object: key, key: ANNOTATION.latency, value: SLOW }),
    },
    {
      id: 'label',
      label: 'It has another label',
      present: labels,
      changeTo: (label, value) =>
        acting({ type: 'label', object: key, key: label, value: value === '' ? null : value }),
    },
  ]
}

function workloadChanges(object: KObject, key: string, inText: boolean): readonly Offered[] {
  const kind = key.slice(0, key.indexOf('/'))
  const spec = (
    object as { spec?: { replicas?: number; template?: { metadata?: { labels?: Record<string, string> } } } }
  ).spec
  const offered: Offered[] = []
  if (SCALABLE.has(kind)) {
    const replicas = spec?.replicas ?? 1
    const scale = (to: number): Offered => ({
      id: `scale-${to}`,
      label: to === 0 ? 'It is scaled to 0' : `It has ${to} ${to === 1 ? 'replica' : 'replicas'}`,
      change: acting({ type: 'scale', object: key, replicas: to }),
    })
    if (replicas > 0) offered.push(scale(0))
    offered.push(scale(replicas + 1))
  }
  if (TEMPLATED.has(kind) && inText) {
    const path = ['spec', 'template', 'metadata', 'labels']
    offered.push(editOf('Its pods have another label', key, path, spec?.template?.metadata?.labels ?? {}))
  }
  return offered
}

const selectorOf = (object: KObject): Record<string, string> =>
  (object as { spec?: { selector?: Record<string, string> } }).spec?.selector ?? {}

/** A label as an edit of the text; an empty value takes it out. */
function editOf(label: string, object: string, path: Path, present: Readonly<Record<string, string>>): Offered {
  return {
    id: 'label',
    label,
    present,
    changeTo: (key, value) => {
      const place = { object, path: [...path, key] }
      const fix: Fix =
        value === ''
          ? { label: `Take label ${key} out`, op: 'remove', ...place }
          : { label: `Set label ${key} to ${value}`, op: 'set', value, ...place }
      return { type: 'fix', fix }
    },
  }
}
