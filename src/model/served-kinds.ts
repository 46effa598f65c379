import { KINDS, kindInfo } from './catalog.ts'
import { groupOf } from './objects.ts'

/** Groups that belong to Kubernetes itself: nobody can define a custom resource in them. k8s pkg/controlplane/instance.go (v1.36) */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
])

/** Kinds that a plain cluster (v1.36) serves beside those of the catalog. Nothing here looks into them. */
const OTHERS: ReadonlySet<string> = new Set(
  [
    'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
    'apiregistration.k8s.io/v1 APIService',
    'authentication.k8s.io/v1 TokenReview SelfSubjectReview',
    'authorization.k8s.io/v1 SubjectAccessReview LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview',
    'certificates.k8s.io/v1 CertificateSigningRequest',
    'events.k8s.io/v1 Event',
    'flowcontrol.apiserver.k8s.io/v1 FlowSchema PriorityLevelConfiguration',
    'networking.k8s.io/v1 IPAddress ServiceCIDR',
    'node.k8s.io/v1 RuntimeClass',
    'resource.k8s.io/v1 DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    'storage.k8s.io/v1 CSIDriver CSINode CSIStorageCapacity VolumeAttachment VolumeAttributesClass',
    'v1 Binding ComponentStatus',
  ].flatMap((line) => {
    const [apiVersion, ...kinds] = line.split(' ')
    return kinds.map((kind) => `${apiVersion} ${kind}`)
  }),
)

/**
 * Versions that are gone: apiVersion, the minor version of Kubernetes 1 without it, what took its place (none: nothing did), kinds.
 * k8s.io/api zz_generated.prerelease-lifecycle.go of each group (v0.36), and the deprecated API migration guide for what has left the code.
 */
const REMOVED: readonly (readonly [string, number, string | undefined, string])[] = [
  ['extensions/v1beta1', 16, 'apps/v1', 'Deployment DaemonSet ReplicaSet'],
  ['extensions/v1beta1', 16, 'networking.k8s.io/v1', 'NetworkPolicy'],
  ['extensions/v1beta1', 16, undefined, 'PodSecurityPolicy'],
  ['extensions/v1beta1', 22, 'networking.k8s.io/v1', 'Ingress'],
  ['apps/v1beta1', 16, 'apps/v1', 'Deployment StatefulSet ControllerRevision'],
  ['apps/v1beta2', 16, 'apps/v1', 'Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision'],
  ['admissionregistration.k8s.io/v1beta1', 22, 'admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
  ['admissionregistration.k8s.io/v1beta1', 22, 'admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
  ['admissionregistration.k8s.io/v1beta1', 34, 'admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
  ['admissionregistration.k8s.io/v1beta1', 34, 'admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
  ['apiextensions.k8s.io/v1beta1', 22, 'apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apiregistration.k8s.io/v1beta1', 22, 'apiregistration.k8s.io/v1', 'APIService'],
  ['authentication.k8s.io/v1beta1', 22, 'authentication.k8s.io/v1', 'TokenReview'],
  ['authorization.k8s.io/v1beta1', 22, 'authorization.k8s.io/v1', 'SubjectAccessReview LocalSubjectAccessReview'],
  ['authorization.k8s.io/v1beta1', 22, 'authorization.k8s.io/v1', 'SelfSubjectAccessReview SelfSubjectRulesReview'],
  ['autoscaling/v2beta1', 25, 'autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['autoscaling/v2beta2', 26, 'autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['batch/v2alpha1', 21, 'batch/v1', 'CronJob'],
  ['batch/v1beta1', 25, 'batch/v1', 'CronJob'],
  ['certificates.k8s.io/v1beta1', 22, 'certificates.k8s.io/v1', 'CertificateSigningRequest'],
  ['coordination.k8s.io/v1beta1', 22, 'coordination.k8s.io/v1', 'Lease'],
  ['discovery.k8s.io/v1beta1', 25, 'discovery.k8s.io/v1', 'EndpointSlice'],
  ['events.k8s.io/v1beta1', 25, 'events.k8s.io/v1', 'Event'],
  [
    'flowcontrol.apiserver.k8s.io/v1beta1',
    26,
    'flowcontrol.apiserver.k8s.io/v1',
    'FlowSchema PriorityLevelConfiguration',
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1beta2',
    29,
    'flowcontrol.apiserver.k8s.io/v1',
    'FlowSchema PriorityLevelConfiguration',
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1beta3',
    32,
    'flowcontrol.apiserver.k8s.io/v1',
    'FlowSchema PriorityLevelConfiguration',
  ],
  ['networking.k8s.io/v1beta1', 22, 'networking.k8s.io/v1', 'Ingress IngressClass'],
  ['node.k8s.io/v1beta1', 25, 'node.k8s.io/v1', 'RuntimeClass'],
  ['policy/v1beta1', 25, 'policy/v1', 'PodDisruptionBudget'],
  ['policy/v1beta1', 25, undefined, 'PodSecurityPolicy'],
  [
    'rbac.authorization.k8s.io/v1alpha1',
    22,
    'rbac.authorization.k8s.io/v1',
    'Role RoleBinding ClusterRole ClusterRoleBinding',
  ],
  [
    'rbac.authorization.k8s.io/v1beta1',
    22,
    'rbac.authorization.k8s.io/v1',
    'Role RoleBinding ClusterRole ClusterRoleBinding',
  ],
  ['scheduling.k8s.io/v1alpha1', 22, 'scheduling.k8s.io/v1', 'PriorityClass'],
  ['scheduling.k8s.io/v1beta1', 22, 'scheduling.k8s.io/v1', 'PriorityClass'],
  ['storage.k8s.io/v1beta1', 22, 'storage.k8s.io/v1', 'StorageClass CSIDriver CSINode VolumeAttachment'],
  ['storage.k8s.io/v1beta1', 27, 'storage.k8s.io/v1', 'CSIStorageCapacity'],
]

const removed = new Map(
  REMOVED.flatMap(([apiVersion, minor, now, kinds]) =>
    kinds.split(' ').map((kind) => [`${apiVersion} ${kind}`, { in: `1.${minor}`, now }] as const),
  ),
)

/** When a version of a kind was removed, and the version that took its place; undefined for one that never was, or still is. */
export const removedVersion = (
  apiVersion: string,
  kind: string,
): { readonly in: string; readonly now: string | undefined } | undefined => removed.get(`${apiVersion} ${kind}`)

/** Whether a plain cluster (v1.36) serves the kind, simulated here or not. */
export const isServed = (apiVersion: string, kind: string): boolean =>
  kindInfo(apiVersion, kind) !== undefined || OTHERS.has(`${apiVersion} ${kind}`)

/**
 * Whether a CustomResourceDefinition could make a cluster serve this group: Kubernetes' own groups are taken, and others need a dot.
 * k8s apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionSpec (v1.36)
 */
export function canBeCustom(apiVersion: string): boolean {
  const group = groupOf(apiVersion)
  return !BUILT_IN_GROUPS.has(group) && group.includes('.')
}

/** The apiVersion under which a kind of this name is served, when it is the only one. */
export function servedVersion(kind: string): string | undefined {
  const found = KINDS.filter((info) => info.kind === kind)
  return found.length === 1 ? found[0]!.apiVersion : undefined
}
