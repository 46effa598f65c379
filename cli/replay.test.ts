import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LogEntry, SessionDocument, Trace } from '../src/model/index.ts'
import { SCENARIOS } from '../src/scenarios/index.ts'
import { encodeFragment } from '../src/session/share/index.ts'
import { Run } from '../src/worker/index.ts'
import { runCli } from './testing/run-cli.ts'

/** The requests that the page's worker shows of a document, up to a moment. */
function pageTraces(document: SessionDocument, until: number): Trace[] {
  const traces: Trace[] = []
  const run = new Run((message) => {
    if (message.type !== 'update') throw new Error(message.type)
    if (message.update.reset) traces.length = 0
    traces.push(...message.update.traces)
  })
  const { files, seed, log } = document
  run.handle({ id: 1, type: 'open', files, seed, log, at: 0, force: true })
  for (let to = 700; to < until; to += 700) run.handle({ id: 2, type: 'advance', to })
  run.handle({ id: 3, type: 'advance', to: until })
  return traces
}

/** An example with all the steps of its story taken, two seconds apart. */
function played(id: string): SessionDocument {
  const { files, steps } = SCENARIOS.find((s) => s.id === id)!
  let texts = files
  const log = steps.map((step, i): LogEntry => {
    const at = 2000 * (i + 1)
    if (step.do.type === 'act') return { at, type: 'act', action: step.do.action }
    const { file, find, replace } = step.do
    const from = texts.find((f) => f.name === file)!.text.indexOf(find)
    texts = texts.map((f) => (f.name === file ? { ...f, text: f.text.replace(find, () => replace) } : f))
    return { at, type: 'edit', edits: [{ file, from, to: from + find.length, insert: replace }] }
  })
  return { version: 1, files, log, seed: 5, at: log.at(-1)?.at ?? 0 }
}

const json = (...args: string[]) => JSON.parse(runCli(['replay', '--json', ...args]).stdout)
const cluster = SCENARIOS[0]!.id

describe('fairlead replay', () => {
  it('what was typed in a terminal happens again, and is shown with what came of it', () => {
    const text =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: web}]}}\n'
    const line = 'kubectl scale deployment web --replicas=3'
    const log: LogEntry[] = [{ at: 1000, type: 'act', action: { type: 'type-line', terminal: '1', line } }]
    const link = encodeFragment({ version: 1, files: [{ name: 'app.yaml', text }], log, at: 4000 })
    const { stdout } = runCli(['replay', link])
    expect(stdout).toContain(`terminal 1: ${line}`)
    expect(stdout).toContain('deployment.apps/web scaled')
    expect(stdout).toMatch(/Scaled up replica set web-\w+ from 1 to 3/)
  })

  it.each(SCENARIOS.filter((s) => s.id !== 'large').map((s) => s.id))(
    'a link to a moment of %s gives the same requests as the page',
    (id) => {
      const document = played(id)
      const { traces, now } = json(`https://fairlead.example/play/${encodeFragment(document)}`, '--advance', '4s')
      expect(now).toBe((document.at ?? 0) + 4000)
      expect(traces.length).toBeGreaterThan(0)
      expect(traces).toEqual(JSON.parse(JSON.stringify(pageTraces(document, now))))
    },
  )

  it('opens links of every released version, whole, by their end, and without the # that a shell ate', () => {
    for (const name of ['v1-text', 'v1-files', 'v1-moment']) {
      const link = readFileSync(`src/session/share/fixtures/${name}.link`, 'utf8').trim()
      const expected = JSON.parse(readFileSync(`src/session/share/fixtures/${name}.json`, 'utf8'))
      const fragment = link.slice(link.indexOf('#'))
      expect(json(`https://example.com/${fragment}`).document).toEqual(expected)
      expect(json(fragment.slice(1)).document).toEqual(expected)
      expect(JSON.parse(runCli(['replay', '-', '--json'], `${fragment}\n`).stdout).document).toEqual(expected)
    }
  })

  it('opens a session that the page saved', () => {
    const document = played(cluster)
    const { exit, stdout } = runCli(['replay', '-'], JSON.stringify(document, null, 2))
    expect(exit).toBe(0)
    expect(stdout).toContain(`· ${document.log.length} changes ·`)
  })

  it('--text prints the manifests of that moment, for other commands to read', () => {
    const document = played('wrong-selector')
    const { stdout } = runCli(['replay', encodeFragment(document), '--text'])
    expect(stdout).not.toBe(document.files[0]!.text)
    expect(runCli(['check', '-'], stdout).exit).toBe(0)
  })

  it('what a hostile link holds cannot steer the terminal', () => {
    const name = '\u001b]0;owned\u0007.yaml'
    const text = `apiVersion: v1\nkind: "\u001b[2J"\nmetadata: {name: x}\n`
    const log: LogEntry[] = [{ at: 0, type: 'act', action: { type: 'kubectl', args: ['get', '\u001b[31m'] } }]
    const document: SessionDocument = { version: 1, files: [{ name, text }], log, at: 0 }
    for (const more of [[], ['--text']])
      expect(runCli(['replay', encodeFragment(document), ...more]).stdout).not.toMatch(/[\u0007\u001b]/)
  })

  it.each([
    ['#v1.AAAA', 'cut off or was changed'],
    [`${encodeFragment(played(cluster)).slice(0, 200)}`, 'cut off or was changed'],
    ['#v9.AAAA', 'newer Fairlead'],
    ['#v1.', 'cut off or was changed'],
    ['', 'no link of Fairlead'],
  ])('a link that cannot be opened (%j) is said as such', (link, words) => {
    const { exit, stderr } = runCli(['replay', link])
    expect(exit).toBe(2)
    expect(stderr).toContain(words)
  })

  it('a moment that lies far ahead is not waited for', () => {
    const document = { ...played(cluster), at: 80_000_000 }
    expect(runCli(['replay', encodeFragment(document)]).stderr).toContain('a replay ends after')
  })
})
