import type { Node, NodeProps, NodeTypes } from '@xyflow/react'
import { ChevronsDownUp, Container, Globe, Server, SquareTerminal } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { fromTimestamp } from '../../model/index.ts'
import {
  type ClientNode,
  type DoorNode,
  type FoldNode,
  type GroupNode,
  type MachineNode,
  type OutsideNode,
  type PodNode,
  portWords,
  type SceneNode,
  type ServiceNode,
  type ShelfNode,
} from '../../scene/index.ts'
import { problemWord } from '../../words/index.ts'
import { useMoment } from '../kit/index.ts'
import { DriftMark, driftWords, useDriftOf } from './drift-mark.tsx'
import { countWords, DOOR_WORDS, inTwoLines, nodeLabel } from './node-names.ts'

/** What a card shows beside its place: how the selection touches it, and whether Tab stops there. */
export interface CardData<N extends SceneNode = SceneNode> extends Record<string, unknown> {
  readonly node: N
  readonly selected: boolean
  readonly lit: boolean
  readonly dim: boolean
  readonly tab: boolean
}

export type CardNode<N extends SceneNode = SceneNode> = Node<CardData<N>>
type CardProps<N extends SceneNode> = NodeProps<CardNode<N>>

/** The body of a node: one button, so that pointer, keyboard and screen reader get the same. */
function Card<N extends SceneNode>({
  data,
  className,
  state,
  title,
  children,
}: {
  readonly data: CardData<N>
  readonly className: string
  readonly state?: string
  readonly title?: string
  readonly children: ReactNode
}): ReactNode {
  const drift = useDriftOf(data.node)
  const differs = drift && driftWords(drift)
  return (
    <>
      <button
        type="button"
        className={`scene-card ${className}`}
        data-scene={data.node.id}
        data-state={state}
        data-selected={data.selected || undefined}
        data-lit={data.lit || undefined}
        data-dim={data.dim || undefined}
        tabIndex={data.tab ? 0 : -1}
        aria-label={differs ? `${nodeLabel(data.node)}. ${differs}` : nodeLabel(data.node)}
        aria-pressed={data.node.target ? data.selected : undefined}
        title={differs ? [title, differs].filter(Boolean).join('\n') : title}
      >
        {children}
      </button>
      {drift && <DriftMark of={drift} />}
    </>
  )
}

const Chip = ({ tone, children }: { readonly tone?: string; readonly children: ReactNode }) => (
  <span className="scene-chip" data-tone={tone}>
    {children}
  </span>
)

const CLIENT_ICONS = { internet: Globe, node: Server, pod: Container }

const ClientCard = memo(({ data }: CardProps<ClientNode>) => {
  const { client, where, namespace } = data.node
  const Icon = client.terminal ? SquareTerminal : CLIENT_ICONS[client.from]
  return (
    <Card
      data={data}
      className="scene-client"
      state={client.terminal ? 'terminal' : client.madeUp ? 'made-up' : undefined}
      title={client.terminal ? `A terminal; it asked ${client.url}` : `${client.name} asks ${client.url}`}
    >
      <span className="scene-title">
        <Icon size={13} aria-hidden="true" />
        <b>{client.name}</b>
      </span>
      <span className="scene-line">{where}</span>
      {namespace && <span className="scene-line">in {namespace}</span>}
      {client.terminal && <span className="scene-line scene-made-up">terminal</span>}
      {client.madeUp && <span className="scene-line scene-made-up">made up for you</span>}
    </Card>
  )
})

const DoorCard = memo(({ data }: CardProps<DoorNode>) => {
  const { door, lines, pending } = data.node
  return (
    <Card data={data} className="scene-door" state={pending ? 'pending' : undefined}>
      <Chip tone="out">{DOOR_WORDS[door]}</Chip>
      {lines.map((line) => (
        <span className="scene-line" key={line} title={line}>
          {line}
        </span>
      ))}
    </Card>
  )
})

const ServiceCard = memo(({ data }: CardProps<ServiceNode>) => {
  const { name, serviceType, address, ports, more, trouble, note, state } = data.node
  return (
    <Card data={data} className="scene-service" state={state} title={trouble?.message ?? name}>
      <span className="scene-title">
        <b>{name}</b>
      </span>
      <span className="scene-line scene-address">
        <Chip tone={serviceType === 'ExternalName' ? 'out' : undefined}>{serviceType}</Chip>
        <span title={address}>{serviceType === 'Headless' ? 'no address' : address}</span>
      </span>
      {ports.map((port) => (
        <span className="scene-row" key={`${port.name} ${port.port} ${port.protocol}`} title={portWords(port)}>
          <span>{portWords(port)}</span>
          <span data-tone={port.ready > 0 && state !== 'broken' ? 'ok' : 'bad'}>
            {port.ready === port.total ? port.ready : `${port.ready}/${port.total}`}
          </span>
        </span>
      ))}
      {more > 0 && <span className="scene-row">{more} more ports</span>}
      {trouble ? (
        <span className="scene-word" data-tone={trouble.severity === 'error' ? 'bad' : 'wait'}>
          ◆ {trouble.word}
        </span>
      ) : (
        note && <span className="scene-word">{problemWord(note)}</span>
      )}
    </Card>
  )
})

const GroupCard = memo(({ data }: CardProps<GroupNode>) => {
  const { key, kind, name, counts, total, wanted, trouble, foldable, folded, id } = data.node
  const title = key ? `${kind} ${name}` : 'Pods'
  const done = kind === 'Job' ? `${counts.finished} done` : `${counts.ready} / ${wanted ?? total}`
  return (
    <div className="scene-group" data-lit={data.lit || undefined} data-dim={data.dim || undefined}>
      {key ? (
        <Card data={data} className="scene-group-face" title={trouble?.message ?? title}>
          <span className="scene-group-name">{title}</span>
        </Card>
      ) : (
        <span className="scene-group-face" data-scene-quiet="">
          <span className="scene-group-name">Pods</span>
        </span>
      )}
      <span className="scene-group-count">
        {trouble && <b data-tone={trouble.severity === 'error' ? 'bad' : 'wait'}>◆ </b>}
        {done}
      </span>
      {foldable && !folded && <FoldButton id={id} />}
      {total === 0 && <span className="scene-group-empty">{wanted === 0 ? 'scaled to 0' : 'no pods yet'}</span>}
    </div>
  )
})

const FoldButton = ({ id }: { readonly id: string }) => (
  <button
    type="button"
    className="scene-fold-button"
    data-fold={id}
    tabIndex={-1}
    aria-label="Fold into a tile"
    title="Fold"
  >
    <ChevronsDownUp size={13} aria-hidden="true" />
  </button>
)

const PodCard = memo(({ data }: CardProps<PodNode>) => {
  const { short, ip, detail, state, name, until, node } = data.node
  const [second, third] = state === 'crash' || state === 'failed' ? inTwoLines(detail) : [ip || 'no address', detail]
  return (
    <Card data={data} className="scene-pod" state={state} title={`${name}${node ? ` on ${node}` : ''}`}>
      <b>{short}</b>
      <span>{second}</span>
      <span>{until ? <SecondsLeft until={until} /> : third}</span>
    </Card>
  )
})

/** Of a deletion's grace. */
function SecondsLeft({ until }: { readonly until: string }): ReactNode {
  const now = useMoment(1000)
  const left = Math.ceil((fromTimestamp(until) - now) / 1000)
  return left > 0 ? `${left} s left` : 'terminating'
}

const FoldCard = memo(({ data }: CardProps<FoldNode>) => {
  const { dots, counts, width, height, pitch } = data.node
  return (
    <Card data={data} className="scene-fold" title="Show each pod">
      <svg width={width} height={height} aria-hidden="true">
        {dots.map((dot) => (
          <Dot key={dot.key} dot={dot} size={pitch * 0.33} />
        ))}
      </svg>
      <span className="scene-fold-words">{shortCount(counts, dots.length)}</span>
    </Card>
  )
})

function shortCount(counts: FoldNode['counts'], total: number): string {
  return counts.ready === total ? `${total} pods, all ready` : `${total} pods, ${counts.ready} ready`
}

/** A pod as a dot; its state has a shape, too. */
function Dot({
  dot: { state, x, y },
  size,
}: {
  readonly dot: FoldNode['dots'][number]
  readonly size: number
}): ReactNode {
  if (state === 'crash' || state === 'failed') {
    const r = size * 1.25
    return <path className="scene-dot" data-state={state} d={`M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`} />
  }
  return <circle className="scene-dot" data-state={state} cx={x} cy={y} r={state === 'ready' ? size : size - 0.6} />
}

const OutsideCard = memo(({ data }: CardProps<OutsideNode>) => {
  const { name, address } = data.node
  return (
    <Card data={data} className="scene-outside" title={name}>
      <span className="scene-title">
        <Globe size={13} aria-hidden="true" />
        <b>{name}</b>
      </span>
      <span className="scene-line">{address === name ? 'outside the cluster' : address || 'no such name'}</span>
    </Card>
  )
})

const MachineCard = memo(({ data }: CardProps<MachineNode>) => {
  const { name, zone, address, ready, schedulable, total, counts, foldable, folded, id } = data.node
  const state = !ready ? 'not-ready' : !schedulable ? 'cordoned' : undefined
  return (
    <div className="scene-machine" data-state={state} data-lit={data.lit || undefined} data-dim={data.dim || undefined}>
      <Card data={data} className="scene-machine-face" title={countWords(counts, total)}>
        <span className="scene-title">
          <Server size={13} aria-hidden="true" />
          <b>{name || 'Not on a node yet'}</b>
          {!ready && <Chip tone="bad">not ready</Chip>}
          {!schedulable && <Chip tone="wait">cordoned</Chip>}
        </span>
        <span className="scene-line">{[zone, address].filter(Boolean).join(' · ')}</span>
      </Card>
      <span className="scene-group-count">{total === 1 ? '1 pod' : `${total} pods`}</span>
      {foldable && !folded && <FoldButton id={id} />}
    </div>
  )
})

const ShelfCard = memo(({ data }: CardProps<ShelfNode>) => (
  <div className="scene-shelf">
    <span className="scene-line">Kept, not simulated</span>
    <ul>
      {data.node.items.map((item) => (
        <li key={item.key}>
          <button type="button" data-object={item.key} tabIndex={-1} title={`${item.kind} ${item.name}`}>
            {item.kind} <b>{item.name}</b>
          </button>
        </li>
      ))}
      {data.node.more > 0 && <li>and {data.node.more} more</li>}
    </ul>
  </div>
))

/** One component for each type of node; a constant, as React Flow wants it. */
export const NODE_TYPES: NodeTypes = {
  client: ClientCard,
  door: DoorCard,
  service: ServiceCard,
  group: GroupCard,
  pod: PodCard,
  fold: FoldCard,
  outside: OutsideCard,
  machine: MachineCard,
  shelf: ShelfCard,
} as NodeTypes
