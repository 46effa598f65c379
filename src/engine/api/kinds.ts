import type { State } from '../core/index.ts'
import type { Draft } from './decode.ts'
import { semanticEqual } from './deep.ts'
import type { FieldErrors } from './field.ts'
import { validateCommonMeta, validateMeta, validateMetaUpdate } from './meta.ts'
import { type NameCheck, nameIsSubdomain } from './names.ts'
import {
  defaultAutoscaler,
  defaultClaim,
  defaultDefinition,
  defaultMetrics,
  defaultNamespace,
  defaultNode,
  defaultStorageClass,
  defaultVolume,
  keepNamespace,
  pendingClaim,
  prepareNamespace,
  validateClaimCreate,
  validateNamespaceCreate,
  validateNodeCreate,
  validateNodeUpdate,
} from './plain/cluster.ts'
import {
  defaultSecret,
  validateConfigMapCreate,
  validateConfigMapUpdate,
  validateSecretCreate,
  validateSecretUpdate,
} from './plain/config.ts'
import {
  defaultEndpoints,
  defaultSlice,
  sliceWarnings,
  validateEndpointsCreate,
  validateEndpointsUpdate,
  validateSliceCreate,
  validateSliceUpdate,
} from './plain/endpoints.ts'
import { ingressWarnings, validateIngressCreate, validateIngressUpdate } from './plain/ingress.ts'
import { defaultNetworkPolicy, validatePolicyCreate, validatePolicyUpdate } from './plain/network-policy.ts'
import {
  defaultBinding,
  validateClusterRole,
  validateClusterRoleBinding,
  validateClusterRoleBindingUpdate,
  validateClusterRoleUpdate,
  validateRole,
  validateRoleBinding,
  validateRoleBindingUpdate,
  validateRoleUpdate,
} from './plain/rbac.ts'
import { defaultHostPorts, defaultPodOnly, defaultPodSpec } from './pod/defaults.ts'
import { validatePodCreate, validatePodMeta, validatePodUpdate } from './pod/validate.ts'
import {
  controllerWarnings,
  cronJobWarnings,
  jobWarnings,
  podMetaWarnings,
  podWarnings,
  statefulSetWarnings,
  templateNameWarnings,
  templateWarnings,
} from './pod/warnings.ts'
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
import { countTemplate } from './workload/template-generation.ts'
import {
  validateControllerCreate,
  validateControllerUpdate,
  validateDaemonSetCreate,
  validateDaemonSetUpdate,
  validateDeploymentCreate,
  validateDeploymentUpdate,
  validateReplicaSetCreate,
  validateReplicaSetUpdate,
  validateStatefulSetCreate,
  validateStatefulSetUpdate,
} from './workload/validate.ts'
import {
  generateSelector,
  validateCronJobCreate,
  validateCronJobUpdate,
  validateJobCreate,
  validateJobUpdate,
} from './workload/validate-job.ts'

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

// k8s pkg/registry/discovery/endpointslice/strategy.go PrepareForUpdate (v1.36)
const sliceChanged = (object: Draft, old: Draft) =>
  !semanticEqual({ ...object, metadata: undefined }, { ...old, metadata: undefined }) ||
  !semanticEqual(object.metadata.labels, old.metadata.labels)

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
    validateCreate: validatePodCreate,
    validateUpdate: validatePodUpdate,
    generation: specChanged,
    warnings: podWarnings,
  },
  'v1 Endpoints': {
    defaults: defaultEndpoints,
    validateCreate: validateEndpointsCreate,
    validateUpdate: validateEndpointsUpdate,
  },
  'discovery.k8s.io/v1 EndpointSlice': {
    defaults: defaultSlice,
    validateCreate: validateSliceCreate,
    validateUpdate: validateSliceUpdate,
    generation: sliceChanged,
    warnings: sliceWarnings,
  },
  'apps/v1 Deployment': {
    defaults: defaultDeployment,
    validateCreate: validateDeploymentCreate,
    validateUpdate: validateDeploymentUpdate,
    generation: (o, old) => specChanged(o, old) || !semanticEqual(o.metadata.annotations, old.metadata.annotations),
    warnings: templateNameWarnings,
  },
  'apps/v1 ReplicaSet': {
    defaults: defaultReplicaSet,
    validateCreate: validateReplicaSetCreate,
    validateUpdate: validateReplicaSetUpdate,
    generation: specChanged,
    warnings: templateNameWarnings,
  },
  'v1 ReplicationController': {
    defaults: defaultReplicationController,
    validateCreate: validateControllerCreate,
    validateUpdate: validateControllerUpdate,
    generation: specChanged,
    warnings: controllerWarnings,
  },
  'apps/v1 StatefulSet': {
    defaults: defaultStatefulSet,
    validateCreate: validateStatefulSetCreate,
    validateUpdate: validateStatefulSetUpdate,
    generation: specChanged,
    warnings: statefulSetWarnings,
  },
  'apps/v1 DaemonSet': {
    defaults: defaultDaemonSet,
    prepareCreate: (o) => countTemplate(o),
    prepareUpdate: countTemplate,
    validateCreate: validateDaemonSetCreate,
    validateUpdate: validateDaemonSetUpdate,
    generation: specChanged,
    warnings: templateWarnings,
  },
  'apps/v1 ControllerRevision': {},
  'batch/v1 Job': {
    defaults: defaultJob,
    prepareCreate: generateSelector,
    validateCreate: validateJobCreate,
    validateUpdate: validateJobUpdate,
    generation: specChanged,
    warnings: jobWarnings,
  },
  'batch/v1 CronJob': {
    defaults: defaultCronJob,
    validateCreate: validateCronJobCreate,
    validateUpdate: validateCronJobUpdate,
    generation: specChanged,
    warnings: cronJobWarnings,
  },
  'v1 ConfigMap': { validateCreate: validateConfigMapCreate, validateUpdate: validateConfigMapUpdate },
  'v1 Secret': { defaults: defaultSecret, validateCreate: validateSecretCreate, validateUpdate: validateSecretUpdate },
  'v1 Namespace': {
    defaults: defaultNamespace,
    prepareCreate: prepareNamespace,
    prepareUpdate: keepNamespace,
    validateCreate: validateNamespaceCreate,
  },
  'v1 Node': {
    defaults: defaultNode,
    status: 'keep',
    validateCreate: validateNodeCreate,
    validateUpdate: validateNodeUpdate,
  },
  'v1 PersistentVolumeClaim': {
    defaults: defaultClaim,
    prepareCreate: pendingClaim,
    validateCreate: validateClaimCreate,
  },
  'v1 PersistentVolume': { defaults: defaultVolume },
  'v1 PodTemplate': { defaults: (o) => defaultPodSpec(o.template.spec) },
  'networking.k8s.io/v1 Ingress': {
    validateCreate: validateIngressCreate,
    validateUpdate: validateIngressUpdate,
    generation: specChanged,
    warnings: ingressWarnings,
  },
  'networking.k8s.io/v1 NetworkPolicy': {
    defaults: defaultNetworkPolicy,
    validateCreate: validatePolicyCreate,
    validateUpdate: validatePolicyUpdate,
    generation: specChanged,
  },
  'networking.k8s.io/v1 IngressClass': { generation: specChanged },
  'policy/v1 PodDisruptionBudget': { generation: specChanged },
  // k8s pkg/apis/scheduling/v1/defaults.go (v1.36)
  'scheduling.k8s.io/v1 PriorityClass': {
    defaults: (o) => {
      o.preemptionPolicy ??= 'PreemptLowerPriority'
    },
    generation: () => false,
  },
  'storage.k8s.io/v1 StorageClass': { defaults: defaultStorageClass },
  'autoscaling/v2 HorizontalPodAutoscaler': { defaults: defaultMetrics },
  'autoscaling/v1 HorizontalPodAutoscaler': { defaults: defaultAutoscaler },
  'rbac.authorization.k8s.io/v1 Role': { validateCreate: validateRole, validateUpdate: validateRoleUpdate },
  'rbac.authorization.k8s.io/v1 RoleBinding': {
    defaults: defaultBinding,
    validateCreate: validateRoleBinding,
    validateUpdate: validateRoleBindingUpdate,
  },
  'rbac.authorization.k8s.io/v1 ClusterRole': {
    validateCreate: validateClusterRole,
    validateUpdate: validateClusterRoleUpdate,
  },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': {
    defaults: defaultBinding,
    validateCreate: validateClusterRoleBinding,
    validateUpdate: validateClusterRoleBindingUpdate,
  },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': { defaults: defaultDefinition, generation: specChanged },
}

const NO_RULES: KindRules = {}

/** For a pod whose spec was taken before (pod/alike.ts): nothing of the spec is to be filled in, checked or said again. */
export const ALIKE_POD_RULES: KindRules = {
  ...RULES['v1 Pod'],
  validateCreate: validatePodMeta,
  warnings: podMetaWarnings,
}

export const rulesOf = (apiVersion: string, kind: string): KindRules => RULES[`${apiVersion} ${kind}`] ?? NO_RULES

export function checkCreate(rules: KindRules, object: Draft, namespaced: boolean): FieldErrors {
  return rules.validateCreate?.(object) ?? validateMeta(object.metadata, namespaced, rules.name ?? nameIsSubdomain)
}

/** What is common to all kinds is checked first. k8s apiserver/pkg/registry/rest/update.go BeforeUpdate (v1.36) */
export function checkUpdate(rules: KindRules, object: Draft, old: Draft, namespaced: boolean): FieldErrors {
  const common = validateCommonMeta(object.metadata, namespaced)
  return [...common, ...(rules.validateUpdate?.(object, old) ?? validateMetaUpdate(object.metadata, old.metadata))]
}
