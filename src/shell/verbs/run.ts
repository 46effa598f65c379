import type { KObject } from '../../model/index.ts'
import { usage, type Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { WRITE_FLAGS } from '../server.ts'
import { createMade } from './create-verbs.ts'
import { parsePairs } from './expose.ts'

/** k8s kubectl pkg/cmd/run/run.go, pkg/generate/versioned/run.go (v1.36) */
export const runVerb: Verb = {
  name: 'run',
  flags: [
    ...WRITE_FLAGS,
    { name: 'image', type: 'string' },
    { name: 'image-pull-policy', type: 'string' },
    { name: 'labels', short: 'l', type: 'string' },
    { name: 'port', type: 'string' },
    { name: 'env', type: 'array' },
    { name: 'annotations', type: 'array' },
    { name: 'restart', type: 'string', default: 'Always' },
    { name: 'command', type: 'bool' },
    { name: 'expose', type: 'bool' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'rm', type: 'bool' },
    { name: 'attach', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'overrides', type: 'string' },
    { name: 'save-config', type: 'bool' },
  ],
  run: (c) => {
    const { flags } = c
    const before = c.dash < 0 ? c.args.length : c.dash
    if (before === 0) return [plain(usage(c, 'NAME is required for run'))]
    const image = flags.text('image')
    if (image === '') return [plain('required flag(s) "image" not set')]
    if (!/^[a-z0-9A-Z][\w./:@-]*$/.test(image))
      return [plain(`Invalid image name ${JSON.stringify(image)}: invalid reference format`)]
    const restart = flags.text('restart')
    if (!['Always', 'OnFailure', 'Never'].includes(restart))
      return [plain(usage(c, `invalid restart policy: ${restart}`))]
    const interactive = flags.on('stdin') || flags.on('tty') || flags.on('attach')
    if (flags.on('rm') && !interactive) return [plain('--rm should only be used for attached containers')]
    if (flags.on('tty') && !flags.on('stdin')) return [plain('--stdin is required for containers with -t/--tty=true')]
    const port = flags.text('port')
    if (flags.on('expose') && port === '') return [plain('--port must be set when exposing a service')]
    const [name = '', ...words] = c.args
    const labels = flags.text('labels') === '' ? { run: name } : parsePairs(flags.text('labels'))
    if (typeof labels === 'string') return [plain(labels)]
    const env = flags
      .all('env')
      .map((pair) => ({ name: pair.split('=')[0]!, value: pair.slice(pair.indexOf('=') + 1) }))
    const bad = flags.all('env').find((pair) => pair.indexOf('=') < 1)
    if (bad !== undefined) return [plain(`invalid env: ${bad}`)]
    const annotations = Object.fromEntries(
      flags.all('annotations').map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]),
    )
    const pod: KObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: {
        containers: [
          {
            name,
            image,
            ...(flags.has('image-pull-policy') && { imagePullPolicy: flags.text('image-pull-policy') }),
            ...(words.length > 0 && (flags.on('command') ? { command: words } : { args: words })),
            ...(env.length > 0 && { env }),
            ...(port !== '' && { ports: [{ containerPort: Number(port) }] }),
            ...(flags.on('stdin') && { stdin: true }),
            ...(flags.on('tty') && { tty: true }),
            resources: {},
          },
        ],
        dnsPolicy: 'ClusterFirst',
        restartPolicy: flags.has('restart') ? restart : interactive ? 'OnFailure' : 'Always',
      },
    }
    const service: KObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: Number(port), protocol: 'TCP', targetPort: Number(port) }], selector: labels },
    }
    const failures = flags.on('expose') ? createMade(c, service) : []
    return failures.length > 0 ? failures : createMade(c, pod)
  },
}
