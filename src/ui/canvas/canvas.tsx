import { ReactFlowProvider } from '@xyflow/react'
import { type ReactNode, type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type Flow, highlight } from '../../scene/index.ts'
import { placeOfClient, useTerminalOf } from '../commands/index.ts'
import { useActions, usePlayhead, useSession } from '../kit/index.ts'
import type { NodeAction } from './node-actions.ts'
import { Picture } from './picture.tsx'
import { createSceneKeeper } from './scene-keeper.ts'

/** The picture of the session's cluster. Fills its parent, which has a size. */
export function Canvas(): ReactNode {
  const session = useActions()
  const playhead = usePlayhead()
  const objects = useSession((s) => s.mirror.objects)
  const services = useSession((s) => s.mirror.services)
  const clients = useSession((s) => s.mirror.clients)
  const config = useSession((s) => s.mirror.config)
  const notSimulated = useSession((s) => s.mirror.notSimulated)
  const sources = useSession((s) => s.mirror.sources)
  const traces = useSession((s) => s.mirror.traces)
  const diagnostics = useSession((s) => s.mirror.diagnostics)
  const mode = useSession((s) => s.view.mode)
  const selection = useSession((s) => s.view.selection)
  const presenting = useSession((s) => s.view.presenting)
  const story = useSession((s) => s.document.scenario ?? '')
  const phase = useSession((s) => s.status.phase)

  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(() => new Map())
  const pane = useRef<HTMLElement>(null)
  const flow = useFlow(pane)
  const view = useMemo(() => ({ mode, folds, flow }), [mode, folds, flow])
  const [sceneFor] = useState(createSceneKeeper)
  const scene = useMemo(
    () => sceneFor({ objects, services, clients, config, notSimulated, sources, traces, diagnostics }, view, story),
    [sceneFor, objects, services, clients, config, notSimulated, sources, traces, diagnostics, view, story],
  )
  const asked = selection?.type === 'trace' ? traces : undefined
  const lit = useMemo(() => highlight(scene, selection, asked ?? []), [scene, selection, asked])
  const onWhatIf = useCallback(
    (key: string) => session.setView({ dialog: 'what-if', whatIf: { type: 'object', key } }),
    [session],
  )
  const showTerminalOf = useTerminalOf()
  const onShell = useCallback(
    (shell: NonNullable<NodeAction['shell']>) => {
      if ('place' in shell) void session.offerCommand('', shell.place)
      else if (shell.client.terminal) showTerminalOf(shell.client)
      else void session.offerCommand('', placeOfClient(shell.client, session.store.getState().mirror.objects))
    },
    [session, showTerminalOf],
  )
  const onFold = useCallback((id: string, folded: boolean) => setFolds((before) => new Map(before).set(id, folded)), [])

  return (
    <section className="scene-pane" aria-label="Cluster" ref={pane}>
      <ReactFlowProvider>
        <Picture
          scene={scene}
          lit={lit}
          objects={objects}
          traces={traces}
          selectedTrace={selection?.type === 'trace' ? selection.id : undefined}
          playhead={playhead}
          mode={mode}
          presenting={presenting}
          story={story}
          onSelect={session.select}
          onAct={session.act}
          onFold={onFold}
          onMode={session.setMode}
          onWhatIf={onWhatIf}
          onShell={onShell}
          onProblem={session.notify}
        />
      </ReactFlowProvider>
      {scene.empty && phase === 'ready' && <EmptyHint />}
    </section>
  )
}

/** px; in a pane narrower than this, requests go down. */
const NARROW = 480

/** Which way the picture goes, by the room that it has. */
function useFlow(pane: RefObject<HTMLElement | null>): Flow {
  const [flow, setFlow] = useState<Flow>('right')
  useLayoutEffect(() => {
    const element = pane.current!
    const measure = () => {
      const { clientWidth, clientHeight } = element
      // folded away it has no width: nothing to turn for
      if (clientWidth > 0) setFlow(clientWidth < NARROW && clientHeight > clientWidth * 0.7 ? 'down' : 'right')
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [pane])
  return flow
}

function EmptyHint(): ReactNode {
  return (
    <div className="scene-empty">
      <p>
        <strong>Nothing here yet.</strong>
      </p>
      <p>
        Write or paste a Service and a Deployment at the left, drop files onto the page, or open an example above: the
        cluster and its traffic appear here.
      </p>
    </div>
  )
}
