import { type Diagnostic, formatPath, type TextEdit } from '../src/model/index.ts'
import { count, diagnosticOf } from '../src/words/index.ts'
import { FOUND_ERRORS, OK, writeJson } from './command.ts'
import { diagnosticLine } from './diagnostic-line.ts'
import { fixJson } from './fix-json.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'
import { plainName } from './plain-name.ts'

/** What an API server refuses, and what is worth a look although it is accepted. */
export const check = onCluster({
  name: 'check',
  summary: 'what an API server refuses, then what is wrong although it is accepted',
  usage: 'FILES…',
  flags: [],
  help: {},
  notes: 'Exit code 1 when there are errors; warnings and hints leave it 0.',
  examples: ['check deploy/', 'helm template chart/ | fairlead check -', 'check --strict --json app.yaml'],
  saysDiagnostics: true,
  run: (c) => {
    const { io, flags } = c
    const found = [...c.diagnostics, ...findingsOf(c)]
    const errors = found.filter((d) => d.severity === 'error').length
    const warnings = found.filter((d) => d.severity === 'warning').length
    if (flags.on('json'))
      writeJson(
        io,
        found.map((d) => asJson(c, d)),
      )
    else {
      for (const d of found) io.out(`${diagnosticLine(d, io.paint)}\n`)
      const rest = found.length - errors - warnings
      const sums = [count(errors, 'error'), count(warnings, 'warning'), ...(rest > 0 ? [count(rest, 'hint')] : [])]
      const sum = sums.join(', ')
      io.out(`${errors > 0 ? io.paint.red(sum) : sum}\n`)
    }
    return errors > 0 ? FOUND_ERRORS : OK
  },
})

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
