import { SquareTerminal } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { type KObject, keyOf, type Service } from '../../model/index.ts'
import { asKubectl, type OfferedCommand } from '../../words/index.ts'
import { Popover, useSession } from '../kit/index.ts'
import { CommandLine } from './command-line.tsx'

/** A button with the commands that show an object, and those that do what the picture can do to it. */
export function ObjectCommands({ object }: { readonly object: KObject }): ReactNode {
  const key = keyOf(object)
  const services = useSession((state) => state.mirror.services)
  const objects = useSession((state) => state.mirror.objects)
  const inText = useSession((state) => state.mirror.sources.has(key))
  const commands = useMemo(() => {
    const behind = [...services.values()].filter((view) =>
      view.members.some((member) => member.key === key && member.state !== 'excluded'),
    )
    const around = behind.flatMap((view) => (objects.get(view.key) as Service | undefined) ?? [])
    return asKubectl(object, { services: around, inText })
  }, [object, key, services, objects, inText])
  if (commands.length === 0) return null
  return (
    <Popover
      align="end"
      button={
        <>
          <SquareTerminal />
          kubectl
        </>
      }
      buttonProps={{ title: `Commands about ${object.kind} ${object.metadata.name}` }}
    >
      {(close) => (
        <div className="commands">
          <Commands title="Look" of={commands.filter(({ action }) => !action)} onOffer={close} />
          <Commands title="Do as the picture does" of={commands.filter(({ action }) => action)} onOffer={close} />
        </div>
      )}
    </Popover>
  )
}

interface CommandsProps {
  readonly title: string
  readonly of: readonly OfferedCommand[]
  readonly onOffer: () => void
}

function Commands({ title, of, onOffer }: CommandsProps): ReactNode {
  if (of.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {of.map(({ line, says }) => (
          <li key={line}>
            <CommandLine line={line} onOffer={onOffer}>
              <p className="command-note">{says}</p>
            </CommandLine>
          </li>
        ))}
      </ul>
    </section>
  )
}
