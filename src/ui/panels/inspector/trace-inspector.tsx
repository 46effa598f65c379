import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { type Hop, hostPort, splitKey, type Trace } from '../../../model/index.ts'
import { formatClock, formatMs, outcomeTitle, outcomeWord, sentence } from '../../../words/index.ts'
import { RequestCommand } from '../../commands/index.ts'
import {
  IconButton,
  isGood,
  OutcomeMark,
  Phrases,
  useActions,
  useAnswer,
  useSession,
  withKeys,
} from '../../kit/index.ts'
import { Chain, FieldLinks, ObjectLink, RuleLink, shortName, useLocations } from '../../why/index.ts'
import { Section } from './facts.tsx'
import { PacketView } from './packet-view.tsx'

/** Why one request went where it went: its hops in order, each with its reason, rule and lines. */
export function TraceInspector({ trace }: { readonly trace: Trace }): ReactNode {
  const { select } = useActions()
  const client = useSession((state) => state.mirror.clients.find((c) => c.key === trace.client))
  const traces = useSession((state) => state.mirror.traces)
  const fields = useMemo(() => trace.hops.flatMap((hop) => hop.why.sources), [trace])
  const where = useLocations(fields)
  const own = useMemo(() => traces.filter((t) => t.client === trace.client), [traces, trace.client])
  const index = own.findIndex((t) => t.id === trace.id)
  const goTo = (to: number) => select({ type: 'trace', id: own[to]!.id })

  return (
    <>
      <header className="insp-head">
        <div className="insp-title">
          <h2>{outcomeTitle(trace)}</h2>
          <IconButton
            label="Previous request of this client"
            icon={<ChevronLeft />}
            disabled={index <= 0}
            onClick={() => goTo(index - 1)}
          />
          <IconButton
            label="Next request of this client"
            icon={<ChevronRight />}
            disabled={index < 0 || index >= own.length - 1}
            onClick={() => goTo(index + 1)}
          />
        </div>
        <p className="insp-sub">
          {client ? (
            <button type="button" className="kit-link" onClick={() => select({ type: 'client', key: client.key })}>
              {client.name}
            </button>
          ) : (
            trace.client.replace(/^client\//, '')
          )}{' '}
          → {trace.request.url}
          <br />
          at {formatClock(trace.startedAt)}, took {formatMs(trace.took)}
        </p>
      </header>
      <p className="insp-outcome">
        <OutcomeMark good={isGood(trace)}>
          <strong>{outcomeWord(trace)}</strong>
        </OutcomeMark>
        {trace.error && <code className="insp-error">{trace.error}</code>}
        {trace.server && (
          <span>
            {trace.outcome === 'answered' ? 'by' : 'at'} <Server trace={trace} />
          </span>
        )}
      </p>
      <TraceWay trace={trace} />
      <Section title="As curl">
        <RequestCommand trace={trace} />
      </Section>
      <Section title="Hop by hop">
        <ol className="insp-hops" aria-label="Hops of the request">
          {withKeys(trace.hops, (hop) => hop.why.code).map(({ key, item: hop }) => (
            <HopItem key={key} hop={hop} good={isGood(trace)} where={where} />
          ))}
        </ol>
      </Section>
      <PacketView trace={trace} />
      {trace.seenAs && (
        <Section title="As the server saw it">
          <p>
            The request came from <code>{trace.seenAs}</code>
            {client && client.address !== trace.seenAs && (
              <>
                , not from the client’s own <code>{client.address}</code>
              </>
            )}
            .
          </p>
        </Section>
      )}
    </>
  )
}

/** The way of this request, link by link; of one that was answered well, only on demand. */
function TraceWay({ trace }: { readonly trace: Trace }): ReactNode {
  const { askTraceChain } = useActions()
  const sources = useSession((state) => state.mirror.sources)
  const answer = useAnswer(() => askTraceChain(trace), [trace, sources])
  if (!answer || answer.chain.links.length === 0) return null
  const { chain, cause } = answer
  const list = <Chain of={chain} label="The way of the request" {...(cause && { cause })} />
  if (chain.cause) return list
  return (
    <details className="chain-port">
      <summary data-ok="">Every link passes</summary>
      {list}
    </details>
  )
}

function Server({ trace }: { readonly trace: Trace }): ReactNode {
  const { pod, outside, node, ip, port } = trace.server!
  if (pod) {
    const { namespace, name } = splitKey(pod)
    return <ObjectLink of={pod}>{shortName(namespace, name)}</ObjectLink>
  }
  return <code>{outside ?? node ?? hostPort(ip, port)}</code>
}

interface HopItemProps {
  readonly hop: Hop
  /** Whether the whole request was answered well: an error of the server marks its hop too. */
  readonly good: boolean
  readonly where: ReturnType<typeof useLocations>
}

function HopItem({ hop, good, where }: HopItemProps): ReactNode {
  const failed = hop.failed || (!good && hop.why.code === 'pod.error')
  const { packet } = hop
  return (
    <li data-failed={failed ? '' : undefined}>
      <RuleLink id={hop.why.rule} />
      <p>
        {failed && <span className="kit-hidden">Failed here: </span>}
        <Phrases of={sentence(hop.why)} />
      </p>
      {packet && <Rewritten {...packet} />}
      <FieldLinks fields={hop.why.sources} where={where} />
    </li>
  )
}

/** What a hop wrote into the packet's header: the side that changed, before and after. */
function Rewritten({ before, after }: NonNullable<Hop['packet']>): ReactNode {
  const protocol = after.protocol === 'TCP' ? '' : `/${after.protocol}`
  const sides = (
    [
      ['from', hostPort(before.src, before.srcPort), hostPort(after.src, after.srcPort)],
      ['to', hostPort(before.dst, before.dstPort), hostPort(after.dst, after.dstPort)],
    ] as const
  ).filter(([, old, now]) => old !== now)
  if (sides.length === 0) return null
  return (
    <dl className="insp-packet">
      {sides.map(([side, old, now]) => (
        <div key={side}>
          <dt>{side}</dt>
          <dd>
            {old}
            {protocol} → <b>{now}</b>
          </dd>
        </div>
      ))}
    </dl>
  )
}
