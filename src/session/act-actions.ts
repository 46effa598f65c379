import { type Action, ANNOTATION, type Fix, type KObject } from '../model/index.ts'
import type { Core } from './session-core.ts'
import type { TextActions } from './text-actions.ts'

export interface ActActions {
  /** What the text can say becomes an edit of the text; the rest is a logged command at the playhead. */
  act(action: Action): Promise<void>
  /** The edit that `act` would make; null for what only a command can do. */
  asEdit(action: Action): Fix | null
}

export function actActions(core: Core, text: Pick<TextActions, 'applyFixes'>): ActActions {
  const { store } = core
  const asEdit = (action: Action) => {
    const { mirror } = store.getState()
    return fixFor(action, (key) => (mirror.sources.has(key) ? mirror.objects.get(key) : undefined))
  }
  return {
    asEdit,
    async act(action) {
      core.flush()
      const fix = asEdit(action)
      if (fix) {
        await text.applyFixes([fix])
        return
      }
      logAction(core, action)
    },
  }
}

/** A command to the cluster at the present moment, kept in the log. False: there is no cluster to take it. */
export function logAction(core: Core, action: Action): boolean {
  const { store, engine, timeline } = core
  const { document, status } = store.getState()
  if (status.phase === 'crashed' || status.phase === 'too-large') return false
  const at = core.moment()
  const log = [...document.log.filter((entry) => entry.at <= at), { at, type: 'act' as const, action }]
  store.setState((state) => ({
    document: { ...state.document, log },
    playback: { ...state.playback, furthest: at },
  }))
  timeline.awaitChange(engine.send({ type: 'act', action, at }), at)
  return true
}

/** The edit that says the same as an action, when the action's object stands in the text. */
export function fixFor(action: Action, inText: (key: string) => KObject | undefined): Fix | null {
  switch (action.type) {
    case 'scale':
      return inText(action.object)
        ? {
            label: `Scale to ${action.replicas}`,
            object: action.object,
            path: ['spec', 'replicas'],
            op: 'set',
            value: action.replicas,
          }
        : null
    case 'set-image': {
      const object = inText(action.object)
      const place = object && containersOf(object)
      const index = place?.containers.findIndex((c) => c.name === action.container) ?? -1
      return place && index >= 0
        ? {
            label: `Use ${action.image}`,
            object: action.object,
            path: [...place.path, index, 'image'],
            op: 'set',
            value: action.image,
          }
        : null
    }
    case 'set-ready':
      return inText(action.pod)
        ? {
            label: action.ready ? 'Make it ready' : 'Make it not ready',
            object: action.pod,
            path: ['metadata', 'annotations', ANNOTATION.ready],
            op: 'set',
            value: String(action.ready),
          }
        : null
    case 'label':
    case 'annotate': {
      if (!inText(action.object)) return null
      const place = action.type === 'label' ? 'labels' : 'annotations'
      const path = ['metadata', place, action.key]
      return action.value === null
        ? { label: `Take ${action.key} out`, object: action.object, path, op: 'remove' }
        : { label: `Set ${action.key} to ${action.value}`, object: action.object, path, op: 'set', value: action.value }
    }
    case 'cordon': {
      const key = action.node.includes('/') ? action.node : `Node//${action.node}`
      return inText(key)
        ? {
            label: action.on ? 'Cordon' : 'Uncordon',
            object: key,
            path: ['spec', 'unschedulable'],
            op: 'set',
            value: action.on,
          }
        : null
    }
    default:
      return null
  }
}

interface Containers {
  readonly path: readonly (string | number)[]
  readonly containers: readonly { readonly name: string }[]
}

function containersOf(object: KObject): Containers | undefined {
  const paths =
    object.kind === 'Pod'
      ? [['spec', 'containers']]
      : [
          ['spec', 'template', 'spec', 'containers'],
          ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers'],
        ]
  for (const path of paths) {
    let at: unknown = object
    for (const key of path)
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined
    if (Array.isArray(at)) return { path, containers: at as { name: string }[] }
  }
  return undefined
}
