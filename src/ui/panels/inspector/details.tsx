import type { ReactNode } from 'react'
import type { ClientView, KObject, ObjectKey, Trace } from '../../../model/index.ts'
import { ClientInspector } from './client-inspector.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { ObjectInspector } from './object-inspector.tsx'
import { TraceInspector } from './trace-inspector.tsx'

interface DetailsProps {
  readonly object: KObject | undefined
  readonly client: ClientView | undefined
  readonly trace: Trace | undefined
  /** An object that is not there at this moment. */
  readonly gone?: ObjectKey
}

/** The one that is selected. */
export default function Details({ object, client, trace, gone }: DetailsProps): ReactNode {
  if (object) return <ObjectInspector object={object} />
  if (client) return <ClientInspector client={client} />
  if (gone !== undefined) return <ObjectFindings of={gone} />
  return trace && <TraceInspector key={trace.id} trace={trace} />
}
