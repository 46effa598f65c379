import type { ReactNode } from 'react'
import { type KObject, keyOf, type Node, type Pod, type Service, type Workload } from '../../../model/index.ts'
import { ObjectCommands } from '../../commands/index.ts'
import { useSession } from '../../kit/index.ts'
import { Facts, Head, labelList } from './facts.tsx'
import { NodeInspector } from './node-inspector.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { PodInspector } from './pod-inspector.tsx'
import { ServiceInspector } from './service-inspector.tsx'
import { StoredObject } from './stored-object.tsx'
import { WORKLOADS, WorkloadInspector } from './workload-inspector.tsx'

export function ObjectInspector({ object }: { readonly object: KObject }): ReactNode {
  const key = keyOf(object)
  const view = useSession((state) => state.mirror.services.get(key))
  const notSimulated = useSession((state) => state.mirror.notSimulated.has(key))
  // the key says the kind with its group: a custom resource called Service is none
  const kind = notSimulated ? '' : key.slice(0, key.indexOf('/'))
  if (kind === 'Service') return <ServiceInspector service={object as Service} view={view} />
  if (kind === 'Pod') return <PodInspector pod={object as Pod} />
  if (kind === 'Node') return <NodeInspector node={object as Node} />
  if (WORKLOADS.has(kind)) return <WorkloadInspector workload={object as Workload} />
  const { metadata, apiVersion } = object
  return (
    <>
      <Head
        kind={object.kind}
        title={metadata.name}
        sub={metadata.namespace ? `in namespace ${metadata.namespace}` : undefined}
      />
      <ObjectFindings of={key} />
      {notSimulated && <p className="insp-banner">Kept as it is. Fairlead does not simulate what this kind does.</p>}
      <div className="insp-actions">
        <ObjectCommands object={object} />
      </div>
      <Facts
        rows={[
          ['API version', <code key="v">{apiVersion}</code>],
          ['Labels', labelList(metadata.labels)],
        ]}
      />
      <ObjectEvents of={key} />
      <StoredObject object={object} />
    </>
  )
}
