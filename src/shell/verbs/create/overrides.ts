import { patchLocally } from '../../../engine/index.ts'
import type { KObject } from '../../../model/index.ts'
import type { Context } from '../../command.ts'
import { type Failure, plain } from '../../failure.ts'

const TYPES = ['json', 'merge', 'strategic'] as const

/** What `--overrides` makes of an object. k8s kubectl pkg/cmd/util/override_options.go (v1.36) */
export function overridden(c: Context, object: KObject): KObject | Failure {
  const text = c.flags.text('overrides')
  if (text === '') return object
  const wanted = c.flags.text('override-type') || 'merge'
  const type = TYPES.find((t) => t === wanted)
  if (!type) return plain(`invalid override type: ${wanted}`)
  const patch = parsed(text)
  if (patch === undefined) return plain('Invalid JSON Patch')
  const result = patchLocally(object, type, patch)
  return result.ok ? result.value : plain(result.message)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
