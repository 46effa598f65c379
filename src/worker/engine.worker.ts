import type { Command, FromWorker } from '../model/index.ts'
import { needsShell, Run } from './run.ts'

/** The worker's edge: messages in, messages out. Everything it does is `Run`'s. */
interface WorkerScope {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<Command>) => void) | null
}

const scope = globalThis as unknown as WorkerScope
const run = new Run((message) => scope.postMessage(message))

function crash(error: unknown): void {
  // only our own bugs throw: the page says so and keeps the person's text
  scope.postMessage({
    type: 'crash',
    message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
  })
}

function handle(command: Command): void {
  try {
    run.handle(command)
  } catch (error) {
    crash(error)
  }
}

/** Commands that came while the shell is on its way; they are carried out in their order. */
let waiting: Command[] | undefined
let shellIsHere = false

/** The shell is fetched when the first kubectl command comes: most pages never need it. */
function fetchShell(): void {
  import('../shell/index.ts')
    .then(({ runKubectl }) => {
      run.takeShell(runKubectl)
      shellIsHere = true
      const commands = waiting ?? []
      waiting = undefined
      for (const command of commands) handle(command)
    })
    .catch(crash)
}

scope.onmessage = ({ data }) => {
  if (waiting) waiting.push(data)
  else if (!shellIsHere && needsShell(data)) {
    waiting = [data]
    fetchShell()
  } else handle(data)
}
