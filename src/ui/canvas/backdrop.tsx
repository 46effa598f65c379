import { ViewportPortal } from '@xyflow/react'
import { memo, type ReactNode } from 'react'
import type { Highlight, Scene } from '../../scene/index.ts'

/** Behind the nodes: the cluster's border, namespaces, lanes. Over the groups and under their pods: the lines. */
export const Backdrop = memo(function Backdrop({
  scene,
  lit,
}: {
  readonly scene: Scene
  readonly lit: Highlight
}): ReactNode {
  const { bounds } = scene
  const anyLit = lit.nodes.size > 0
  const edges = [...scene.edges].sort((a, b) => Number(lit.edges.has(a.id)) - Number(lit.edges.has(b.id)))
  return (
    <ViewportPortal>
      <svg
        className="scene-areas"
        style={{ left: bounds.x, top: bounds.y }}
        width={bounds.width}
        height={bounds.height}
        viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`}
        aria-hidden="true"
      >
        {scene.areas.map((area) => (
          <g key={area.id} className="scene-area" data-kind={area.kind}>
            <rect
              x={area.x}
              y={area.y}
              width={area.width}
              height={area.height}
              rx={area.kind === 'cluster' ? 14 : 10}
            />
            {area.kind === 'cluster' ? (
              <text x={area.x + 14} y={area.y + area.height - 12}>
                {area.label}
              </text>
            ) : (
              <text x={area.x + 14} y={area.y + 18}>
                namespace <tspan>{area.label}</tspan>
              </text>
            )}
          </g>
        ))}
        {scene.lanes.map((lane) => (
          <text key={lane.title} className="scene-lane" x={lane.x} y={bounds.y + 18}>
            {lane.title}
          </text>
        ))}
      </svg>
      <svg
        className="scene-edges"
        style={{ left: bounds.x, top: bounds.y }}
        width={bounds.width}
        height={bounds.height}
        viewBox={`${bounds.x} ${bounds.y} ${bounds.width} ${bounds.height}`}
        aria-hidden="true"
      >
        {edges.map((edge) => (
          <path
            key={edge.id}
            className="scene-edge"
            data-role={edge.role}
            data-tone={edge.tone}
            data-lit={lit.edges.has(edge.id) || undefined}
            data-dim={(anyLit && !lit.edges.has(edge.id)) || undefined}
            d={edge.path.d}
          />
        ))}
        {lit.ways.map(({ d }) => (
          <path key={d} className="scene-edge" data-role="asks" data-tone="idle" data-lit="" d={d} />
        ))}
      </svg>
    </ViewportPortal>
  )
})
