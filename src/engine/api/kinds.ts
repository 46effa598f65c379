import type { State } from '../core/index.ts'
import type { Draft } from './decode.ts'
import { semanticEqual } from './deep.ts'
import type { FieldErrors } from './field.ts'
import { validateMeta, validateMetaUpdate } from './meta.ts'
import { type NameCheck, nameIsSubdomain } from './names.ts'
import { defaultHostPorts, defaultPodOnly, defaultPodSpec } from './pod/defaults.ts'
import { dropTypeDependentFields } from './service/allocations.ts'
import { defaultService } from './service/defaults.ts'
import { validateServiceCreate, validateServiceUpdate } from './service/validate.ts'
import { serviceWarnings } from './service/warnings.ts'
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workload/defaults.ts'

/**
 * What the API server does with a kind, beside storing it: a registry's strategy. Functions that fill in change the draft.
 * k8s pkg/registry/GROUP/KIND/strategy.go (v1.36)
 */
export interface KindRules {
  readonly defaults?: (object: Draft) => void
  /** The status that a new object has; undefined: the zero of its type. `keep`: what the client says. */
  readonly status?: 'keep'
  readonly prepareCreate?: (object: Draft, state: State) => void
  readonly prepareUpdate?: (object: Draft, old: Draft) => void
  readonly validateCreate?: (object: Draft) => FieldErrors
  readonly validateUpdate?: (object: Draft, old: Draft) => FieldErrors
  readonly name?: NameCheck
  /** Which changes count as a new generation; undefined: the kind has no generation. */
  readonly generation?: (object: Draft, old: Draft) => boolean
  readonly warnings?: (object: Draft, old: Draft | undefined) => string[]
}

const specChanged = (object: Draft, old: Draft) => !semanticEqual(object.spec, old.spec)

const RULES: Readonly<Record<string, KindRules>> = {
  'v1 Service': {
    defaults: defaultService,
    prepareUpdate: dropTypeDependentFields,
    validateCreate: validateServiceCreate,
    validateUpdate: validateServiceUpdate,
    warnings: serviceWarnings,
  },
  'v1 Pod': {
    defaults: (pod) => {
      defaultPodSpec(pod.spec)
      defaultPodOnly(pod.spec)
      defaultHostPorts(pod.spec)
    },
    generation: specChanged,
  },
  'apps/v1 Deployment': {
    defaults: defaultDeployment,
    generation: (o, old) => specChanged(o, old) || !semanticEqual(o.metadata.annotations, old.metadata.annotations),
  },
  'apps/v1 ReplicaSet': { defaults: defaultReplicaSet, generation: specChanged },
  'v1 ReplicationController': { defaults: defaultReplicationController, generation: specChanged },
  'apps/v1 StatefulSet': { defaults: defaultStatefulSet, generation: specChanged },
  'apps/v1 DaemonSet': { defaults: defaultDaemonSet, generation: specChanged },
  'batch/v1 Job': { defaults: defaultJob, generation: specChanged },
  'batch/v1 CronJob': { defaults: defaultCronJob, generation: specChanged },
}

const NO_RULES: KindRules = {}

export const rulesOf = (apiVersion: string, kind: string): KindRules => RULES[`${apiVersion} ${kind}`] ?? NO_RULES

export function checkCreate(rules: KindRules, object: Draft, namespaced: boolean): FieldErrors {
  return rules.validateCreate?.(object) ?? validateMeta(object.metadata, namespaced, rules.name ?? nameIsSubdomain)
}

export function checkUpdate(rules: KindRules, object: Draft, old: Draft): FieldErrors {
  return rules.validateUpdate?.(object, old) ?? validateMetaUpdate(object.metadata, old.metadata)
}
