/**
 * The Go types of every kind that this cluster serves, as the API server decodes them: made by generate.go from k8s.io/api v0.36.3, not by
 * hand. One type a line: its name, then its fields in the order of the Go struct, `[Embedded>]json[?|!][~][@mergeKey]=type`.
 * `Name>` names the embedded struct that a field is from, `?` is omitempty, `!` omitzero, `@key` a list that a strategic merge patch merges by that key (an empty key: a set), `~` retainKeys.
 * A line `name =type` is a named scalar, list or map.
 */
export const SCHEMA_TEXT = `
apps.ControllerRevision kind?=string apiVersion?=string metadata?=meta.ObjectMeta data?=runtime.RawExtension revision=int64
apps.DaemonSet kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=apps.DaemonSetSpec status?=apps.DaemonSetStatus
apps.DaemonSetCondition type=apps.DaemonSetConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
apps.DaemonSetConditionType =string
apps.DaemonSetSpec selector=*meta.LabelSelector template=core.PodTemplateSpec updateStrategy?=apps.DaemonSetUpdateStrategy minReadySeconds?=int32 revisionHistoryLimit?=*int32
apps.DaemonSetStatus currentNumberScheduled=int32 numberMisscheduled=int32 desiredNumberScheduled=int32 numberReady=int32 observedGeneration?=int64 updatedNumberScheduled?=int32 numberAvailable?=int32 numberUnavailable?=int32 collisionCount?=*int32 conditions?@type=[]apps.DaemonSetCondition
apps.DaemonSetUpdateStrategy type?=apps.DaemonSetUpdateStrategyType rollingUpdate?=*apps.RollingUpdateDaemonSet
apps.DaemonSetUpdateStrategyType =string
apps.Deployment kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=apps.DeploymentSpec status?=apps.DeploymentStatus
apps.DeploymentCondition type=apps.DeploymentConditionType status=core.ConditionStatus lastUpdateTime?=meta.Time lastTransitionTime?=meta.Time reason?=string message?=string
apps.DeploymentConditionType =string
apps.DeploymentSpec replicas?=*int32 selector=*meta.LabelSelector template=core.PodTemplateSpec strategy?~=apps.DeploymentStrategy minReadySeconds?=int32 revisionHistoryLimit?=*int32 paused?=bool progressDeadlineSeconds?=*int32
apps.DeploymentStatus observedGeneration?=int64 replicas?=int32 updatedReplicas?=int32 readyReplicas?=int32 availableReplicas?=int32 unavailableReplicas?=int32 terminatingReplicas?=*int32 conditions?@type=[]apps.DeploymentCondition collisionCount?=*int32
apps.DeploymentStrategy type?=apps.DeploymentStrategyType rollingUpdate?=*apps.RollingUpdateDeployment
apps.DeploymentStrategyType =string
apps.PersistentVolumeClaimRetentionPolicyType =string
apps.PodManagementPolicyType =string
apps.ReplicaSet kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=apps.ReplicaSetSpec status?=apps.ReplicaSetStatus
apps.ReplicaSetCondition type=apps.ReplicaSetConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
apps.ReplicaSetConditionType =string
apps.ReplicaSetSpec replicas?=*int32 minReadySeconds?=int32 selector=*meta.LabelSelector template?=core.PodTemplateSpec
apps.ReplicaSetStatus replicas=int32 fullyLabeledReplicas?=int32 readyReplicas?=int32 availableReplicas?=int32 terminatingReplicas?=*int32 observedGeneration?=int64 conditions?@type=[]apps.ReplicaSetCondition
apps.RollingUpdateDaemonSet maxUnavailable?=*intstr.IntOrString maxSurge?=*intstr.IntOrString
apps.RollingUpdateDeployment maxUnavailable?=*intstr.IntOrString maxSurge?=*intstr.IntOrString
apps.RollingUpdateStatefulSetStrategy partition?=*int32 maxUnavailable?=*intstr.IntOrString
apps.StatefulSet kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=apps.StatefulSetSpec status?=apps.StatefulSetStatus
apps.StatefulSetCondition type=apps.StatefulSetConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
apps.StatefulSetConditionType =string
apps.StatefulSetOrdinals start=int32
apps.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted?=apps.PersistentVolumeClaimRetentionPolicyType whenScaled?=apps.PersistentVolumeClaimRetentionPolicyType
apps.StatefulSetSpec replicas?=*int32 selector=*meta.LabelSelector template=core.PodTemplateSpec volumeClaimTemplates?=[]core.PersistentVolumeClaim serviceName=string podManagementPolicy?=apps.PodManagementPolicyType updateStrategy?=apps.StatefulSetUpdateStrategy revisionHistoryLimit?=*int32 minReadySeconds?=int32 persistentVolumeClaimRetentionPolicy?=*apps.StatefulSetPersistentVolumeClaimRetentionPolicy ordinals?=*apps.StatefulSetOrdinals
apps.StatefulSetStatus observedGeneration?=int64 replicas=int32 readyReplicas?=int32 currentReplicas?=int32 updatedReplicas?=int32 currentRevision?=string updateRevision?=string collisionCount?=*int32 conditions?@type=[]apps.StatefulSetCondition availableReplicas=int32
apps.StatefulSetUpdateStrategy type?=apps.StatefulSetUpdateStrategyType rollingUpdate?=*apps.RollingUpdateStatefulSetStrategy
apps.StatefulSetUpdateStrategyType =string
autoscaling1.CrossVersionObjectReference kind=string name=string apiVersion?=string
autoscaling1.HorizontalPodAutoscaler kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=autoscaling1.HorizontalPodAutoscalerSpec status?=autoscaling1.HorizontalPodAutoscalerStatus
autoscaling1.HorizontalPodAutoscalerSpec scaleTargetRef=autoscaling1.CrossVersionObjectReference minReplicas?=*int32 maxReplicas=int32 targetCPUUtilizationPercentage?=*int32
autoscaling1.HorizontalPodAutoscalerStatus observedGeneration?=*int64 lastScaleTime?=*meta.Time currentReplicas=int32 desiredReplicas=int32 currentCPUUtilizationPercentage?=*int32
autoscaling2.ContainerResourceMetricSource name=core.ResourceName target=autoscaling2.MetricTarget container=string
autoscaling2.ContainerResourceMetricStatus name=core.ResourceName current=autoscaling2.MetricValueStatus container=string
autoscaling2.CrossVersionObjectReference kind=string name=string apiVersion?=string
autoscaling2.ExternalMetricSource metric=autoscaling2.MetricIdentifier target=autoscaling2.MetricTarget
autoscaling2.ExternalMetricStatus metric=autoscaling2.MetricIdentifier current=autoscaling2.MetricValueStatus
autoscaling2.HPAScalingPolicy type=autoscaling2.HPAScalingPolicyType value=int32 periodSeconds=int32
autoscaling2.HPAScalingPolicyType =string
autoscaling2.HPAScalingRules stabilizationWindowSeconds?=*int32 selectPolicy?=*autoscaling2.ScalingPolicySelect policies?=[]autoscaling2.HPAScalingPolicy tolerance?=*resource.Quantity
autoscaling2.HorizontalPodAutoscaler kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=autoscaling2.HorizontalPodAutoscalerSpec status?=autoscaling2.HorizontalPodAutoscalerStatus
autoscaling2.HorizontalPodAutoscalerBehavior scaleUp?=*autoscaling2.HPAScalingRules scaleDown?=*autoscaling2.HPAScalingRules
autoscaling2.HorizontalPodAutoscalerCondition type=autoscaling2.HorizontalPodAutoscalerConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
autoscaling2.HorizontalPodAutoscalerConditionType =string
autoscaling2.HorizontalPodAutoscalerSpec scaleTargetRef=autoscaling2.CrossVersionObjectReference minReplicas?=*int32 maxReplicas=int32 metrics?=[]autoscaling2.MetricSpec behavior?=*autoscaling2.HorizontalPodAutoscalerBehavior
autoscaling2.HorizontalPodAutoscalerStatus observedGeneration?=*int64 lastScaleTime?=*meta.Time currentReplicas?=int32 desiredReplicas=int32 currentMetrics=[]autoscaling2.MetricStatus conditions?@type=[]autoscaling2.HorizontalPodAutoscalerCondition
autoscaling2.MetricIdentifier name=string selector?=*meta.LabelSelector
autoscaling2.MetricSourceType =string
autoscaling2.MetricSpec type=autoscaling2.MetricSourceType object?=*autoscaling2.ObjectMetricSource pods?=*autoscaling2.PodsMetricSource resource?=*autoscaling2.ResourceMetricSource containerResource?=*autoscaling2.ContainerResourceMetricSource external?=*autoscaling2.ExternalMetricSource
autoscaling2.MetricStatus type=autoscaling2.MetricSourceType object?=*autoscaling2.ObjectMetricStatus pods?=*autoscaling2.PodsMetricStatus resource?=*autoscaling2.ResourceMetricStatus containerResource?=*autoscaling2.ContainerResourceMetricStatus external?=*autoscaling2.ExternalMetricStatus
autoscaling2.MetricTarget type=autoscaling2.MetricTargetType value?=*resource.Quantity averageValue?=*resource.Quantity averageUtilization?=*int32
autoscaling2.MetricTargetType =string
autoscaling2.MetricValueStatus value?=*resource.Quantity averageValue?=*resource.Quantity averageUtilization?=*int32
autoscaling2.ObjectMetricSource describedObject=autoscaling2.CrossVersionObjectReference target=autoscaling2.MetricTarget metric=autoscaling2.MetricIdentifier
autoscaling2.ObjectMetricStatus metric=autoscaling2.MetricIdentifier current=autoscaling2.MetricValueStatus describedObject=autoscaling2.CrossVersionObjectReference
autoscaling2.PodsMetricSource metric=autoscaling2.MetricIdentifier target=autoscaling2.MetricTarget
autoscaling2.PodsMetricStatus metric=autoscaling2.MetricIdentifier current=autoscaling2.MetricValueStatus
autoscaling2.ResourceMetricSource name=core.ResourceName target=autoscaling2.MetricTarget
autoscaling2.ResourceMetricStatus name=core.ResourceName current=autoscaling2.MetricValueStatus
autoscaling2.ScalingPolicySelect =string
batch.CompletionMode =string
batch.ConcurrencyPolicy =string
batch.CronJob kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=batch.CronJobSpec status?=batch.CronJobStatus
batch.CronJobSpec schedule=string timeZone?=*string startingDeadlineSeconds?=*int64 concurrencyPolicy?=batch.ConcurrencyPolicy suspend?=*bool jobTemplate=batch.JobTemplateSpec successfulJobsHistoryLimit?=*int32 failedJobsHistoryLimit?=*int32
batch.CronJobStatus active?=[]core.ObjectReference lastScheduleTime?=*meta.Time lastSuccessfulTime?=*meta.Time
batch.Job kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=batch.JobSpec status?=batch.JobStatus
batch.JobCondition type=batch.JobConditionType status=core.ConditionStatus lastProbeTime?=meta.Time lastTransitionTime?=meta.Time reason?=string message?=string
batch.JobConditionType =string
batch.JobSpec parallelism?=*int32 completions?=*int32 activeDeadlineSeconds?=*int64 podFailurePolicy?=*batch.PodFailurePolicy successPolicy?=*batch.SuccessPolicy backoffLimit?=*int32 backoffLimitPerIndex?=*int32 maxFailedIndexes?=*int32 selector?=*meta.LabelSelector manualSelector?=*bool template=core.PodTemplateSpec ttlSecondsAfterFinished?=*int32 completionMode?=*batch.CompletionMode suspend?=*bool podReplacementPolicy?=*batch.PodReplacementPolicy managedBy?=*string
batch.JobStatus conditions?@type=[]batch.JobCondition startTime?=*meta.Time completionTime?=*meta.Time active?=int32 succeeded?=int32 failed?=int32 terminating?=*int32 completedIndexes?=string failedIndexes?=*string uncountedTerminatedPods?=*batch.UncountedTerminatedPods ready?=*int32
batch.JobTemplateSpec metadata?=meta.ObjectMeta spec?=batch.JobSpec
batch.PodFailurePolicy rules=[]batch.PodFailurePolicyRule
batch.PodFailurePolicyAction =string
batch.PodFailurePolicyOnExitCodesOperator =string
batch.PodFailurePolicyOnExitCodesRequirement containerName?=*string operator=batch.PodFailurePolicyOnExitCodesOperator values=[]int32
batch.PodFailurePolicyOnPodConditionsPattern type=core.PodConditionType status=core.ConditionStatus
batch.PodFailurePolicyRule action=batch.PodFailurePolicyAction onExitCodes?=*batch.PodFailurePolicyOnExitCodesRequirement onPodConditions?=[]batch.PodFailurePolicyOnPodConditionsPattern
batch.PodReplacementPolicy =string
batch.SuccessPolicy rules=[]batch.SuccessPolicyRule
batch.SuccessPolicyRule succeededIndexes?=*string succeededCount?=*int32
batch.UncountedTerminatedPods succeeded?=[]types.UID failed?=[]types.UID
coordination.CoordinatedLeaseStrategy =string
coordination.Lease kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=coordination.LeaseSpec
coordination.LeaseSpec holderIdentity?=*string leaseDurationSeconds?=*int32 acquireTime?=*meta.MicroTime renewTime?=*meta.MicroTime leaseTransitions?=*int32 strategy?=*coordination.CoordinatedLeaseStrategy preferredHolder?=*string
core.AWSElasticBlockStoreVolumeSource volumeID=string fsType?=string partition?=int32 readOnly?=bool
core.Affinity nodeAffinity?=*core.NodeAffinity podAffinity?=*core.PodAffinity podAntiAffinity?=*core.PodAntiAffinity
core.AppArmorProfile type=core.AppArmorProfileType localhostProfile?=*string
core.AppArmorProfileType =string
core.AttachedVolume name=core.UniqueVolumeName devicePath=string
core.AzureDataDiskCachingMode =string
core.AzureDataDiskKind =string
core.AzureDiskVolumeSource diskName=string diskURI=string cachingMode?=*core.AzureDataDiskCachingMode fsType?=*string readOnly?=*bool kind?=*core.AzureDataDiskKind
core.AzureFilePersistentVolumeSource secretName=string shareName=string readOnly?=bool secretNamespace=*string
core.AzureFileVolumeSource secretName=string shareName=string readOnly?=bool
core.CSIPersistentVolumeSource driver=string volumeHandle=string readOnly?=bool fsType?=string volumeAttributes?=map[string]string controllerPublishSecretRef?=*core.SecretReference nodeStageSecretRef?=*core.SecretReference nodePublishSecretRef?=*core.SecretReference controllerExpandSecretRef?=*core.SecretReference nodeExpandSecretRef?=*core.SecretReference
core.CSIVolumeSource driver=string readOnly?=*bool fsType?=*string volumeAttributes?=map[string]string nodePublishSecretRef?=*core.LocalObjectReference
core.Capabilities add?=[]core.Capability drop?=[]core.Capability
core.Capability =string
core.CephFSPersistentVolumeSource monitors=[]string path?=string user?=string secretFile?=string secretRef?=*core.SecretReference readOnly?=bool
core.CephFSVolumeSource monitors=[]string path?=string user?=string secretFile?=string secretRef?=*core.LocalObjectReference readOnly?=bool
core.CinderPersistentVolumeSource volumeID=string fsType?=string readOnly?=bool secretRef?=*core.SecretReference
core.CinderVolumeSource volumeID=string fsType?=string readOnly?=bool secretRef?=*core.LocalObjectReference
core.ClaimResourceStatus =string
core.ClientIPConfig timeoutSeconds?=*int32
core.ClusterTrustBundleProjection name?=*string signerName?=*string labelSelector?=*meta.LabelSelector optional?=*bool path=string
core.ConditionStatus =string
core.ConfigMap kind?=string apiVersion?=string metadata?=meta.ObjectMeta immutable?=*bool data?=map[string]string binaryData?=map[string][]uint8
core.ConfigMapEnvSource LocalObjectReference>name?=string optional?=*bool
core.ConfigMapKeySelector LocalObjectReference>name?=string key=string optional?=*bool
core.ConfigMapNodeConfigSource namespace=string name=string uid?=types.UID resourceVersion?=string kubeletConfigKey=string
core.ConfigMapProjection LocalObjectReference>name?=string items?=[]core.KeyToPath optional?=*bool
core.ConfigMapVolumeSource LocalObjectReference>name?=string items?=[]core.KeyToPath defaultMode?=*int32 optional?=*bool
core.Container name=string image?=string command?=[]string args?=[]string workingDir?=string ports?@containerPort=[]core.ContainerPort envFrom?=[]core.EnvFromSource env?@name=[]core.EnvVar resources?=core.ResourceRequirements resizePolicy?=[]core.ContainerResizePolicy restartPolicy?=*core.ContainerRestartPolicy restartPolicyRules?=[]core.ContainerRestartRule volumeMounts?@mountPath=[]core.VolumeMount volumeDevices?@devicePath=[]core.VolumeDevice livenessProbe?=*core.Probe readinessProbe?=*core.Probe startupProbe?=*core.Probe lifecycle?=*core.Lifecycle terminationMessagePath?=string terminationMessagePolicy?=core.TerminationMessagePolicy imagePullPolicy?=core.PullPolicy securityContext?=*core.SecurityContext stdin?=bool stdinOnce?=bool tty?=bool
core.ContainerExtendedResourceRequest containerName=string resourceName=string requestName=string
core.ContainerImage names=[]string sizeBytes?=int64
core.ContainerPort name?=string hostPort?=int32 containerPort=int32 protocol?=core.Protocol hostIP?=string
core.ContainerResizePolicy resourceName=core.ResourceName restartPolicy=core.ResourceResizeRestartPolicy
core.ContainerRestartPolicy =string
core.ContainerRestartRule action?=core.ContainerRestartRuleAction exitCodes?=*core.ContainerRestartRuleOnExitCodes
core.ContainerRestartRuleAction =string
core.ContainerRestartRuleOnExitCodes operator?=core.ContainerRestartRuleOnExitCodesOperator values?=[]int32
core.ContainerRestartRuleOnExitCodesOperator =string
core.ContainerState waiting?=*core.ContainerStateWaiting running?=*core.ContainerStateRunning terminated?=*core.ContainerStateTerminated
core.ContainerStateRunning startedAt?=meta.Time
core.ContainerStateTerminated exitCode=int32 signal?=int32 reason?=string message?=string startedAt?=meta.Time finishedAt?=meta.Time containerID?=string
core.ContainerStateWaiting reason?=string message?=string
core.ContainerStatus name=string state?=core.ContainerState lastState?=core.ContainerState ready=bool restartCount=int32 image=string imageID=string containerID?=string started?=*bool allocatedResources?=core.ResourceList resources?=*core.ResourceRequirements volumeMounts?@mountPath=[]core.VolumeMountStatus user?=*core.ContainerUser allocatedResourcesStatus?@name=[]core.ResourceStatus stopSignal?=*core.Signal
core.ContainerUser linux?=*core.LinuxContainerUser
core.DNSPolicy =string
core.DaemonEndpoint Port=int32
core.DownwardAPIProjection items?=[]core.DownwardAPIVolumeFile
core.DownwardAPIVolumeFile path=string fieldRef?=*core.ObjectFieldSelector resourceFieldRef?=*core.ResourceFieldSelector mode?=*int32
core.DownwardAPIVolumeSource items?=[]core.DownwardAPIVolumeFile defaultMode?=*int32
core.EmptyDirVolumeSource medium?=core.StorageMedium sizeLimit?=*resource.Quantity
core.EndpointAddress ip=string hostname?=string nodeName?=*string targetRef?=*core.ObjectReference
core.EndpointPort name?=string port=int32 protocol?=core.Protocol appProtocol?=*string
core.EndpointSubset addresses?=[]core.EndpointAddress notReadyAddresses?=[]core.EndpointAddress ports?=[]core.EndpointPort
core.Endpoints kind?=string apiVersion?=string metadata?=meta.ObjectMeta subsets?=[]core.EndpointSubset
core.EnvFromSource prefix?=string configMapRef?=*core.ConfigMapEnvSource secretRef?=*core.SecretEnvSource
core.EnvVar name=string value?=string valueFrom?=*core.EnvVarSource
core.EnvVarSource fieldRef?=*core.ObjectFieldSelector resourceFieldRef?=*core.ResourceFieldSelector configMapKeyRef?=*core.ConfigMapKeySelector secretKeyRef?=*core.SecretKeySelector fileKeyRef?=*core.FileKeySelector
core.EphemeralContainer EphemeralContainerCommon>name=string EphemeralContainerCommon>image?=string EphemeralContainerCommon>command?=[]string EphemeralContainerCommon>args?=[]string EphemeralContainerCommon>workingDir?=string EphemeralContainerCommon>ports?@containerPort=[]core.ContainerPort EphemeralContainerCommon>envFrom?=[]core.EnvFromSource EphemeralContainerCommon>env?@name=[]core.EnvVar EphemeralContainerCommon>resources?=core.ResourceRequirements EphemeralContainerCommon>resizePolicy?=[]core.ContainerResizePolicy EphemeralContainerCommon>restartPolicy?=*core.ContainerRestartPolicy EphemeralContainerCommon>restartPolicyRules?=[]core.ContainerRestartRule EphemeralContainerCommon>volumeMounts?@mountPath=[]core.VolumeMount EphemeralContainerCommon>volumeDevices?@devicePath=[]core.VolumeDevice EphemeralContainerCommon>livenessProbe?=*core.Probe EphemeralContainerCommon>readinessProbe?=*core.Probe EphemeralContainerCommon>startupProbe?=*core.Probe EphemeralContainerCommon>lifecycle?=*core.Lifecycle EphemeralContainerCommon>terminationMessagePath?=string EphemeralContainerCommon>terminationMessagePolicy?=core.TerminationMessagePolicy EphemeralContainerCommon>imagePullPolicy?=core.PullPolicy EphemeralContainerCommon>securityContext?=*core.SecurityContext EphemeralContainerCommon>stdin?=bool EphemeralContainerCommon>stdinOnce?=bool EphemeralContainerCommon>tty?=bool targetContainerName?=string
core.EphemeralVolumeSource volumeClaimTemplate?=*core.PersistentVolumeClaimTemplate
core.Event kind?=string apiVersion?=string metadata=meta.ObjectMeta involvedObject=core.ObjectReference reason?=string message?=string source?=core.EventSource firstTimestamp?=meta.Time lastTimestamp?=meta.Time count?=int32 type?=string eventTime?=meta.MicroTime series?=*core.EventSeries action?=string related?=*core.ObjectReference reportingComponent=string reportingInstance=string
core.EventSeries count?=int32 lastObservedTime?=meta.MicroTime
core.EventSource component?=string host?=string
core.ExecAction command?=[]string
core.FCVolumeSource targetWWNs?=[]string lun?=*int32 fsType?=string readOnly?=bool wwids?=[]string
core.FileKeySelector volumeName=string path=string key=string optional?=*bool
core.FinalizerName =string
core.FlexPersistentVolumeSource driver=string fsType?=string secretRef?=*core.SecretReference readOnly?=bool options?=map[string]string
core.FlexVolumeSource driver=string fsType?=string secretRef?=*core.LocalObjectReference readOnly?=bool options?=map[string]string
core.FlockerVolumeSource datasetName?=string datasetUUID?=string
core.GCEPersistentDiskVolumeSource pdName=string fsType?=string partition?=int32 readOnly?=bool
core.GRPCAction port=int32 service=*string
core.GitRepoVolumeSource repository=string revision?=string directory?=string
core.GlusterfsPersistentVolumeSource endpoints=string path=string readOnly?=bool endpointsNamespace?=*string
core.GlusterfsVolumeSource endpoints=string path=string readOnly?=bool
core.HTTPGetAction path?=string port=intstr.IntOrString host?=string scheme?=core.URIScheme httpHeaders?=[]core.HTTPHeader
core.HTTPHeader name=string value=string
core.HostAlias ip=string hostnames?=[]string
core.HostIP ip=string
core.HostPathType =string
core.HostPathVolumeSource path=string type?=*core.HostPathType
core.IPFamily =string
core.IPFamilyPolicy =string
core.ISCSIPersistentVolumeSource targetPortal=string iqn=string lun=int32 iscsiInterface?=string fsType?=string readOnly?=bool portals?=[]string chapAuthDiscovery?=bool chapAuthSession?=bool secretRef?=*core.SecretReference initiatorName?=*string
core.ISCSIVolumeSource targetPortal=string iqn=string lun=int32 iscsiInterface?=string fsType?=string readOnly?=bool portals?=[]string chapAuthDiscovery?=bool chapAuthSession?=bool secretRef?=*core.LocalObjectReference initiatorName?=*string
core.ImageVolumeSource reference?=string pullPolicy?=core.PullPolicy
core.ImageVolumeStatus imageRef?=string
core.KeyToPath key=string path=string mode?=*int32
core.Lifecycle postStart?=*core.LifecycleHandler preStop?=*core.LifecycleHandler stopSignal?=*core.Signal
core.LifecycleHandler exec?=*core.ExecAction httpGet?=*core.HTTPGetAction tcpSocket?=*core.TCPSocketAction sleep?=*core.SleepAction
core.LimitRange kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.LimitRangeSpec
core.LimitRangeItem type=core.LimitType max?=core.ResourceList min?=core.ResourceList default?=core.ResourceList defaultRequest?=core.ResourceList maxLimitRequestRatio?=core.ResourceList
core.LimitRangeSpec limits=[]core.LimitRangeItem
core.LimitType =string
core.LinuxContainerUser uid=int64 gid=int64 supplementalGroups?=[]int64
core.LoadBalancerIPMode =string
core.LoadBalancerIngress ip?=string hostname?=string ipMode?=*core.LoadBalancerIPMode ports?=[]core.PortStatus
core.LoadBalancerStatus ingress?=[]core.LoadBalancerIngress
core.LocalObjectReference name?=string
core.LocalVolumeSource path=string fsType?=*string
core.ModifyVolumeStatus targetVolumeAttributesClassName?=string status=core.PersistentVolumeClaimModifyVolumeStatus
core.MountPropagationMode =string
core.NFSVolumeSource server=string path=string readOnly?=bool
core.Namespace kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.NamespaceSpec status?=core.NamespaceStatus
core.NamespaceCondition type=core.NamespaceConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
core.NamespaceConditionType =string
core.NamespacePhase =string
core.NamespaceSpec finalizers?=[]core.FinalizerName
core.NamespaceStatus phase?=core.NamespacePhase conditions?@type=[]core.NamespaceCondition
core.Node kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.NodeSpec status?=core.NodeStatus
core.NodeAddress type=core.NodeAddressType address=string
core.NodeAddressType =string
core.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution?=*core.NodeSelector preferredDuringSchedulingIgnoredDuringExecution?=[]core.PreferredSchedulingTerm
core.NodeAllocatableResourceClaimStatus resourceClaimName=string containers?=[]string resources=map[core.ResourceName]resource.Quantity
core.NodeCondition type=core.NodeConditionType status=core.ConditionStatus lastHeartbeatTime?=meta.Time lastTransitionTime?=meta.Time reason?=string message?=string
core.NodeConditionType =string
core.NodeConfigSource configMap?=*core.ConfigMapNodeConfigSource
core.NodeConfigStatus assigned?=*core.NodeConfigSource active?=*core.NodeConfigSource lastKnownGood?=*core.NodeConfigSource error?=string
core.NodeDaemonEndpoints kubeletEndpoint?=core.DaemonEndpoint
core.NodeFeatures supplementalGroupsPolicy?=*bool
core.NodeInclusionPolicy =string
core.NodePhase =string
core.NodeRuntimeHandler name=string features?=*core.NodeRuntimeHandlerFeatures
core.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts?=*bool userNamespaces?=*bool
core.NodeSelector nodeSelectorTerms=[]core.NodeSelectorTerm
core.NodeSelectorOperator =string
core.NodeSelectorRequirement key=string operator=core.NodeSelectorOperator values?=[]string
core.NodeSelectorTerm matchExpressions?=[]core.NodeSelectorRequirement matchFields?=[]core.NodeSelectorRequirement
core.NodeSpec podCIDR?=string podCIDRs?@=[]string providerID?=string unschedulable?=bool taints?=[]core.Taint configSource?=*core.NodeConfigSource externalID?=string
core.NodeStatus capacity?=core.ResourceList allocatable?=core.ResourceList phase?=core.NodePhase conditions?@type=[]core.NodeCondition addresses?@type=[]core.NodeAddress daemonEndpoints?=core.NodeDaemonEndpoints nodeInfo?=core.NodeSystemInfo images?=[]core.ContainerImage volumesInUse?=[]core.UniqueVolumeName volumesAttached?=[]core.AttachedVolume config?=*core.NodeConfigStatus runtimeHandlers?=[]core.NodeRuntimeHandler features?=*core.NodeFeatures declaredFeatures?=[]string
core.NodeSwapStatus capacity?=*int64
core.NodeSystemInfo machineID=string systemUUID=string bootID=string kernelVersion=string osImage=string containerRuntimeVersion=string kubeletVersion=string kubeProxyVersion=string operatingSystem=string architecture=string swap?=*core.NodeSwapStatus
core.OSName =string
core.ObjectFieldSelector apiVersion?=string fieldPath=string
core.ObjectReference kind?=string namespace?=string name?=string uid?=types.UID apiVersion?=string resourceVersion?=string fieldPath?=string
core.PersistentVolume kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.PersistentVolumeSpec status?=core.PersistentVolumeStatus
core.PersistentVolumeAccessMode =string
core.PersistentVolumeClaim kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.PersistentVolumeClaimSpec status?=core.PersistentVolumeClaimStatus
core.PersistentVolumeClaimCondition type=core.PersistentVolumeClaimConditionType status=core.ConditionStatus lastProbeTime?=meta.Time lastTransitionTime?=meta.Time reason?=string message?=string
core.PersistentVolumeClaimConditionType =string
core.PersistentVolumeClaimModifyVolumeStatus =string
core.PersistentVolumeClaimPhase =string
core.PersistentVolumeClaimSpec accessModes?=[]core.PersistentVolumeAccessMode selector?=*meta.LabelSelector resources?=core.VolumeResourceRequirements volumeName?=string storageClassName?=*string volumeMode?=*core.PersistentVolumeMode dataSource?=*core.TypedLocalObjectReference dataSourceRef?=*core.TypedObjectReference volumeAttributesClassName?=*string
core.PersistentVolumeClaimStatus phase?=core.PersistentVolumeClaimPhase accessModes?=[]core.PersistentVolumeAccessMode capacity?=core.ResourceList conditions?@type=[]core.PersistentVolumeClaimCondition allocatedResources?=core.ResourceList allocatedResourceStatuses?=map[core.ResourceName]core.ClaimResourceStatus currentVolumeAttributesClassName?=*string modifyVolumeStatus?=*core.ModifyVolumeStatus
core.PersistentVolumeClaimTemplate metadata?=meta.ObjectMeta spec=core.PersistentVolumeClaimSpec
core.PersistentVolumeClaimVolumeSource claimName=string readOnly?=bool
core.PersistentVolumeMode =string
core.PersistentVolumePhase =string
core.PersistentVolumeReclaimPolicy =string
core.PersistentVolumeSpec capacity?=core.ResourceList PersistentVolumeSource>gcePersistentDisk?=*core.GCEPersistentDiskVolumeSource PersistentVolumeSource>awsElasticBlockStore?=*core.AWSElasticBlockStoreVolumeSource PersistentVolumeSource>hostPath?=*core.HostPathVolumeSource PersistentVolumeSource>glusterfs?=*core.GlusterfsPersistentVolumeSource PersistentVolumeSource>nfs?=*core.NFSVolumeSource PersistentVolumeSource>rbd?=*core.RBDPersistentVolumeSource PersistentVolumeSource>iscsi?=*core.ISCSIPersistentVolumeSource PersistentVolumeSource>cinder?=*core.CinderPersistentVolumeSource PersistentVolumeSource>cephfs?=*core.CephFSPersistentVolumeSource PersistentVolumeSource>fc?=*core.FCVolumeSource PersistentVolumeSource>flocker?=*core.FlockerVolumeSource PersistentVolumeSource>flexVolume?=*core.FlexPersistentVolumeSource PersistentVolumeSource>azureFile?=*core.AzureFilePersistentVolumeSource PersistentVolumeSource>vsphereVolume?=*core.VsphereVirtualDiskVolumeSource PersistentVolumeSource>quobyte?=*core.QuobyteVolumeSource PersistentVolumeSource>azureDisk?=*core.AzureDiskVolumeSource PersistentVolumeSource>photonPersistentDisk?=*core.PhotonPersistentDiskVolumeSource PersistentVolumeSource>portworxVolume?=*core.PortworxVolumeSource PersistentVolumeSource>scaleIO?=*core.ScaleIOPersistentVolumeSource PersistentVolumeSource>local?=*core.LocalVolumeSource PersistentVolumeSource>storageos?=*core.StorageOSPersistentVolumeSource PersistentVolumeSource>csi?=*core.CSIPersistentVolumeSource accessModes?=[]core.PersistentVolumeAccessMode claimRef?=*core.ObjectReference persistentVolumeReclaimPolicy?=core.PersistentVolumeReclaimPolicy storageClassName?=string mountOptions?=[]string volumeMode?=*core.PersistentVolumeMode nodeAffinity?=*core.VolumeNodeAffinity volumeAttributesClassName?=*string
core.PersistentVolumeStatus phase?=core.PersistentVolumePhase message?=string reason?=string lastPhaseTransitionTime?=*meta.Time
core.PhotonPersistentDiskVolumeSource pdID=string fsType?=string
core.Pod kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.PodSpec status?=core.PodStatus
core.PodAffinity requiredDuringSchedulingIgnoredDuringExecution?=[]core.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?=[]core.WeightedPodAffinityTerm
core.PodAffinityTerm labelSelector?=*meta.LabelSelector namespaces?=[]string topologyKey=string namespaceSelector?=*meta.LabelSelector matchLabelKeys?=[]string mismatchLabelKeys?=[]string
core.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution?=[]core.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution?=[]core.WeightedPodAffinityTerm
core.PodCertificateProjection signerName?=string keyType?=string maxExpirationSeconds?=*int32 credentialBundlePath?=string keyPath?=string certificateChainPath?=string userAnnotations?=map[string]string
core.PodCondition type=core.PodConditionType observedGeneration?=int64 status=core.ConditionStatus lastProbeTime?=meta.Time lastTransitionTime?=meta.Time reason?=string message?=string
core.PodConditionType =string
core.PodDNSConfig nameservers?=[]string searches?=[]string options?=[]core.PodDNSConfigOption
core.PodDNSConfigOption name?=string value?=*string
core.PodExtendedResourceClaimStatus requestMappings=[]core.ContainerExtendedResourceRequest resourceClaimName=string
core.PodFSGroupChangePolicy =string
core.PodIP ip=string
core.PodOS name=core.OSName
core.PodPhase =string
core.PodQOSClass =string
core.PodReadinessGate conditionType=core.PodConditionType
core.PodResizeStatus =string
core.PodResourceClaim name=string resourceClaimName?=*string resourceClaimTemplateName?=*string
core.PodResourceClaimStatus name=string resourceClaimName?=*string
core.PodSELinuxChangePolicy =string
core.PodSchedulingGate name=string
core.PodSchedulingGroup podGroupName?=*string
core.PodSecurityContext seLinuxOptions?=*core.SELinuxOptions windowsOptions?=*core.WindowsSecurityContextOptions runAsUser?=*int64 runAsGroup?=*int64 runAsNonRoot?=*bool supplementalGroups?=[]int64 supplementalGroupsPolicy?=*core.SupplementalGroupsPolicy fsGroup?=*int64 sysctls?=[]core.Sysctl fsGroupChangePolicy?=*core.PodFSGroupChangePolicy seccompProfile?=*core.SeccompProfile appArmorProfile?=*core.AppArmorProfile seLinuxChangePolicy?=*core.PodSELinuxChangePolicy
core.PodSpec volumes?~@name=[]core.Volume initContainers?@name=[]core.Container containers@name=[]core.Container ephemeralContainers?@name=[]core.EphemeralContainer restartPolicy?=core.RestartPolicy terminationGracePeriodSeconds?=*int64 activeDeadlineSeconds?=*int64 dnsPolicy?=core.DNSPolicy nodeSelector?=map[string]string serviceAccountName?=string serviceAccount?=string automountServiceAccountToken?=*bool nodeName?=string hostNetwork?=bool hostPID?=bool hostIPC?=bool shareProcessNamespace?=*bool securityContext?=*core.PodSecurityContext imagePullSecrets?@name=[]core.LocalObjectReference hostname?=string subdomain?=string affinity?=*core.Affinity schedulerName?=string tolerations?=[]core.Toleration hostAliases?@ip=[]core.HostAlias priorityClassName?=string priority?=*int32 dnsConfig?=*core.PodDNSConfig readinessGates?=[]core.PodReadinessGate runtimeClassName?=*string enableServiceLinks?=*bool preemptionPolicy?=*core.PreemptionPolicy overhead?=core.ResourceList topologySpreadConstraints?@topologyKey=[]core.TopologySpreadConstraint setHostnameAsFQDN?=*bool os?=*core.PodOS hostUsers?=*bool schedulingGates?@name=[]core.PodSchedulingGate resourceClaims?~@name=[]core.PodResourceClaim resources?=*core.ResourceRequirements hostnameOverride?=*string schedulingGroup?=*core.PodSchedulingGroup
core.PodStatus observedGeneration?=int64 phase?=core.PodPhase conditions?@type=[]core.PodCondition message?=string reason?=string nominatedNodeName?=string hostIP?=string hostIPs?@ip=[]core.HostIP podIP?=string podIPs?@ip=[]core.PodIP startTime?=*meta.Time initContainerStatuses?=[]core.ContainerStatus containerStatuses?=[]core.ContainerStatus qosClass?=core.PodQOSClass ephemeralContainerStatuses?=[]core.ContainerStatus resize?=core.PodResizeStatus resourceClaimStatuses?~@name=[]core.PodResourceClaimStatus extendedResourceClaimStatus?=*core.PodExtendedResourceClaimStatus allocatedResources?=core.ResourceList resources?=*core.ResourceRequirements nodeAllocatableResourceClaimStatuses?=[]core.NodeAllocatableResourceClaimStatus
core.PodTemplate kind?=string apiVersion?=string metadata?=meta.ObjectMeta template?=core.PodTemplateSpec
core.PodTemplateSpec metadata?=meta.ObjectMeta spec?=core.PodSpec
core.PortStatus port=int32 protocol=core.Protocol error?=*string
core.PortworxVolumeSource volumeID=string fsType?=string readOnly?=bool
core.PreemptionPolicy =string
core.PreferredSchedulingTerm weight=int32 preference=core.NodeSelectorTerm
core.Probe ProbeHandler>exec?=*core.ExecAction ProbeHandler>httpGet?=*core.HTTPGetAction ProbeHandler>tcpSocket?=*core.TCPSocketAction ProbeHandler>grpc?=*core.GRPCAction initialDelaySeconds?=int32 timeoutSeconds?=int32 periodSeconds?=int32 successThreshold?=int32 failureThreshold?=int32 terminationGracePeriodSeconds?=*int64
core.ProcMountType =string
core.ProjectedVolumeSource sources=[]core.VolumeProjection defaultMode?=*int32
core.Protocol =string
core.PullPolicy =string
core.QuobyteVolumeSource registry=string volume=string readOnly?=bool user?=string group?=string tenant?=string
core.RBDPersistentVolumeSource monitors=[]string image=string fsType?=string pool?=string user?=string keyring?=string secretRef?=*core.SecretReference readOnly?=bool
core.RBDVolumeSource monitors=[]string image=string fsType?=string pool?=string user?=string keyring?=string secretRef?=*core.LocalObjectReference readOnly?=bool
core.RecursiveReadOnlyMode =string
core.ReplicationController kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.ReplicationControllerSpec status?=core.ReplicationControllerStatus
core.ReplicationControllerCondition type=core.ReplicationControllerConditionType status=core.ConditionStatus lastTransitionTime?=meta.Time reason?=string message?=string
core.ReplicationControllerConditionType =string
core.ReplicationControllerSpec replicas?=*int32 minReadySeconds?=int32 selector?=map[string]string template?=*core.PodTemplateSpec
core.ReplicationControllerStatus replicas=int32 fullyLabeledReplicas?=int32 readyReplicas?=int32 availableReplicas?=int32 observedGeneration?=int64 conditions?@type=[]core.ReplicationControllerCondition
core.ResourceClaim name=string request?=string
core.ResourceFieldSelector containerName?=string resource=string divisor?=resource.Quantity
core.ResourceHealth resourceID=core.ResourceID health?=core.ResourceHealthStatus message?=*string
core.ResourceHealthStatus =string
core.ResourceID =string
core.ResourceList =map[core.ResourceName]resource.Quantity
core.ResourceName =string
core.ResourceQuota kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.ResourceQuotaSpec status?=core.ResourceQuotaStatus
core.ResourceQuotaScope =string
core.ResourceQuotaSpec hard?=core.ResourceList scopes?=[]core.ResourceQuotaScope scopeSelector?=*core.ScopeSelector
core.ResourceQuotaStatus hard?=core.ResourceList used?=core.ResourceList
core.ResourceRequirements limits?=core.ResourceList requests?=core.ResourceList claims?=[]core.ResourceClaim
core.ResourceResizeRestartPolicy =string
core.ResourceStatus name=core.ResourceName resources?=[]core.ResourceHealth
core.RestartPolicy =string
core.SELinuxOptions user?=string role?=string type?=string level?=string
core.ScaleIOPersistentVolumeSource gateway=string system=string secretRef=*core.SecretReference sslEnabled?=bool protectionDomain?=string storagePool?=string storageMode?=string volumeName?=string fsType?=string readOnly?=bool
core.ScaleIOVolumeSource gateway=string system=string secretRef=*core.LocalObjectReference sslEnabled?=bool protectionDomain?=string storagePool?=string storageMode?=string volumeName?=string fsType?=string readOnly?=bool
core.ScopeSelector matchExpressions?=[]core.ScopedResourceSelectorRequirement
core.ScopeSelectorOperator =string
core.ScopedResourceSelectorRequirement scopeName=core.ResourceQuotaScope operator=core.ScopeSelectorOperator values?=[]string
core.SeccompProfile type=core.SeccompProfileType localhostProfile?=*string
core.SeccompProfileType =string
core.Secret kind?=string apiVersion?=string metadata?=meta.ObjectMeta immutable?=*bool data?=map[string][]uint8 stringData?=map[string]string type?=core.SecretType
core.SecretEnvSource LocalObjectReference>name?=string optional?=*bool
core.SecretKeySelector LocalObjectReference>name?=string key=string optional?=*bool
core.SecretProjection LocalObjectReference>name?=string items?=[]core.KeyToPath optional?=*bool
core.SecretReference name?=string namespace?=string
core.SecretType =string
core.SecretVolumeSource secretName?=string items?=[]core.KeyToPath defaultMode?=*int32 optional?=*bool
core.SecurityContext capabilities?=*core.Capabilities privileged?=*bool seLinuxOptions?=*core.SELinuxOptions windowsOptions?=*core.WindowsSecurityContextOptions runAsUser?=*int64 runAsGroup?=*int64 runAsNonRoot?=*bool readOnlyRootFilesystem?=*bool allowPrivilegeEscalation?=*bool procMount?=*core.ProcMountType seccompProfile?=*core.SeccompProfile appArmorProfile?=*core.AppArmorProfile
core.Service kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=core.ServiceSpec status?=core.ServiceStatus
core.ServiceAccount kind?=string apiVersion?=string metadata?=meta.ObjectMeta secrets?@name=[]core.ObjectReference imagePullSecrets?=[]core.LocalObjectReference automountServiceAccountToken?=*bool
core.ServiceAccountTokenProjection audience?=string expirationSeconds?=*int64 path=string
core.ServiceAffinity =string
core.ServiceExternalTrafficPolicy =string
core.ServiceInternalTrafficPolicy =string
core.ServicePort name?=string protocol?=core.Protocol appProtocol?=*string port=int32 targetPort?=intstr.IntOrString nodePort?=int32
core.ServiceSpec ports?@port=[]core.ServicePort selector?=map[string]string clusterIP?=string clusterIPs?=[]string type?=core.ServiceType externalIPs?=[]string sessionAffinity?=core.ServiceAffinity loadBalancerIP?=string loadBalancerSourceRanges?=[]string externalName?=string externalTrafficPolicy?=core.ServiceExternalTrafficPolicy healthCheckNodePort?=int32 publishNotReadyAddresses?=bool sessionAffinityConfig?=*core.SessionAffinityConfig ipFamilies?=[]core.IPFamily ipFamilyPolicy?=*core.IPFamilyPolicy allocateLoadBalancerNodePorts?=*bool loadBalancerClass?=*string internalTrafficPolicy?=*core.ServiceInternalTrafficPolicy trafficDistribution?=*string
core.ServiceStatus loadBalancer?=core.LoadBalancerStatus conditions?@type=[]meta.Condition
core.ServiceType =string
core.SessionAffinityConfig clientIP?=*core.ClientIPConfig
core.Signal =string
core.SleepAction seconds=int64
core.StorageMedium =string
core.StorageOSPersistentVolumeSource volumeName?=string volumeNamespace?=string fsType?=string readOnly?=bool secretRef?=*core.ObjectReference
core.StorageOSVolumeSource volumeName?=string volumeNamespace?=string fsType?=string readOnly?=bool secretRef?=*core.LocalObjectReference
core.SupplementalGroupsPolicy =string
core.Sysctl name=string value=string
core.TCPSocketAction port=intstr.IntOrString host?=string
core.Taint key=string value?=string effect=core.TaintEffect timeAdded?=*meta.Time
core.TaintEffect =string
core.TerminationMessagePolicy =string
core.Toleration key?=string operator?=core.TolerationOperator value?=string effect?=core.TaintEffect tolerationSeconds?=*int64
core.TolerationOperator =string
core.TopologySelectorLabelRequirement key=string values=[]string
core.TopologySelectorTerm matchLabelExpressions?=[]core.TopologySelectorLabelRequirement
core.TopologySpreadConstraint maxSkew=int32 topologyKey=string whenUnsatisfiable=core.UnsatisfiableConstraintAction labelSelector?=*meta.LabelSelector minDomains?=*int32 nodeAffinityPolicy?=*core.NodeInclusionPolicy nodeTaintsPolicy?=*core.NodeInclusionPolicy matchLabelKeys?=[]string
core.TypedLocalObjectReference apiGroup=*string kind=string name=string
core.TypedObjectReference apiGroup=*string kind=string name=string namespace?=*string
core.URIScheme =string
core.UniqueVolumeName =string
core.UnsatisfiableConstraintAction =string
core.Volume name=string VolumeSource>hostPath?=*core.HostPathVolumeSource VolumeSource>emptyDir?=*core.EmptyDirVolumeSource VolumeSource>gcePersistentDisk?=*core.GCEPersistentDiskVolumeSource VolumeSource>awsElasticBlockStore?=*core.AWSElasticBlockStoreVolumeSource VolumeSource>gitRepo?=*core.GitRepoVolumeSource VolumeSource>secret?=*core.SecretVolumeSource VolumeSource>nfs?=*core.NFSVolumeSource VolumeSource>iscsi?=*core.ISCSIVolumeSource VolumeSource>glusterfs?=*core.GlusterfsVolumeSource VolumeSource>persistentVolumeClaim?=*core.PersistentVolumeClaimVolumeSource VolumeSource>rbd?=*core.RBDVolumeSource VolumeSource>flexVolume?=*core.FlexVolumeSource VolumeSource>cinder?=*core.CinderVolumeSource VolumeSource>cephfs?=*core.CephFSVolumeSource VolumeSource>flocker?=*core.FlockerVolumeSource VolumeSource>downwardAPI?=*core.DownwardAPIVolumeSource VolumeSource>fc?=*core.FCVolumeSource VolumeSource>azureFile?=*core.AzureFileVolumeSource VolumeSource>configMap?=*core.ConfigMapVolumeSource VolumeSource>vsphereVolume?=*core.VsphereVirtualDiskVolumeSource VolumeSource>quobyte?=*core.QuobyteVolumeSource VolumeSource>azureDisk?=*core.AzureDiskVolumeSource VolumeSource>photonPersistentDisk?=*core.PhotonPersistentDiskVolumeSource VolumeSource>projected?=*core.ProjectedVolumeSource VolumeSource>portworxVolume?=*core.PortworxVolumeSource VolumeSource>scaleIO?=*core.ScaleIOVolumeSource VolumeSource>storageos?=*core.StorageOSVolumeSource VolumeSource>csi?=*core.CSIVolumeSource VolumeSource>ephemeral?=*core.EphemeralVolumeSource VolumeSource>image?=*core.ImageVolumeSource
core.VolumeDevice name=string devicePath=string
core.VolumeMount name=string readOnly?=bool recursiveReadOnly?=*core.RecursiveReadOnlyMode mountPath=string subPath?=string mountPropagation?=*core.MountPropagationMode subPathExpr?=string
core.VolumeMountStatus name=string mountPath=string readOnly?=bool recursiveReadOnly?=*core.RecursiveReadOnlyMode volumeStatus?=*core.VolumeStatus
core.VolumeNodeAffinity required?=*core.NodeSelector
core.VolumeProjection secret?=*core.SecretProjection downwardAPI?=*core.DownwardAPIProjection configMap?=*core.ConfigMapProjection serviceAccountToken?=*core.ServiceAccountTokenProjection clusterTrustBundle?=*core.ClusterTrustBundleProjection podCertificate?=*core.PodCertificateProjection
core.VolumeResourceRequirements limits?=core.ResourceList requests?=core.ResourceList
core.VolumeStatus image?=*core.ImageVolumeStatus
core.VsphereVirtualDiskVolumeSource volumePath=string fsType?=string storagePolicyName?=string storagePolicyID?=string
core.WeightedPodAffinityTerm weight=int32 podAffinityTerm=core.PodAffinityTerm
core.WindowsSecurityContextOptions gmsaCredentialSpecName?=*string gmsaCredentialSpec?=*string runAsUserName?=*string hostProcess?=*bool
discovery.AddressType =string
discovery.Endpoint addresses=[]string conditions?=discovery.EndpointConditions hostname?=*string targetRef?=*core.ObjectReference deprecatedTopology?=map[string]string nodeName?=*string zone?=*string hints?=*discovery.EndpointHints
discovery.EndpointConditions ready?=*bool serving?=*bool terminating?=*bool
discovery.EndpointHints forZones?=[]discovery.ForZone forNodes?=[]discovery.ForNode
discovery.EndpointPort name?=*string protocol?=*core.Protocol port?=*int32 appProtocol?=*string
discovery.EndpointSlice kind?=string apiVersion?=string metadata?=meta.ObjectMeta addressType=discovery.AddressType endpoints=[]discovery.Endpoint ports=[]discovery.EndpointPort
discovery.ForNode name=string
discovery.ForZone name=string
meta.Condition type=string status=meta.ConditionStatus observedGeneration?=int64 lastTransitionTime=meta.Time reason=string message=string
meta.ConditionStatus =string
meta.LabelSelector matchLabels?=map[string]string matchExpressions?=[]meta.LabelSelectorRequirement
meta.LabelSelectorOperator =string
meta.LabelSelectorRequirement key=string operator=meta.LabelSelectorOperator values?=[]string
meta.ManagedFieldsEntry manager?=string operation?=meta.ManagedFieldsOperationType apiVersion?=string time?=*meta.Time fieldsType?=string fieldsV1?=*meta.FieldsV1 subresource?=string
meta.ManagedFieldsOperationType =string
meta.ObjectMeta name?=string generateName?=string namespace?=string selfLink?=string uid?=types.UID resourceVersion?=string generation?=int64 creationTimestamp!=meta.Time deletionTimestamp?=*meta.Time deletionGracePeriodSeconds?=*int64 labels?=map[string]string annotations?=map[string]string ownerReferences?@uid=[]meta.OwnerReference finalizers?@=[]string managedFields?=[]meta.ManagedFieldsEntry
meta.OwnerReference apiVersion=string kind=string name=string uid=types.UID controller?=*bool blockOwnerDeletion?=*bool
networking.HTTPIngressPath path?=string pathType=*networking.PathType backend=networking.IngressBackend
networking.HTTPIngressRuleValue paths=[]networking.HTTPIngressPath
networking.IPBlock cidr=string except?=[]string
networking.Ingress kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=networking.IngressSpec status?=networking.IngressStatus
networking.IngressBackend service?=*networking.IngressServiceBackend resource?=*core.TypedLocalObjectReference
networking.IngressClass kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=networking.IngressClassSpec
networking.IngressClassParametersReference apiGroup?=*string kind=string name=string scope=*string namespace?=*string
networking.IngressClassSpec controller?=string parameters?=*networking.IngressClassParametersReference
networking.IngressLoadBalancerIngress ip?=string hostname?=string ports?=[]networking.IngressPortStatus
networking.IngressLoadBalancerStatus ingress?=[]networking.IngressLoadBalancerIngress
networking.IngressPortStatus port=int32 protocol=core.Protocol error?=*string
networking.IngressRule host?=string IngressRuleValue>http?=*networking.HTTPIngressRuleValue
networking.IngressServiceBackend name=string port?=networking.ServiceBackendPort
networking.IngressSpec ingressClassName?=*string defaultBackend?=*networking.IngressBackend tls?=[]networking.IngressTLS rules?=[]networking.IngressRule
networking.IngressStatus loadBalancer?=networking.IngressLoadBalancerStatus
networking.IngressTLS hosts?=[]string secretName?=string
networking.NetworkPolicy kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=networking.NetworkPolicySpec
networking.NetworkPolicyEgressRule ports?=[]networking.NetworkPolicyPort to?=[]networking.NetworkPolicyPeer
networking.NetworkPolicyIngressRule ports?=[]networking.NetworkPolicyPort from?=[]networking.NetworkPolicyPeer
networking.NetworkPolicyPeer podSelector?=*meta.LabelSelector namespaceSelector?=*meta.LabelSelector ipBlock?=*networking.IPBlock
networking.NetworkPolicyPort protocol?=*core.Protocol port?=*intstr.IntOrString endPort?=*int32
networking.NetworkPolicySpec podSelector=meta.LabelSelector ingress?=[]networking.NetworkPolicyIngressRule egress?=[]networking.NetworkPolicyEgressRule policyTypes?=[]networking.PolicyType
networking.PathType =string
networking.PolicyType =string
networking.ServiceBackendPort name?=string number?=int32
policy.PodDisruptionBudget kind?=string apiVersion?=string metadata?=meta.ObjectMeta spec?=policy.PodDisruptionBudgetSpec status?=policy.PodDisruptionBudgetStatus
policy.PodDisruptionBudgetSpec minAvailable?=*intstr.IntOrString selector?^=*meta.LabelSelector maxUnavailable?=*intstr.IntOrString unhealthyPodEvictionPolicy?=*policy.UnhealthyPodEvictionPolicyType
policy.PodDisruptionBudgetStatus observedGeneration?=int64 disruptedPods?=map[string]meta.Time disruptionsAllowed=int32 currentHealthy=int32 desiredHealthy=int32 expectedPods=int32 conditions?@type=[]meta.Condition
policy.UnhealthyPodEvictionPolicyType =string
rbac.AggregationRule clusterRoleSelectors?=[]meta.LabelSelector
rbac.ClusterRole kind?=string apiVersion?=string metadata?=meta.ObjectMeta rules=[]rbac.PolicyRule aggregationRule?=*rbac.AggregationRule
rbac.ClusterRoleBinding kind?=string apiVersion?=string metadata?=meta.ObjectMeta subjects?=[]rbac.Subject roleRef=rbac.RoleRef
rbac.PolicyRule verbs=[]string apiGroups?=[]string resources?=[]string resourceNames?=[]string nonResourceURLs?=[]string
rbac.Role kind?=string apiVersion?=string metadata?=meta.ObjectMeta rules=[]rbac.PolicyRule
rbac.RoleBinding kind?=string apiVersion?=string metadata?=meta.ObjectMeta subjects?=[]rbac.Subject roleRef=rbac.RoleRef
rbac.RoleRef apiGroup=string kind=string name=string
rbac.Subject kind=string apiGroup?=string name=string namespace?=string
scheduling.PriorityClass kind?=string apiVersion?=string metadata?=meta.ObjectMeta value=int32 globalDefault?=bool description?=string preemptionPolicy?=*core.PreemptionPolicy
storage.StorageClass kind?=string apiVersion?=string metadata?=meta.ObjectMeta provisioner=string parameters?=map[string]string reclaimPolicy?=*core.PersistentVolumeReclaimPolicy mountOptions?=[]string allowVolumeExpansion?=*bool volumeBindingMode?=*storage.VolumeBindingMode allowedTopologies?=[]core.TopologySelectorTerm
storage.VolumeBindingMode =string
types.UID =string
`
