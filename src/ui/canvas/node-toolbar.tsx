import { type ReactFlowState, useStore } from '@xyflow/react'
import {
  Ban,
  ChevronsDownUp,
  ChevronsUpDown,
  CircleCheck,
  CircleSlash,
  FlaskConical,
  ListTree,
  LogOut,
  Minus,
  Plus,
  RotateCw,
  Send,
  SquareTerminal,
  Trash2,
} from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { SceneNode } from '../../scene/index.ts'
import type { NodeAction } from './node-actions.ts'
import { nodeLabel } from './node-names.ts'

const ICONS: Readonly<Record<NodeAction['icon'], typeof Trash2>> = {
  delete: Trash2,
  ready: CircleCheck,
  'not-ready': CircleSlash,
  minus: Minus,
  plus: Plus,
  restart: RotateCw,
  drain: LogOut,
  cordon: Ban,
  send: Send,
  expand: ChevronsUpDown,
  fold: ChevronsDownUp,
  endpoints: ListTree,
  'what-if': FlaskConical,
  shell: SquareTerminal,
}

const HEIGHT = 34

const camera = (state: ReactFlowState) => state.transform
const paneWidth = (state: ReactFlowState) => state.width

/**
 * What can be done to the selected node, above it (below when there is no room), in the pane's own size. One tab stop: arrows
 * move within, Escape goes back to the node.
 */
export function NodeToolbar({
  node,
  actions,
  onAction,
  onLeave,
}: {
  readonly node: SceneNode
  readonly actions: readonly NodeAction[]
  readonly onAction: (action: NodeAction) => void
  readonly onLeave: () => void
}): ReactNode {
  const [left, top, zoom] = useStore(camera)
  const width = useStore(paneWidth)
  const bar = useRef<HTMLDivElement>(null)
  const [own, setOwn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: its width is that of its buttons
  useLayoutEffect(() => setOwn(bar.current!.offsetWidth), [actions])
  const above = node.y * zoom + top - HEIGHT - 6
  const x = Math.max(6, Math.min(node.x * zoom + left, width - own - 6))
  const y = above >= 4 ? above : (node.y + node.height) * zoom + top + 8
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const buttons = [...event.currentTarget.querySelectorAll('button')]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (move !== 0) buttons[(at + move + buttons.length) % buttons.length]?.focus()
    else if (event.key === 'Escape') onLeave()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={bar}
      className="scene-toolbar nopan nodrag"
      role="toolbar"
      tabIndex={-1}
      aria-label={`Actions: ${nodeLabel(node)}`}
      style={{ transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)` }}
      onKeyDown={onKeyDown}
    >
      {actions.map((action, index) => {
        const Icon = ICONS[action.icon]
        return (
          <button
            key={action.icon}
            type="button"
            tabIndex={index === 0 ? 0 : -1}
            aria-label={action.label}
            title={action.problem ?? action.label}
            aria-disabled={action.problem !== undefined || undefined}
            data-icon={action.icon}
            onClick={() => onAction(action)}
          >
            <Icon size={14} aria-hidden="true" />
            {action.shown}
          </button>
        )
      })}
    </div>
  )
}
