import { type ReactNode, useEffect, useState } from 'react'
import type { SourceField, SourceRange } from '../../model/index.ts'
import { useActions, useSession } from '../kit/index.ts'
import { fieldName } from './object-name.ts'

const sameField = (a: SourceField, b: SourceField) => a.object === b.object && String(a.path) === String(b.path)

/** Where fields stand in the present text, asked of the worker once for all of them and again when the text has changed. */
export function useLocations(fields: readonly SourceField[]): (field: SourceField) => SourceRange | null | undefined {
  const { locate } = useActions()
  const sources = useSession((state) => state.mirror.sources)
  const [found, setFound] = useState<{ fields: readonly SourceField[]; ranges: readonly (SourceRange | null)[] }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `sources` changes when the text does, and the answer with it
  useEffect(() => {
    let wanted = true
    void locate(fields).then((ranges) => {
      if (wanted) setFound({ fields, ranges })
    })
    return () => {
      wanted = false
    }
  }, [fields, sources, locate])
  return (field) => {
    const index = found?.fields.findIndex((other) => sameField(other, field)) ?? -1
    return index < 0 ? undefined : found!.ranges[index]
  }
}

interface FieldLinksProps {
  readonly fields: readonly SourceField[]
  readonly where: (field: SourceField) => SourceRange | null | undefined
}

/** Links that put the cursor on the lines that made it so; for what no line says, the object itself. */
export function FieldLinks({ fields, where }: FieldLinksProps): ReactNode {
  const session = useActions()
  const objects = useSession((state) => state.mirror.objects)
  const shown = fields.filter((field, i) => fields.findIndex((other) => sameField(other, field)) === i)
  const links = shown.flatMap((field) => {
    const range = where(field)
    const key = `${field.object} ${field.path}`
    if (range)
      return [
        <button key={key} type="button" className="kit-link" onClick={() => session.reveal(range)}>
          {fieldName(field, range)}
        </button>,
      ]
    if (range === null && objects.has(field.object))
      return [
        <button
          key={key}
          type="button"
          className="kit-link"
          onClick={() => session.select({ type: 'object', key: field.object })}
        >
          {fieldName(field, null)}
        </button>,
      ]
    return []
  })
  return links.length > 0 ? <span className="insp-sources">{links}</span> : null
}
