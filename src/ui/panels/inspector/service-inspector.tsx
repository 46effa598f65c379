import { ListTree } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import {
  keyOf,
  type MemberView,
  type Reason,
  type Service,
  type ServicePortView,
  type ServiceView,
  splitKey,
} from '../../../model/index.ts'
import { count, formatSeconds, sentence } from '../../../words/index.ts'
import { ObjectCommands } from '../../commands/index.ts'
import { Button, Phrases, useActions, useSession } from '../../kit/index.ts'
import { FieldLinks, ObjectLink, RuleLink, useLocations } from '../../why/index.ts'
import { WhatIfButton } from '../what-if-button.tsx'
import { Facts, Head, labelList, Section, Some } from './facts.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { ServiceWay } from './service-way.tsx'
import { StoredObject } from './stored-object.tsx'

const STATES: Record<MemberView['state'], { readonly tone: string; readonly word: string }> = {
  ready: { tone: 'ok', word: 'ready' },
  'not-ready': { tone: 'wait', word: 'not ready' },
  terminating: { tone: 'plain', word: 'terminating' },
  excluded: { tone: 'plain', word: 'no endpoint' },
}

/** A Service in Kubernetes' terms, and each pod with why it is or is not an endpoint. */
export function ServiceInspector({
  service,
  view,
}: {
  readonly service: Service
  readonly view: ServiceView | undefined
}): ReactNode {
  const { spec, metadata } = service
  const type = spec.type ?? 'ClusterIP'
  const members = view?.members ?? []
  const fields = useMemo(
    () => [view?.note, ...(view?.members ?? []).map((m) => m.why)].flatMap((reason) => reason?.sources ?? []),
    [view],
  )
  const where = useLocations(fields)
  const ready = members.filter((member) => member.state === 'ready').length
  const affinity =
    spec.sessionAffinity === 'ClientIP'
      ? `ClientIP, ${formatSeconds(spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800)}`
      : spec.sessionAffinity
  return (
    <>
      <Head kind="Service" title={metadata.name} sub={`${type} in namespace ${metadata.namespace ?? 'default'}`} />
      {/* that nothing runs is said by the way below, with what would change it */}
      {view?.note && view.note.code !== 'service.scaled-to-zero' && <Banner reason={view.note} where={where} />}
      <ObjectFindings of={keyOf(service)} code="text.differs" />
      <ServiceActions of={service} editable={spec.selector !== undefined} />
      <ServiceWay key={keyOf(service)} of={keyOf(service)} />
      <Facts
        rows={[
          [
            'Cluster IP',
            spec.clusterIP === 'None' ? (
              'None (headless)'
            ) : (
              <Mono key="ip">{spec.clusterIPs?.join(', ') || spec.clusterIP}</Mono>
            ),
          ],
          // what every Service of an IPv4 cluster has says nothing
          ['Families', spec.ipFamilies?.join() !== 'IPv4' && families(spec)],
          ['External name', spec.externalName && <Mono key="name">{spec.externalName}</Mono>],
          [
            'Load balancer',
            type === 'LoadBalancer' &&
              (view?.balancer.length ? <Mono key="lb">{view.balancer.join(', ')}</Mono> : '<pending>'),
          ],
          ['External IPs', spec.externalIPs?.length && <Mono key="ext">{spec.externalIPs.join(', ')}</Mono>],
          ['Selector', spec.selector ? labelList(spec.selector) : type !== 'ExternalName' && 'none'],
          ['Session affinity', affinity !== 'None' && affinity],
          ['External traffic', spec.externalTrafficPolicy],
          ['Internal traffic', spec.internalTrafficPolicy === 'Local' && 'Local'],
          ['Distribution', spec.trafficDistribution],
          [
            'Source ranges',
            spec.loadBalancerSourceRanges?.length && (
              <Mono key="ranges">{spec.loadBalancerSourceRanges.join(', ')}</Mono>
            ),
          ],
          ['Not ready too', spec.publishNotReadyAddresses && 'published'],
        ]}
      />
      {view && view.ports.length > 0 && (
        <Section title="Ports">
          <ul className="insp-ports">
            {view.ports.map((port) => (
              <PortItem key={`${port.name} ${port.port} ${port.protocol}`} port={port} />
            ))}
          </ul>
        </Section>
      )}
      {members.length > 0 && (
        <Section title={`Endpoints: ${ready} of ${count(members.length, 'candidate')} ready`}>
          <ul className="insp-members">
            <Some items={members} most={40}>
              {(member) => (
                <li key={member.key}>
                  <p className="insp-member">
                    <span className="kit-chip" data-tone={STATES[member.state].tone}>
                      {STATES[member.state].word}
                    </span>
                    <ObjectLink of={member.key}>{memberName(member)}</ObjectLink>
                    {member.address && <Mono>{member.address}</Mono>}
                  </p>
                  <p className="insp-why">
                    <Phrases of={sentence(member.why)} /> <RuleLink id={member.why.rule} />
                  </p>
                  <FieldLinks fields={member.why.sources} where={where} />
                </li>
              )}
            </Some>
          </ul>
        </Section>
      )}
      <ObjectEvents of={`Service/${metadata.namespace ?? ''}/${metadata.name}`} />
      <StoredObject object={service} />
    </>
  )
}

interface ServiceActionsProps {
  readonly of: Service
  /** It has a selector, whose labels can be tried. */
  readonly editable: boolean
}

function ServiceActions({ of, editable }: ServiceActionsProps): ReactNode {
  const { setTab } = useActions()
  const inText = useSession((state) => state.mirror.sources.has(keyOf(of)))
  return (
    <div className="insp-actions">
      <Button onClick={() => setTab('rules')}>
        <ListTree />
        Its rules
      </Button>
      {editable && inText && <WhatIfButton of={keyOf(of)} />}
      <ObjectCommands object={of} />
    </div>
  )
}

function Mono({ children }: { readonly children: ReactNode }): ReactNode {
  return children ? <span className="kit-mono">{children}</span> : null
}

const memberName = (member: MemberView) =>
  member.key.startsWith('outside/') ? member.key.slice('outside/'.length) : splitKey(member.key).name

interface BannerProps {
  readonly reason: Reason
  readonly where: ReturnType<typeof useLocations>
}

function Banner({ reason, where }: BannerProps): ReactNode {
  return (
    <div className="insp-banner">
      <p>
        <Phrases of={sentence(reason)} /> <RuleLink id={reason.rule} />
      </p>
      <FieldLinks fields={reason.sources} where={where} />
    </div>
  )
}

function PortItem({ port }: { readonly port: ServicePortView }): ReactNode {
  const protocol = port.protocol === 'TCP' ? '' : `/${port.protocol}`
  const resolved = typeof port.target === 'string' && port.resolved.length > 0 ? ` = ${port.resolved.join(', ')}` : ''
  return (
    <li>
      <span className="kit-mono">
        {port.name && <strong>{port.name} </strong>}
        {port.port}
        {protocol} → {port.target}
        {resolved}
      </span>
      {port.nodePort !== undefined && <span className="kit-mono">node port {port.nodePort}</span>}
      <span className="kit-chip" data-tone={port.ready > 0 ? 'ok' : 'bad'}>
        {port.ready} ready
      </span>
    </li>
  )
}

/** `IPv4, IPv6 (PreferDualStack)`. */
function families({ ipFamilies, ipFamilyPolicy }: Service['spec']): string | undefined {
  if (!ipFamilies?.length) return undefined
  return `${ipFamilies.join(', ')}${ipFamilyPolicy ? ` (${ipFamilyPolicy})` : ''}`
}
