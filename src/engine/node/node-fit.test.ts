import { describe, expect, it } from 'vitest'
import type { Node, Pod, PodSpec } from '../../model/index.ts'
import { matchesNodeSelection, tolerates, untolerated } from './node-fit.ts'
import { podRequests, quantity } from './resources.ts'

const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { disk: 'ssd', cores: '8' } } }
const spec = (more: Partial<PodSpec>): PodSpec => ({ containers: [], ...more })
const affinity = (...nodeSelectorTerms: object[]) =>
  spec({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } })
const expression = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
})

describe('which nodes a pod may be on', () => {
  it.each([
    ['In', expression('disk', 'In', 'ssd', 'nvme'), true],
    ['NotIn', expression('disk', 'NotIn', 'ssd'), false],
    ['NotIn, label missing', expression('gpu', 'NotIn', 'yes'), true],
    ['Exists', expression('disk', 'Exists'), true],
    ['DoesNotExist', expression('disk', 'DoesNotExist'), false],
    ['Gt', expression('cores', 'Gt', '4'), true],
    ['Lt', expression('cores', 'Lt', '4'), false],
    ['a field', { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }, true],
    ['an empty term', {}, false],
  ])('[SCH-2] node affinity: %s', (_, term, fits) => {
    expect(matchesNodeSelection(affinity(term), node)).toBe(fits)
  })

  it('[SCH-2] one term must match, and nodeSelector too', () => {
    expect(matchesNodeSelection(affinity(expression('disk', 'In', 'hdd'), expression('cores', 'Exists')), node)).toBe(
      true,
    )
    expect(
      matchesNodeSelection({ ...affinity(expression('cores', 'Exists')), nodeSelector: { disk: 'hdd' } }, node),
    ).toBe(false)
  })

  it('[SCH-3] tolerations', () => {
    const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' } as const
    expect(tolerates({ key: 'gpu', operator: 'Equal', value: 'yes' }, taint)).toBe(true)
    expect(tolerates({ key: 'gpu', value: 'no' }, taint)).toBe(false)
    expect(tolerates({ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, taint)).toBe(false)
    expect(tolerates({ operator: 'Exists' }, taint)).toBe(true)
    expect(untolerated([taint], [], ['NoExecute'])).toBeUndefined()
    expect(untolerated([taint], undefined, ['NoSchedule'])).toBe(taint)
  })

  it('[SCH-4] quantities and what a pod asks for', () => {
    expect(['250m', '1', '64Mi', '1e3', '1.5Gi', '', undefined].map(quantity)).toEqual([
      0.25, 1, 67_108_864, 1000, 1_610_612_736, 0, 0,
    ])
    const asks = (cpu: string) => ({ name: cpu, resources: { requests: { cpu } } })
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: {
        containers: [asks('100m'), asks('200m')],
        initContainers: [{ ...asks('50m'), restartPolicy: 'Always' }, asks('900m')],
      },
    }
    expect(podRequests(pod).cpu).toBe(950)
  })
})
