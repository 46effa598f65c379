import { type ReactNode, useMemo } from 'react'
import type { Diagnostic, Finding, ObjectKey, ServiceChain } from '../../../model/index.ts'
import { useActions, useAnswer, useSession } from '../../kit/index.ts'
import { Chain, FindingBody } from '../../why/index.ts'
import { Section } from './facts.tsx'

/** The way to each port of a Service, link by link, and what else is to be said about it. */
export function ServiceWay({ of }: { readonly of: ObjectKey }): ReactNode {
  const { askServiceChain } = useActions()
  const objects = useSession((state) => state.mirror.objects)
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const answer = useAnswer(() => askServiceChain(of), [of, objects, diagnostics])
  const chains = answer?.chains ?? []
  const findings = answer?.findings ?? []
  const rest = useMemo(() => findings.filter((d) => !chains.some(({ cause }) => isOf(d, cause))), [chains, findings])
  if (chains.length === 0) return null
  return (
    <Section title="Does it work?">
      {rest.map((d) => (
        <div key={`${d.code} ${d.message}`} className="chain-cause" data-severity={d.severity}>
          <FindingBody of={d} />
        </div>
      ))}
      {chains.length === 1 ? (
        <Way of={chains[0]!} findings={findings} />
      ) : (
        chains.map((chain) => (
          <details key={portText(chain)} className="chain-port" open={chain.cause !== undefined}>
            <summary data-ok={chain.cause ? undefined : ''}>
              Port {portText(chain)}: {chain.cause ? 'fails' : 'every link passes'}
            </summary>
            <Way of={chain} findings={findings} />
          </details>
        ))
      )}
    </Section>
  )
}

interface WayProps {
  readonly of: ServiceChain
  readonly findings: readonly Diagnostic[]
}

function Way({ of, findings }: WayProps): ReactNode {
  const cause = findings.find((d) => isOf(d, of.cause))
  return <Chain of={of} label={`The way to port ${portText(of)}`} {...(cause && { cause })} />
}

const isOf = (d: Diagnostic, finding: Finding | undefined): boolean =>
  finding !== undefined &&
  d.code === finding.code &&
  d.object === finding.objects[0] &&
  String(d.path) === String(finding.path)

/** "80", "53/UDP (dns)". */
const portText = ({ port, portName, protocol }: ServiceChain): string =>
  `${port}${protocol === 'TCP' ? '' : `/${protocol}`}${portName ? ` (${portName})` : ''}`
