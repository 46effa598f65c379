import { type ReactNode, Suspense, use, useCallback } from 'react'
import { Dialog, useActions, useSession } from '../kit/index.ts'
import claimsUrl from './claims.json?url'
import './claims.css'

/** What the build wrote down (tools/claims.mjs): SPEC.md's rules, and the recorded answers that agree, counted. */
interface Claims {
  readonly recorded: readonly {
    readonly area: string
    readonly mode: string
    readonly agree: number
    readonly of: number
  }[]
  readonly sections: readonly {
    readonly title: string
    readonly rules: readonly { readonly id: string; readonly rule: string; readonly source: string }[]
  }[]
  readonly left: readonly { readonly title: string; readonly items: readonly string[] }[]
}

let loading: Promise<Claims | null> | undefined

/** Fetched once, when somebody asks; null when it cannot be had (no network, and not loaded before). */
function loadClaims(): Promise<Claims | null> {
  loading ??= fetch(claimsUrl)
    .then((response) => (response.ok ? (response.json() as Promise<Claims>) : null))
    .catch(() => {
      loading = undefined
      return null
    })
  return loading
}

/** "What this is true to": the rules that the engine follows, each with its source, and what a real cluster's recorded answers say. */
export function ClaimsDialog(): ReactNode {
  const { setView } = useActions()
  return (
    <Dialog title="What this is true to" onClose={() => setView({ dialog: null, rule: null })} className="claims">
      <Suspense fallback={<p>Loading the rules…</p>}>
        <ClaimsText />
      </Suspense>
    </Dialog>
  )
}

function ClaimsText(): ReactNode {
  const claims = use(loadClaims())
  const wanted = useSession((state) => state.view.rule)
  // the rule that was asked for comes into sight when its line does, and the dialog around it stands open
  const show = useCallback((line: HTMLElement | null) => {
    if (line) requestAnimationFrame(() => line.scrollIntoView({ block: 'center' }))
  }, [])
  if (!claims) return <p>The rules could not be loaded. They stand in src/engine/SPEC.md of the project.</p>
  const agree = claims.recorded.reduce((n, { agree }) => n + agree, 0)
  const all = claims.recorded.reduce((n, { of }) => n + of, 0)
  return (
    <>
      <p>
        The engine’s answers are held to those of a real cluster: <strong>{agree.toLocaleString('en')}</strong> of{' '}
        {all.toLocaleString('en')} recorded cases agree in this build. Every reason names the rule that it follows, and
        every rule its source in Kubernetes. Nothing here runs containers.
      </p>
      <table className="claims-recorded">
        <thead>
          <tr>
            <th scope="col">Recorded answers</th>
            <th scope="col">kube-proxy</th>
            <th scope="col">agree</th>
          </tr>
        </thead>
        <tbody>
          {claims.recorded.map(({ area, mode, agree, of }) => (
            <tr key={`${area} ${mode}`}>
              <th scope="row">{area}</th>
              <td>{area === 'routing' || area === 'rules' ? mode : ''}</td>
              <td>
                {agree} of {of}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {claims.sections.map(({ title, rules }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {rules.map(({ id, rule, source }) => (
              <div key={id} ref={id === wanted ? show : undefined} data-wanted={id === wanted ? '' : undefined}>
                <dt>{id}</dt>
                <dd>
                  <Marked text={rule} />
                  <small>
                    <Marked text={source} />
                  </small>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <section>
        <h3>Left out or simplified</h3>
        {claims.left.map(({ title, items }) => (
          <div key={title}>
            <h4>{title}</h4>
            <ul>
              {items.map((item) => (
                <li key={item}>
                  <Marked text={item} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </section>
    </>
  )
}

/** The little markdown that SPEC.md uses: `code` and **strong**. */
function Marked({ text }: { readonly text: string }): ReactNode {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/)
  return parts.map((part, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed text never move
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    if (part.startsWith('**')) return <strong key={i}>{part.slice(2, -2)}</strong>
    return part
  })
}
