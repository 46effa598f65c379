import { type ClusterConfig, DEFAULT_CLUSTER, type KObject, withNodeAddresses } from '../../../model/index.ts'
import { createState, type State } from '../../core/index.ts'
import {
  type ApiResult,
  applyObject,
  bootCluster,
  createObject,
  type DeleteOptions,
  deleteObject,
  type PatchType,
  patchObject,
  updateObject,
  type WriteOptions,
} from '../index.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read objects of every kind
export type Anything = any

/** An API server with nothing around it: what is asked of it, and its answers. */
export class Server {
  readonly state: State

  constructor(config: Partial<ClusterConfig> = {}) {
    this.state = createState(withNodeAddresses({ ...DEFAULT_CLUSTER, ...config }))
    bootCluster(this.state)
  }

  /** The stored object. */
  create(value: unknown, options: WriteOptions = {}): Anything {
    return stored(createObject(this.state, value, options))
  }

  /** The message with which an object is refused. */
  refusal(value: unknown, options: WriteOptions = {}): string {
    return refused(createObject(this.state, value, options)).message
  }

  /** What is said of the fields of a refused object: `field: message`. */
  faults(value: unknown): string[] {
    return (refused(createObject(this.state, value)).causes ?? []).map((c) => `${c.field}: ${c.message}`)
  }

  /** Change a stored object by hand, as `kubectl edit` does: the whole object goes back. */
  edit(object: KObject, change: (draft: Anything) => void): ApiResult {
    const draft = JSON.parse(JSON.stringify(object))
    change(draft)
    return updateObject(this.state, draft)
  }

  edited(object: KObject, change: (draft: Anything) => void): Anything {
    return stored(this.edit(object, change))
  }

  editFaults(object: KObject, change: (draft: Anything) => void): string[] {
    return (refused(this.edit(object, change)).causes ?? []).map((c) => `${c.field}: ${c.message}`)
  }

  patch(kind: string, name: string, type: PatchType, patch: unknown): ApiResult {
    return patchObject(this.state, kind, 'default', name, type, patch)
  }

  patched(kind: string, name: string, type: PatchType, patch: unknown): Anything {
    return stored(this.patch(kind, name, type, patch))
  }

  apply(value: unknown): Anything {
    const result = applyObject(this.state, value)
    if (!result.ok) throw new Error(result.status.message)
    return result
  }

  delete(kind: string, name: string, options?: DeleteOptions): Anything {
    return stored(deleteObject(this.state, kind, 'default', name, options))
  }
}

export function stored(result: ApiResult): Anything {
  if (!result.ok) throw new Error(result.status.message)
  return result.object
}

export function refused(result: ApiResult) {
  if (result.ok) throw new Error(`stored: ${JSON.stringify(result.object)}`)
  return result.status
}

export const service = (spec: object = {}, name = 'web') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
})

export const pod = (spec: object = {}, name = 'web') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'nginx' }], ...spec },
})

export const template = (spec: object = {}, labels: object = { app: 'web' }) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'app', image: 'nginx' }], ...spec },
})

export const workload = (kind: string, spec: object = {}, name = 'web') => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
})

export const plain = (kind: string, rest: object = {}, apiVersion = 'v1', name = 'web') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
})
