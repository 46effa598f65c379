import { type ApiStatus, goQuote } from '../engine/index.ts'

/** What went wrong with a command, as kubectl tells its kinds of errors apart. */
export type Failure =
  /** The API server refused. */
  | { readonly type: 'status'; readonly status: ApiStatus }
  /** kubectl's own words. */
  | { readonly type: 'plain'; readonly message: string }
  /** Nothing is printed any more: it was said already. */
  | { readonly type: 'said' }
  /** Nothing is printed, and the command ends with this code. */
  | { readonly type: 'exit'; readonly code: number }

export const plain = (message: string): Failure => ({ type: 'plain', message })
export const refused = (status: ApiStatus): Failure => ({ type: 'status', status })
export const isNotFound = (f: Failure): boolean => f.type === 'status' && f.status.reason === 'NotFound'

/** k8s kubectl pkg/cmd/util/helpers.go AddSourceToErr (v1.36): where the object came from goes before the server's words. */
export function withSource(verb: string, source: string | undefined, failure: Failure): Failure {
  if (source === undefined) return failure
  const prefix = `error when ${verb} "${source}": `
  if (failure.type === 'plain') return plain(prefix + failure.message)
  if (failure.type !== 'status') return failure
  return { type: 'status', status: { ...failure.status, message: prefix + failure.status.message } }
}

/** StandardErrorMessage: one error among several. */
function inList(failure: Failure): string {
  if (failure.type === 'plain') return failure.message
  if (failure.type !== 'status') return ''
  const { reason, message } = failure.status
  // metav1.StatusReasonUnknown is the empty text
  return reason === 'Unknown' ? `Error from server: ${message}` : `Error from server (${reason}): ${message}`
}

/**
 * What kubectl writes to stderr for the errors of a command; '' when there are none.
 * k8s kubectl pkg/cmd/util/helpers.go checkErr (v1.36)
 */
export function errorText(failures: readonly Failure[]): string {
  const told = failures.filter((f) => f.type === 'plain' || f.type === 'status')
  const [first] = told
  if (!first) return ''
  if (told.length > 1) return told.map((f) => `${inList(f)}\n`).join('')
  if (first.type === 'plain')
    return endLine(first.message.startsWith('error: ') ? first.message : `error: ${first.message}`)
  if (first.type === 'status' && first.status.reason === 'Invalid') return endLine(invalidText(first.status))
  return endLine(inList(first))
}

const endLine = (text: string) => (text.endsWith('\n') ? text : `${text}\n`)

function invalidText(status: ApiStatus): string {
  const { kind = '', name = '', causes = [], message } = status
  const title =
    kind !== '' || name !== ''
      ? `The ${kind} ${goQuote(name)} is invalid`
      : causes.length === 0 && message !== ''
        ? `The request is invalid: ${message}`
        : 'The request is invalid'
  const lines = [...new Set(causes.map((c) => `${c.field}: ${c.message}`))]
  if (lines.length === 0) return title
  if (lines.length === 1) return `${title}: ${lines[0]}`
  return `${title}: \n${lines.map((l) => `* ${l}\n`).join('')}`
}
