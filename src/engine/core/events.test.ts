import { expect, it } from 'vitest'
import { DEFAULT_CLUSTER } from '../../model/index.ts'
import { eventObjects, recordEvent } from './events.ts'
import { createState, snapshot } from './state.ts'
import { restore } from './store.ts'

// biome-ignore lint/suspicious/noExplicitAny: an Event has its fields beside metadata
type Loose = any
const about = 'Pod/shop/web-1'
const say = (state: ReturnType<typeof createState>, source: string, message: string) =>
  recordEvent(state, source, 'Warning', about, 'BackOff', message)

it('[EVT-1] what a component says again is one event that is counted, other words are another', () => {
  const state = createState(DEFAULT_CLUSTER)
  say(state, 'kubelet', 'a')
  state.now = 5000
  say(state, 'kubelet', 'b')
  state.now = 9000
  say(state, 'kubelet', 'a')
  const found: Loose[] = eventObjects(state)
  expect(found.map((e) => [e.message, e.count, e.metadata.namespace])).toEqual([
    ['a', 2, 'shop'],
    ['b', 1, 'shop'],
  ])
  const [a] = found
  expect(Date.parse(a.lastTimestamp) - Date.parse(a.firstTimestamp)).toBe(9000)
  expect(a.involvedObject).toEqual({ apiVersion: 'v1', kind: 'Pod', name: 'web-1', namespace: 'shop' })
  expect(new Set(found.map((e) => e.metadata.name)).size).toBe(2)
})

it('[EVT-1] the same words about two containers are two events', () => {
  const state = createState(DEFAULT_CLUSTER)
  for (const name of ['a', 'b', 'a'])
    recordEvent(state, 'kubelet', 'Normal', about, 'Started', 'x', `spec.containers{${name}}`)
  expect(eventObjects(state).map((e: Loose) => [e.involvedObject.fieldPath, e.count])).toEqual([
    ['spec.containers{a}', 2],
    ['spec.containers{b}', 1],
  ])
})

it('[EVT-1] the scheduler speaks the newer API: a series instead of a count', () => {
  const state = createState(DEFAULT_CLUSTER)
  say(state, 'default-scheduler', 'a')
  say(state, 'default-scheduler', 'a')
  const [event]: Loose[] = eventObjects(state)
  expect(event).toMatchObject({ lastTimestamp: null, series: { count: 2 }, reportingComponent: 'default-scheduler' })
  expect(event.count).toBeUndefined()
})

it('[EVT-2] an event is there for an hour after it was last said, and going back takes it back', () => {
  const state = createState(DEFAULT_CLUSTER)
  say(state, 'kubelet', 'old')
  const before = snapshot(state)
  state.now = 50 * 60_000
  say(state, 'kubelet', 'young')
  state.now = 61 * 60_000
  expect(eventObjects(state).map((e: Loose) => e.message)).toEqual(['young'])
  expect(eventObjects(restore(before)).map((e: Loose) => e.message)).toEqual(['old'])
})
