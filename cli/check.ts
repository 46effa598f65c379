import { editsFor } from '../src/manifest/index.ts'
import { applyChange, type Diagnostic, formatPath, type TextEdit } from '../src/model/index.ts'
import { count, diagnosticOf } from '../src/words/index.ts'
import { FOUND_ERRORS, OK, writeJson, wrong } from './command.ts'
import { diagnosticLine } from './diagnostic-line.ts'
import { fixJson } from './fix-json.ts'
import { STDIN, writeInput } from './input.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'
import { plainName } from './plain-name.ts'

/** What an API server refuses, and what is worth a look although it is accepted. */
export const check = onCluster({
  name: 'check',
  summary: 'what an API server refuses, then what is wrong although it is accepted',
  usage: 'FILES…',
  flags: [{ name: 'fix', type: 'bool' }],
  help: {
    '--fix': 'write the edits that mend errors and warnings into the files (of standard input: print the mended text)',
  },
  notes: 'Exit code 1 when there are errors; warnings and hints leave it 0. With --fix, those that are left count.',
  examples: [
    'check deploy/',
    'check --fix app.yaml',
    'helm template chart/ | fairlead check -',
    'check --strict --json app.yaml',
  ],
  saysDiagnostics: true,
  run: (c) => (c.flags.on('fix') ? mend(c) : report(c)),
})

const foundIn = (c: OnCluster): Diagnostic[] => [...c.diagnostics, ...findingsOf(c)]

/** Carries out the fixes one after the other, each in what the ones before left, then reports what remains. */
function mend(c: OnCluster): number {
  const { io, flags } = c
  let now = c
  const done: Diagnostic[] = []
  for (; done.length < MOST_FIXES; ) {
    const next = foundIn(now).flatMap((d) => {
      if (d.severity === 'hint' || !d.fix || done.some((other) => same(other, d))) return []
      const edits = editsFor(now.parsed, [d.fix], (key) => now.documents.get(key))
      const files = edits.length > 0 ? applyChange(now.parsed.files, { edits }) : undefined
      return files ? [{ d, files }] : []
    })[0]
    if (!next) break
    done.push(next.d)
    now = { ...now, ...now.again(next.files) }
  }
  const stdin = now.parsed.files.find((file) => file.name === STDIN)
  for (const [i, file] of now.parsed.files.entries()) {
    if (file.name === STDIN || file.text === c.parsed.files[i]!.text) continue
    const problem = writeInput(file)
    if (problem !== undefined) return wrong(io, problem)
  }
  // a program reads the mended text, or the list: what is for people goes beside it
  const say = stdin || flags.on('json') ? io.err : io.out
  for (const d of done) say(`${io.paint.green('mended:')} ${diagnosticLine(d, io.paint)}\n`)
  if (stdin && !flags.on('json')) io.out(stdin.text)
  return report(now, stdin && !flags.on('json') ? io.err : io.out)
}

const MOST_FIXES = 200
const same = (a: Diagnostic, b: Diagnostic) =>
  a.code === b.code && a.object === b.object && JSON.stringify([a.path, a.fix]) === JSON.stringify([b.path, b.fix])

function report(c: OnCluster, out: (text: string) => void = c.io.out): number {
  const { io, flags } = c
  const found = foundIn(c)
  const errors = found.filter((d) => d.severity === 'error').length
  const warnings = found.filter((d) => d.severity === 'warning').length
  if (flags.on('json'))
    writeJson(
      io,
      found.map((d) => asJson(c, d)),
    )
  else {
    for (const d of found) out(`${diagnosticLine(d, io.paint)}\n`)
    const rest = found.length - errors - warnings
    const sums = [count(errors, 'error'), count(warnings, 'warning'), ...(rest > 0 ? [count(rest, 'hint')] : [])]
    const sum = sums.join(', ')
    out(`${errors > 0 ? io.paint.red(sum) : sum}\n`)
  }
  return errors > 0 ? FOUND_ERRORS : OK
}

/** What is wrong although it was accepted. What a refused document leads to is said by the refusal. */
function findingsOf({ cluster, diagnostics, locate }: OnCluster): Diagnostic[] {
  const refused = new Set(diagnostics.filter((d) => d.severity === 'error').map((d) => d.object))
  return cluster
    .findings()
    .filter((f) => f.code !== 'api.refused' && !f.objects.some((o) => refused.has(o)))
    .map((f) => diagnosticOf(f, locate))
}

interface Finding {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly message: string
  /** The object to edit first. */
  readonly objects: readonly string[]
  readonly path: string | null
  readonly file: string | null
  /** From 1. */
  readonly line: number | null
  readonly column: number | null
  /** Id of a rule of SPEC.md. */
  readonly rule: string | null
  /** The edits mean the files as they were read: UTF-16 offsets, `to` exclusive. */
  readonly fix: { readonly label: string; readonly edits: readonly TextEdit[] } | null
}

function asJson(c: OnCluster, d: Diagnostic): Finding {
  const { severity, code, message, object, others, path, source, rule, fix } = d
  return {
    code,
    severity,
    message,
    objects: object === undefined ? [] : [object, ...(others ?? [])].map(plainName),
    path: path && path.length > 0 ? formatPath(path) : null,
    file: source?.file ?? null,
    line: source?.line ?? null,
    column: source?.column ?? null,
    rule: rule ?? null,
    fix: fix ? fixJson(c, fix) : null,
  }
}
