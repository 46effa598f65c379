import type { Diagnostic, ObjectKey, Reason } from '../../model/index.ts'
import type { Session, SessionState } from '../../session/index.ts'
import { plainText, sentence } from '../../words/index.ts'

/** Everything that a line of the text is to blame for, as it stands now. */
export interface TextProblems {
  get(): readonly Diagnostic[]
  subscribe(listener: () => void): () => void
}

const known = new WeakMap<Session, TextProblems>()

/**
 * What the cluster says about the text, and the Services through which nothing can be answered: these are no error of the
 * text, but a line of it made them so. One for a session, alive as long as it is.
 */
export function textProblems(session: Session): TextProblems {
  let problems = known.get(session)
  if (!problems) {
    problems = follow(session)
    known.set(session, problems)
  }
  return problems
}

interface Broken {
  readonly key: ObjectKey
  readonly problem: Reason
}

function follow(session: Session): TextProblems {
  const listeners = new Set<() => void>()
  let asked: readonly Broken[] = []
  let placed: readonly Diagnostic[] = []
  let all: readonly Diagnostic[] = []
  const tell = () => {
    const { diagnostics } = session.store.getState().mirror
    all = placed.length === 0 ? diagnostics : [...diagnostics, ...placed]
    for (const listener of listeners) listener()
  }
  const look = (state: SessionState, before?: SessionState) => {
    const { services, sources, diagnostics } = state.mirror
    const old = before?.mirror
    if (old && old.services === services && old.sources === sources && old.diagnostics === diagnostics) return
    const broken = brokenServices(state)
    const moved = !old || old.sources !== sources
    if (!moved && sameProblems(broken, asked)) {
      if (old.diagnostics !== diagnostics) tell()
      return
    }
    asked = broken
    if (broken.length === 0) {
      placed = []
      tell()
      return
    }
    void session.locate(broken.map(({ problem }) => problem.sources[0]!)).then((ranges) => {
      // a newer state has been asked about since
      if (asked !== broken) return
      placed = broken.flatMap(({ key, problem }, i) => {
        const source = ranges[i]
        return source ? [diagnosticOf(key, problem, source)] : []
      })
      tell()
    })
    if (old && old.diagnostics !== diagnostics) tell()
  }
  look(session.store.getState())
  session.store.subscribe(look)
  return {
    get: () => all,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Services that cannot answer, of which no diagnostic speaks already. */
function brokenServices({ mirror: { services, diagnostics } }: SessionState): readonly Broken[] {
  const spoken = new Set(diagnostics.map((d) => d.object))
  return [...services.values()].flatMap(({ key, problem }) =>
    problem && problem.sources.length > 0 && !spoken.has(key) ? [{ key, problem }] : [],
  )
}

const sameProblems = (a: readonly Broken[], b: readonly Broken[]): boolean =>
  a.length === b.length &&
  a.every(({ key, problem }, i) => key === b[i]!.key && JSON.stringify(problem) === JSON.stringify(b[i]!.problem))

const diagnosticOf = (key: ObjectKey, problem: Reason, source: NonNullable<Diagnostic['source']>): Diagnostic => ({
  severity: 'warning',
  code: problem.code,
  message: plainText(sentence(problem)),
  object: key,
  path: problem.sources[0]!.path,
  source,
  rule: problem.rule,
})
