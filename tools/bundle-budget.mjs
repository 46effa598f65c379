/** How much the built page loads, gzipped, and whether that stays below the budget. `--json` prints the numbers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** KB (1,000 bytes) gzipped. */
const BUDGET = {
  /** what a visitor waits for: the page, its scripts and styles, the engine's worker */
  first: 460,
  /** what the first touch of the editor brings: Monaco, its workers, the Kubernetes schema */
  editor: 1600,
  /** what the first line in a terminal brings: the shell, and with `kubectl explain` the API's own documents */
  terminal: 320,
}

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
if (!existsSync(join(dist, 'index.html'))) {
  console.log('There is no build: run npm run build')
  process.exit(1)
}

const gz = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length / 1000

/** What a script imports before it runs. Dynamic imports are not among them. */
const staticImports = (path) =>
  [
    ...readFileSync(join(dist, path), 'utf8').matchAll(
      /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{},\s]+?from\s*)?["'](\.[^"']+)["']/g,
    ),
  ].map((match) => posix.join(posix.dirname(path), match[1]))

function closure(paths) {
  const seen = new Set()
  const queue = [...paths]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path) || !existsSync(join(dist, path))) continue
    seen.add(path)
    if (path.endsWith('.js')) queue.push(...staticImports(path))
  }
  return seen
}

const html = readFileSync(join(dist, 'index.html'), 'utf8')
const fromHtml = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map((match) => match[1])
const all = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
  .map((entry) => posix.join(posix.relative(posix.normalize(dist), posix.normalize(entry.parentPath)), entry.name))
const worker = all.filter((path) => /engine\.worker[^/]*\.js$/.test(path))
const first = closure(['index.html', ...fromHtml, ...worker])
const later = all.filter((path) => !first.has(path) && /\.(js|css|json|ttf)$/.test(path))
const ofTerminal = (path) => /(^|\/)(shell|api-docs-text|terminal-panel)-[^/]*$/.test(path)
const editor = later.filter((path) => !ofTerminal(path))
const terminal = later.filter(ofTerminal)

const row = (path) => ({ path, kb: gz(path) })
const sum = (rows) => rows.reduce((total, { kb }) => total + kb, 0)
const parts = { first: [...first].map(row), editor: editor.map(row), terminal: terminal.map(row) }

if (process.argv.includes('--json')) {
  const sums = Object.fromEntries(Object.entries(parts).map(([name, rows]) => [name, sum(rows)]))
  console.log(JSON.stringify({ ...sums, parts }, null, 2))
} else {
  for (const [name, rows] of Object.entries(parts)) {
    const total = sum(rows)
    const over = total > BUDGET[name]
    if (over) process.exitCode = 1
    console.log(`${name}: ${total.toFixed(0)} KB gz of ${BUDGET[name]} KB${over ? ': too large' : ''}`)
    for (const { path, kb } of rows.sort((a, b) => b.kb - a.kb).slice(0, 12))
      console.log(`  ${kb.toFixed(1).padStart(7)}  ${path}`)
  }
}
