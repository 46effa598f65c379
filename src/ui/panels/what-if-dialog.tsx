import { type ReactNode, useId, useMemo, useState } from 'react'
import { type Outcome, splitKey, type WhatIf } from '../../model/index.ts'
import type { WhatIfSubject } from '../../session/index.ts'
import { count, listOf } from '../../words/index.ts'
import { Button, Dialog, OutcomeMark, SeverityIcon, useActions, useAnswer, useSession } from '../kit/index.ts'
import { FixPreview, objectName, shortName, useTakeFix } from '../why/index.ts'
import { type ClientChange, type Comparison, compareSituations, type ServiceChange } from './compare-situations.ts'
import { changesFor, type Offered } from './what-if-changes.ts'
import './what-if.css'

/** A change tried on a copy, beside how things are: nothing changes until it is taken. */
export default function WhatIfDialog(): ReactNode {
  const { setView } = useActions()
  const subject = useSession((state) => state.view.whatIf)
  const close = () => setView({ dialog: null, whatIf: null })
  if (!subject) return null
  return (
    <Dialog title="What if?" className="what-if" onClose={close}>
      {subject.type === 'fix' ? (
        <>
          <p className="what-if-head">
            <strong>{subject.fix.label}</strong>
          </p>
          <Trial change={{ type: 'fix', fix: subject.fix }} onClose={close} />
        </>
      ) : (
        <OfObject subject={subject} onClose={close} />
      )}
    </Dialog>
  )
}

interface OfObjectProps {
  readonly subject: Extract<WhatIfSubject, { type: 'object' }>
  readonly onClose: () => void
}

/** What could happen to an object, one of it chosen. */
function OfObject({ subject: { key }, onClose }: OfObjectProps): ReactNode {
  const object = useSession((state) => state.mirror.objects.get(key))
  const inText = useSession((state) => state.mirror.sources.has(key))
  // the choice stays what it was when the dialog opened: pods come and go meanwhile
  const [offered] = useState(() => (object ? changesFor(object, inText) : []))
  const [chosen, setChosen] = useState(0)
  const [change, setChange] = useState<WhatIf | undefined>(() => changeOf(offered[0]))
  const name = useId()
  if (offered.length === 0)
    return <p className="kit-empty">{objectName(key)} is not there, or nothing can be tried with it.</p>
  const present = offered[chosen]!
  return (
    <>
      <fieldset className="what-if-choice">
        <legend>{objectName(key)}: what if …</legend>
        {offered.map((each, i) => (
          <label key={each.id}>
            <input
              type="radio"
              name={name}
              checked={i === chosen}
              onChange={() => {
                setChosen(i)
                setChange(changeOf(each))
              }}
            />
            {each.label}
          </label>
        ))}
      </fieldset>
      {'changeTo' in present && <LabelForm of={present} onTry={setChange} />}
      {change && <Trial key={JSON.stringify(change)} change={change} onClose={onClose} />}
    </>
  )
}

const changeOf = (offered: Offered | undefined): WhatIf | undefined =>
  offered && 'change' in offered ? offered.change : undefined

interface LabelFormProps {
  readonly of: Extract<Offered, { id: 'label' }>
  readonly onTry: (change: WhatIf) => void
}

function LabelForm({ of: { present, changeTo }, onTry }: LabelFormProps): ReactNode {
  const id = useId()
  const [first = ''] = Object.keys(present)
  return (
    <form
      className="what-if-label"
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        const key = String(data.get('key')).trim()
        if (key !== '') onTry(changeTo(key, String(data.get('value')).trim()))
      }}
    >
      <label>
        Label
        <input className="kit-input kit-mono" name="key" defaultValue={first} list={id} required autoComplete="off" />
      </label>
      <datalist id={id}>
        {Object.keys(present).map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <label>
        Value (empty: taken out)
        <input className="kit-input kit-mono" name="value" defaultValue={present[first] ?? ''} autoComplete="off" />
      </label>
      <button type="submit" className="kit-button">
        Try it
      </button>
    </form>
  )
}

interface TrialProps {
  readonly change: WhatIf
  readonly onClose: () => void
}

/** Now and then, side by side, and the two ways out. */
function Trial({ change, onClose }: TrialProps): ReactNode {
  const { askWhatIf, act, asEdit, notify, undo } = useActions()
  const takeFix = useTakeFix()
  const answer = useAnswer(() => askWhatIf(change), [JSON.stringify(change)])
  const fix = change.type === 'fix' ? change.fix : asEdit(change.action)
  const compared = useMemo(() => answer && compareSituations(answer.before, answer.after), [answer])
  const take = async () => {
    if (change.type === 'fix') await takeFix(change.fix)
    else {
      await act(change.action)
      if (fix) notify(`${fix.label}: done.`, undo)
      else notify('Done, at this moment of the run: going back before it undoes it.')
    }
    onClose()
  }
  return (
    <>
      {fix ? (
        <FixPreview fix={fix} />
      ) : (
        <p className="what-if-note">
          The text does not say this: taken, it is done to the cluster at this moment of the run.
        </p>
      )}
      <div className="what-if-result" aria-live="polite" aria-busy={!answer}>
        {answer?.problem && (
          <p className="what-if-problem">
            <SeverityIcon severity="error" /> {answer.problem.message}
          </p>
        )}
        {compared ? <Result of={compared} /> : <p className="kit-empty">Trying it on a copy …</p>}
      </div>
      <p className="what-if-ways">
        <Button kind="primary" disabled={!answer || answer.problem !== undefined} onClick={() => void take()}>
          Take it
        </Button>
        <Button onClick={onClose}>Throw it away</Button>
      </p>
    </>
  )
}

function Result({ of }: { readonly of: Comparison }): ReactNode {
  const { goes, comes, stays, services, clients, same } = of
  const asking = useSession((state) => state.mirror.clients)
  const sources = useSession((state) => state.mirror.sources)
  const nameOf = (key: string) => asking.find((c) => c.key === key)?.name ?? key.replace(/^client\//, '')
  // those that every cluster has are no news, unless it changes them
  const shown = services.filter((service) => service.changed || sources.has(service.key))
  return (
    <>
      <p className="what-if-sum">
        {same ? <strong>Nothing would be different, once all is at rest.</strong> : summary(of)}
      </p>
      <Findings title="goes" of={goes} />
      <Findings title="comes" of={comes} />
      <Findings title="stays" of={stays} />
      {clients.length > 0 && (
        <table className="what-if-table">
          <thead>
            <tr>
              <th scope="col">Who asks</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            {told(clients).map((client) => (
              <ClientRow key={client.key} of={client} name={nameOf(client.key)} />
            ))}
            <Others than={told(clients)} of={clients} />
          </tbody>
        </table>
      )}
      {shown.length > 0 && (
        <table className="what-if-table">
          <thead>
            <tr>
              <th scope="col">Ready endpoints</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            {told(shown).map((service) => (
              <ServiceRow key={service.key} of={service} />
            ))}
            <Others than={told(shown)} of={shown} />
          </tbody>
        </table>
      )}
      <p className="what-if-note">Both at rest: what happens on the way there is not shown.</p>
    </>
  )
}

/** More rows than this that stay the same are counted, not listed. */
const SAME_ROWS = 3

/** The rows that are different, and the others when they are few. */
function told<T extends { readonly changed: boolean }>(rows: readonly T[]): readonly T[] {
  const changed = rows.filter((row) => row.changed)
  const same = rows.filter((row) => !row.changed)
  return [...changed, ...(same.length <= SAME_ROWS ? same : changed.length > 0 ? [] : same.slice(0, SAME_ROWS))]
}

interface OthersProps {
  readonly than: readonly unknown[]
  readonly of: readonly unknown[]
}

function Others({ than, of }: OthersProps): ReactNode {
  const left = of.length - than.length
  if (left === 0) return null
  return (
    <tr>
      <td colSpan={3}>{left} more, as now</td>
    </tr>
  )
}

function summary({ goes, comes, clients }: Comparison): string {
  const parts = [
    ...(goes.length > 0 ? [`${count(goes.length, 'problem')} less`] : []),
    ...(comes.length > 0 ? [`${count(comes.length, 'new problem')}`] : []),
  ]
  const changed = clients.filter((c) => c.changed).length
  if (changed > 0) parts.push(`different for ${changed} of ${count(clients.length, 'client')}`)
  const all = parts.join(', ')
  return all === '' ? 'Other endpoints, the same answers.' : `${all.charAt(0).toUpperCase()}${all.slice(1)}.`
}

interface FindingsProps {
  readonly title: 'goes' | 'comes' | 'stays'
  readonly of: Comparison['goes']
}

function Findings({ title, of }: FindingsProps): ReactNode {
  if (of.length === 0) return null
  return (
    <ul className="what-if-findings" aria-label={`Problems: ${title}`} data-how={title}>
      {of.map((d) => (
        <li key={`${d.code} ${d.object} ${d.path}`}>
          <span className="kit-chip" data-tone={title === 'goes' ? 'ok' : title === 'comes' ? 'bad' : 'plain'}>
            {title}
          </span>
          <SeverityIcon severity={d.severity} />
          <p>{d.message}</p>
        </li>
      ))}
    </ul>
  )
}

function ClientRow({ of, name }: { readonly of: ClientChange; readonly name: string }): ReactNode {
  const { before, after, gone, come, changed } = of
  return (
    <tr data-changed={changed ? '' : undefined}>
      <th scope="row">{name}</th>
      <td>
        <Outcomes of={before} />
      </td>
      <td>
        <Outcomes of={after} />
        {gone.length > 0 && <small>no longer by {listOf(gone)}</small>}
        {come.length > 0 && <small>by {listOf(come)}</small>}
      </td>
    </tr>
  )
}

function Outcomes({ of }: { readonly of: readonly Outcome[] | undefined }): ReactNode {
  if (!of || of.length === 0) return <>does not ask</>
  return of.map((outcome) => (
    <span key={outcome} className="what-if-outcome">
      <OutcomeMark good={outcome === 'answered'}>{outcome}</OutcomeMark>
    </span>
  ))
}

function ServiceRow({ of: { key, before, after, changed } }: { readonly of: ServiceChange }): ReactNode {
  const { namespace, name } = splitKey(key)
  const text = (of: ServiceChange['before']) => (of ? `${of.ready} of ${of.total}` : 'not there')
  return (
    <tr data-changed={changed ? '' : undefined}>
      <th scope="row">{shortName(namespace, name)}</th>
      <td>{text(before)}</td>
      <td>{text(after)}</td>
    </tr>
  )
}
