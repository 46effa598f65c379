import type { Command, FromWorker } from '../model/index.ts'
import { needsApiDocs, needsShell, Run } from './run.ts'

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

/** Commands that came while something is on its way; they are carried out in their order. */
let waiting: Command[] | undefined
let shell: typeof import('../shell/index.ts') | undefined
let docsAreHere = false

/** The shell and what it explains with are fetched when the first command for them comes: most pages never need them. */
async function fetchFor(command: Command): Promise<void> {
  shell ??= await import('../shell/index.ts')
  run.takeShell(shell)
  if (!docsAreHere && needsApiDocs(command)) {
    run.takeApiDocs(await shell.loadApiDocs())
    docsAreHere = true
  }
}

const isMissing = (command: Command): boolean =>
  (shell === undefined && needsShell(command)) || (!docsAreHere && needsApiDocs(command))

/** Carry out commands in their order, as far as what they need is here; the rest follows when it has come. */
function handleAll(commands: readonly Command[]): void {
  const at = commands.findIndex(isMissing)
  for (const command of at < 0 ? commands : commands.slice(0, at)) handle(command)
  if (at < 0) return
  waiting = commands.slice(at)
  fetchFor(waiting[0]!).then(() => {
    const next = waiting ?? []
    waiting = undefined
    handleAll(next)
  }, crash)
}

scope.onmessage = ({ data }) => {
  if (waiting) waiting.push(data)
  else handleAll([data])
}
