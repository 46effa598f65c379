import type { Pending, Task, TaskQueue } from './queue.ts'
import type { State } from './state.ts'

const idOf = (kind: string, key: string) => `${kind} ${key}`
const earlier = (a: Pending, b: Pending) => a.at < b.at || (a.at === b.at && a.seq < b.seq)

/**
 * Have work done at `task.at` (not before now). As a work queue does, a pending task of the same kind and key absorbs this one when it is
 * due no later; otherwise this one takes its place. With `replace`, the pending one always gives way (a timer that is set anew).
 */
export function schedule(state: State, task: Task, replace = false): void {
  const id = idOf(task.kind, task.key)
  const at = Math.max(task.at, state.now)
  const old = state.tasks.pending.get(id)
  if (old && !replace && old.at <= at && (!old.waits || task.waits)) return
  const pending: Pending = Object.freeze({ ...task, at, seq: ++state.seq })
  drop(state.tasks, id)
  state.tasks.pending.set(id, pending)
  if (!pending.waits) state.tasks.restless++
  push(state.tasks.heap, pending)
}

/** Work that is due as soon as what is being done now is done. */
export function scheduleNow(state: State, kind: string, key: string, data?: unknown): void {
  schedule(state, { at: state.now, kind, key, data })
}

export function cancel(state: State, kind: string, key: string): void {
  drop(state.tasks, idOf(kind, key))
}

function drop(queue: TaskQueue, id: string): void {
  const old = queue.pending.get(id)
  if (!old) return
  queue.pending.delete(id)
  if (!old.waits) queue.restless--
}

export const pendingTask = (state: State, kind: string, key: string): Pending | undefined =>
  state.tasks.pending.get(idOf(kind, key))

/** The next task, without taking it. */
export function peekTask(state: State): Pending | undefined {
  const { heap, pending } = state.tasks
  while (heap.length > 0) {
    const top = heap[0]!
    if (pending.get(idOf(top.kind, top.key)) === top) return top
    pop(heap)
  }
  return undefined
}

/** Take the next task out of the queue. */
export function takeTask(state: State): Pending | undefined {
  const top = peekTask(state)
  if (!top) return undefined
  pop(state.tasks.heap)
  drop(state.tasks, idOf(top.kind, top.key))
  return top
}

/** At rest: nothing is pending but what waits. */
export const atRest = (state: State): boolean => state.tasks.restless === 0

function push(heap: Pending[], task: Pending): void {
  let i = heap.push(task) - 1
  while (i > 0) {
    const parent = (i - 1) >> 1
    if (!earlier(heap[i]!, heap[parent]!)) break
    const swap = heap[i]!
    heap[i] = heap[parent]!
    heap[parent] = swap
    i = parent
  }
}

function pop(heap: Pending[]): void {
  const last = heap.pop()
  if (heap.length === 0 || !last) return
  heap[0] = last
  let i = 0
  for (;;) {
    const left = 2 * i + 1
    const right = left + 1
    let least = i
    if (left < heap.length && earlier(heap[left]!, heap[least]!)) least = left
    if (right < heap.length && earlier(heap[right]!, heap[least]!)) least = right
    if (least === i) return
    const swap = heap[i]!
    heap[i] = heap[least]!
    heap[least] = swap
    i = least
  }
}
