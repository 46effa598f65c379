import { describe, expect, it } from 'vitest'
import { canonicalQuantity, compareQuantities, milliValue } from './index.ts'

describe('quantities', () => {
  it('[API-62] are written in the shortest form that says the same', () => {
    const forms: [string, string | undefined][] = [
      ['1', '1'],
      ['1000m', '1'],
      ['0.5', '500m'],
      ['1.5', '1500m'],
      ['100m', '100m'],
      ['0.0001', '100u'],
      ['1024Mi', '1Gi'],
      ['1536Mi', '1536Mi'],
      ['1000k', '1M'],
      ['1e3', '1e3'],
      ['0', '0'],
      ['-1', '-1'],
      ['+2', '2'],
      ['', undefined],
      ['1 Gi', undefined],
      ['abc', undefined],
      ['1Kb', undefined],
    ]
    for (const [text, canonical] of forms) expect([text, canonicalQuantity(text)]).toEqual([text, canonical])
  })

  it('[API-62] are compared by what they amount to', () => {
    expect(compareQuantities('1000m', '1')).toBe(0)
    expect(compareQuantities('1Gi', '1G')).toBeGreaterThan(0)
    expect(compareQuantities('999m', '1')).toBeLessThan(0)
    expect(milliValue('250m')).toBe(250)
    expect(milliValue('2')).toBe(2000)
  })
})
