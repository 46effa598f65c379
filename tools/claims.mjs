/**
 * What the page says it is true to: the rules of SPEC.md, and how many recorded answers of a real cluster the engine agrees with, counted now
 * and never typed in. Writes src/ui/panels/claims.json; skipped while nothing that it is made from has changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const spec = readFileSync(join(root, 'src/engine/SPEC.md'), 'utf8')
const recorded = join(root, 'conformance/recorded')
const out = join(root, 'src/ui/panels/claims.json')
const stamp = join(root, '.cache/claims.hash')

const runner = await bundle('conformance/main.ts')
const hash = createHash('sha256')
  .update(spec)
  .update(readFileSync(fileURLToPath(runner)))
for (const area of readdirSync(recorded).sort()) {
  hash.update(area)
  const folder = join(recorded, area)
  if (area.includes('.')) continue
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
}
const now = hash.digest('hex')
if (existsSync(out) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) process.exit(0)

/** `## Section` with a table of rules, and `## Left out or simplified` with `### Part` lists. */
const sections = []
const left = []
let inLeft = false
for (const line of spec.split('\n')) {
  const [, level, title] = /^(#{2,3}) (.+)$/.exec(line) ?? []
  if (level === '##') {
    inLeft = /^Left out/.test(title)
    if (!inLeft) sections.push({ title, rules: [] })
  } else if (level === '###' && inLeft) left.push({ title, items: [] })
  const [, id, rule, source] = /^\| ([A-Z]+-\d+) \| (.+?) \| (.+?) \|/.exec(line) ?? []
  if (id) sections.at(-1).rules.push({ id, rule, source })
  if (inLeft && left.length > 0) {
    if (line.startsWith('- ')) left.at(-1).items.push(line.slice(2))
    else if (/^ {2}\S/.test(line) && left.at(-1).items.length > 0)
      left.at(-1).items.push(`${left.at(-1).items.pop()} ${line.trim()}`)
  }
}
const { countAgreeing } = await import(runner)
const claims = { recorded: countAgreeing(recorded), sections: sections.filter((s) => s.rules.length > 0), left }
mkdirSync(dirname(stamp), { recursive: true })
writeFileSync(out, `${JSON.stringify(claims)}\n`)
writeFileSync(stamp, now)
