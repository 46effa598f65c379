import type {
  ClusterEvent,
  Diagnostic,
  FromWorker,
  Ms,
  ObjectKey,
  ServiceView,
  TextEdit,
  TextFile,
  Trace,
  Update,
} from '../../model/index.ts'
import { Run } from '../../worker/index.ts'
import { type Scenario, STEP_GAP } from '../scenario.ts'

/** What is known at the end of the stretch that follows a step. */
export interface Stretch {
  readonly from: Ms
  readonly to: Ms
  readonly traces: readonly Trace[]
  readonly events: readonly ClusterEvent[]
  readonly services: ReadonlyMap<ObjectKey, ServiceView>
  readonly diagnostics: readonly Diagnostic[]
}

/** Plays an example as the page does: opened at rest, a step every STEP_GAP. The first stretch is the one before all steps. */
export function playScenario(scenario: Scenario): readonly Stretch[] {
  const updates: Update[] = []
  const run = new Run((message: FromWorker) => {
    if (message.type !== 'update') throw new Error(`the worker said: ${JSON.stringify(message)}`)
    updates.push(message.update)
  })
  const services = new Map<ObjectKey, ServiceView>()
  let diagnostics: readonly Diagnostic[] = []
  let files: readonly TextFile[] = scenario.files
  let id = 0
  let started: Ms = 0
  const stretches: Stretch[] = []
  const watch = () => {
    const from = started
    run.handle({ id: ++id, type: 'advance', to: from + STEP_GAP })
    const traces: Trace[] = []
    const events: ClusterEvent[] = []
    for (const update of updates.splice(0)) {
      if (update.reset) services.clear()
      for (const key of update.drop) services.delete(key)
      for (const view of update.services) services.set(view.key, view)
      diagnostics = update.diagnostics ?? diagnostics
      traces.push(...update.traces)
      events.push(...update.events)
    }
    const to = from + STEP_GAP
    stretches.push({ from, to, traces, events, services: new Map(services), diagnostics })
    started = to
  }
  run.handle({ id: ++id, type: 'open', files, force: true })
  watch()
  for (const step of scenario.steps) {
    if (step.do.type === 'act') {
      run.handle({ id: ++id, type: 'act', action: step.do.action, at: started })
    } else {
      const { file, find, replace } = step.do
      const edits: TextEdit[] = []
      files = files.map((f) => {
        if (f.name !== file) return f
        const from = f.text.indexOf(find)
        edits.push({ file, from, to: from + find.length, insert: replace })
        return { name: file, text: f.text.slice(0, from) + replace + f.text.slice(from + find.length) }
      })
      run.handle({ id: ++id, type: 'edit', files, edits, at: started, force: true })
      // Another cluster is another run, from 0.
      if (updates.at(-1)?.now === 0) started = 0
    }
    watch()
  }
  return stretches
}
