import { type KObject, kindInfo, makeKey, type Pod } from '../../model/index.ts'
import { type Context, type Outcome, type Pause, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { durationMs } from '../flags.ts'
import { SELECTION_FLAGS } from '../selection.ts'
import { create, type DryRun, dryRunOf, isFailure, RECORD, report, WRITE_FLAGS } from '../server.ts'
import { withLastApplied } from './create/last-applied.ts'
import { overridden } from './create/overrides.ts'
import { deleteInfo } from './delete.ts'
import { parsePairs } from './expose.ts'

/** Registry, path in small letters, tag, digest. github.com/distribution/reference regexp.go ReferenceRegexp */
const IMAGE =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?\/|\[[a-fA-F0-9:]+\](?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/

/** k8s kubectl pkg/cmd/run/run.go, pkg/generate/versioned/run.go (v1.36) */
export const runVerb: Verb = {
  name: 'run',
  flags: [
    ...WRITE_FLAGS,
    RECORD,
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
    { name: 'override-type', type: 'string' },
    { name: 'privileged', type: 'bool' },
    { name: 'leave-stdin-open', type: 'bool' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s' },
    { name: 'save-config', type: 'bool' },
    // of the deletion that --rm ends with
    ...SELECTION_FLAGS.filter((f) => ['filename', 'recursive', 'kustomize'].includes(f.name)),
    { name: 'cascade', type: 'string', default: 'background', optional: 'background' },
    { name: 'force', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'wait', type: 'bool' },
  ],
  run: (c) => {
    const { flags } = c
    if (!flags.has('image')) return [plain('required flag(s) "image" not set')]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    if (c.args.length === 0) return [plain(usage(c, 'NAME is required for run'))]
    const image = flags.text('image')
    if (image === '') return [plain('--image is required')]
    if (!IMAGE.test(image)) return [plain(`Invalid image name ${JSON.stringify(image)}: invalid reference format`)]
    const interactive = flags.on('stdin') || flags.on('tty') || flags.on('attach')
    const port = flags.text('port')
    const wrong = (words: string) => [plain(usage(c, words))]
    if (flags.on('tty') && !flags.on('stdin')) {
      return wrong('-i/--stdin is required for containers with -t/--tty=true')
    }
    if (flags.on('expose') && port === '') return wrong('--port must be set when exposing a service')
    const restart = flags.text('restart')
    if (!['Always', 'OnFailure', 'Never'].includes(restart)) return wrong(`invalid restart policy: ${restart}`)
    if (flags.on('rm') && !interactive) return wrong('--rm should only be used for attached containers')
    if (interactive && flags.has('dry-run') && flags.text('dry-run') !== 'none') {
      return wrong(
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
      )
    }
    const pull = flags.text('image-pull-policy')
    if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) return wrong(`invalid image pull policy: ${pull}`)
    if (port !== '' && !/^[+-]?\d+$/.test(port)) {
      return [plain(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`)]
    }
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
            ...(flags.on('privileged') && { securityContext: { privileged: true } }),
            resources: {},
          },
        ],
        dnsPolicy: 'ClusterFirst',
        restartPolicy: restart,
      },
    }
    const service: KObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: Number(port), protocol: 'TCP', targetPort: Number(port) }], selector: labels },
    }
    const wanted = overridden(c, pod)
    if (isFailure(wanted)) return [wanted]
    if (interactive && c.exec && dryRun === 'none') return attached(c, wanted, words)
    const first = makeOne(c, wanted, dryRun)
    if (isFailure(first)) return [first]
    const made = flags.on('expose') ? [first, makeOne(c, service, dryRun)] : [first]
    const failures = made.filter(isFailure)
    // what was made last is said first, and in YAML has a line of its own behind it
    for (const object of made.reverse()) {
      if (isFailure(object)) continue
      failures.push(...report(c, object, 'created', dryRun, { typed: true }))
      if (object.kind === 'Service' && flags.text('output') === 'yaml') c.out('---\n')
    }
    return failures
  },
}

function makeOne(c: Context, object: KObject, dryRun: DryRun): KObject | Failure {
  if (dryRun !== 'client') {
    const whole = c.flags.on('save-config') ? withLastApplied(object) : object
    return create(c, kindInfo(object.apiVersion, object.kind)!, whole)
  }
  return c.explicitNamespace ? { ...object, metadata: { ...object.metadata, namespace: c.namespace } } : object
}

/**
 * A pod that one talks to (`run -it`): made, waited for, and its command run by the host; with --rm it goes afterwards.
 * k8s kubectl pkg/cmd/run/run.go handleAttachPod, removeCreatedObjects (v1.36)
 */
function* attached(c: Context, pod: KObject, words: readonly string[]): Generator<Pause, Outcome> {
  const made = makeOne(c, pod, 'none')
  if (isFailure(made)) return [made]
  const kind = kindInfo('v1', 'Pod')!
  const { name, namespace = c.namespace } = made.metadata
  const find = () => c.cluster.get<Pod>(makeKey('Pod', namespace, name))
  const until = c.cluster.now + (durationMs(c.flags.text('pod-running-timeout')) ?? 60_000)
  while ((find()?.status?.phase ?? 'Pending') === 'Pending' && c.cluster.now < until) yield { until }
  const running = find()
  const failures: Failure[] = []
  if (!running || running.status?.phase === 'Pending') failures.push(plain('timed out waiting for the condition'))
  else {
    if (c.flags.on('tty') && !c.flags.on('quiet')) c.err("If you don't see a command prompt, try pressing enter.\n")
    const exit = yield* c.exec!({
      pod: running,
      container: running.spec.containers[0]!.name,
      command: words.length > 0 ? words : ['sh'],
      stdin: c.flags.on('stdin') ? c.stdin : undefined,
      tty: c.flags.on('tty'),
      out: c.out,
      err: c.err,
    })
    if (exit !== 0) failures.push({ type: 'exit', code: exit })
  }
  if (c.flags.on('rm')) {
    const refusal = deleteInfo(c, { kind, namespace, name }, {})
    if (refusal) failures.push(refusal)
  }
  return failures
}
