import { type ClientView, type Ms, makeKey, type ObjectKey, type ShellPlace, splitKey } from '../model/index.ts'
import { shLine, shQuote } from './sh-quote.ts'

/** Who sent a request, as far as a command has to know. */
export type Asker =
  /** `client`: the pod is no object, only a client of the picture. */
  | { readonly type: 'pod'; readonly pod: ObjectKey; readonly there: boolean; readonly client?: string }
  | { readonly type: 'node'; readonly node: string }
  | { readonly type: 'outside' }

export interface Asked {
  readonly url: string
  readonly timeout: Ms
  readonly connection: 'new' | 'keep-alive'
}

/** A request as a command line. */
export interface AsCurl {
  /** As one types it for a real cluster. */
  readonly line: string
  /** The same here: where, and what. */
  readonly here: { readonly place: ShellPlace; readonly line: string }
  /** What the command does otherwise than the request, or what one has to know to run it; whole sentences. */
  readonly notes: readonly string[]
}

/** From here on a limit is none: what a tool asks for that was given no limit. */
const NO_LIMIT: Ms = 3_600_000
const CURL_IMAGE = 'curlimages/curl'
const TOOLS_IMAGE = 'nicolaka/netshoot'

/**
 * Who stands behind `Trace.client`. `view`: the client of that key, when it is still there; one that asked from a terminal says in its key
 * where that was.
 */
export function askerOf(key: string, view: ClientView | undefined, isThere: (pod: ObjectKey) => boolean): Asker {
  if (view?.terminal !== true && view) {
    if (view.from === 'node' && view.at !== undefined) return { type: 'node', node: view.at }
    if (view.from !== 'pod' || view.at === undefined) return { type: 'outside' }
    const there = isThere(view.at)
    return { type: 'pod', pod: view.at, there, ...(!there && { client: view.key }) }
  }
  const from = key.startsWith('shell/') ? key.slice('shell/'.length) : 'outside'
  if (from === 'outside') return { type: 'outside' }
  return from.includes('/') ? { type: 'pod', pod: from, there: isThere(from) } : { type: 'node', node: from }
}

/** Where a terminal stands whose commands are this asker's. */
export function placeOfAsker(asker: Asker): ShellPlace {
  if (asker.type === 'outside') return 'outside'
  if (asker.type === 'node') return makeKey('Node', '', asker.node)
  return asker.client ?? asker.pod
}

/** The command that asks the same, in the same place. */
export function asCurl(asked: Asked, asker: Asker): AsCurl {
  const words = askingWords(asked)
  const notes: string[] = []
  if (asked.connection === 'keep-alive' && words[0] === 'curl')
    notes.push('The client keeps its connection; curl opens a new one each time, so that a new endpoint is drawn.')
  if (words[0] === 'nc')
    notes.push('curl speaks HTTP; for a bare port nc says whether it opens. It waits whole seconds.')
  const plain = shLine(words)
  if (asker.type === 'outside') {
    notes.push('From a machine outside the cluster that reaches the address.')
    return { line: plain, here: { place: 'outside', line: plain }, notes }
  }
  if (asker.type === 'node') {
    notes.push(`Where kind made the cluster, a node is a container: docker exec ${shQuote(asker.node)} ${plain}`)
    // ssh hands its words to a shell once more
    const bare = words.every((word) => shQuote(word) === word)
    const line = `ssh ${shQuote(asker.node)} ${bare ? plain : shQuote(plain)}`
    return { line, here: { place: 'workstation', line }, notes }
  }
  const { namespace, name } = splitKey(asker.pod)
  const within = namespace === 'default' ? [] : ['-n', namespace]
  if (asker.there) {
    const line = shLine(['kubectl', 'exec', ...within, name, '--', ...words])
    return { line, here: { place: 'workstation', line }, notes }
  }
  const image = words[0] === 'curl' ? CURL_IMAGE : TOOLS_IMAGE
  const line = shLine([
    ...['kubectl', 'run', name, ...within, '--rm', '-it', '--restart=Never', `--image=${image}`, '--'],
    ...words,
  ])
  notes.push('No such pod is in the cluster: this makes one for the moment, with an address of its own.')
  const here = asker.client === undefined ? { place: 'workstation', line } : { place: asker.client, line: plain }
  return { line, here, notes }
}

/** curl, or nc for what is no HTTP. */
function askingWords({ url, timeout }: Asked): string[] {
  const [, protocol, host, port] = /^(tcp|udp):\/\/(\[[^\]]*\]|[^/:?#]+):(\d+)/i.exec(url) ?? []
  const limited = timeout > 0 && timeout < NO_LIMIT
  if (protocol !== undefined) {
    const bare = host!.replace(/^\[|\]$/g, '')
    const udp = protocol.toLowerCase() === 'udp'
    return ['nc', udp ? '-zuv' : '-zv', ...(limited ? ['-w', String(Math.ceil(timeout / 1000))] : []), bare, port!]
  }
  // clients take any certificate
  const https = /^https:/i.test(url)
  // what curl would take for a pattern of several URLs
  const pattern = /[{}[\]]/.test(url.replace(/^[a-z]+:\/\/\[[\da-f:.%]*\]/i, ''))
  return [
    'curl',
    `-sS${https ? 'k' : ''}${pattern ? 'g' : ''}`,
    ...(limited ? ['-m', String(timeout / 1000)] : []),
    ...(url.startsWith('-') ? ['--url'] : []),
    url,
  ]
}
