import { type ReactNode, useMemo } from 'react'
import { type Diagnostic, formatPath, type ObjectKey, type Reason, type Severity } from '../../model/index.ts'
import { sentence } from '../../words/index.ts'
import { Button, Phrases, SeverityIcon, useActions, useSession, withKeys } from '../kit/index.ts'
import { FieldLinks, useLocations } from './field-links.tsx'
import { ObjectLink } from './inspector/facts.tsx'
import { objectName } from './object-name.ts'
import { RuleLink } from './rule-link.tsx'

const ORDER: Record<Severity, number> = { error: 0, warning: 1, hint: 2 }

export interface Problems {
  readonly diagnostics: readonly Diagnostic[]
  /** Services through which nothing can be answered, of which no diagnostic speaks. */
  readonly services: readonly { readonly key: ObjectKey; readonly problem: Reason }[]
}

/** What is wrong: errors first, then what works as written and still cannot answer. */
export function useProblems(): Problems {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const views = useSession((state) => state.mirror.services)
  return useMemo(() => {
    const spoken = new Set(diagnostics.map((d) => d.object))
    return {
      diagnostics: [...diagnostics].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]),
      services: [...views.values()].flatMap(({ key, problem }) =>
        problem && !spoken.has(key) ? [{ key, problem }] : [],
      ),
    }
  }, [diagnostics, views])
}

/** Syntax errors, refusals and advice, each with its line and what mends it; and Services that cannot answer. */
export function ProblemsPanel(): ReactNode {
  const { diagnostics, services } = useProblems()
  const fields = useMemo(() => services.flatMap(({ problem }) => problem.sources), [services])
  const where = useLocations(fields)
  if (diagnostics.length === 0 && services.length === 0) return <p className="kit-empty">Nothing is wrong.</p>
  return (
    <ul className="problems" aria-label="Problems">
      {withKeys(diagnostics, (d) => `${d.code} ${d.source?.file}:${d.source?.line} ${d.message}`).map(
        ({ key, item }) => (
          <Problem key={key} of={item} />
        ),
      )}
      {services.map(({ key, problem }) => (
        <li key={key}>
          <SeverityIcon severity="warning" />
          <div>
            <p>
              <Phrases of={sentence(problem)} />
            </p>
            <p className="problems-where">
              <ObjectLink of={key} />
              <FieldLinks fields={problem.sources} where={where} />
              <RuleLink id={problem.rule} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

function Problem({ of }: { readonly of: Diagnostic }): ReactNode {
  const { reveal, applyFix, act, revealField } = useActions()
  const { source, object, path, fix, recreate, rule } = of
  return (
    <li>
      <SeverityIcon severity={of.severity} />
      <div>
        <p>{of.message}</p>
        <p className="problems-where">
          {source ? (
            <button type="button" className="kit-link" onClick={() => reveal(source)}>
              {source.file}:{source.line}
            </button>
          ) : (
            object && (
              <button type="button" className="kit-link" onClick={() => void revealField({ object, path: path ?? [] })}>
                {objectName(object)}
              </button>
            )
          )}
          {source && object && <span>{objectName(object)}</span>}
          {path && path.length > 0 && <code>{formatPath(path)}</code>}
          {rule && <RuleLink id={rule} />}
        </p>
      </div>
      {(fix || recreate !== undefined) && (
        <span className="problems-mend">
          {fix && (
            <Button kind="primary" onClick={() => void applyFix(of)}>
              {fix.label}
            </Button>
          )}
          {recreate !== undefined && (
            <Button
              title="As kubectl replace --force: deletes the object and makes it anew"
              onClick={() => void act({ type: 'recreate', object: recreate })}
            >
              Recreate
            </Button>
          )}
        </span>
      )}
    </li>
  )
}
