import { Fragment, type ReactNode, useState } from 'react'
import { Button } from '../../kit/index.ts'

/** Name and value; rows without a value are left out. */
export type Fact = readonly [name: string, value: ReactNode]

export function Facts({ rows }: { readonly rows: readonly Fact[] }): ReactNode {
  return (
    <dl className="insp-facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{breakable(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Labels as code, for a row of facts; undefined when there are none, so that the row is left out. */
export function labelList(of: Readonly<Record<string, string>> | undefined): ReactNode {
  const pairs = Object.entries(of ?? {})
  if (pairs.length === 0) return undefined
  return (
    <span className="insp-labels">
      {pairs.map(([key, value]) => (
        <code key={key}>{breakable(`${key}=${value}`)}</code>
      ))}
    </span>
  )
}

/** A long name that breaks where its parts end. */
export function breakable(name: string): ReactNode {
  return name.split(/(?<=[/=.])|(?<=[a-z])(?=[A-Z])/).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}

interface SomeProps<T> {
  readonly items: readonly T[]
  readonly most: number
  readonly children: (item: T) => ReactNode
}

/** The first few items of a list, and a button for the rest. */
export function Some<T>({ items, most, children }: SomeProps<T>): ReactNode {
  const [all, setAll] = useState(false)
  const shown = all ? items : items.slice(0, most)
  return (
    <>
      {shown.map(children)}
      {shown.length < items.length && (
        <li>
          <Button kind="bare" onClick={() => setAll(true)}>
            Show all {items.length}
          </Button>
        </li>
      )}
    </>
  )
}

/** A part of the inspector with its heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="insp-section">
      <h3>{title}</h3>
      {children}
    </section>
  )
}

interface HeadProps {
  readonly title: ReactNode
  readonly kind: string
  readonly sub?: ReactNode
}

export function Head({ title, kind, sub }: HeadProps): ReactNode {
  return (
    <header className="insp-head">
      <span className="insp-kind">{kind}</span>
      <h2>{title}</h2>
      {sub && <p className="insp-sub">{sub}</p>}
    </header>
  )
}
