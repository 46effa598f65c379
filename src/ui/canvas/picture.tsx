import '@xyflow/react/dist/base.css'
import './canvas.css'
import { ReactFlow, type ReactFlowState, useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Action, KObject, ObjectKey, Trace } from '../../model/index.ts'
import {
  canFocus,
  type Direction,
  firstNode,
  type Highlight,
  neighbour,
  type Scene,
  type SceneNode,
} from '../../scene/index.ts'
import type { Playhead, Selection, View } from '../../session/index.ts'
import { useMedia } from '../kit/index.ts'
import { Backdrop } from './backdrop.tsx'
import { fitTo, framed, reveal, ZOOM } from './camera.ts'
import { actionsOf, type NodeAction } from './node-actions.ts'
import { type CardNode, NODE_TYPES } from './node-cards.tsx'
import { NodeToolbar } from './node-toolbar.tsx'
import { PacketOverlay } from './packet-overlay.tsx'

export interface PictureProps {
  readonly scene: Scene
  readonly lit: Highlight
  readonly objects: ReadonlyMap<ObjectKey, KObject>
  readonly traces: readonly Trace[]
  readonly selectedTrace: string | undefined
  readonly playhead: Playhead
  readonly mode: View['mode']
  readonly presenting: boolean
  /** The camera fits the picture anew when this changes: another example, another text. */
  readonly story: string
  readonly onSelect: (selection: Selection | null) => void
  readonly onAct: (action: Action) => void
  readonly onFold: (id: string, folded: boolean) => void
  readonly onMode: (mode: View['mode']) => void
  readonly onWhatIf: (key: ObjectKey) => void
  readonly onShell: (shell: NonNullable<NodeAction['shell']>) => void
  /** An action that cannot be done now says why. */
  readonly onProblem: (why: string) => void
}

/** Nodes off screen are left out of the DOM only above this many. */
const MANY = 300
const NO_EDGES: never[] = []
const Z: Partial<Record<SceneNode['type'], number>> = { group: 0, machine: 0 }

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** The cluster as a picture that can be walked, zoomed and acted on. Must stand inside a `ReactFlowProvider`. */
export const Picture = memo(function Picture(props: PictureProps): ReactNode {
  const { scene, lit, objects, onSelect, onAct, onFold } = props
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const flow = useReactFlow()
  const store = useStoreApi()
  const root = useRef<HTMLDivElement>(null)
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const camera = useCamera(scene, props, still)

  const far = useStore(isFar)
  const focused = chosen !== undefined && scene.byId.has(chosen) ? chosen : firstNode(scene)
  const nodes = useNodes(scene, lit, focused)
  const acting = soleSelected(scene, lit)
  const actions = useMemo(
    () =>
      acting ? actionsOf(acting, acting.target?.type === 'object' ? objects.get(acting.target.key) : undefined) : [],
    [acting, objects],
  )

  /** Pans first, then focuses: the browser's own scrolling would tear picture and overlay apart. */
  const focus = useCallback(
    (id: string) => {
      const box = scene.byId.get(id)
      if (!box) return
      setChosen(id)
      const { width, height, transform } = store.getState()
      const before = { x: transform[0], y: transform[1], zoom: transform[2] }
      const after = reveal(box, { width, height }, before)
      if (after !== before) void flow.setViewport(after)
      const find = (left: number) => {
        const card = root.current?.querySelector<HTMLElement>(`[data-scene="${CSS.escape(id)}"]`)
        if (card) card.focus({ preventScroll: true })
        else if (left > 0) requestAnimationFrame(() => find(left - 1))
      }
      find(4)
    },
    [scene, flow, store],
  )

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const id = (event.target as Element).closest<HTMLElement>('[data-scene]')?.dataset['scene']
    if (event.altKey || event.ctrlKey || event.metaKey || id === undefined) return
    const direction = ARROWS[event.key]
    if (direction) {
      const next = neighbour(scene, id, direction)
      if (next) focus(next)
    } else if (event.key === 'Escape') onSelect(null)
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openActions(id)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const openActions = (id: string) => {
    const node = scene.byId.get(id)
    if (!node?.target) return
    onSelect(node.target)
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('.scene-toolbar button')?.focus())
  }
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as Element
    const fold = target.closest<HTMLElement>('[data-fold]')?.dataset['fold']
    const object = target.closest<HTMLElement>('[data-object]')?.dataset['object']
    const node = scene.byId.get(target.closest<HTMLElement>('[data-scene]')?.dataset['scene'] ?? '')
    if (fold !== undefined) onFold(fold, true)
    else if (object !== undefined) onSelect({ type: 'object', key: object })
    else if (node) {
      setChosen(node.id)
      if (node.type === 'fold') unfold(node.group)
      else if (node.target) onSelect(node.target)
    } else if (target.classList.contains('react-flow__pane')) onSelect(null)
  }
  /** The tile goes away; the focus stays where its pods come. */
  const unfold = (group: string) => {
    onFold(group, false)
    setChosen(group)
    const card = root.current?.querySelector<HTMLElement>(`[data-scene="${CSS.escape(group)}"]`)
    card?.focus({ preventScroll: true })
  }
  const onAction = (action: NodeAction) => {
    if (action.problem !== undefined) props.onProblem(action.problem)
    if (action.act) onAct(action.act)
    if (action.shell) props.onShell(action.shell)
    if (action.select) onSelect({ type: 'object', key: action.select })
    if (action.whatIf !== undefined) props.onWhatIf(action.whatIf)
    if (action.fold) onFold(action.fold.id, action.fold.folded)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons are the controls; keys and clicks are heard here for all of them
    <div
      ref={root}
      className="scene-root"
      data-mode={scene.mode}
      data-flow={scene.flow}
      data-far={far || undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={(event) => {
        const id = (event.target as Element).closest<HTMLElement>('[data-scene]')?.dataset['scene']
        if (id === undefined) return
        event.preventDefault()
        openActions(id)
      }}
    >
      <ReactFlow
        aria-label="Picture of the cluster"
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        minZoom={ZOOM.least}
        maxZoom={ZOOM.most}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={scene.nodes.length > MANY}
        // Nodes take the pointer only when somebody listens; clicks are heard at the root.
        onNodeClick={listen}
        onMoveStart={camera.onMoveStart}
        proOptions={HIDE_ATTRIBUTION}
      >
        <Backdrop scene={scene} lit={lit} />
        <PacketOverlay scene={scene} traces={props.traces} playhead={props.playhead} selected={props.selectedTrace} />
        {acting && actions.length > 0 && (
          <NodeToolbar node={acting} actions={actions} onAction={onAction} onLeave={() => focus(acting.id)} />
        )}
      </ReactFlow>
      <Controls mode={props.mode} onMode={props.onMode} still={still} onFit={camera.onFit} scene={scene} />
    </div>
  )
})

const listen = () => {}
const HIDE_ATTRIBUTION = { hideAttribution: true }

/** React Flow's nodes; those that did not change keep their identity. */
function useNodes(scene: Scene, lit: Highlight, focused: string | undefined): CardNode[] {
  const kept = useRef(new Map<string, CardNode>())
  return useMemo(() => {
    const next = new Map<string, CardNode>()
    const dimming = lit.nodes.size > 0
    for (const node of scene.nodes) {
      const data = {
        node,
        selected: lit.selected.has(node.id),
        lit: lit.nodes.has(node.id),
        dim: dimming && !lit.nodes.has(node.id),
        tab: node.id === focused && canFocus(node),
      }
      const old = kept.current.get(node.id)
      const same = old && (Object.keys(data) as (keyof typeof data)[]).every((key) => old.data[key] === data[key])
      next.set(
        node.id,
        same
          ? old
          : {
              id: node.id,
              type: node.type,
              position: { x: node.x, y: node.y },
              width: node.width,
              height: node.height,
              zIndex: Z[node.type] ?? 2,
              data,
              domAttributes: NO_ROLE,
            },
      )
    }
    kept.current = next
    return [...next.values()]
  }, [scene, lit, focused])
}

/** The button inside says what it is. */
const NO_ROLE = { 'aria-roledescription': undefined } as object

/** The node that the toolbar stands at: the selected one that has actions of its own. */
function soleSelected(scene: Scene, lit: Highlight): SceneNode | undefined {
  for (const id of lit.selected) {
    const node = scene.byId.get(id)
    if (node?.target && node.type !== 'fold') return node
  }
  return undefined
}

/** So far away that small words cannot be read. */
const isFar = (state: ReactFlowState) => state.transform[2] < 0.72
const paneOf = (state: ReactFlowState) => `${state.width}x${state.height}`

/**
 * Fits the picture into the pane at the start, for another story and another view; later only while nobody has moved the
 * camera, when the pane has another size or the picture no longer fits.
 */
function useCamera(
  scene: Scene,
  { story, mode, presenting }: Pick<PictureProps, 'story' | 'mode' | 'presenting'>,
  still: boolean,
) {
  const flow = useReactFlow()
  const store = useStoreApi()
  const pane = useStore(paneOf)
  const own = useRef(false)
  const fitted = useRef('')
  const fittedPane = useRef('')
  const most = presenting ? 1.9 : 1.15
  const show = useCallback(
    (smooth: boolean) => {
      const { width, height } = store.getState()
      void flow.setViewport(
        fitTo(scene.bounds, { width, height }, most),
        smooth && !still ? { duration: 260 } : undefined,
      )
    },
    [flow, store, scene, most, still],
  )
  useEffect(() => {
    const { width, height, transform, panZoom } = store.getState()
    if (width === 0 || height === 0 || !panZoom || scene.empty) return
    const wanted = `${story} ${mode} ${scene.flow} ${presenting}`
    if (fitted.current !== wanted) {
      fitted.current = wanted
      fittedPane.current = pane
      own.current = false
      show(false)
      return
    }
    if (own.current) return
    const camera = { x: transform[0], y: transform[1], zoom: transform[2] }
    const size = { width, height }
    if (fittedPane.current === pane && framed(scene.bounds, size, camera, fitTo(scene.bounds, size, most))) return
    fittedPane.current = pane
    show(true)
  }, [scene, story, mode, presenting, pane, most, show, store])
  return {
    /** React Flow says so of its own movements, too: those come without an event. */
    onMoveStart: useCallback((event: unknown) => {
      if (event) own.current = true
    }, []),
    onFit: useCallback(() => {
      own.current = false
      show(true)
    }, [show]),
  }
}

function Controls({
  mode,
  onMode,
  onFit,
  still,
  scene,
}: {
  readonly mode: View['mode']
  readonly onMode: (mode: View['mode']) => void
  readonly onFit: () => void
  readonly still: boolean
  readonly scene: Scene
}): ReactNode {
  const flow = useReactFlow()
  const smooth = still ? undefined : { duration: 160 }
  return (
    <>
      <fieldset className="scene-modes">
        <legend>View</legend>
        {(['logical', 'nodes'] as const).map((value) => (
          <label key={value} data-on={mode === value || undefined}>
            <input
              type="radio"
              name="scene-mode"
              value={value}
              checked={mode === value}
              onChange={() => onMode(value)}
            />
            {value === 'logical' ? 'Services' : 'Nodes'}
          </label>
        ))}
      </fieldset>
      {!scene.empty && (
        <fieldset className="scene-zoom">
          <legend>Zoom</legend>
          <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => void flow.zoomIn(smooth)}>
            <Plus size={15} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void flow.zoomOut(smooth)}>
            <Minus size={15} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Fit the picture" title="Fit the picture" onClick={onFit}>
            <Maximize size={14} aria-hidden="true" />
          </button>
        </fieldset>
      )}
    </>
  )
}
