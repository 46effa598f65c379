import { type KObject, kindInfo } from '../../../model/index.ts'
import { type Context, type Outcome, usage } from '../../command.ts'
import { type Failure, plain } from '../../failure.ts'
import type { FlagSpec } from '../../flags.ts'
import { create, dryRunOf, isFailure, report, VALIDATE_FLAGS, WRITE_FLAGS } from '../../server.ts'
import { withLastApplied } from './last-applied.ts'

export const CREATE_FLAGS: readonly FlagSpec[] = [...WRITE_FLAGS, ...VALIDATE_FLAGS]

/** Create what a verb made up from its flags. `words` go before the server's. */
export function createMade(c: Context, made: KObject, words?: string): Outcome {
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  const namespaced = kindInfo(made.apiVersion, made.kind)!.namespaced
  const namespace = c.explicitNamespace && namespaced ? { namespace: c.namespace } : {}
  const placed = { ...made, metadata: { ...made.metadata, ...namespace } }
  const whole = c.flags.on('save-config') ? withLastApplied(placed) : placed
  if (dryRun === 'client') return report(c, whole, 'created', dryRun, { typed: true })
  const result = create(c, kindInfo(made.apiVersion, made.kind)!, whole)
  if (!isFailure(result)) return report(c, result, 'created', dryRun, { typed: true })
  return [words === undefined ? result : prefixed(words, result)]
}

/** Go's fmt.Errorf("…: %v", err): no server's error any more, only its text. */
export const prefixed = (words: string, failure: Failure): Failure => joined(`${words}: `, failure)

export function joined(words: string, failure: Failure): Failure {
  if (failure.type === 'plain') return plain(words + failure.message)
  return failure.type === 'status' ? plain(words + failure.status.message) : failure
}

/** k8s kubectl pkg/cmd/create/create.go NameFromCommandArgs (v1.36) */
export function nameOf(c: Context): string | Failure {
  const before = c.dash < 0 ? c.args.length : c.dash
  return before === 1 ? c.args[0]! : plain(usage(c, `exactly one NAME is required, got ${before}`))
}

/** What cobra says of required flags; undefined when all are there. */
export function missingFlags(c: Context, ...names: readonly string[]): Failure | undefined {
  const missing = names.filter((name) => !c.flags.has(name)).sort()
  return missing.length === 0
    ? undefined
    : plain(`required flag(s) ${missing.map((name) => JSON.stringify(name)).join(', ')} not set`)
}
