import type { Ms } from '../../../model/index.ts'
import type { Process } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'

/** Lets time pass to a moment, however often it is woken before. */
export function* pauseUntil(c: Pick<ToolContext, 'cluster'>, until: Ms): Process {
  while (c.cluster.now < until) {
    const before = c.cluster.now
    yield { wait: { until } }
    // a host whose time stands still
    if (c.cluster.now <= before) break
  }
  return 0
}
