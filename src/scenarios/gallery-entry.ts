import type { CauseCode, Outcome } from '../model/index.ts'
import type { Scenario, ScenarioGroup } from './scenario.ts'

/** Who asks what, how often. */
export interface Ask {
  /** internet, node/NAME, pod/NAME or pod/NAMESPACE/NAME */
  readonly from: string
  readonly to: string
  readonly times: number
  readonly connection: 'new' | 'keep-alive'
}

/** A set-up that does not do what its author meant, and the same set-up mended: one file of `gallery/`. */
export interface GalleryEntry {
  /** The file's name without its ending; stands in links, so it never changes. */
  readonly id: string
  readonly title: string
  /** What a person sees, in curl's words. */
  readonly symptom: string
  /** What happens to (some of) the requests. */
  readonly outcome: Outcome
  /** What a good engineer would answer. `object` is the one to edit, as "Service default/web"; both are empty where there is none. */
  readonly cause: { readonly code: CauseCode; readonly object: string; readonly path: string }
  /** What was done about it, and why that helps. */
  readonly mend: string
  readonly broken: Version
  readonly mended: Version
}

export interface Version {
  readonly ask: Ask
  /** The manifests, with the client that asks. */
  readonly text: string
}

const MENDED = '# --- mended ---\n'

/**
 * Reads a file of `gallery/`: lines "# key: value" (title, symptom, ask, outcome, cause, mend), the manifests, a line "# --- mended ---", and
 * the mended manifests, before which a line "# ask: …" stands when they are to be asked otherwise. Throws on anything else: a file of ours that
 * is wrong is a bug.
 */
export function parseGalleryEntry(id: string, file: string): GalleryEntry {
  const [first, second, ...more] = file.split(MENDED)
  if (first === undefined || second === undefined || more.length > 0) throw new Error(`${id}: one "${MENDED.trim()}"`)
  const broken = headed(first)
  const mended = headed(second)
  const said = (key: string): string => {
    const value = broken.head.get(key)
    if (value === undefined) throw new Error(`${id}: no "# ${key}: …"`)
    return value
  }
  const [code, ...about] = said('cause').split(' ')
  const ask = askOf(id, said('ask'))
  const instead = mended.head.get('ask')
  return {
    id,
    title: said('title'),
    symptom: said('symptom'),
    outcome: said('outcome') as Outcome,
    cause: { code: code as CauseCode, object: about.slice(0, 2).join(' '), path: about.slice(2).join(' ') },
    mend: said('mend'),
    broken: versionOf(broken.rest, ask),
    mended: versionOf(mended.rest, instead === undefined ? ask : askOf(id, instead)),
  }
}

/** The "# key: value" lines at the beginning, and what follows. */
function headed(text: string): { head: ReadonlyMap<string, string>; rest: string } {
  const head = new Map<string, string>()
  let rest = text
  for (;;) {
    const line = /^# ([a-z]+): (.*)\n/.exec(rest)
    if (!line) return { head, rest }
    head.set(line[1]!, line[2]!)
    rest = rest.slice(line[0].length)
  }
}

/** "pod/client http://web/ 20 times over one connection" */
function askOf(id: string, text: string): Ask {
  const match = /^(\S+) (\S+)(?: (\d+) times)?( over one connection)?$/.exec(text)
  if (!match) throw new Error(`${id}: "${text}" is not FROM URL [N times] [over one connection]`)
  const [, from, to, times, kept] = match
  return { from: from!, to: to!, times: Number(times ?? 1), connection: kept ? 'keep-alive' : 'new' }
}

const versionOf = (manifests: string, ask: Ask): Version => ({ ask, text: `${manifests}---\n${clientOf(ask)}` })

const clientOf = ({ from, to, connection }: Ask): string => `# Who asks, and what.
apiVersion: fairlead.dev/v1
kind: Client
metadata:
  name: asker
spec:
  from: ${from}
  url: ${to}
${connection === 'keep-alive' ? '  connection: keep-alive\n' : ''}`

/** The heading that a cause belongs under. */
export function groupOf(code: CauseCode): ScenarioGroup {
  const family = code.slice(0, code.indexOf('.'))
  return GROUPS[code] ?? GROUPS[family] ?? 'What goes wrong: names'
}

const GROUPS: Readonly<Record<string, ScenarioGroup>> = {
  selector: 'What goes wrong: labels',
  port: 'What goes wrong: ports',
  pod: 'What goes wrong: pods',
  workload: 'What goes wrong: pods',
  'pod.none': 'What goes wrong: labels',
  endpoints: 'What goes wrong: endpoints by hand',
  address: 'What goes wrong: endpoints by hand',
  policy: 'What goes wrong: ways in',
  lb: 'What goes wrong: ways in',
  nodeport: 'What goes wrong: ways in',
  clusterip: 'What goes wrong: ways in',
  'pod.from-outside': 'What goes wrong: ways in',
  outside: 'What goes wrong: ways in',
  network: 'What goes wrong: ways in',
  api: 'What goes wrong: refused',
  affinity: 'Nothing is wrong, but it surprises',
  connection: 'Nothing is wrong, but it surprises',
  spread: 'Nothing is wrong, but it surprises',
}

const FILE = 'app.yaml'

/** An entry as an example: its story is the symptom, its one step mends it. */
export const scenarioOfEntry = ({
  id,
  title,
  symptom,
  outcome,
  cause,
  mend,
  broken,
  mended,
}: GalleryEntry): Scenario => ({
  id,
  title,
  group: groupOf(cause.code),
  summary: symptom,
  story: symptom,
  keywords: `${cause.code} ${outcome}`,
  files: [{ name: FILE, text: broken.text }],
  steps: [{ label: 'Mend it', say: mend, do: { type: 'edit', file: FILE, find: broken.text, replace: mended.text } }],
  expect: [],
})
