import type { Command, FromWorker } from '../model/index.ts'
import { Run } from './run.ts'

/** The worker's edge: messages in, messages out. Everything it does is `Run`'s. */
interface WorkerScope {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<Command>) => void) | null
}

const scope = globalThis as unknown as WorkerScope
const run = new Run((message) => scope.postMessage(message))

scope.onmessage = ({ data }) => {
  try {
    run.handle(data)
  } catch (error) {
    // only our own bugs throw: the page says so and keeps the person's text
    scope.postMessage({
      type: 'crash',
      message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
    })
  }
}
