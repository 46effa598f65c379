import { SquareTerminal } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { ClientView, Trace } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import { type AsCurl, asCurl, askerOf } from '../../words/index.ts'
import { IconButton, useActions, useSession } from '../kit/index.ts'
import { CommandLine } from './command-line.tsx'
import { CopyButton } from './copy-button.tsx'
import { useOffer } from './use-offer.ts'

/** The command that sends the same request from the same place. */
export function RequestCommand({ trace }: { readonly trace: Trace }): ReactNode {
  const clients = useSession((state) => state.mirror.clients)
  const objects = useSession((state) => state.mirror.objects)
  return <Curl of={useMemo(() => traceAsCurl(trace, { clients, objects }), [trace, clients, objects])} />
}

/** The command that asks what a client asks. */
export function ClientCommand({ client }: { readonly client: ClientView }): ReactNode {
  const objects = useSession((state) => state.mirror.objects)
  return (
    <Curl
      of={useMemo(
        () =>
          asCurl(
            client,
            askerOf(client.key, client, (key) => objects.has(key)),
          ),
        [client, objects],
      )}
    />
  )
}

function Curl({ of: { line, here, notes } }: { readonly of: AsCurl }): ReactNode {
  return (
    <CommandLine line={line} copied={copiedText({ line, notes })} here={here}>
      {notes.length > 0 && <p className="command-note">{notes.join(' ')}</p>}
    </CommandLine>
  )
}

/** The two buttons of a row of the list of requests. The row's own keys lead to the inspector, which has them for the keyboard. */
export function RowCommands({ trace }: { readonly trace: Trace }): ReactNode {
  const session = useActions()
  const offer = useOffer()
  const { line, here, notes } = traceAsCurl(trace, session.store.getState().mirror)
  return (
    <span className="command-row">
      <CopyButton text={copiedText({ line, notes })} label="Copy as curl" tabIndex={-1} />
      <IconButton
        label="As curl into the terminal"
        icon={<SquareTerminal />}
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation()
          offer(here.line, here.place)
        }}
      />
    </span>
  )
}

function traceAsCurl(
  { client, request }: Trace,
  { clients, objects }: Pick<ReturnType<Session['store']['getState']>['mirror'], 'clients' | 'objects'>,
): AsCurl {
  const view = clients.find(({ key }) => key === client)
  return asCurl(
    request,
    askerOf(client, view, (key) => objects.has(key)),
  )
}

/** What a command means that is not in its words goes with it, as a comment above it. */
const copiedText = ({ line, notes }: Pick<AsCurl, 'line' | 'notes'>): string =>
  [...notes.map((note) => `# ${note}`), line].join('\n')
