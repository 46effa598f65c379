import { type Drift, type DriftField, type ObjectKey, type Path, splitKey } from '../model/index.ts'
import { shLine } from './sh-quote.ts'

/** `kubectl VERB deployment/web -n shop …` */
function about(object: ObjectKey, verb: string, ...rest: readonly string[]): string {
  const { kind, namespace, name } = splitKey(object)
  const within = namespace === '' || namespace === 'default' ? [] : ['-n', namespace]
  return shLine(['kubectl', verb, `${kind.toLowerCase()}/${name}`, ...within, ...rest])
}

const pointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** kubectl apply sets back what the text says, and of lists what is in them. */
const isApplied = ({ text, cluster }: DriftField): boolean =>
  text !== undefined && !(Array.isArray(text) && Array.isArray(cluster) && cluster.length > text.length)

/**
 * The command that makes an object what the text says again. `file` is where it stands. What the text never said no apply takes away: that
 * needs a command of its own.
 */
export function putBackCommand(drift: Drift, file: string | undefined): string | undefined {
  const { object, how, fields } = drift
  if (how === 'created') return about(object, 'delete')
  const apply = file === undefined ? undefined : shLine(['kubectl', 'apply', '-f', file])
  if (how === 'deleted') return apply
  const lines: string[] = []
  if (apply !== undefined && fields.some(isApplied)) lines.push(apply)
  const rest = fields.filter((field) => !isApplied(field))
  const patch: object[] = []
  for (const { path, text } of rest) {
    const [first, second, name] = path
    const verb = second === 'labels' ? 'label' : second === 'annotations' ? 'annotate' : undefined
    if (first === 'metadata' && verb && path.length === 3) lines.push(about(object, verb, `${name}-`))
    else if (text === undefined) patch.push({ op: 'remove', path: pointer(path) })
    else patch.push({ op: 'replace', path: pointer(path), value: text })
  }
  if (patch.length > 0) lines.push(about(object, 'patch', '--type=json', '-p', JSON.stringify(patch)))
  return lines.length > 0 ? lines.join(' && ') : undefined
}

/** `deployment/web`, as kubectl names it. */
export function kubectlName(object: ObjectKey): string {
  const { kind, name } = splitKey(object)
  return `${kind.toLowerCase()}/${name}`
}
