import { ReactFlowProvider } from '@xyflow/react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { highlight } from '../../scene/index.ts'
import { useActions, usePlayhead, useSession } from '../kit/index.ts'
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
  const mode = useSession((s) => s.view.mode)
  const selection = useSession((s) => s.view.selection)
  const presenting = useSession((s) => s.view.presenting)
  const story = useSession((s) => s.document.scenario ?? '')
  const phase = useSession((s) => s.status.phase)

  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(() => new Map())
  const view = useMemo(() => ({ mode, folds }), [mode, folds])
  const [sceneFor] = useState(createSceneKeeper)
  const scene = useMemo(
    () => sceneFor({ objects, services, clients, config, notSimulated, sources, traces }, view),
    [sceneFor, objects, services, clients, config, notSimulated, sources, traces, view],
  )
  const asked = selection?.type === 'trace' ? traces : undefined
  const lit = useMemo(() => highlight(scene, selection, asked ?? []), [scene, selection, asked])
  const onFold = useCallback((id: string, folded: boolean) => setFolds((before) => new Map(before).set(id, folded)), [])

  return (
    <section className="scene-pane" aria-label="Cluster">
      <ReactFlowProvider>
        <Picture
          scene={scene}
          lit={lit}
          objects={objects}
          traces={traces}
          playhead={playhead}
          mode={mode}
          presenting={presenting}
          story={story}
          onSelect={session.select}
          onAct={session.act}
          onFold={onFold}
          onMode={session.setMode}
        />
      </ReactFlowProvider>
      {scene.empty && phase === 'ready' && <EmptyHint />}
    </section>
  )
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
