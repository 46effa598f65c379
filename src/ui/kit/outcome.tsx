import type { ReactNode } from 'react'
import type { Trace } from '../../model/index.ts'

/** Whether a request is drawn as answered: a circle, in the colour of what works. An HTTP error was answered, and failed. */
export const isGood = (trace: Trace): boolean =>
  trace.outcome === 'answered' && (trace.http === undefined || trace.http < 400)

/** A circle for what was answered, a diamond for what failed, and the word for it. */
export function OutcomeMark({ good, children }: { readonly good: boolean; readonly children: ReactNode }): ReactNode {
  return (
    <span className="kit-outcome" data-ok={good ? '' : undefined}>
      {children}
    </span>
  )
}
