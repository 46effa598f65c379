import { useStoreApi } from '@xyflow/react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Trace } from '../../model/index.ts'
import { frameAt, type Scene } from '../../scene/index.ts'
import type { Playhead } from '../../session/index.ts'
import { useMedia } from '../kit/index.ts'
import { drawFrame } from './draw-frame.ts'
import { onThemeChange, type Palette, readPalette } from './palette.ts'

/**
 * The traffic: one canvas over the picture, painted anew when the playhead, the camera, the picture or the requests change,
 * and never otherwise. What it shows is a pure function of these.
 */
export function PacketOverlay({
  scene,
  traces,
  playhead,
  selected,
}: {
  readonly scene: Scene
  readonly traces: readonly Trace[]
  readonly playhead: Playhead
  /** Id of the request that is selected: where it failed stays marked. */
  readonly selected: string | undefined
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const flow = useStoreApi()
  const stepped = useMedia('(prefers-reduced-motion: reduce)')
  const shown = useRef({ scene, traces, stepped, selected })
  const repaint = useRef(() => {})

  useEffect(() => {
    shown.current = { scene, traces, stepped, selected }
    repaint.current()
  }, [scene, traces, stepped, selected])

  useEffect(() => {
    const element = canvas.current!
    const context = element.getContext('2d')
    if (!context) return
    let palette: Palette = readPalette(element)
    let width = 0
    let height = 0
    let ratio = 1
    let frame = 0
    const paint = () => {
      frame = 0
      const [left, top, zoom] = flow.getState().transform
      const moment = frameAt(shown.current.scene, shown.current.traces, playhead.get(), {
        stepped: shown.current.stepped,
        selected: shown.current.selected,
      })
      drawFrame({ context, width, height, ratio }, moment, shown.current.scene, { left, top, zoom }, palette)
    }
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(paint)
    }
    repaint.current = soon
    const measure = () => {
      ratio = window.devicePixelRatio || 1
      width = element.clientWidth
      height = element.clientHeight
      element.width = Math.round(width * ratio)
      element.height = Math.round(height * ratio)
      soon()
    }
    const sizes = new ResizeObserver(measure)
    sizes.observe(element)
    measure()
    let camera = flow.getState().transform
    const stops = [
      playhead.subscribe(soon),
      flow.subscribe((state) => {
        if (state.transform === camera) return
        camera = state.transform
        soon()
      }),
      onThemeChange(() => {
        palette = readPalette(element)
        soon()
      }),
    ]
    return () => {
      cancelAnimationFrame(frame)
      sizes.disconnect()
      for (const stop of stops) stop()
    }
  }, [flow, playhead])

  // A canvas may hold controls, which this one does not: what it shows is said in Requests.
  return (
    <div className="scene-packets" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  )
}
