import { editsFor } from '../src/manifest/index.ts'
import {
  type Diagnostic,
  formatPath,
  type ObjectKey,
  type Service,
  splitKey,
  type TextEdit,
} from '../src/model/index.ts'
import { count, plainText, sentence } from '../src/words/index.ts'
import { FOUND_ERRORS, OK, writeJson } from './command.ts'
import { diagnosticLine } from './diagnostic-line.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'

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
    const found = [...c.diagnostics, ...servicesOf(c)]
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

/** Services through which nothing can be answered, of which nothing was said yet. */
function servicesOf({ cluster, diagnostics, documents, locate }: OnCluster): Diagnostic[] {
  const spoken = new Set(diagnostics.filter((d) => d.severity === 'error').map((d) => d.object))
  return cluster.list<Service>('Service').flatMap((service): Diagnostic[] => {
    const key = `Service/${service.metadata.namespace}/${service.metadata.name}`
    const problem = documents.has(key) && !spoken.has(key) ? cluster.serviceView(key)?.problem : undefined
    if (!problem) return []
    const [first] = problem.sources
    return [
      {
        severity: 'warning',
        code: problem.code,
        message: named(service, plainText(sentence(problem))),
        object: key,
        rule: problem.rule,
        source: first && locate(first),
        ...(first?.object === key && { path: first.path }),
      },
    ]
  })
}

/** A sentence that does not say which Service it speaks of gets its name in front. */
const named = ({ metadata: { name, namespace } }: Service, text: string): string =>
  text.includes(`Service ${name}`) ? text : `Service ${namespace}/${name}: ${text}`

/** `Service default/web`, `Node node-1`. */
function plainName(key: ObjectKey): string {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
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

function asJson({ parsed, documents }: OnCluster, d: Diagnostic): Finding {
  const { severity, code, message, object, path, source, rule, fix } = d
  return {
    code,
    severity,
    message,
    objects: object === undefined ? [] : [plainName(object)],
    path: path && path.length > 0 ? formatPath(path) : null,
    file: source?.file ?? null,
    line: source?.line ?? null,
    column: source?.column ?? null,
    rule: rule ?? null,
    fix: fix ? { label: fix.label, edits: editsFor(parsed, [fix], (key) => documents.get(key)) } : null,
  }
}
