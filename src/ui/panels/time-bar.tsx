import { ChevronsRight, Pause, Play, SkipBack, StepForward } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { Ms } from '../../model/index.ts'
import { drawnBoundaries } from '../../scene/index.ts'
import { formatClock } from '../../words/index.ts'
import { IconButton, isGood, useActions, useMoment, usePlayhead, useSession } from '../kit/index.ts'

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10]

/** Ends that the bar may have: it grows in steps, so that the knob is seen to move. */
const ENDS = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600].map((seconds) => seconds * 1000)
const endFor = (at: Ms): Ms => ENDS.find((end) => at <= end * 0.97) ?? Math.ceil((at * 1.1) / 3_600_000) * 3_600_000

export function TimeBar(): ReactNode {
  const session = useActions()
  const playing = useSession((state) => state.playback.playing)
  const speed = useSession((state) => state.playback.speed)
  const seed = useSession((state) => state.mirror.config.seed)
  const furthest = useSession((state) => state.playback.furthest)
  const moment = useMoment(100)
  const end = endFor(Math.max(furthest, moment))
  return (
    <section className="time" aria-label="Time" data-keys="time">
      <IconButton label="Start over" icon={<SkipBack />} onClick={session.startOver} />
      <IconButton
        kind={undefined}
        label={playing ? 'Pause' : 'Play'}
        keys="space"
        icon={playing ? <Pause /> : <Play />}
        onClick={session.togglePlay}
      />
      <IconButton
        label="To the next hop"
        keys="→"
        icon={<StepForward />}
        onClick={() => void session.stepHop(drawnBoundaries)}
      />
      <IconButton
        label="To the next event"
        keys="Shift →"
        icon={<ChevronsRight />}
        onClick={() => void session.stepEvent()}
      />
      <label className="time-speed">
        <span className="kit-hidden">Speed</span>
        <select className="kit-select" value={speed} onChange={(event) => session.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </label>
      <span className="time-clock">{formatClock(moment)}</span>
      <Slider end={end} moment={moment} />
      <span className="time-end">{formatClock(end)}</span>
      <span className="time-seed" title="All chance comes from this number: the same text and seed make the same run">
        seed {seed}
      </span>
    </section>
  )
}

/** The moment, smoothly: the knob follows the playhead without React. */
function Slider({ end, moment }: { readonly end: Ms; readonly moment: Ms }): ReactNode {
  const { seek } = useActions()
  const playhead = usePlayhead()
  const input = useRef<HTMLInputElement>(null)
  const dragging = useRef(false)
  useEffect(() => {
    const follow = () => {
      const range = input.current
      if (!range || dragging.current) return
      range.value = String(playhead.get())
      range.style.setProperty('--at', `${(playhead.get() / end) * 100}%`)
    }
    follow()
    return playhead.subscribe(follow)
  }, [playhead, end])
  const release = () => {
    dragging.current = false
  }
  return (
    <span className="time-track">
      <Marks end={end} />
      <input
        ref={input}
        className="time-range"
        type="range"
        min={0}
        max={end}
        step={50}
        defaultValue={0}
        aria-label="Moment"
        aria-valuetext={formatClock(moment)}
        onPointerDown={() => {
          dragging.current = true
        }}
        onPointerUp={release}
        onPointerCancel={release}
        onLostPointerCapture={release}
        onKeyDown={(event) => {
          // the arrows step over hops and events (see keys); the slider keeps Home, End and the Page keys
          if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') event.preventDefault()
        }}
        onInput={(event) => {
          const at = Number(event.currentTarget.value)
          event.currentTarget.style.setProperty('--at', `${(at / end) * 100}%`)
          seek(at)
        }}
      />
    </span>
  )
}

const STRIPES = 240

/** Where requests failed, and where the text or the cluster was changed. */
function Marks({ end }: { readonly end: Ms }): ReactNode {
  const traces = useSession((state) => state.mirror.traces)
  const log = useSession((state) => state.document.log)
  const failed = useMemo(() => {
    const stripes = new Set<number>()
    for (const trace of traces) if (!isGood(trace)) stripes.add(Math.floor((trace.startedAt / end) * STRIPES))
    return [...stripes]
  }, [traces, end])
  return (
    <svg className="time-marks" viewBox={`0 0 ${STRIPES} 12`} preserveAspectRatio="none" aria-hidden="true">
      <path className="time-failed" d={failed.map((x) => `M${x} 0v12`).join('')} />
      <path
        className="time-changed"
        d={log.map(({ at }) => `M${Math.floor((at / end) * STRIPES * 10) / 10} 0v12`).join('')}
      />
    </svg>
  )
}
