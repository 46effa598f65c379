import { Ban, CircleCheck, LogOut } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { isPodReady, keyOf, type Node, type Pod } from '../../../model/index.ts'
import { count } from '../../../words/index.ts'
import { ObjectCommands, ShellButton } from '../../commands/index.ts'
import { Button, useActions, useSession } from '../../kit/index.ts'
import { ObjectLink } from '../../why/index.ts'
import { WhatIfButton } from '../what-if-button.tsx'
import { Facts, Head, labelList, Section, Some } from './facts.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { StoredObject } from './stored-object.tsx'

/** A node's facts and its pods; cordon and drain. */
export function NodeInspector({ node }: { readonly node: Node }): ReactNode {
  const { act } = useActions()
  const objects = useSession((state) => state.mirror.objects)
  const { name, labels } = node.metadata
  const cordoned = node.spec?.unschedulable === true
  const pods = useMemo(
    () =>
      [...objects.values()]
        .filter((object): object is Pod => object.kind === 'Pod' && (object as Pod).spec.nodeName === name)
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    [objects, name],
  )
  const ready = node.status?.conditions?.find((c) => c.type === 'Ready')
  const address = node.status?.addresses?.find((a) => a.type === 'InternalIP')?.address
  return (
    <>
      <Head kind="Node" title={name} sub={cordoned ? 'cordoned: no new pods' : undefined} />
      <ObjectFindings of={keyOf(node)} />
      <div className="insp-actions">
        <Button onClick={() => void act({ type: 'cordon', node: name, on: !cordoned })}>
          {cordoned ? <CircleCheck /> : <Ban />}
          {cordoned ? 'Uncordon' : 'Cordon'}
        </Button>
        <Button kind="danger" onClick={() => void act({ type: 'drain', node: name })}>
          <LogOut />
          Drain
        </Button>
        <WhatIfButton of={keyOf(node)} />
        <ShellButton place={keyOf(node)} />
        <ObjectCommands object={node} />
      </div>
      <Facts
        rows={[
          ['Ready', ready && `${ready.status}${ready.reason ? ` (${ready.reason})` : ''}`],
          ['Address', address && <span className="kit-mono">{address}</span>],
          ['Zone', labels?.['topology.kubernetes.io/zone']],
          [
            'Pod IPs',
            node.spec?.podCIDR && (
              <span className="kit-mono">{(node.spec.podCIDRs ?? [node.spec.podCIDR]).join(', ')}</span>
            ),
          ],
          [
            'Taints',
            node.spec?.taints?.map((t) => `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`).join(', ') ||
              undefined,
          ],
          ['Labels', labelList(labels)],
        ]}
      />
      <Section title={count(pods.length, 'pod')}>
        <ul className="insp-list">
          <Some items={pods} most={30}>
            {(pod) => (
              <li key={keyOf(pod)} className="insp-member">
                <span className="kit-chip" data-tone={isPodReady(pod) ? 'ok' : 'wait'}>
                  {isPodReady(pod) ? 'ready' : 'not ready'}
                </span>
                <ObjectLink of={keyOf(pod)}>{pod.metadata.name}</ObjectLink>
              </li>
            )}
          </Some>
        </ul>
      </Section>
      <ObjectEvents of={keyOf(node)} />
      <StoredObject object={node} />
    </>
  )
}
