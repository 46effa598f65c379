import type { ReactNode } from 'react'
import { splitKey } from '../../model/index.ts'
import { driftSentence, kubectlName, plainText } from '../../words/index.ts'
import { Button, useActions, useSession } from '../kit/index.ts'
import './drift.css'

/** Names before the rest is counted. */
const NAMED = 4

/** What commands made other than the text says, in one line; nothing when nothing differs. */
export function DriftStrip(): ReactNode {
  const drift = useSession((state) => state.mirror.drift)
  const { select, notify, undo, writeDriftIntoText } = useActions()
  if (drift.length === 0) return null
  const named = drift.slice(0, NAMED)
  const objects = drift.length === 1 ? '1 object differs' : `${drift.length} objects differ`
  const write = async () => {
    if (await writeDriftIntoText()) notify('The text says what the cluster has.', undo)
    else notify('The text has no place for it: look at Problems.')
  }
  return (
    <div className="drift-strip">
      <p>
        <span className="drift-sign" aria-hidden="true">
          ≠
        </span>
        {objects} from the text
        <span className="drift-names">
          {': '}
          {named.map((one, i) => (
            <span key={one.object}>
              {i > 0 && ', '}
              <button
                type="button"
                className="kit-link"
                title={plainText(driftSentence(one))}
                onClick={() => select({ type: 'object', key: one.object })}
              >
                {kubectlName(one.object)}
                {namespaceOf(one.object)}
              </button>
            </span>
          ))}
          {drift.length > named.length && ` and ${drift.length - named.length} more`}
        </span>
      </p>
      <Button onClick={() => void write()}>
        {drift.length === 1 ? 'Write it into the text' : 'Write all into the text'}
      </Button>
    </div>
  )
}

const namespaceOf = (key: string): string => {
  const { namespace } = splitKey(key)
  return namespace === '' || namespace === 'default' ? '' : ` in ${namespace}`
}
