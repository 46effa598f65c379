import { ListTree } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { hostPort, type Packet, type Trace } from '../../../model/index.ts'
import { Button, useActions, withKeys } from '../../kit/index.ts'
import { Section } from './facts.tsx'
import { type PacketStep, packetSteps, trackedConnection } from './packet-steps.ts'

/** What a packet capture on the way would show, and what the node's kernel remembers of it. */
export function PacketView({ trace }: { readonly trace: Trace }): ReactNode {
  const { setTab, setView } = useActions()
  const steps = useMemo(() => packetSteps(trace), [trace])
  const tracked = useMemo(() => trackedConnection(trace), [trace])
  const ruled = trace.hops.some((hop) => hop.layer === 'endpoint' || (hop.layer === 'node' && hop.failed))
  if (steps.length === 0 && !ruled) return null
  return (
    <Section title="The packet’s view">
      {steps.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it is narrow
        <div className="packet-scroll" tabIndex={0}>
          <table className="packet-table">
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Destination</th>
              </tr>
            </thead>
            {withKeys(steps, (step) => step.what).map(({ key, item }) => (
              <Step key={key} of={item} />
            ))}
          </table>
        </div>
      )}
      {tracked && (
        <dl className="packet-tracked" aria-label="Connection tracking">
          <div>
            <dt>conntrack, original</dt>
            <dd>
              <code>{tuple(tracked.original)}</code>
            </dd>
          </div>
          <div>
            <dt>reply expected</dt>
            <dd>
              <code>{tuple(tracked.reply)}</code>
            </dd>
          </div>
        </dl>
      )}
      {ruled && (
        <p className="packet-rules">
          <Button
            onClick={() => {
              setView({ rulesNode: null })
              setTab('rules')
            }}
          >
            <ListTree /> Show the rules that matched
          </Button>
        </p>
      )}
    </Section>
  )
}

function Step({ of: { what, where, before, after } }: { readonly of: PacketStep }): ReactNode {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={2}>
          {what} <small>{where}</small>
        </th>
      </tr>
      <tr>
        <Side before={before && hostPort(before.src, before.srcPort)} after={hostPort(after.src, after.srcPort)} />
        <Side before={before && hostPort(before.dst, before.dstPort)} after={hostPort(after.dst, after.dstPort)} />
      </tr>
    </tbody>
  )
}

function Side({ before, after }: { readonly before: string | undefined; readonly after: string }): ReactNode {
  if (before === undefined || before === after) return <td>{after}</td>
  return (
    <td>
      <del>
        <span className="kit-hidden">was </span>
        {before}
      </del>
      <ins>
        <span className="kit-hidden">, is </span>
        {after}
      </ins>
    </td>
  )
}

/** As `conntrack -L` writes it. */
const tuple = ({ protocol, src, srcPort, dst, dstPort }: Packet): string =>
  `${protocol.toLowerCase()} src=${src} dst=${dst} sport=${srcPort} dport=${dstPort}`
