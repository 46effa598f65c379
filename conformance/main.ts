import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare } from './compare.ts'
import { openLab } from './lab.ts'
import { play } from './play.ts'
import { asCase, proxyModeOf, type RecordedCase, type Step, verbOf } from './recorded-case.ts'

const HELP = `Plays recorded cases on the engine and compares its answers with those of a real cluster.

Usage: npm run conformance [-- DIR…] [options]

  DIR…             folders of recorded cases (default: conformance/recorded)
  --area AREA      only this area; may be given several times
  --mode MODE      only cases of this proxy mode, iptables or nftables (also --proxy-mode)
  --only NAME      only cases whose name is or contains NAME; may be given several times
  --answers OUT    write OUT/AREA/NAME.json: the case with the engine's answer beside each expected one
  -v, --verbose    all differences in full, and the stack of a crash
  -q, --quiet      only failed cases, and the table
  -h, --help       this

The last line says how many passed and failed; the exit code is 1 when a counted case failed.`

interface Options {
  readonly dirs: readonly string[]
  readonly areas: readonly string[]
  readonly only: readonly string[]
  readonly mode?: string
  readonly answers?: string
  readonly verbose: boolean
  readonly quiet: boolean
}

/**
 * The runner's command line.
 *
 * @param recorded the folder of cases when none is named
 * @returns the exit code: 0, 1 when a counted case failed, 2 when the command line is wrong
 */
export function main(args: readonly string[], recorded: string): number {
  const options = parseArgs(args, recorded)
  if (typeof options === 'string') {
    console.log(options)
    return options === HELP ? 0 : 2
  }
  const cases: RecordedCase[] = []
  for (const dir of options.dirs) {
    if (!existsSync(dir)) {
      console.log(`no such folder: ${dir}`)
      return 2
    }
    cases.push(...readCases(dir))
  }
  const wanted = cases.filter(
    (kase) =>
      (options.areas.length === 0 || options.areas.includes(kase.area)) &&
      (options.mode === undefined || proxyModeOf(kase) === options.mode) &&
      (options.only.length === 0 || options.only.some((name) => kase.name.includes(name))),
  )
  const results = wanted.map((kase) => runCase(kase, options))
  console.log(`\n${table(results)}`)
  const failed = results.filter((r) => r.differences.length > 0).length
  console.log(`\n${results.length - failed} passed, ${failed} failed`)
  return failed > 0 || (results.length === 0 && options.only.length > 0) ? 1 : 0
}

/** How many recorded cases of each area and proxy mode the engine agrees with, of how many. */
export function countAgreeing(recorded: string): { area: string; mode: string; agree: number; of: number }[] {
  const counts = new Map<string, { area: string; mode: string; agree: number; of: number }>()
  for (const kase of readCases(recorded)) {
    const mode = proxyModeOf(kase)
    const count = counts.get(`${kase.area} ${mode}`) ?? { area: kase.area, mode, agree: 0, of: 0 }
    count.of++
    if (playCase(kase, false).differences.length === 0) count.agree++
    counts.set(`${kase.area} ${mode}`, count)
  }
  return [...counts.values()]
}

function parseArgs(args: readonly string[], recorded: string): Options | string {
  const dirs: string[] = []
  const areas: string[] = []
  const only: string[] = []
  const out: { mode?: string; answers?: string; verbose: boolean; quiet: boolean } = {
    verbose: false,
    quiet: false,
  }
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = args[i]!.startsWith('--') ? (args[i]!.split(/=(.*)/s) as [string, string?]) : [args[i]!]
    const value = () => inline ?? args[++i]
    switch (flag) {
      case '--area':
        areas.push(...(value() ?? '').split(','))
        break
      case '--only':
        only.push(value() ?? '')
        break
      case '--mode':
      case '--proxy-mode':
        out.mode = value()
        break
      case '--answers':
        out.answers = value()
        if (!out.answers) return '--answers needs a folder'
        break
      case '-v':
      case '--verbose':
        out.verbose = true
        break
      case '-q':
      case '--quiet':
        out.quiet = true
        break
      case '-h':
      case '--help':
        return HELP
      default:
        if (flag.startsWith('-')) return `unknown option ${flag}\n\n${HELP}`
        dirs.push(flag)
    }
  }
  return { ...out, dirs: dirs.length > 0 ? dirs : [recorded], areas, only }
}

/** All cases below a folder, in the order of their paths. Files that are no cases are passed over. */
function readCases(path: string): RecordedCase[] {
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .sort()
      .flatMap((name) => readCases(join(path, name)))
  }
  if (!path.endsWith('.json')) return []
  const kase = asCase(JSON.parse(readFileSync(path, 'utf8')))
  return kase ? [kase] : []
}

interface CaseResult {
  readonly kase: RecordedCase
  readonly differences: readonly string[]
}

const MOST_SHOWN = 6
const WIDEST = 300

function runCase(kase: RecordedCase, options: Options): CaseResult {
  const { answers, differences } = playCase(kase, options.verbose)
  const failed = differences.length > 0
  if (failed || !options.quiet) console.log(`${failed ? 'FAIL' : 'PASS'} ${kase.area}/${kase.name}`)
  const shown = options.verbose ? differences : differences.slice(0, MOST_SHOWN)
  for (const line of shown) {
    const short = options.verbose || line.length <= WIDEST ? line : `${line.slice(0, WIDEST)} …`
    console.log(`     ${short.replaceAll('\n', '\n     ')}`)
  }
  if (shown.length < differences.length) console.log(`     … and ${differences.length - shown.length} more`)
  if (options.answers !== undefined) {
    const steps = kase.steps.map((step, i) => (answers[i] === undefined ? step : { ...step, answer: answers[i] }))
    mkdirSync(join(options.answers, kase.area), { recursive: true })
    writeFileSync(
      join(options.answers, kase.area, `${kase.name}.json`),
      `${JSON.stringify({ ...kase, steps }, undefined, 1)}\n`,
    )
  }
  return { kase, differences }
}

/** A crash of the engine fails its own case only: the steps after it have no answer. */
function playCase(kase: RecordedCase, verbose: boolean): { answers: unknown[]; differences: string[] } {
  const answers: unknown[] = []
  const differences: string[] = []
  try {
    const lab = openLab(kase)
    for (const step of kase.steps) {
      const answer = play(lab, kase, step)
      answers.push(answer)
      if (step.expect === undefined) continue
      for (const line of compare(kase, step, step.expect, answer)) differences.push(`${labelOf(step)}: ${line}`)
    }
  } catch (error) {
    const step = kase.steps[answers.length]
    const text = error instanceof Error ? ((verbose ? error.stack : undefined) ?? error.message) : String(error)
    differences.push(`${step ? labelOf(step) : 'set-up'}: ${text}`)
  }
  return { answers, differences }
}

function labelOf(step: Step): string {
  const verb = verbOf(step)
  if (!verb) return Object.keys(step)[0] ?? 'empty step'
  const what = step[verb]
  if (verb === 'kubectl') return `kubectl ${typeof what === 'string' ? what : (what as string[]).join(' ')}`
  return `${verb} ${typeof what === 'object' ? JSON.stringify(what) : what}`
}

/** By area and, where there are several, proxy mode. */
function table(results: readonly CaseResult[]): string {
  const rows = new Map<string, { area: string; mode: string; passed: number; failed: number }>()
  for (const { kase, differences } of results) {
    const mode = proxyModeOf(kase)
    const id = `${kase.area} ${mode}`
    const row = rows.get(id) ?? { area: kase.area, mode, passed: 0, failed: 0 }
    if (differences.length === 0) row.passed++
    else row.failed++
    rows.set(id, row)
  }
  const lines = [['area', 'proxy', 'passed', 'failed', '']]
  for (const [, { area, mode, passed, failed }] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const share = (100 * passed) / (passed + failed)
    lines.push([area, mode, String(passed), String(failed), `${failed === 0 ? 100 : Math.floor(share)} %`])
  }
  return lines
    .map(
      ([area, mode, ...numbers]) =>
        `${area!.padEnd(12)}${mode!.padEnd(10)}${numbers.map((n) => n.padStart(7)).join('')}`,
    )
    .join('\n')
}
