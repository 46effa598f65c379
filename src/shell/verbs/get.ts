import { type KindInfo, type KObject, kindInfo } from '../../model/index.ts'
import { type Context, type Outcome, type Pause, usage, type Verb } from '../command.ts'
import { type Failure, isNotFound, plain, refused } from '../failure.ts'
import { objectName } from '../kinds.ts'
import { selectorCell } from '../print/cells.ts'
import { tableOf } from '../print/columns.ts'
import { JsonPath } from '../print/jsonpath.ts'
import { formatOf, GET_FORMATS, listOf, printerFor, relaxedPath } from '../print/output.ts'
import { alignTable, cellText } from '../print/table.ts'
import type { Loose, TableOf } from '../print/table-of.ts'
import { type Info, SELECTION_FLAGS, type Selection, select, selected } from '../selection.ts'
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
    { name: 'raw', type: 'string' },
    { name: 'watch', short: 'w', type: 'bool' },
    { name: 'watch-only', type: 'bool' },
    { name: 'output-watch-events', type: 'bool' },
  ],
  run: (c) => {
    if (c.args.length === 0 && c.flags.all('filename').length === 0 && !c.flags.has('raw')) return nothingAsked(c)
    const format = formatOf(c.flags)
    if (c.flags.has('raw')) return [plain('--raw is not simulated here; use `kubectl get KIND -o json`')]
    if (c.flags.has('subresource') && !isOneName(c)) {
      return [plain('subresource cannot be used when bulk resources are specified')]
    }
    if (c.flags.on('show-labels') && format !== '' && format !== 'wide') {
      return [plain(`--show-labels option cannot be used with ${format} printer`)]
    }
    const selection = subresource(c, select(c, { everything: true }))
    if (selection.fatal) return selection.failures
    let { failures } = selection
    if (c.flags.on('ignore-not-found')) failures = failures.filter((f) => !isNotFound(f))
    if (c.flags.on('watch') || c.flags.on('watch-only')) return watch(c, selection, failures)
    const isTable = format === '' || format === 'wide'
    const said = isTable
      ? printTables(c, selection, failures, format === 'wide')
      : printObjects(c, selection.infos, failures, selection.single)
    return said !== failures || (selection.single && !isTable) ? said : bare(c, said)
  },
}

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])
const WITHOUT_STATUS: ReadonlySet<string> = new Set([
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'EndpointSlice', 'LimitRange', 'Event', 'Lease'],
  ...['NetworkPolicy', 'IngressClass', 'StorageClass', 'PriorityClass', 'ControllerRevision', 'PodTemplate'],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
])

/** What `--subresource` shows of the objects: the whole of them for `status`, how many they are for `scale`. */
function subresource(c: Context, selection: Selection): Selection {
  const wanted = c.flags.text('subresource')
  if (wanted === '' || selection.fatal) return selection
  const visits = selection.visits.map((visit) => {
    if (!('kind' in visit)) return visit
    const { kind, object } = visit
    if (wanted === 'status' && !WITHOUT_STATUS.has(kind.kind)) return visit
    if (wanted === 'scale' && SCALABLE.has(kind.kind)) return { ...visit, object: scaleOf(object!) }
    return refused({
      code: 404,
      reason: 'NotFound' as const,
      message: 'the server could not find the requested resource',
    })
  })
  return selected(visits, selection.single)
}

/** k8s pkg/registry/apps/deployment/storage/storage.go scaleFromDeployment (v1.36) */
function scaleOf({ metadata, spec, status }: Loose): KObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const { selector } = spec
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 1 },
    status: {
      replicas: status?.replicas ?? 0,
      selector: selector?.matchLabels || selector?.matchExpressions ? selectorCell(selector) : formatLabels(selector),
    },
  } as KObject
}

/** A single failure said as one of a list of failures: get collects them. */
function bare(c: Context, failures: readonly Failure[]): Outcome {
  const [only] = failures
  if (failures.length !== 1 || only?.type !== 'plain') return failures
  c.err(`${only.message}\n`)
  return [{ type: 'said' }]
}

/**
 * What there is, and then each object again whenever it changes, until somebody stops it.
 * k8s kubectl pkg/cmd/get/get.go watch (v1.36): one kind only; columns are as wide as each line alone needs, but for the first table
 */
function* watch(c: Context, selection: Selection, failures: readonly Failure[]): Generator<Pause, Outcome> {
  const kinds = new Set(selection.infos.map((i) => i.kind))
  if (c.flags.on('sort-by') || c.flags.text('sort-by') !== '') {
    c.err('warning: --watch requested, --sort-by will be ignored for watch events received\n')
  }
  if (kinds.size > 1 || (c.args[0]?.includes(',') && !c.args[0].includes('/'))) {
    return [plain('you may only specify a single resource type')]
  }
  if (failures.length > 0) return failures
  const withEvents = c.flags.on('output-watch-events')
  const state = new Map<string, KObject>()
  let shownHeader = false
  const show = (info: Info, event: string) => {
    const format = formatOf(c.flags)
    if (format !== '' && format !== 'wide') {
      const printer = printerFor(format, {
        formats: GET_FORMATS,
        template: c.flags.text('template'),
        readFile: c.readFile,
      })
      if (typeof printer === 'string') return plain(printer)
      const printed = printer(info.object!)
      if (!printed.ok) return plain(printed.error)
      c.out(printed.text)
      return undefined
    }
    const header = !shownHeader && !c.flags.on('no-headers')
    shownHeader = true
    const text = tableText(c, info.kind, [info.object!], format === 'wide', { withHeader: header })
    if (!withEvents) c.out(text)
    else {
      const lines = text.split('\n').filter(Boolean)
      const pad = (word: string) => word.padEnd(11)
      c.out(lines.map((line, i) => `${pad(header && i === 0 ? 'EVENT' : event)}${line}\n`).join(''))
    }
    return undefined
  }
  const first = selection.infos
  for (const info of first) state.set(`${info.namespace}/${info.name}`, info.object!)
  if (!c.flags.on('watch-only') && first.length > 0) {
    const isTable = formatOf(c.flags) === '' || formatOf(c.flags) === 'wide'
    if (isTable && !withEvents) {
      const objects = first.map((i) => i.object!)
      c.out(tableText(c, first[0]!.kind, objects, formatOf(c.flags) === 'wide'))
      shownHeader = true
    } else {
      for (const info of first) {
        const failure = show(info, 'ADDED')
        if (failure) return [failure]
      }
    }
  }
  for (;;) {
    yield { endless: true }
    const now = new Map<string, Info>()
    for (const info of select({ ...c, warn: () => {} }, { everything: true }).infos) {
      now.set(`${info.namespace}/${info.name}`, info)
    }
    for (const [key, info] of now) {
      const before = state.get(key)
      if (before === info.object) continue
      const replaced = before !== undefined && before.metadata.uid !== info.object!.metadata.uid
      state.set(key, info.object!)
      const failure = show(info, before === undefined || replaced ? 'ADDED' : 'MODIFIED')
      if (failure) return [failure]
    }
    for (const [key, object] of state) {
      if (now.has(key)) continue
      state.delete(key)
      const kind = kindInfo(object.apiVersion, object.kind)!
      const failure = show(
        { kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name, object },
        'DELETED',
      )
      if (failure) return [failure]
    }
  }
}

/** A client that does not ask the server for a table knows names and ages. */
const NOBODY = { apiVersion: '', kind: '' }

const isOneName = (c: Context) => c.args.length > 1 || c.args[0]?.includes('/') === true

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
  const printer = printerFor(formatOf(c.flags), {
    noHeaders: c.flags.on('no-headers'),
    template: c.flags.text('template'),
    allowMissing: c.flags.on('allow-missing-template-keys'),
    formats: GET_FORMATS,
    readFile: c.readFile,
  })
  if (typeof printer === 'string') return [plain(printer)]
  const objects = sorted(
    c,
    infos.map((i) => i.object!),
  )
  if (typeof objects === 'string') return [plain(objects)]
  const printed = printer(single && objects.length === 1 ? objects[0]! : listOf(objects))
  if (!printed.ok) {
    c.out(printed.said ?? '')
    return [...failures, plain(printed.error)]
  }
  c.out(printed.text)
  return failures
}

/** A table for each kind that follows another, blank lines between. */
function printTables(c: Context, selection: Selection, failures: readonly Failure[], wide: boolean): Outcome {
  const { infos } = selection
  const asked = selection.kinds ?? [...new Set(infos.map((i) => i.kind))]
  // each answer is a table of its own, and tables have no such field
  if (c.flags.text('sort-by') !== '' && (selection.kinds?.length ?? infos.length) > 1) {
    const by = c.flags.text('sort-by')
    return [plain(`couldn't find any field with path ${JSON.stringify(relaxedPath(by) ?? by)} in the list of objects`)]
  }
  const objects = sorted(
    c,
    infos.map((i) => i.object!),
  )
  // kubectl takes a table that it cannot sort for an empty one
  if (typeof objects === 'string') {
    c.err(c.flags.on('all-namespaces') ? 'No resources found\n' : `No resources found in ${c.namespace} namespace.\n`)
    return failures
  }
  const kindOf = new Map(infos.map((i) => [i.object!, i.kind]))
  const withKind = c.flags.on('show-kind') || asked.length > 1
  let group: KObject[] = []
  let written = false
  // once a table has had the column, those that follow have it too
  let withNamespace = false
  const flush = () => {
    if (group.length === 0) return
    const kind = kindOf.get(group[0]!)!
    if (written && !c.flags.on('no-headers')) c.out('\n')
    withNamespace ||= c.flags.on('all-namespaces') && kind.namespaced
    c.out(tableText(c, kind, group, wide, { withKind, withNamespace }))
    written = true
    group = []
  }
  for (const object of objects) {
    if (group[0] && kindOf.get(group[0]) !== kindOf.get(object)) flush()
    group.push(object)
  }
  flush()
  if (!written && failures.length === 0 && !c.flags.on('ignore-not-found')) {
    const scoped = !c.flags.on('all-namespaces') && asked.every((kind) => kind.namespaced)
    c.err(scoped ? `No resources found in ${c.namespace} namespace.\n` : 'No resources found\n')
  }
  return failures
}

function tableText(
  c: Context,
  kind: KindInfo,
  objects: readonly KObject[],
  wide: boolean,
  {
    withKind = c.flags.on('show-kind'),
    withNamespace = c.flags.on('all-namespaces') && kind.namespaced,
    withHeader = true,
  } = {},
): string {
  const table = tableOf(c.flags.on('server-print') ? objects[0]! : NOBODY)
  const labels = c.flags.all('label-columns')
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
  return alignTable(c.flags.on('no-headers') || !withHeader ? rows : [header, ...rows])
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
  return sortedAsGo(keyed, (a, b) => a.key === undefined || order(a.key, b.key) < 0).map((k) => k.object)
}

/**
 * Go's sort.Sort for a dozen: by insertion. An object without the field counts as less than any, also than another without it, so those come
 * in reverse. Longer lists keep the order of equals, which Go's do not.
 */
function sortedAsGo<T extends { readonly key: unknown }>(list: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const out = [...list]
  if (out.length > 12) return out.sort((a, b) => order(a.key, b.key))
  for (let i = 1; i < out.length; i++) {
    for (let j = i; j > 0 && less(out[j]!, out[j - 1]!); j--) {
      ;[out[j - 1], out[j]] = [out[j]!, out[j - 1]!]
    }
  }
  return out
}

function order(a: unknown, b: unknown): number {
  if (a === b) return 0
  if (a === undefined || a === null) return -1
  if (b === undefined || b === null) return 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [String(a), String(b)]
  return x === y ? 0 : x < y ? -1 : 1
}
