/**
 * `npm test`: everything that must hold, stage by stage. A failed stage does not end the run; the last line is the sum:
 * every unit test, recorded case and browser journey counts, and every stage without tests of its own counts as one.
 * `npm test -- unit types` runs those stages only.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = `${root}.cache/test`
rmSync(cache, { recursive: true, force: true })
mkdirSync(cache, { recursive: true })

/** Runs a command of node_modules/.bin (or node itself); resolves to its exit code and, when asked, what it printed. */
function run(command, args, { env = {}, keep = false } = {}) {
  const node = command === 'node'
  return new Promise((resolve) => {
    const child = spawn(node ? process.execPath : `${root}node_modules/.bin/${command}`, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', keep ? 'pipe' : 'inherit', 'inherit'],
      shell: !node && process.platform === 'win32',
    })
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += chunk
      process.stdout.write(chunk)
    })
    child.on('error', (error) => {
      console.log(String(error))
      resolve({ code: 1, text })
    })
    child.on('close', (code) => resolve({ code: code ?? 1, text }))
  })
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

/** One for the stage, because it has no tests that could be counted. */
const whole = ({ code }) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** A runner that failed without naming a failed test (a crash, a bad configuration) counts as one failed. */
const counted = (code, passed, failed, skipped = 0) => ({
  passed,
  failed: code !== 0 && failed === 0 ? 1 : failed,
  skipped,
})

async function unit() {
  const report = `${cache}/unit.json`
  // CI: a snapshot that is missing fails, instead of being written.
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await run('vitest', args, { env: { CI: 'true' } })
  const result = readJson(report)
  if (!result) return { passed: 0, failed: 1 }
  // A file that could not be loaded has no tests, and is a failure all the same.
  const broken = result.testResults.filter(
    (f) => f.status === 'failed' && !f.assertionResults.some((t) => t.status === 'failed'),
  )
  const skipped = result.numPendingTests + (result.numTodoTests ?? 0)
  return counted(code, result.numPassedTests, result.numFailedTests + broken.length, skipped)
}

async function conformance() {
  const args = ['conformance/run.mjs', '--quiet']
  const { code, text } = await run('node', args, { keep: true })
  const line = /^(\d+) passed, (\d+) failed/.exec(text.trim().split('\n').at(-1) ?? '')
  return counted(code, Number(line?.[1] ?? 0), Number(line?.[2] ?? 0))
}

async function e2e() {
  if (!existsSync(`${root}dist/index.html`)) {
    console.log('not run: there is no build')
    return { passed: 0, failed: 1 }
  }
  const report = `${cache}/e2e.json`
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  const { code } = await run('playwright', ['test', '--reporter=list,json'], { env })
  const stats = readJson(report)?.stats
  if (!stats) return { passed: 0, failed: 1 }
  return counted(code, stats.expected + stats.flaky, stats.unexpected, stats.skipped)
}

async function build() {
  rmSync(`${root}dist`, { recursive: true, force: true })
  // what is generated first: the editor's schema, and what the page says it is true to
  for (const tool of ['tools/k8s-schema.mjs', 'tools/claims.mjs']) {
    const made = await run('node', [tool])
    if (made.code !== 0) return whole(made)
  }
  return whole(await run('vite', ['build']))
}

const STAGES = {
  lint: ['Format and lint', async () => whole(await run('biome', ['check', '.']))],
  types: ['Types', async () => whole(await run('tsc', ['-p', 'tsconfig.json']))],
  'types-engine': ['Types of the engine', async () => whole(await run('tsc', ['-p', 'src/engine/tsconfig.json']))],
  'types-node': ['Types of tests and tools', async () => whole(await run('tsc', ['-p', 'tsconfig.node.json']))],
  unit: ['Unit tests', unit],
  conformance: ['Against a real cluster', conformance],
  build: ['Build', build],
  budget: ['Bundle budget', async () => whole(await run('node', ['tools/bundle-budget.mjs']))],
  e2e: ['Browser journeys', e2e],
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in STAGES))
if (unknown.length > 0) {
  console.log(`No stage ${unknown.join(', ')}. Stages: ${Object.keys(STAGES).join(', ')}`)
  process.exit(2)
}

const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []
for (const [name, [title, stage]] of Object.entries(STAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n── ${title} ──`)
  const { passed, failed, skipped = 0 } = await stage()
  summary.push(`${failed === 0 ? 'ok    ' : 'FAILED'}  ${title.padEnd(26)} ${passed} passed, ${failed} failed`)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
console.log(`\n${summary.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed === 0 ? 0 : 1
