import { ANNOTATION, type Ms, type Pod, parseDuration } from '../../model/index.ts'

/** Something that happens to a container by itself: with which exit code, how long after its start. */
export interface Ending {
  readonly exitCode: number
  readonly after: Ms
}

export type Sigterm =
  | { readonly does: 'exit' }
  | { readonly does: 'drain'; readonly for: Ms }
  | { readonly does: 'ignore' }

/** What a pod's readiness probes find, by `fairlead.dev/ready`; undefined: nothing is said, and what listens decides. */
export type ReadySaid = { readonly says: boolean } | { readonly says: 'after'; readonly after: Ms } | undefined

/** An annotation of ours whose text nobody understands; it then counts as not written. */
export interface BehaviourProblem {
  readonly annotation: string
  readonly message: string
}

const said = (pod: Pod, annotation: string): string | undefined => pod.metadata.annotations?.[annotation]?.trim()

/** "after 5s" → 5000; undefined when the text is something else. */
function afterOf(text: string): Ms | undefined {
  const match = /^after\s+(\S+)$/.exec(text)
  return match ? parseDuration(match[1]!) : undefined
}

function parseReady(text: string): ReadySaid {
  if (text === 'true' || text === 'false') return { says: text === 'true' }
  const after = afterOf(text)
  return after === undefined ? undefined : { says: 'after', after }
}

function parseCrash(text: string): Ending | undefined {
  const after = text === '' || text === 'true' ? 0 : afterOf(text)
  return after === undefined ? undefined : { exitCode: 1, after }
}

function parseExit(text: string): Ending | undefined {
  const match = /^(\d{1,3})(?:\s+(after\s+\S+))?$/.exec(text)
  if (!match || Number(match[1]) > 255) return undefined
  const after = match[2] === undefined ? 0 : afterOf(match[2])
  return after === undefined ? undefined : { exitCode: Number(match[1]), after }
}

function parseSigterm(text: string): Sigterm | undefined {
  if (text === 'exit' || text === 'ignore') return { does: text }
  const match = /^drain\s+(\S+)$/.exec(text)
  const time = match ? parseDuration(match[1]!) : undefined
  return time === undefined ? undefined : { does: 'drain', for: time }
}

function parsePercent(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text)
  return match && Number(match[1]) <= 100 ? Number(match[1]) / 100 : undefined
}

/** What the pod's readiness probes find, if an annotation says so. */
export function readySaid(pod: Pod): ReadySaid {
  const text = said(pod, ANNOTATION.ready)
  return text === undefined ? undefined : parseReady(text)
}

/** How long the pod takes to answer a request, in ms; 0 without the annotation. */
export function latencyOf(pod: Pod): Ms {
  const text = said(pod, ANNOTATION.latency)
  return (text === undefined ? undefined : parseDuration(text)) ?? 0
}

/** The share of HTTP requests that the pod answers with 500, from 0 to 1. */
export function errorRateOf(pod: Pod): number {
  const text = said(pod, ANNOTATION.errors)
  return (text === undefined ? undefined : parsePercent(text)) ?? 0
}

/** When the pod's first container crashes, counted from each of its starts. */
export function crashOf(pod: Pod): Ending | undefined {
  const text = said(pod, ANNOTATION.crash)
  return text === undefined || text === 'false' ? undefined : parseCrash(text)
}

/** When and how the pod's containers end by themselves, counted from each of their starts. */
export function exitOf(pod: Pod): Ending | undefined {
  const text = said(pod, ANNOTATION.exit)
  return text === undefined ? undefined : parseExit(text)
}

/** What the pod's containers do when they are asked to stop. */
export function sigtermOf(pod: Pod): Sigterm {
  const text = said(pod, ANNOTATION.sigterm)
  return (text === undefined ? undefined : parseSigterm(text)) ?? { does: 'exit' }
}

/** The phase that the pod stays in, whatever happens. */
export function fixedPhase(pod: Pod): 'Pending' | 'Succeeded' | 'Failed' | undefined {
  const text = said(pod, ANNOTATION.phase)
  return text === 'Pending' || text === 'Succeeded' || text === 'Failed' ? text : undefined
}

/** Once asked to stop, the pod goes on serving and stays. */
export const holdsWhenTerminating = (pod: Pod): boolean => said(pod, ANNOTATION.terminating) === 'hold'

const FORMS: readonly (readonly [string, (text: string) => boolean, string])[] = [
  [ANNOTATION.ready, (t) => parseReady(t) !== undefined, '"true", "false" or "after 5s"'],
  [ANNOTATION.latency, (t) => parseDuration(t) !== undefined, 'a duration such as "200ms"'],
  [ANNOTATION.errors, (t) => parsePercent(t) !== undefined, 'a share such as "10%"'],
  [ANNOTATION.crash, (t) => t === 'false' || parseCrash(t) !== undefined, '"after 30s"'],
  [ANNOTATION.exit, (t) => parseExit(t) !== undefined, 'an exit code, or "0 after 5s"'],
  [ANNOTATION.sigterm, (t) => parseSigterm(t) !== undefined, '"exit", "drain 5s" or "ignore"'],
  [ANNOTATION.phase, (t) => ['Pending', 'Succeeded', 'Failed'].includes(t), '"Pending", "Succeeded" or "Failed"'],
  [ANNOTATION.terminating, (t) => t === 'hold', '"hold"'],
]

/** Annotations of ours on a pod (or a pod template's metadata) that cannot be understood, but for `listen`, see `listenProblems`. */
export function behaviourProblems(annotations: Readonly<Record<string, string>> | undefined): BehaviourProblem[] {
  const out: BehaviourProblem[] = []
  for (const [annotation, valid, expected] of FORMS) {
    const text = annotations?.[annotation]?.trim()
    if (text !== undefined && !valid(text)) {
      out.push({ annotation, message: `${annotation}: "${text}" is not understood and does nothing; say ${expected}` })
    }
  }
  return out
}
