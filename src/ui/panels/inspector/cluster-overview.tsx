import { type ReactNode, useMemo } from 'react'
import { isPodReady, makeKey, type Pod, type ServiceView } from '../../../model/index.ts'
import { isSystem, type Trouble, troublesOf } from '../../../scene/index.ts'
import { count, problemWord } from '../../../words/index.ts'
import { useActions, useSession } from '../../kit/index.ts'
import { ObjectLink, objectName } from '../../why/index.ts'
import { Facts, Head, Section, Some } from './facts.tsx'

/** What the inspector shows when nothing is selected: the cluster, its Services, and what to click. */
export function ClusterOverview(): ReactNode {
  const { select } = useActions()
  const config = useSession((state) => state.mirror.config)
  const objects = useSession((state) => state.mirror.objects)
  const services = useSession((state) => state.mirror.services)
  const notSimulated = useSession((state) => state.mirror.notSimulated)
  const pods = useMemo(
    () => [...objects.values()].filter((o): o is Pod => o.kind === 'Pod' && o.metadata.namespace !== 'kube-system'),
    [objects],
  )
  const sources = useSession((state) => state.mirror.sources)
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const troubles = troublesOf(diagnostics)
  // those of the text and of commands: what every cluster has besides is no news
  const views = useMemo(() => {
    const shown = [...services.values()].filter(({ key }) => sources.has(key) || !isSystem(key))
    return shown.sort((a, b) => (a.key < b.key ? -1 : 1))
  }, [services, sources])
  return (
    <>
      <Head kind="Cluster" title="What is here" sub="Select a request, a Service or a pod to see why." />
      <Facts
        rows={[
          ['Pods', `${pods.filter(isPodReady).length} of ${pods.length} ready`],
          [
            'Nodes',
            <span key="nodes" className="insp-labels">
              {config.nodes.map((node) => (
                <ObjectLink key={node.name} of={makeKey('Node', '', node.name)}>
                  {node.name}
                </ObjectLink>
              ))}
            </span>,
          ],
          [
            'Service IPs',
            <span key="s" className="kit-mono">
              {config.serviceCIDR}
            </span>,
          ],
          [
            'Pod IPs',
            <span key="p" className="kit-mono">
              {config.podCIDR}
            </span>,
          ],
          ['kube-proxy', config.proxyMode],
          ['Balancers', config.loadBalancers === 'cloud' ? 'a cloud gives addresses' : 'none: they stay pending'],
        ]}
      />
      {views.length > 0 && (
        <Section title={count(views.length, 'Service')}>
          <ul className="insp-list">
            <Some items={views} most={30}>
              {(view) => (
                <li key={view.key} className="insp-member">
                  <ServiceChip view={view} trouble={troubles.get(view.key)} />
                  <ObjectLink of={view.key}>{objectName(view.key).replace(/^Service /, '')}</ObjectLink>
                </li>
              )}
            </Some>
          </ul>
        </Section>
      )}
      {notSimulated.size > 0 && (
        <Section title="Kept, not simulated">
          <ul className="insp-list">
            <Some items={[...notSimulated].sort()} most={12}>
              {(key) => (
                <li key={key}>
                  <button type="button" className="kit-link" onClick={() => select({ type: 'object', key })}>
                    {objectName(key)}
                  </button>
                </li>
              )}
            </Some>
          </ul>
        </Section>
      )}
    </>
  )
}

interface ServiceChipProps {
  readonly view: ServiceView
  readonly trouble: Trouble | undefined
}

function ServiceChip({ view, trouble }: ServiceChipProps): ReactNode {
  const [tone, word] = trouble
    ? [trouble.severity === 'error' ? 'bad' : 'wait', trouble.word]
    : view.note
      ? ['plain', problemWord(view.note)]
      : ['ok', `${view.members.filter((m) => m.state === 'ready').length} ready`]
  return (
    <span className="kit-chip" data-tone={tone}>
      {word}
    </span>
  )
}
