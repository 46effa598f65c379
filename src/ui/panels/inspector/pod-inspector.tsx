import { CircleSlash, HeartPulse, Trash2 } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import {
  type ContainerStatus,
  controllerOf,
  isPodReady,
  keyOf,
  kindKey,
  makeKey,
  type Pod,
} from '../../../model/index.ts'
import { sentence } from '../../../words/index.ts'
import { ObjectCommands, ShellButton } from '../../commands/index.ts'
import { Button, Phrases, useActions, useSession } from '../../kit/index.ts'
import { ObjectLink, RuleLink } from '../../why/index.ts'
import { WhatIfButton } from '../what-if-button.tsx'
import { Facts, Head, labelList, Section } from './facts.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { StoredObject } from './stored-object.tsx'

/** A pod's facts, containers and conditions; the Services that it stands behind; what a person can do to it. */
export function PodInspector({ pod }: { readonly pod: Pod }): ReactNode {
  const { act } = useActions()
  const services = useSession((state) => state.mirror.services)
  const key = keyOf(pod)
  const { metadata, spec, status } = pod
  const ready = isPodReady(pod)
  const leaving = metadata.deletionTimestamp !== undefined
  const owner = controllerOf(pod)
  const memberships = useMemo(
    () =>
      [...services.values()].flatMap((view) => {
        const member = view.members.find((m) => m.key === key)
        return member ? [{ view, member }] : []
      }),
    [services, key],
  )
  return (
    <>
      <Head
        kind="Pod"
        title={metadata.name}
        sub={`${leaving ? 'Terminating' : (status?.phase ?? 'Pending')} in namespace ${metadata.namespace ?? 'default'}`}
      />
      <ObjectFindings of={key} />
      <div className="insp-actions">
        <Button onClick={() => void act({ type: 'set-ready', pod: key, ready: !ready })} disabled={leaving}>
          {ready ? <CircleSlash /> : <HeartPulse />}
          {ready ? 'Make not ready' : 'Make ready'}
        </Button>
        <Button kind="danger" onClick={() => void act({ type: 'delete', object: key })} disabled={leaving}>
          <Trash2 />
          Delete
        </Button>
        <WhatIfButton of={key} />
        <ShellButton place={key} />
        <ObjectCommands object={pod} />
      </div>
      <Facts
        rows={[
          [
            'Ready',
            <span key="ready" className="kit-chip" data-tone={ready ? 'ok' : 'wait'}>
              {ready ? 'yes' : 'no'}
            </span>,
          ],
          [
            'Address',
            status?.podIP && (
              <span className="kit-mono">{(status.podIPs ?? [{ ip: status.podIP }]).map((p) => p.ip).join(', ')}</span>
            ),
          ],
          ['Node', spec.nodeName && <ObjectLink of={makeKey('Node', '', spec.nodeName)}>{spec.nodeName}</ObjectLink>],
          [
            'Made by',
            owner && (
              <ObjectLink of={makeKey(kindKey(owner.apiVersion, owner.kind), metadata.namespace ?? '', owner.name)} />
            ),
          ],
          ['Why', status?.message ?? status?.reason],
          ['Labels', labelList(metadata.labels)],
        ]}
      />
      <Section title="Containers">
        <ul className="insp-list">
          {spec.containers.map((container) => {
            const now = status?.containerStatuses?.find((s) => s.name === container.name)
            return (
              <li key={container.name}>
                <p>
                  <strong>{container.name}</strong> <code>{container.image}</code>
                </p>
                <p className="insp-why">{containerState(now)}</p>
              </li>
            )
          })}
        </ul>
      </Section>
      {memberships.length > 0 && (
        <Section title="Behind Services">
          <ul className="insp-list">
            {memberships.map(({ view, member }) => (
              <li key={view.key}>
                <p>
                  <ObjectLink of={view.key} />
                </p>
                <p className="insp-why">
                  <Phrases of={sentence(member.why)} /> <RuleLink id={member.why.rule} />
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {status?.conditions && status.conditions.length > 0 && (
        <Section title="Conditions">
          <Facts
            rows={status.conditions.map((c) => [
              c.type,
              c.reason || c.message ? `${c.status}: ${c.message ?? c.reason}` : c.status,
            ])}
          />
        </Section>
      )}
      <ObjectEvents of={key} />
      <StoredObject object={pod} />
    </>
  )
}

/** A container's state in the words of kubectl describe. */
function containerState(status: ContainerStatus | undefined): string {
  if (!status) return 'not started'
  const { running, waiting, terminated } = status.state ?? {}
  const restarts = status.restartCount > 0 ? `, ${status.restartCount} restarts` : ''
  if (running) return `running, ${status.ready ? 'ready' : 'not ready'}${restarts}`
  if (waiting) return `waiting${waiting.reason ? `: ${waiting.reason}` : ''}${restarts}`
  if (terminated)
    return `terminated${terminated.reason ? `: ${terminated.reason}` : ''}, exit code ${terminated.exitCode}${restarts}`
  return `not started${restarts}`
}
