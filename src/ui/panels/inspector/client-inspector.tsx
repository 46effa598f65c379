import { FilePlus, Send } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { type ClientView, makeKey, splitKey } from '../../../model/index.ts'
import { formatClock, formatMs, shortOutcome } from '../../../words/index.ts'
import { ClientCommand, ClientTerminalButton, placeOfClient, ShellButton } from '../../commands/index.ts'
import { Button, isGood, OutcomeMark, useActions, useMoment, useSession } from '../../kit/index.ts'
import { ObjectLink, shortName } from '../../why/index.ts'
import { Facts, Head, Section } from './facts.tsx'
import { ObjectFindings } from './object-findings.tsx'

const SHOWN = 12

/** Who asks, what, and how it went lately. */
export function ClientInspector({ client }: { readonly client: ClientView }): ReactNode {
  const { act, writeClientsIntoText, select, revealField } = useActions()
  const traces = useSession((state) => state.mirror.traces)
  const objects = useSession((state) => state.mirror.objects)
  const moment = useMoment(250)
  const own = useMemo(
    () =>
      traces
        .filter((trace) => trace.client === client.key && trace.startedAt <= moment + 250)
        .slice(-SHOWN)
        .reverse(),
    [traces, client.key, moment],
  )
  return (
    <>
      <Head
        kind={client.terminal ? 'Terminal' : 'Client'}
        title={client.name}
        sub={client.terminal ? 'asks when somebody types there' : client.madeUp ? 'made up for you' : undefined}
      />
      {client.document !== undefined && <ObjectFindings of={client.document} />}
      <div className="insp-actions">
        {client.terminal ? (
          <ClientTerminalButton client={client} />
        ) : (
          <>
            <Button onClick={() => void act({ type: 'send', client: client.key })}>
              <Send />
              Ask once
            </Button>
            <ShellButton place={placeOfClient(client, objects)} />
          </>
        )}
        {client.madeUp ? (
          <Button onClick={() => void writeClientsIntoText()}>
            <FilePlus />
            Write into the text
          </Button>
        ) : (
          client.document && (
            <Button onClick={() => void revealField({ object: client.document!, path: ['spec'] })}>
              Show in the text
            </Button>
          )
        )}
      </div>
      <Facts
        rows={[
          [
            client.terminal ? 'Asked last' : 'Asks',
            <span key="url" className="kit-mono">
              {client.url}
            </span>,
          ],
          ['From', from(client)],
          [
            'Address',
            <span key="ip" className="kit-mono">
              {client.address}
            </span>,
          ],
          ['Every', !client.terminal && (client.every === undefined ? 'once' : formatMs(client.every))],
          [
            'Connection',
            !client.terminal && (client.connection === 'keep-alive' ? 'kept alive' : 'a new one each time'),
          ],
          ['Gives up after', !client.terminal && formatMs(client.timeout)],
          ['Asks for', client.target && <ObjectLink key="target" of={client.target} />],
        ]}
      />
      <Section title="As curl">
        <ClientCommand client={client} />
      </Section>
      {own.length > 0 && (
        <Section title="Last requests">
          <ul className="insp-list">
            {own.map((trace) => (
              <li key={trace.id} className="insp-request">
                <span className="kit-mono">{formatClock(trace.startedAt)}</span>
                <button type="button" className="kit-link" onClick={() => select({ type: 'trace', id: trace.id })}>
                  <OutcomeMark good={isGood(trace)}>{shortOutcome(trace)}</OutcomeMark>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function from(client: ClientView): ReactNode {
  if (client.from === 'internet') return 'the internet'
  if (client.from === 'node') {
    const name = client.at?.includes('/') ? splitKey(client.at).name : client.at
    return name ? <ObjectLink of={makeKey('Node', '', name)}>{`node ${name}`}</ObjectLink> : 'a node'
  }
  if (!client.at?.includes('/')) return 'a pod'
  const { namespace, name } = splitKey(client.at)
  return <ObjectLink of={client.at}>{`pod ${shortName(namespace, name)}`}</ObjectLink>
}
