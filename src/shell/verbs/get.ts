import type { KindInfo, KObject } from '../../model/index.ts'
import { type Context, type Outcome, usage, type Verb } from '../command.ts'
import { type Failure, isNotFound, plain } from '../failure.ts'
import { objectName } from '../kinds.ts'
import { tableOf } from '../print/columns.ts'
import { JsonPath } from '../print/jsonpath.ts'
import { GET_FORMATS, listOf, printerFor, relaxedPath } from '../print/output.ts'
import { alignTable, cellText } from '../print/table.ts'
import type { TableOf } from '../print/table-of.ts'
import { type Info, SELECTION_FLAGS, select } from '../selection.ts'
import { formatLabels } from '../selectors.ts'

/** k8s kubectl pkg/cmd/get/get.go (v1.36) */
export const get: Verb = {
  name: 'get',
  flags: [
    ...SELECTION_FLAGS.filter((f) => f.name !== 'all'),
    { name: 'output', short: 'o', type: 'string' },
    { name: 'template', type: 'string' },
    { name: 'allow-missing-template-keys', type: 'bool', default: 'true' },
    { name: 'show-labels', type: 'bool' },
    { name: 'label-columns', short: 'L', type: 'list' },
    { name: 'no-headers', type: 'bool' },
    { name: 'sort-by', type: 'string' },
    { name: 'show-kind', type: 'bool' },
    { name: 'ignore-not-found', type: 'bool' },
    { name: 'show-managed-fields', type: 'bool' },
    { name: 'chunk-size', type: 'int', default: '500' },
    { name: 'server-print', type: 'bool', default: 'true' },
    { name: 'subresource', type: 'string' },
    { name: 'watch', short: 'w', type: 'bool' },
    { name: 'watch-only', type: 'bool' },
    { name: 'output-watch-events', type: 'bool' },
  ],
  run: (c) => {
    if (c.args.length === 0 && c.flags.all('filename').length === 0) return nothingAsked(c)
    const format = c.flags.text('output')
    if (c.flags.on('show-labels') && format !== '' && format !== 'wide') {
      return [plain(`--show-labels option cannot be used with ${format} printer`)]
    }
    const selection = select(c, { everything: true })
    if (selection.fatal) return selection.failures
    let { failures } = selection
    if (c.flags.on('ignore-not-found')) failures = failures.filter((f) => !isNotFound(f))
    if (format === '' || format === 'wide') return printTables(c, selection.infos, failures, format === 'wide')
    return printObjects(c, selection.infos, failures, selection.single)
  },
}

function nothingAsked(c: Context): Outcome {
  c.err(
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
  )
  const explain =
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'
  return [plain(usage(c, `Required resource not specified.\n${explain}`))]
}

function printObjects(c: Context, infos: readonly Info[], failures: readonly Failure[], single: boolean): Outcome {
  if (single && failures.length > 0) return failures
  if (infos.length === 0 && c.flags.on('ignore-not-found')) return failures
  const printer = printerFor(c.flags.text('output'), {
    noHeaders: c.flags.on('no-headers'),
    template: c.flags.text('template'),
    allowMissing: c.flags.on('allow-missing-template-keys'),
    formats: GET_FORMATS,
  })
  if (typeof printer === 'string') return [plain(printer)]
  const objects = sorted(
    c,
    infos.map((i) => i.object!),
  )
  if (typeof objects === 'string') return [plain(objects)]
  const printed = printer(single && objects.length === 1 ? objects[0]! : listOf(objects))
  if (!printed.ok) return [...failures, plain(printed.error)]
  c.out(printed.text)
  return failures
}

/** A table for each kind that follows another, blank lines between. */
function printTables(c: Context, infos: readonly Info[], failures: readonly Failure[], wide: boolean): Outcome {
  const objects = sorted(
    c,
    infos.map((i) => i.object!),
  )
  if (typeof objects === 'string') return [plain(objects)]
  const kindOf = new Map(infos.map((i) => [i.object!, i.kind]))
  const withKind = c.flags.on('show-kind') || new Set(infos.map((i) => i.kind)).size > 1
  let group: KObject[] = []
  let written = false
  const flush = () => {
    if (group.length === 0) return
    const kind = kindOf.get(group[0]!)!
    if (written && !c.flags.on('no-headers')) c.out('\n')
    c.out(tableText(c, kind, group, wide, withKind))
    written = true
    group = []
  }
  for (const object of objects) {
    if (group[0] && kindOf.get(group[0]) !== kindOf.get(object)) flush()
    group.push(object)
  }
  flush()
  if (!written && failures.length === 0 && !c.flags.on('ignore-not-found')) {
    const scoped = !c.flags.on('all-namespaces')
    c.err(scoped ? `No resources found in ${c.namespace} namespace.\n` : 'No resources found\n')
  }
  return failures
}

function tableText(c: Context, kind: KindInfo, objects: readonly KObject[], wide: boolean, withKind: boolean): string {
  const table = tableOf(objects[0]!)
  const labels = c.flags.all('label-columns')
  const withNamespace = c.flags.on('all-namespaces') && kind.namespaced
  const shown = columnsShown(table, wide)
  const header = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    ...shown.map((i) => table.columns[i]!.replace('+', '').toUpperCase()),
    ...labels.map((l) => l.slice(l.lastIndexOf('/') + 1).toUpperCase()),
    ...(c.flags.on('show-labels') ? ['LABELS'] : []),
  ]
  const rows = objects.map((o) => {
    const cells = table.row(o, c.cluster.age, wide).map((cell) => cellText(String(cell)))
    const name = table.columns.findIndex((column) => column.replace('+', '') === 'Name')
    if (withKind && name >= 0) cells[name] = `${objectName(o, cells[name]!)}`
    return [
      ...(withNamespace ? [o.metadata.namespace ?? ''] : []),
      ...shown.map((i) => cells[i] ?? ''),
      ...labels.map((l) => o.metadata.labels?.[l] ?? ''),
      ...(c.flags.on('show-labels') ? [formatLabels(o.metadata.labels)] : []),
    ]
  })
  return alignTable(c.flags.on('no-headers') ? rows : [header, ...rows])
}

const columnsShown = (table: TableOf, wide: boolean): number[] =>
  table.columns.flatMap((column, i) => (wide || !column.startsWith('+') ? i : []))

/** By `--sort-by`, or as they came; a text says what is wrong with it. k8s kubectl pkg/cmd/get/sorter.go (v1.36) */
function sorted(c: Context, objects: readonly KObject[]): readonly KObject[] | string {
  const by = c.flags.text('sort-by')
  if (by === '') return objects
  const expression = relaxedPath(by) ?? by
  const path = JsonPath.parse(expression)
  if (typeof path === 'string') return path
  const keyed = objects.map((object) => {
    const found = path.find(object)
    return { object, key: typeof found === 'string' ? undefined : found[0]?.[0] }
  })
  if (objects.length > 0 && keyed.every((k) => k.key === undefined)) {
    const first = path.find(objects[0])
    if (typeof first === 'string') return first
    return `couldn't find any field with path ${JSON.stringify(expression)} in the list of objects`
  }
  return keyed.sort((a, b) => order(a.key, b.key)).map((k) => k.object)
}

function order(a: unknown, b: unknown): number {
  if (a === b) return 0
  if (a === undefined || a === null) return -1
  if (b === undefined || b === null) return 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [String(a), String(b)]
  return x === y ? 0 : x < y ? -1 : 1
}
