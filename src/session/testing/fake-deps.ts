import type { Command, FromWorker, Update } from '../../model/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { SessionDeps } from '../deps.ts'

export const EMPTY_UPDATE: Update = {
  ack: 0,
  now: 0,
  reset: false,
  put: [],
  drop: [],
  services: [],
  traces: [],
  events: [],
  terminal: [],
}

export interface FakeDeps extends SessionDeps {
  /** Everything that was sent to the worker. */
  readonly sent: Command[]
  /** Says something as the worker would. */
  say(message: FromWorker): void
  /** Answers commands by itself: an advance is computed at once, anything else acknowledged at its moment. */
  autoAnswer: boolean
  /** The last command of a type. */
  last<T extends Command['type']>(type: T): Extract<Command, { type: T }> | undefined
  /** Passes wall time: timers and frames of 20 ms. */
  pass(ms: number): void
  readonly kept: Map<string, string>
  address: string
}

/** A worker, a clock, a storage and an address that a test owns. */
export function fakeDeps(
  options: {
    scenarios?: readonly Scenario[]
    gallery?: readonly Scenario[]
    address?: string
    autoAnswer?: boolean
  } = {},
): FakeDeps {
  const sent: Command[] = []
  const kept = new Map<string, string>()
  let wall = 0
  let nextId = 1
  const timers = new Map<number, { at: number; run: () => void }>()
  let frames = new Map<number, () => void>()
  let listener: ((message: FromWorker) => void) | null = null
  let now = 0

  const answer = (command: Command) => {
    if (command.type === 'ask') {
      const { question, id } = command
      if (question.type === 'locate')
        deps.say({ type: 'answer', id, answer: { type: 'locate', ranges: question.fields.map(() => null) } })
      else if (question.type === 'next-event')
        deps.say({
          type: 'answer',
          id,
          answer: { type: 'next-event', at: Math.floor(question.after / 1000) * 1000 + 1000 },
        })
      else if (question.type === 'edits') deps.say({ type: 'answer', id, answer: { type: 'edits', edits: [] } })
      return
    }
    if (command.type === 'open') now = command.at ?? 0
    else if (command.type === 'edit' || command.type === 'act') now = command.at
    else now = command.to
    deps.say({
      type: 'update',
      update: { ...EMPTY_UPDATE, ack: command.id, now, reset: command.type !== 'advance' },
    })
  }

  const deps: FakeDeps = {
    sent,
    kept,
    autoAnswer: options.autoAnswer ?? true,
    address: options.address ?? '',
    scenarios: options.scenarios ?? [],
    loadGallery: () =>
      options.gallery ? Promise.resolve(options.gallery) : Promise.reject(new Error('there is none')),
    say: (message) => listener?.(message),
    last: (type) => sent.findLast((command) => command.type === type) as never,
    pass(ms) {
      for (const end = wall + ms; wall < end; ) {
        wall = Math.min(wall + 20, end)
        for (const [id, timer] of timers)
          if (timer.at <= wall) {
            timers.delete(id)
            timer.run()
          }
        const due = frames
        frames = new Map()
        for (const run of due.values()) run()
      }
    },
    startWorker(onMessage) {
      listener = onMessage
      return {
        post(command) {
          sent.push(structuredClone(command))
          if (deps.autoAnswer) queueMicrotask(() => listener === onMessage && answer(command))
        },
        stop: () => {
          if (listener === onMessage) listener = null
        },
      }
    },
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    clock: {
      now: () => wall,
      setTimeout(run, ms) {
        timers.set(nextId, { at: wall + ms, run })
        return nextId++
      },
      clearTimeout: (id) => void timers.delete(id),
      requestFrame(run) {
        frames.set(nextId, run)
        return nextId++
      },
      cancelFrame: (id) => void frames.delete(id),
    },
    location: {
      hash: () => deps.address,
      replaceHash: (hash) => {
        deps.address = hash
      },
      base: () => 'https://fairlead.example/',
    },
  }
  return deps
}
