import type { Verb } from '../../command.ts'
import { clusterRole, clusterRoleBinding, role, roleBinding, serviceAccount, token } from './access.ts'
import { configmap, secret } from './data.ts'
import { deployment } from './deployment.ts'
import { ingress } from './ingress.ts'
import { cronjob, job } from './job.ts'
import { CREATE_FLAGS, createMade, nameOf } from './made.ts'
import { disruptionBudget, priorityClass, quota } from './policy.ts'
import { service } from './service.ts'

/** k8s kubectl pkg/cmd/create/create_namespace.go (v1.36) */
const namespace: Verb = {
  name: 'namespace',
  aliases: ['ns'],
  short: 'Create a namespace with the specified name',
  flags: CREATE_FLAGS,
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    return createMade(c, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  },
}

export const CREATE_VERBS: readonly Verb[] = [
  clusterRole,
  clusterRoleBinding,
  configmap,
  cronjob,
  deployment,
  disruptionBudget,
  ingress,
  job,
  namespace,
  priorityClass,
  quota,
  role,
  roleBinding,
  secret,
  service,
  serviceAccount,
  token,
]
