import type { ReactNode } from 'react'
import type { ClientView, KObject, Trace } from '../../../model/index.ts'
import { ClientInspector } from './client-inspector.tsx'
import { ObjectInspector } from './object-inspector.tsx'
import { TraceInspector } from './trace-inspector.tsx'

interface DetailsProps {
  readonly object: KObject | undefined
  readonly client: ClientView | undefined
  readonly trace: Trace | undefined
}

/** The one of the three that is selected. */
export default function Details({ object, client, trace }: DetailsProps): ReactNode {
  if (object) return <ObjectInspector object={object} />
  if (client) return <ClientInspector client={client} />
  return trace && <TraceInspector key={trace.id} trace={trace} />
}
