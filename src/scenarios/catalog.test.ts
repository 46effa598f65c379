import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { TextFile } from '../model/index.ts'
import { SCENARIOS, scenarioById, searchScenarios } from './catalog.ts'
import type { Scenario, Step } from './scenario.ts'

/** The files after a step; throws where `find` does not stand exactly once. */
function afterStep(files: readonly TextFile[], step: Step): readonly TextFile[] {
  const action = step.do
  if (action.type !== 'edit') return files
  return files.map((file) => {
    if (file.name !== action.file) return file
    expect(file.text.split(action.find).length - 1, `“${action.find}” in ${file.name}, for “${step.label}”`).toBe(1)
    return { ...file, text: file.text.replace(action.find, () => action.replace) }
  })
}

const textsOf = (scenario: Scenario) => {
  const all = [scenario.files]
  for (const step of scenario.steps) all.push(afterStep(all.at(-1)!, step))
  return all
}

describe.each(SCENARIOS.map((s) => [s.id, s] as const))('the example %s', (id, scenario) => {
  it('is a name for a link, and says in a few sentences what there is to see', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(scenario.summary.length).toBeLessThan(110)
    const sentences = scenario.story.split(/[.?] /).length
    expect(sentences, scenario.story).toBeGreaterThanOrEqual(2)
    expect(scenario.story.length).toBeLessThan(320)
    expect(scenario.expect.length).toBeGreaterThan(1)
  })

  it('has steps that can be done in order, each with a short label and one sentence', () => {
    expect(textsOf(scenario).length).toBe(scenario.steps.length + 1)
    for (const { label, say } of scenario.steps) {
      expect(label.length).toBeLessThan(40)
      expect(say).toMatch(/[.?]$/)
    }
    for (const { after } of scenario.expect) expect(after).toBeLessThanOrEqual(scenario.steps.length)
  })

  it('is readable YAML at every step, and short enough for a link in a chat', () => {
    for (const files of textsOf(scenario)) {
      for (const { name, text } of files) {
        expect(name).toMatch(/^[a-z-]+\.yaml$/)
        expect(text).toMatch(/^\S[\s\S]*[^\n]\n$/)
        // what the editor shows beside the picture, without scrolling sideways
        for (const line of text.split('\n')) expect(line.length, line).toBeLessThan(53)
        for (const doc of parseAllDocuments(text)) if ('errors' in doc) expect(doc.errors).toEqual([])
      }
    }
    const size = scenario.files.reduce((sum, { text }) => sum + text.length, 0)
    if (id !== 'large') expect(size).toBeLessThan(3000)
  })
})

describe('the catalogue', () => {
  it('has an example for each thing that a guide to Services shows', () => {
    expect(SCENARIOS.map((s) => s.id)).toEqual([...new Set(SCENARIOS.map((s) => s.id))])
    expect(SCENARIOS[0]?.id).toBe('cluster-ip')
    expect(scenarioById('large')?.files[0]?.text.match(/^kind: Service$/gm)).toHaveLength(12)
    expect(scenarioById('nothing')).toBeUndefined()
  })

  it('is searched by every word, titles first', () => {
    expect(searchScenarios('')).toEqual(SCENARIOS)
    expect(searchScenarios('headless')[0]?.id).toBe('headless-stateful-set')
    expect(searchScenarios('LOAD cloud')[0]?.id).toBe('load-balancer')
    expect(searchScenarios('clusterIP: none')[0]?.id).toBe('headless-stateful-set')
    expect(searchScenarios('postgres').map((s) => s.id)).toContain('external-database')
    expect(searchScenarios('no-such-word')).toEqual([])
  })
})
