import { describe, expect, test } from 'vitest'
import { buildScene, canFocus, firstNode, highlight, neighbour, observe, type Scene } from './index.ts'
import { richSample, smallSample } from './testing/sample.ts'

const small = smallSample()
const input = { ...small, observed: observe(small.traces, new Set(small.clients.map((c) => c.key))) }
const scene = buildScene(input, { mode: 'logical' })

describe('arrow keys', () => {
  test('walk a request’s way: client, door, Service, pod, and back', () => {
    const way = ['client/browser']
    for (let i = 0; i < 3; i++) way.push(neighbour(scene, way.at(-1)!, 'right')!)
    expect(way.slice(0, 3)).toEqual(['client/browser', 'load-balancer:Service/default/front', 'Service/default/front'])
    expect(scene.byId.get(way[3]!)!.type).toBe('pod')
    expect(neighbour(scene, way[3]!, 'left')).toBe('Service/default/front')
    expect(neighbour(scene, 'Service/default/front', 'down')).toBe('Service/default/web')
  })

  test.each(['logical', 'nodes'] as const)('reach everything in the %s view', (mode) => {
    const rich = richSample()
    const observed = observe(rich.traces, new Set(rich.clients.map((c) => c.key)))
    const picture = buildScene({ ...rich, observed }, { mode })
    const reached = reachable(picture)
    const missing = picture.nodes.filter((n) => canFocus(n) && !reached.has(n.id)).map((n) => n.id)
    expect(missing).toEqual([])
  })
})

function reachable(picture: Scene): Set<string> {
  const start = firstNode(picture)!
  const reached = new Set([start])
  const open = [start]
  while (open.length > 0) {
    const id = open.pop()!
    for (const direction of ['left', 'right', 'up', 'down'] as const) {
      const next = neighbour(picture, id, direction)
      if (next && !reached.has(next)) {
        reached.add(next)
        open.push(next)
      }
    }
  }
  return reached
}

describe('what is selected lights up', () => {
  test('a Service: those who ask it, its doors, its ready pods, and not its neighbour', () => {
    const lit = highlight(scene, { type: 'object', key: 'Service/default/front' }, [])
    expect([...lit.selected]).toEqual(['Service/default/front'])
    expect(lit.nodes).toContain('client/browser')
    expect(lit.nodes).toContain('client/shop')
    expect(lit.nodes).toContain('load-balancer:Service/default/front')
    expect([...lit.nodes].filter((id) => id.startsWith('Pod/default/front'))).toHaveLength(3)
    expect(lit.nodes).not.toContain('Service/default/web')
    expect(lit.edges).toContain('load-balancer:Service/default/front>Service/default/front')
  })

  test('a request: exactly the places where it was, with the frame around its pod', () => {
    const trace = small.traces.find((t) => t.client === 'client/browser')!
    const lit = highlight(scene, { type: 'trace', id: trace.id }, small.traces)
    expect(lit.nodes.size).toBe(5)
    expect(lit.edges.size).toBe(3)
  })

  test('a workload: it alone is selected, its pods and their Services are lit', () => {
    const lit = highlight(scene, { type: 'object', key: 'Deployment/default/web' }, [])
    expect([...lit.selected]).toEqual(['group:Deployment/default/web'])
    expect(lit.nodes).toContain('Service/default/web')
    expect(lit.nodes).toContain('client/web-client')
  })

  test('in the node view a Service lights up its members', () => {
    const picture = buildScene(input, { mode: 'nodes' })
    const lit = highlight(picture, { type: 'object', key: 'Service/default/front' }, [])
    expect([...lit.nodes].filter((id) => id.startsWith('Pod/default/front')).length).toBeGreaterThanOrEqual(3)
  })

  test('nothing selected, or something that is gone: nothing', () => {
    expect(highlight(scene, null, []).nodes.size).toBe(0)
    expect(highlight(scene, { type: 'object', key: 'Pod/default/gone' }, []).nodes.size).toBe(0)
    expect(highlight(scene, { type: 'trace', id: 'gone' }, []).nodes.size).toBe(0)
  })
})
