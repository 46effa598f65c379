import type { KObject } from '../../../model/index.ts'
import type { Context, Verb } from '../../command.ts'
import { plain } from '../../failure.ts'
import { select } from '../../selection.ts'
import { CREATE_FLAGS, createMade, missingFlags, nameOf } from './made.ts'

/** k8s kubectl pkg/cmd/create/create_job.go (v1.36) */
export const job: Verb = {
  name: 'job',
  short: 'Create a job with the specified name',
  flags: [...CREATE_FLAGS, { name: 'image', type: 'string' }, { name: 'from', type: 'string' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const [image, from] = [c.flags.text('image'), c.flags.text('from')]
    const command = c.args.slice(1)
    if ((image === '') === (from === '')) return [plain('either --image or --from must be specified')]
    if (from !== '' && command.length > 0) return [plain('cannot specify --from and command')]
    if (image !== '') {
      const container = { name, image, ...(command.length > 0 && { command }) }
      const spec = { template: { spec: { containers: [container], restartPolicy: 'Never' } } }
      return createMade(c, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec }, 'failed to create job')
    }
    return fromCronJob(c, name, from)
  },
}

interface Template {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
  readonly spec: object
}

function fromCronJob(c: Context, name: string, from: string) {
  const selection = select(c, { args: [from] })
  if (selection.failures.length > 0) return selection.failures
  const [info] = selection.infos
  if (!info || selection.infos.length !== 1) return [plain('from must be an existing cronjob')]
  if (info.kind.kind !== 'CronJob') return [plain(`unknown object type *v1.${info.kind.kind}`)]
  const template = (info.object!.spec as { jobTemplate: Template }).jobTemplate
  const made: KObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(template.metadata?.labels && { labels: template.metadata.labels }),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template.metadata?.annotations },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: info.name, uid: info.object!.metadata.uid!, controller: true },
      ],
    },
    spec: template.spec,
  }
  return createMade(c, made, 'failed to create job')
}

/** k8s kubectl pkg/cmd/create/create_cronjob.go (v1.36) */
export const cronjob: Verb = {
  name: 'cronjob',
  aliases: ['cj'],
  short: 'Create a cron job with the specified name',
  flags: [
    ...CREATE_FLAGS,
    { name: 'image', type: 'string' },
    { name: 'schedule', type: 'string' },
    { name: 'restart', type: 'string', default: 'OnFailure' },
  ],
  run: (c) => {
    const missing = missingFlags(c, 'image', 'schedule')
    if (missing) return [missing]
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const command = c.args.slice(1)
    const container = { name, image: c.flags.text('image'), ...(command.length > 0 && { command }) }
    const template = { spec: { containers: [container], restartPolicy: c.flags.text('restart') } }
    const spec = { schedule: c.flags.text('schedule'), jobTemplate: { metadata: { name }, spec: { template } } }
    const made: KObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec }
    return createMade(c, made, 'failed to create cronjob')
  },
}
