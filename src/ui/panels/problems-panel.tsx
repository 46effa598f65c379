import { type ReactNode, useMemo } from 'react'
import { type Diagnostic, formatPath, type Severity } from '../../model/index.ts'
import { Button, SeverityIcon, useActions, useSession, withKeys } from '../kit/index.ts'
import { objectName } from './object-name.ts'

const ORDER: Record<Severity, number> = { error: 0, warning: 1, hint: 2 }

/** Syntax errors, refusals and advice, each with its line and what mends it. */
export function ProblemsPanel(): ReactNode {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const sorted = useMemo(() => [...diagnostics].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]), [diagnostics])
  if (sorted.length === 0) return <p className="kit-empty">Nothing is wrong with the text.</p>
  return (
    <ul className="problems" aria-label="Problems">
      {withKeys(sorted, (d) => `${d.code} ${d.source?.file}:${d.source?.line} ${d.message}`).map(({ key, item }) => (
        <Problem key={key} of={item} />
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
          {rule && <span>{rule}</span>}
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
