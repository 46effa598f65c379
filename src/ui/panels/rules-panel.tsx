import { ChevronDown, ChevronUp } from 'lucide-react'
import { type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { controllerOf, type ObjectKey, type Pod, splitKey, type Trace } from '../../model/index.ts'
import type { AnswerOf, SessionState } from '../../session/index.ts'
import { count } from '../../words/index.ts'
import { IconButton, useActions, useAnswer, useSession } from '../kit/index.ts'
import { shortName } from '../why/index.ts'
import { RuleLines } from './rule-lines.tsx'
import './rules.css'

type Rules = AnswerOf<'rules'>
const NO_LINES: readonly number[] = []

/** What kube-proxy wrote on a node, as the node has it: with the lines of the selected Service, and those that the selected request met. */
export default function RulesPanel(): ReactNode {
  const { askRules, setView } = useActions()
  const nodes = useSession((state) => state.mirror.config.nodes)
  const objects = useSession((state) => state.mirror.objects)
  const services = useSession((state) => state.mirror.services)
  const chosen = useSession((state) => state.view.rulesNode)
  const trace = useSession(selectedTrace)
  const service = useSession(selectedService)
  const ruled = useRulingNode(trace)
  const node = chosen ?? ruled ?? nodes[0]?.name ?? ''
  const about = trace ? { trace, ...(service !== undefined && { service }) } : service === undefined ? {} : { service }
  // a request met the rules of its own moment: what happens later is no matter
  const moment = trace ?? objects
  const rules = useAnswer(() => askRules(node, about), [node, trace, service, moment, trace ?? services])
  return (
    <div className="rules">
      {rules && (
        <Lines rules={rules} trace={trace} service={service} node={node}>
          <select
            className="kit-select"
            value={node}
            onChange={(event) => setView({ rulesNode: event.target.value })}
            aria-label="Node whose rules are shown"
          >
            {nodes.map(({ name }) => (
              <option key={name} value={name}>
                {name}
                {name === ruled ? ' (ruled on the request)' : ''}
              </option>
            ))}
          </select>
        </Lines>
      )}
    </div>
  )
}

interface LinesProps {
  readonly rules: Rules
  readonly trace: Trace | undefined
  readonly service: ObjectKey | undefined
  readonly node: string
  /** What chooses the node. */
  readonly children: ReactNode
}

function Lines({ rules, trace, service, node, children }: LinesProps): ReactNode {
  const { lines, matched, ofService, mode, ruledBy } = rules
  const [words, setWords] = useState('')
  const [only, setOnly] = useState(false)
  const [at, setAt] = useState(0)
  const wanted = useDeferredValue(words.trim().toLowerCase())
  const found = useMemo(
    () => (wanted === '' ? NO_LINES : lines.flatMap((line, i) => (line.toLowerCase().includes(wanted) ? [i] : []))),
    [lines, wanted],
  )
  const marked = useMemo(() => new Set(ofService), [ofService])
  const met = useMemo(() => new Map(matched.map((line, i) => [line, i + 1])), [matched])
  const shown = useMemo(
    () =>
      only && (marked.size > 0 || met.size > 0)
        ? lines.flatMap((_, i) => ((met.size > 0 ? met : marked).has(i) ? [i] : []))
        : lines.map((_, i) => i),
    [lines, only, marked, met],
  )
  // where the eye shall be: what was searched, else what the request met in its order, else the Service's rules
  const own = useMemo(() => ofService.filter((i) => !lines[i]!.startsWith(':')), [ofService, lines])
  const stops = wanted !== '' ? found : matched.length > 0 ? matched : own
  const stop = stops[Math.min(at, stops.length - 1)]
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new search begins at its first find
  useEffect(() => setAt(0), [wanted])
  const step = (by: number) =>
    setAt((before) => (Math.min(before, stops.length - 1) + by + stops.length) % stops.length)
  return (
    <>
      <div className="rules-head">
        {children}
        <input
          className="kit-input"
          type="search"
          aria-label="Search the rules"
          placeholder="Chain, address, port"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || stops.length === 0) return
            event.preventDefault()
            step(event.shiftKey ? -1 : 1)
          }}
        />
        <IconButton label="Previous" icon={<ChevronUp />} disabled={stops.length === 0} onClick={() => step(-1)} />
        <IconButton label="Next" icon={<ChevronDown />} disabled={stops.length === 0} onClick={() => step(1)} />
        {(marked.size > 0 || met.size > 0) && (
          <label className="drawer-check">
            <input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} />
            only these
          </label>
        )}
        <p className="rules-say" role="status">
          {wanted !== '' ? count(found.length, 'line') : saying(rules, trace, service, node)}
          <span className="rules-mode">
            {mode}, {count(lines.length, 'line')}
          </span>
        </p>
      </div>
      <RuleLines
        label={`Rules of ${node}`}
        lines={lines}
        shown={shown}
        met={met}
        marked={marked}
        found={found}
        {...(stop !== undefined && { stop })}
        empty={ruledBy === undefined && lines.length === 0 ? 'This node has no rules.' : 'Nothing here.'}
      />
    </>
  )
}

/** What the marks mean. */
function saying(
  { matched, ofService, ruledBy }: Rules,
  trace: Trace | undefined,
  service: ObjectKey | undefined,
  node: string,
): string {
  if (trace) {
    if (matched.length > 0) return `The request met ${count(matched.length, 'line')}, numbered in order.`
    if (ruledBy === undefined) return 'No rule decided about this request: connection tracking, or nobody, did.'
    return ruledBy === node ? 'No line decided: the packet passed.' : `Not here: ${ruledBy} ruled on this request.`
  }
  if (service === undefined) return 'Select a Service or a request to see its lines.'
  const { namespace, name } = splitKey(service)
  return `${count(ofService.length, 'line')} of Service ${shortName(namespace, name)}.`
}

const selectedTrace = ({ view: { selection }, mirror }: SessionState): Trace | undefined =>
  selection?.type === 'trace' ? mirror.traces.find(({ id }) => id === selection.id) : undefined

/** The Service that is selected, or that the selected request, client or pod goes by. */
function selectedService({ view: { selection }, mirror }: SessionState): ObjectKey | undefined {
  if (!selection) return undefined
  if (selection.type === 'trace') {
    const trace = mirror.traces.find(({ id }) => id === selection.id)
    return trace?.hops.flatMap((hop) => [hop.to.key, ...hop.why.sources.map((s) => s.object)]).find(isService)
  }
  if (selection.type === 'client') return mirror.clients.find(({ key }) => key === selection.key)?.target
  if (isService(selection.key)) return selection.key
  for (const view of mirror.services.values())
    if (view.members.some(({ key }) => key === selection.key)) return view.key
  const object = mirror.objects.get(selection.key)
  if (!object || object.kind === 'Pod') return undefined
  // a workload's pods
  for (const view of mirror.services.values())
    if (view.members.some(({ key }) => ownedBy(mirror.objects.get(key) as Pod | undefined, object.metadata.name)))
      return view.key
  return undefined
}

const isService = (key: string): boolean => key.startsWith('Service/')
const ownedBy = (pod: Pod | undefined, name: string): boolean => {
  const owner = pod && controllerOf(pod)?.name
  return owner !== undefined && (owner === name || owner.startsWith(`${name}-`))
}

/** The node whose proxy decided about a request. */
function useRulingNode(trace: Trace | undefined): string | undefined {
  return useMemo(() => {
    const hop = trace?.hops.find(({ layer, failed }) => layer === 'endpoint' || (layer === 'node' && failed))
    if (!hop) return undefined
    return hop.to.kind === 'node' ? splitKey(hop.to.key).name : String(hop.why.params['node'] ?? '') || undefined
  }, [trace])
}
