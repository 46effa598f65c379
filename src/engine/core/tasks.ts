import type { Moment, Pending, Task, TaskQueue } from './queue.ts'
import type { State } from './state.ts'

/**
 * Have work done at `task.at` (not before now). As a work queue does, a pending task of the same kind and key absorbs this one when it is
 * due no later; otherwise this one takes its place. With `replace`, the pending one always gives way (a timer that is set anew).
 */
export function schedule(state: State, task: Task, replace = false): void {
  const { kind, key } = task
  const at = Math.max(task.at, state.now)
  const old = pendingTask(state, kind, key)
  if (old) {
    if (!replace && old.at <= at && (!old.waits || task.waits)) return
    drop(state.tasks, old)
  }
  add(state.tasks, { at, kind, key, data: task.data, waits: task.waits })
}

/** Work that is due as soon as what is being done now is done. */
export function scheduleNow(state: State, kind: string, key: string, data?: unknown): void {
  schedule(state, { at: state.now, kind, key, data })
}

export function cancel(state: State, kind: string, key: string): void {
  const old = pendingTask(state, kind, key)
  if (old) drop(state.tasks, old)
}

export function pendingTask(state: State, kind: string, key: string): Pending | undefined {
  const byKey = state.tasks.pending.get(kind)
  // most kinds have none: a key that was just put together then need not be hashed
  return byKey && byKey.size > 0 ? byKey.get(key) : undefined
}

/** The next task, without taking it. */
export function peekTask({ tasks: queue }: State): Pending | undefined {
  for (let moment = queue.moments[0]; moment; moment = queue.moments[0]) {
    for (; moment.next < moment.tasks.length; moment.next++) {
      const task = moment.tasks[moment.next]!
      if (queue.pending.get(task.kind)?.get(task.key) === task) return task
    }
    popMoment(queue)
  }
  return undefined
}

/** Take the next task out of the queue. */
export function takeTask(state: State): Pending | undefined {
  const task = peekTask(state)
  if (!task) return undefined
  state.tasks.moments[0]!.next++
  drop(state.tasks, task)
  return task
}

/** At rest: nothing is pending but what waits. */
export const atRest = (state: State): boolean => state.tasks.restless === 0

function add(queue: TaskQueue, task: Pending): void {
  let byKey = queue.pending.get(task.kind)
  if (!byKey) {
    byKey = new Map()
    queue.pending.set(task.kind, byKey)
  }
  byKey.set(task.key, task)
  if (!task.waits) queue.restless++
  const moment = queue.byTime.get(task.at)
  if (moment) moment.tasks.push(task)
  else pushMoment(queue, { at: task.at, tasks: [task], next: 0 })
}

/** The task's moment finds out when it comes to it. */
function drop(queue: TaskQueue, task: Pending): void {
  queue.pending.get(task.kind)?.delete(task.key)
  if (!task.waits) queue.restless--
}

function pushMoment({ moments, byTime }: TaskQueue, moment: Moment): void {
  byTime.set(moment.at, moment)
  let i = moments.push(moment) - 1
  while (i > 0) {
    const parent = (i - 1) >> 1
    if (moments[parent]!.at <= moment.at) break
    moments[i] = moments[parent]!
    i = parent
  }
  moments[i] = moment
}

function popMoment({ moments, byTime }: TaskQueue): void {
  byTime.delete(moments[0]!.at)
  const last = moments.pop()!
  if (moments.length === 0) return
  let i = 0
  for (;;) {
    let least = 2 * i + 1
    if (least + 1 < moments.length && moments[least + 1]!.at < moments[least]!.at) least++
    if (least >= moments.length || last.at <= moments[least]!.at) break
    moments[i] = moments[least]!
    i = least
  }
  moments[i] = last
}
