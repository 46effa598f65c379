import { type ReactNode, useMemo } from 'react'
import type { Diagnostic, Severity } from '../../model/index.ts'
import { SeverityIcon, useSession, withKeys } from '../kit/index.ts'
import { FindingBody } from '../why/index.ts'

const ORDER: Record<Severity, number> = { error: 0, warning: 1, hint: 2 }

/** What is wrong: errors first. */
export function useProblems(): readonly Diagnostic[] {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  return useMemo(() => [...diagnostics].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]), [diagnostics])
}

/** Syntax errors, refusals, and what cannot work although it was accepted: each with its line and what mends it. */
export function ProblemsPanel(): ReactNode {
  const problems = useProblems()
  if (problems.length === 0) return <p className="kit-empty">Nothing is wrong.</p>
  return (
    <ul className="problems" aria-label="Problems">
      {withKeys(problems, (d) => `${d.code} ${d.source?.file}:${d.source?.line} ${d.message}`).map(({ key, item }) => (
        <li key={key}>
          <SeverityIcon severity={item.severity} />
          <div className="problem">
            <FindingBody of={item} />
          </div>
        </li>
      ))}
    </ul>
  )
}
