import {
  type Answer,
  applyChange,
  type Fix,
  lastFirst,
  type ObjectKey,
  type Trace,
  type WhatIf,
} from '../model/index.ts'
import type { Core } from './session-core.ts'

export type AnswerOf<T extends Answer['type']> = Extract<Answer, { readonly type: T }>

/** A file as a fix would leave it. */
export interface FileChange {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** Questions to the worker that change nothing. null: it was stopped before it answered, or has no answer. */
export interface AskActions {
  /** The way to each port of a Service, link by link, at the moment that is shown. */
  askServiceChain(service: ObjectKey): Promise<AnswerOf<'service-chain'> | null>
  /** The way of a request, link by link, as the cluster was when it started. */
  askTraceChain(trace: Trace): Promise<AnswerOf<'trace-chain'> | null>
  /** The present and what a change would make of it, both at rest. */
  askWhatIf(change: WhatIf): Promise<AnswerOf<'what-if'> | null>
  /** kube-proxy's rules of a node at the moment that is shown; which of them concern a Service, and which ones a request met. */
  askRules(node: string, about?: { service?: ObjectKey; trace?: Trace }): Promise<AnswerOf<'rules'> | null>
  /** What a fix would make of the text; [] when there is nothing to change, null while the text is not the cluster's yet. */
  previewFix(fix: Fix): Promise<readonly FileChange[] | null>
}

export function askActions({ store, engine, playhead }: Core): AskActions {
  const answerTo = async <T extends Answer['type']>(
    type: T,
    question: Parameters<typeof engine.ask>[0],
  ): Promise<AnswerOf<T> | null> => {
    const { phase } = store.getState().status
    if (phase === 'crashed' || phase === 'too-large') return null
    const answer = await engine.ask(question)
    return answer?.type === type ? (answer as AnswerOf<T>) : null
  }
  const files = () => store.getState().document.files
  return {
    askServiceChain: (service) => answerTo('service-chain', { type: 'service-chain', service, at: playhead.get() }),
    askTraceChain: (trace) => answerTo('trace-chain', { type: 'trace-chain', trace }),
    askWhatIf: (change) => answerTo('what-if', { type: 'what-if', change, at: playhead.get() }),
    // a request met the rules of its own moment
    askRules: (node, { service, trace } = {}) =>
      answerTo('rules', {
        type: 'rules',
        node,
        at: trace?.startedAt ?? playhead.get(),
        ...(service !== undefined && { service }),
        ...(trace && { trace }),
      }),
    async previewFix(fix) {
      const asked = files()
      if (store.getState().applying.pending) return null
      const answer = await answerTo('edits', { type: 'edits', fixes: [fix] })
      if (!answer || files() !== asked) return null
      const next = applyChange(asked, { edits: lastFirst(answer.edits) })
      if (!next) return null
      return next.flatMap(({ name, text }) => {
        const before = asked.find((file) => file.name === name)?.text ?? ''
        return before === text ? [] : [{ name, before, after: text }]
      })
    },
  }
}
