import { type ReactNode, useEffect, useState } from 'react'
import { type KObject, keyOf } from '../../../model/index.ts'
import { Button, useActions, useSession } from '../../kit/index.ts'

/** The object as the API server stores it, and the way to its document. */
export function StoredObject({ object }: { readonly object: KObject }): ReactNode {
  const { reveal } = useActions()
  const source = useSession((state) => state.mirror.sources.get(keyOf(object)))
  const [open, setOpen] = useState(false)
  return (
    <section className="insp-section">
      {source && (
        <Button onClick={() => reveal(source)}>
          Show in {source.file}:{source.line}
        </Button>
      )}
      <details className="insp-stored" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>As the API server stores it</summary>
        {open && <Yaml of={object} />}
      </details>
    </section>
  )
}

function Yaml({ of }: { readonly of: KObject }): ReactNode {
  const [text, setText] = useState('')
  useEffect(() => {
    let wanted = true
    // printing YAML is wanted seldom, and must not weigh on the first picture
    void import('../../../manifest/index.ts').then(({ toYaml }) => {
      if (wanted) setText(toYaml(of))
    })
    return () => {
      wanted = false
    }
  }, [of])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre className="insp-yaml" tabIndex={0}>
      {text}
    </pre>
  )
}
