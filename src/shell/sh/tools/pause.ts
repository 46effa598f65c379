import type { Ms } from '../../../model/index.ts'
import type { Process } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'

/** A host that so often lets no time pass never will; a few times it only did what was due at that moment. */
const STANDS_STILL = 20

/** Lets time pass to a moment, however often it is woken before. */
export function* pauseUntil(c: Pick<ToolContext, 'cluster'>, until: Ms): Process {
  let stood = 0
  while (c.cluster.now < until && stood < STANDS_STILL) {
    const before = c.cluster.now
    yield { wait: { until } }
    stood = c.cluster.now <= before ? stood + 1 : 0
  }
  return 0
}
