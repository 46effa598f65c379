import type { Condition, KObject } from '../../model/index.ts'
import { makeKey } from '../../model/index.ts'
import type { Context, Outcome, Pause, Verb } from '../command.ts'
import { type Failure, isNotFound, plain } from '../failure.ts'
import { durationMs } from '../flags.ts'
import { storeKind } from '../kinds.ts'
import { goText, JsonPath } from '../print/jsonpath.ts'
import { NO_PATH, relaxedPath } from '../print/output.ts'
import { type Info, SELECTION_FLAGS, select } from '../selection.ts'
import { report, WRITE_FLAGS } from '../server.ts'

/** Whether an object is as it was waited for; undefined: it is not there. */
type Met = (object: KObject | undefined) => boolean | Failure

/** k8s kubectl pkg/cmd/wait/wait.go (v1.36) */
export const wait: Verb = {
  name: 'wait',
  flags: [
    ...SELECTION_FLAGS,
    ...WRITE_FLAGS.filter(
      (f) => f.name === 'output' || f.name === 'template' || f.name === 'allow-missing-template-keys',
    ),
    { name: 'for', type: 'array' },
    { name: 'timeout', type: 'duration', default: '30s' },
    { name: 'local', type: 'bool' },
  ],
  run: waitFor,
}

const UNTIL_DONE = 7 * 24 * 60 * 60_000

function* waitFor(c: Context): Generator<Pause, Outcome> {
  const wanted = c.flags.all('for')
  const conditions: Met[] = []
  for (const text of wanted) {
    const met = conditionOf(text)
    if (typeof met !== 'function') return [met]
    conditions.push(met)
  }
  if (conditions.length === 0) return [plain('unrecognized condition: []')]
  const patience = durationMs(c.flags.text('timeout')) ?? 0
  const until = c.cluster.now + (patience < 0 ? UNTIL_DONE : patience)
  const isDelete = wanted.some((text) => text.toLowerCase() === 'delete')
  const isCreate = wanted.some((text) => text.toLowerCase() === 'create')
  let selection = select(c, { everything: c.flags.on('all') })
  while (isCreate && !selection.fatal && selection.infos.length === 0 && c.cluster.now < until) {
    yield { until }
    selection = select(c, { everything: c.flags.on('all') })
  }
  if (selection.fatal) return selection.failures
  if (isCreate && selection.infos.length === 0) return [plain('timed out waiting for the condition')]
  const missing = selection.failures.filter((f) => !(isDelete && isNotFound(f)))
  if (selection.infos.length === 0 && missing.length === 0 && !isDelete) return [plain('no matching resources found')]
  const failures: Failure[] = [...missing]
  for (const info of selection.infos) {
    for (const met of conditions) failures.push(...(yield* waitForOne(c, info, met, until, patience)))
  }
  return failures
}

function* waitForOne(c: Context, info: Info, met: Met, until: number, patience: number): Generator<Pause, Outcome> {
  const key = makeKey(storeKind(info.kind), info.namespace, info.name)
  const uid = info.object?.metadata.uid
  let last: KObject = info.object!
  for (;;) {
    const object = c.cluster.get<KObject>(key)
    const same = object?.metadata.uid === uid ? object : undefined
    if (same) last = same
    const result = met(same)
    if (typeof result === 'object') return [result]
    if (result) return report(c, last, 'condition met')
    const name = `${info.kind.plural}/${info.name}`
    if (patience === 0) return [plain(`condition not met for ${name}`)]
    if (c.cluster.now >= until) return [plain(`timed out waiting for the condition on ${name}`)]
    yield { until }
  }
}

function conditionOf(text: string): Met | Failure {
  const lower = text.toLowerCase()
  if (lower === 'delete') return (object) => object === undefined
  if (lower === 'create') return (object) => object !== undefined
  if (lower.startsWith('condition=')) {
    const [name = '', status = 'true'] = text.slice('condition='.length).split('=')
    return (object) => hasCondition(object, name.toLowerCase(), status.toLowerCase())
  }
  if (lower.startsWith('jsonpath=')) return pathCondition(text.slice('jsonpath='.length))
  return plain(`unrecognized condition: ${JSON.stringify(text)}`)
}

/** k8s kubectl pkg/cmd/wait/condition.go checkCondition (v1.36): a status of an older generation does not count */
function hasCondition(object: KObject | undefined, name: string, wanted: string): boolean {
  const status = object?.status as { conditions?: readonly Condition[]; observedGeneration?: number } | undefined
  const found = status?.conditions?.find((k) => k.type.toLowerCase() === name)
  if (!object || !found) return false
  const observed = (found as { observedGeneration?: number }).observedGeneration ?? status?.observedGeneration
  if (observed !== undefined && observed < (object.metadata.generation ?? 0)) return false
  return found.status.toLowerCase() === wanted
}

const FORM =
  "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'"

function pathCondition(text: string): Met | Failure {
  const parts = text.split(/(?<!=)=(?!=)/)
  if (parts.length > 2) return plain(FORM)
  const [expression = '', value] = parts
  const relaxed = relaxedPath(expression)
  if (relaxed === undefined) return plain(NO_PATH)
  if (relaxed === '') return plain(FORM)
  const path = JsonPath.parse(relaxed)
  if (typeof path === 'string') return plain(path)
  const wanted = value?.replace(/^['"]+|['"]+$/g, '')
  if (wanted === '') {
    return plain("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3")
  }
  return (object) => {
    if (!object) return false
    const found = path.find(object)
    if (typeof found === 'string') return false
    const values = found.flat()
    if (values.length === 0) return false
    if (values.length > 1) return plain('given jsonpath expression matches more than one value')
    if (wanted === undefined) return true
    if (typeof values[0] === 'object') return plain('jsonpath leads to a nested object or list which is not supported')
    return goText(values[0]) === wanted
  }
}
