import type { KObject } from '../../../model/index.ts'
import type { Context } from '../../command.ts'
import { type Failure, plain } from '../../failure.ts'

type Json = Readonly<Record<string, unknown>>
const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7386. */
function merged(base: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const out: Record<string, unknown> = isMap(base) ? { ...base } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else out[key] = merged(out[key], value)
  }
  return out
}

/** What `--overrides` makes of an object. k8s kubectl pkg/cmd/util/override_options.go (v1.36) */
export function overridden(c: Context, object: KObject): KObject | Failure {
  const text = c.flags.text('overrides')
  if (text === '') return object
  const type = c.flags.text('override-type') || 'merge'
  if (type !== 'merge') return plain(`--override-type=${type} is not simulated here; merge is`)
  try {
    const patch: unknown = JSON.parse(text)
    if (isMap(patch)) return merged(object, patch) as KObject
  } catch {
    // no JSON: said below
  }
  return plain('Invalid JSON Patch')
}
