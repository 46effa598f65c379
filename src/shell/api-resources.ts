/**
 * What a cluster of v1.36 serves, in the order of its discovery: resource, short names, apiVersion, `ns` when namespaced, kind, verbs
 * (`*` or nothing: all), categories. From a kube-apiserver 1.36.3 without extensions.
 */
const TEXT = `
bindings - v1 ns Binding create
componentstatuses cs v1 - ComponentStatus get,list
configmaps cm v1 ns ConfigMap
endpoints ep v1 ns Endpoints
events ev v1 ns Event
limitranges limits v1 ns LimitRange
namespaces ns v1 - Namespace create,delete,get,list,patch,update,watch
nodes no v1 - Node
persistentvolumeclaims pvc v1 ns PersistentVolumeClaim
persistentvolumes pv v1 - PersistentVolume
pods po v1 ns Pod * all
podtemplates - v1 ns PodTemplate
replicationcontrollers rc v1 ns ReplicationController * all
resourcequotas quota v1 ns ResourceQuota
secrets - v1 ns Secret
serviceaccounts sa v1 ns ServiceAccount
services svc v1 ns Service * all
mutatingadmissionpolicies - admissionregistration.k8s.io/v1 - MutatingAdmissionPolicy * api-extensions
mutatingadmissionpolicybindings - admissionregistration.k8s.io/v1 - MutatingAdmissionPolicyBinding * api-extensions
mutatingwebhookconfigurations - admissionregistration.k8s.io/v1 - MutatingWebhookConfiguration * api-extensions
validatingadmissionpolicies - admissionregistration.k8s.io/v1 - ValidatingAdmissionPolicy * api-extensions
validatingadmissionpolicybindings - admissionregistration.k8s.io/v1 - ValidatingAdmissionPolicyBinding * api-extensions
validatingwebhookconfigurations - admissionregistration.k8s.io/v1 - ValidatingWebhookConfiguration * api-extensions
customresourcedefinitions crd,crds apiextensions.k8s.io/v1 - CustomResourceDefinition * api-extensions
apiservices - apiregistration.k8s.io/v1 - APIService * api-extensions
controllerrevisions - apps/v1 ns ControllerRevision
daemonsets ds apps/v1 ns DaemonSet * all
deployments deploy apps/v1 ns Deployment * all
replicasets rs apps/v1 ns ReplicaSet * all
statefulsets sts apps/v1 ns StatefulSet * all
selfsubjectreviews - authentication.k8s.io/v1 - SelfSubjectReview create
tokenreviews - authentication.k8s.io/v1 - TokenReview create
localsubjectaccessreviews - authorization.k8s.io/v1 ns LocalSubjectAccessReview create
selfsubjectaccessreviews - authorization.k8s.io/v1 - SelfSubjectAccessReview create
selfsubjectrulesreviews - authorization.k8s.io/v1 - SelfSubjectRulesReview create
subjectaccessreviews - authorization.k8s.io/v1 - SubjectAccessReview create
horizontalpodautoscalers hpa autoscaling/v2 ns HorizontalPodAutoscaler * all
cronjobs cj batch/v1 ns CronJob * all
jobs - batch/v1 ns Job * all
certificatesigningrequests csr certificates.k8s.io/v1 - CertificateSigningRequest
leases - coordination.k8s.io/v1 ns Lease
endpointslices - discovery.k8s.io/v1 ns EndpointSlice
events ev events.k8s.io/v1 ns Event
flowschemas - flowcontrol.apiserver.k8s.io/v1 - FlowSchema
prioritylevelconfigurations - flowcontrol.apiserver.k8s.io/v1 - PriorityLevelConfiguration
ingressclasses - networking.k8s.io/v1 - IngressClass
ingresses ing networking.k8s.io/v1 ns Ingress
ipaddresses ip networking.k8s.io/v1 - IPAddress
networkpolicies netpol networking.k8s.io/v1 ns NetworkPolicy
servicecidrs - networking.k8s.io/v1 - ServiceCIDR
runtimeclasses - node.k8s.io/v1 - RuntimeClass
poddisruptionbudgets pdb policy/v1 ns PodDisruptionBudget
clusterrolebindings - rbac.authorization.k8s.io/v1 - ClusterRoleBinding
clusterroles - rbac.authorization.k8s.io/v1 - ClusterRole
rolebindings - rbac.authorization.k8s.io/v1 ns RoleBinding
roles - rbac.authorization.k8s.io/v1 ns Role
deviceclasses - resource.k8s.io/v1 - DeviceClass
resourceclaims - resource.k8s.io/v1 ns ResourceClaim
resourceclaimtemplates - resource.k8s.io/v1 ns ResourceClaimTemplate
resourceslices - resource.k8s.io/v1 - ResourceSlice
priorityclasses pc scheduling.k8s.io/v1 - PriorityClass
csidrivers - storage.k8s.io/v1 - CSIDriver
csinodes - storage.k8s.io/v1 - CSINode
csistoragecapacities - storage.k8s.io/v1 ns CSIStorageCapacity
storageclasses sc storage.k8s.io/v1 - StorageClass
volumeattachments - storage.k8s.io/v1 - VolumeAttachment
volumeattributesclasses vac storage.k8s.io/v1 - VolumeAttributesClass
`

const ALL_VERBS = 'create,delete,deletecollection,get,list,patch,update,watch'

export interface ApiResource {
  readonly name: string
  readonly short: string
  readonly apiVersion: string
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs: string
  readonly categories: string
}

export const API_RESOURCES: readonly ApiResource[] = TEXT.trim()
  .split('\n')
  .map((line) => {
    const [name = '', short = '', apiVersion = '', scope, kind = '', verbs = '*', categories = ''] = line.split(' ')
    return {
      name,
      short: short === '-' ? '' : short,
      apiVersion,
      namespaced: scope === 'ns',
      kind,
      verbs: verbs === '*' ? ALL_VERBS : verbs,
      categories,
    }
  })
