import { describe, expect, it } from 'vitest'
import { makeKey, type Trace } from '../model/index.ts'
import { SCENARIOS } from './catalog.ts'
import { type Claim, SETTLING } from './scenario.ts'
import { playScenario, type Stretch } from './testing/play-scenario.ts'
import { timelineOf } from './testing/timeline.ts'

const serviceKey = (name: string) =>
  name.includes('/')
    ? makeKey('Service', ...(name.split('/') as [string, string]))
    : makeKey('Service', 'default', name)

const serverOf = (trace: Trace) => trace.server?.pod ?? trace.server?.ip

function check(claim: Claim, stretch: Stretch, from: number): void {
  const said =
    claim.type === 'endpoints' || claim.type === 'problem' || claim.type === 'note'
      ? stretch.services.get(serviceKey(claim.service))
      : undefined
  switch (claim.type) {
    case 'requests': {
      const traces = stretch.traces.filter(
        (t) => t.client === `client/${claim.client}` && t.startedAt >= stretch.from + from,
      )
      const outcomes = [...new Set(traces.map((t) => t.outcome))].sort()
      expect(outcomes).toEqual([...(claim.some ?? claim.only)].sort())
      if (claim.http !== undefined) expect([...new Set(traces.map((t) => t.http))]).toEqual([claim.http])
      const answered = traces.filter((t) => t.outcome === 'answered')
      if (claim.servers !== undefined) expect(new Set(answered.map(serverOf)).size).toBe(claim.servers)
      if (claim.seenAs !== undefined) expect([...new Set(answered.map((t) => t.seenAs))]).toEqual([claim.seenAs])
      if (claim.because !== undefined) {
        const failed = traces.filter((t) => t.outcome !== 'answered')
        expect([...new Set(failed.map((t) => t.hops.find((hop) => hop.failed)?.why.code))]).toEqual([claim.because])
      }
      break
    }
    case 'endpoints':
      expect(said?.ports[0]?.ready).toBe(claim.ready)
      break
    case 'problem':
      expect(said?.problem?.code ?? null).toBe(claim.code)
      break
    case 'note':
      expect(said?.note?.code).toBe(claim.code)
      break
    case 'diagnostic': {
      const found = stretch.diagnostics.filter((d) => d.code === claim.code)
      expect(found.length).toBeGreaterThan(0)
      expect(found.map((d) => d.message).join('\n')).toContain(claim.words ?? '')
    }
  }
}

describe.each(SCENARIOS.map((s) => [s.id, s] as const))('the example %s', (id, scenario) => {
  let played: readonly Stretch[] | undefined
  const stretches = () => {
    played ??= playScenario(scenario)
    return played
  }

  it('opens with nothing refused', () => {
    const refused = stretches()[0]!.diagnostics.filter((d) => d.severity === 'error' && /^(api|yaml)\./.test(d.code))
    expect(refused).toEqual([])
  })

  it.each(scenario.expect.map((e) => [e.after, JSON.stringify(e.that), e] as const))(
    'after step %i: %s',
    (_after, _claim, expected) => {
      check(expected.that, stretches()[expected.after]!, expected.from ?? SETTLING)
    },
  )

  it('runs as it did before', async () => {
    await expect(timelineOf(scenario, stretches())).toMatchFileSnapshot(`golden/${id}.txt`)
  })
})
