import { matchesSelector } from '../../../model/index.ts'
import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import { child, type Field, type FieldErrors, invalid, key, notSupported, required, root } from '../field.ts'
import { metadata, validateLabelSelector, validateMeta, validateMetaUpdate } from '../meta.ts'
import { dns1123Label, nameIsSubdomain } from '../names.ts'
import { validateTemplate } from '../pod/validate.ts'
import { nonNegative } from '../pod/validate-probe.ts'
import { isSelector } from './validate.ts'

const spec = child(root, 'spec')

/**
 * A Job's selector and the labels that its pods are found by. k8s pkg/registry/batch/job/strategy.go generateSelector (v1.36)
 */
export function generateSelector(job: Draft): void {
  const s = job.spec
  if (s.manualSelector) return
  const { name, uid } = job.metadata
  s.template.metadata.labels ??= {}
  const { labels } = s.template.metadata
  for (const key of ['job-name', 'batch.kubernetes.io/job-name']) labels[key] ??= name ?? ''
  for (const key of ['controller-uid', 'batch.kubernetes.io/controller-uid']) labels[key] ??= uid
  s.selector = { ...s.selector, matchLabels: { 'batch.kubernetes.io/controller-uid': uid, ...s.selector?.matchLabels } }
  // a Job without labels has its template's, also those made just now: it is defaulted again as it comes from storage
  if (Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels }
}

/** k8s pkg/apis/batch/validation/validation.go ValidateJob (v1.36) */
export function validateJobCreate(job: Draft): FieldErrors {
  const out = [
    ...validateMeta(job.metadata, true, nameIsSubdomain),
    ...generatedSelector(job),
    ...jobSpec(job.spec, spec),
    ...selector(job.spec),
  ]
  const { completionMode, completions } = job.spec
  if (completionMode === 'Indexed' && completions > 0) {
    const host = `${job.metadata.name}-${completions - 1}`
    if (dns1123Label(host).length > 0) {
      out.push(
        invalid(
          child(metadata, 'name'),
          job.metadata.name,
          `will not able to create pod with invalid DNS label: ${host}`,
        ),
      )
    }
  }
  return out
}

const labelsField = child(spec, 'template', 'metadata', 'labels')

// k8s pkg/apis/batch/validation/validation.go validateGeneratedSelector (v1.36)
function generatedSelector(job: Draft): FieldErrors {
  if (job.spec.manualSelector || !job.spec.selector) return []
  const out: FieldErrors = []
  const labels = job.spec.template.metadata.labels ?? {}
  const { uid, name = '' } = job.metadata
  const expected: Record<string, string> = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  }
  for (const label of Object.keys(expected)) {
    // k8s pkg/apis/core/validation/validation.go ValidateHasLabel
    const at = key(labelsField, label)
    if (labels[label] === undefined) out.push(required(at, `must be '${expected[label]}'`))
    else if (labels[label] !== expected[label]) out.push(invalid(at, inOrder(labels), `must be '${expected[label]}'`))
  }
  if (isSelector(job.spec.selector) && !matchesSelector(job.spec.selector, expected)) {
    const { matchLabels } = job.spec.selector
    out.push(
      invalid(
        child(spec, 'selector'),
        { ...job.spec.selector, matchLabels: inOrder(matchLabels) },
        '`selector` not auto-generated',
      ),
    )
  }
  return out
}

/** A map as an encoder writes it: by key. */
const inOrder = (map: Record<string, string> | undefined) =>
  map && Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))

function selector(s: Draft): FieldErrors {
  const at = child(spec, 'selector')
  const out = s.selector ? validateLabelSelector(s.selector, at) : [required(at)]
  const { labels } = s.template.metadata
  if (isSelector(s.selector) && !matchesSelector(s.selector, labels)) {
    out.push(invalid(labelsField, inOrder(labels) ?? null, '`selector` does not match template `labels`'))
  }
  return out
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
]

// k8s pkg/apis/batch/validation/validation.go validateJobSpec (v1.36); pod failure and success policies are taken as they are
function jobSpec(s: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const name of COUNTS) out.push(...nonNegative(s[name], child(at, name)))
  if (s.maxFailedIndexes !== undefined && s.backoffLimitPerIndex === undefined) {
    out.push(required(child(at, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified'))
  }
  const modes = ['NonIndexed', 'Indexed']
  const mode = s.completionMode
  if (mode !== undefined && !modes.includes(mode)) out.push(notSupported(child(at, 'completionMode'), mode, modes))
  if (mode === 'Indexed') {
    if (s.completions === undefined) out.push(required(child(at, 'completions'), 'when completion mode is Indexed'))
    if (s.parallelism > 100_000) {
      out.push(
        invalid(
          child(at, 'parallelism'),
          s.parallelism,
          'must be less than or equal to 100000 when completion mode is Indexed',
        ),
      )
    }
    if (s.maxFailedIndexes > s.completions) {
      out.push(invalid(child(at, 'maxFailedIndexes'), s.maxFailedIndexes, 'must be less than or equal to completions'))
    }
  }
  if (mode === undefined || mode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
      if (s[name] !== undefined) out.push(invalid(child(at, name), s[name], 'requires indexed completion mode'))
    }
  }
  const replacements = s.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  if (s.podReplacementPolicy !== undefined && !replacements.includes(s.podReplacementPolicy)) {
    out.push(notSupported(child(at, 'podReplacementPolicy'), s.podReplacementPolicy, replacements))
  }
  out.push(...validateTemplate(s.template, child(at, 'template')))
  const restart = s.template.spec.restartPolicy
  const where = child(at, 'template', 'spec', 'restartPolicy')
  if (restart === 'Always' || !restart) out.push(required(where, 'valid values: "OnFailure", "Never"'))
  else if (restart !== 'OnFailure' && restart !== 'Never')
    out.push(notSupported(where, restart, ['OnFailure', 'Never']))
  else if (s.podFailurePolicy && restart !== 'Never') {
    out.push(invalid(where, restart, 'only "Never" is supported when podFailurePolicy is specified'))
  }
  return out
}

/** k8s pkg/apis/batch/validation/validation.go ValidateJobUpdate (v1.36) */
export function validateJobUpdate(job: Draft, old: Draft): FieldErrors {
  // the whole of it again: k8s pkg/registry/batch/job/strategy.go ValidateUpdate (v1.36)
  const out = [...validateJobCreate(job), ...validateMetaUpdate(job.metadata, old.metadata)]
  const fixed = ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy']
  const indexed = job.spec.completionMode === 'Indexed'
  const same = (name: string) => semanticEqual(job.spec[name], old.spec[name])
  if (!same('completions') && !(indexed && job.spec.completions === job.spec.parallelism)) {
    out.push(invalid(child(spec, 'completions'), job.spec.completions ?? null, 'field is immutable'))
  }
  if (!same('selector')) out.push(invalid(child(spec, 'selector'), job.spec.selector, 'field is immutable'))
  if (!same('template')) out.push(invalid(child(spec, 'template'), job.spec.template, 'field is immutable'))
  for (const name of fixed.slice(1))
    if (!same(name)) out.push(invalid(child(spec, name), job.spec[name] ?? null, 'field is immutable'))
  return out
}

/** k8s pkg/apis/batch/validation/validation.go ValidateCronJobCreate (v1.36) */
export function validateCronJobCreate(job: Draft): FieldErrors {
  const out = [...validateMeta(job.metadata, true, nameIsSubdomain), ...cronJob(job.spec)]
  if ((job.metadata.name ?? '').length > 52) {
    out.push(invalid(child(metadata, 'name'), job.metadata.name, 'must be no more than 52 characters'))
  }
  return out
}

export const validateCronJobUpdate = (job: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(job.metadata, old.metadata),
  ...cronJob(job.spec),
]

function cronJob(s: Draft): FieldErrors {
  const out: FieldErrors = []
  const schedule = child(spec, 'schedule')
  if (!s.schedule) out.push(required(schedule))
  else {
    const wrong = scheduleFault(s.schedule)
    if (wrong !== undefined) out.push(invalid(schedule, s.schedule, wrong))
    if (s.schedule.includes('TZ')) {
      out.push(invalid(schedule, s.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
    }
  }
  out.push(...nonNegative(s.startingDeadlineSeconds, child(spec, 'startingDeadlineSeconds')))
  const policies = ['Allow', 'Forbid', 'Replace']
  if (!policies.includes(s.concurrencyPolicy))
    out.push(notSupported(child(spec, 'concurrencyPolicy'), s.concurrencyPolicy, policies))
  out.push(...jobSpec(s.jobTemplate.spec, child(spec, 'jobTemplate', 'spec')))
  const { selector: given, manualSelector } = s.jobTemplate.spec
  const inJob = child(spec, 'jobTemplate', 'spec')
  if (given) out.push(invalid(child(inJob, 'selector'), given, '`selector` will be auto-generated'))
  if (manualSelector) out.push(notSupported(child(inJob, 'manualSelector'), true, ['nil', 'false']))
  for (const name of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'])
    out.push(...nonNegative(s[name], child(spec, name)))
  return out
}

/** What robfig/cron says of a schedule: how many fields it should have; the fields' own faults in our words. */
function scheduleFault(schedule: string): string | undefined {
  const text = schedule.replace(/^(CRON_)?TZ=\S+\s+/, '')
  if (text.startsWith('@')) {
    return /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(text)
      ? undefined
      : `unrecognized descriptor: ${text}`
  }
  const fields = text.split(/\s+/).filter((f) => f !== '')
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  const bad = fields.find((f) => !/^[\d*/,\-?a-zA-Z]+$/.test(f))
  return bad === undefined
    ? undefined
    : `failed to parse int from ${bad}: strconv.Atoi: parsing "${bad}": invalid syntax`
}
