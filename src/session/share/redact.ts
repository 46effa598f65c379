import {
  type Action,
  applyChange,
  diffFiles,
  type LogEntry,
  lastFirst,
  type SessionDocument,
  type TextFile,
} from '../../model/index.ts'
import { looksLikeCredential, PLACEHOLDER, secretsOf } from './secrets.ts'

export interface Redacted {
  readonly document: SessionDocument
  /** How many values gave way to a placeholder. */
  readonly replaced: number
}

/** Text without any of this cannot hold a secret that we know: the usual case, in which nothing is parsed. */
const SUSPICIOUS =
  /secret|pass|pwd|token|key|credential|auth|dsn|connection_?string|:\/\/[^\s/]*@|-----BEGIN|AKIA|gh[pousr]_|xox|eyJ|sk-/i

/**
 * The document with values of Secrets and of env entries that look like credentials replaced, at every moment of its log:
 * each text that ever stood there is cleaned, and the log's edits become the differences of the clean texts.
 */
export async function redactDocument(document: SessionDocument): Promise<Redacted> {
  let replaced = 0
  const memory = new Map<string, string>()
  const clean = async (files: readonly TextFile[]): Promise<readonly TextFile[]> => {
    const out: TextFile[] = []
    for (const { name, text } of files) {
      let done = memory.get(text)
      if (done === undefined) {
        const result = await redactText(name, text)
        done = result.text
        replaced = Math.max(replaced, result.replaced)
        memory.set(text, done)
      }
      out.push({ name, text: done })
    }
    return out
  }

  let raw = document.files
  let present = await clean(raw)
  const files = present
  const log: LogEntry[] = []
  for (const entry of document.log) {
    if (entry.type === 'act') {
      log.push({ ...entry, action: await redactAction(entry.action) })
      continue
    }
    raw = applyChange(raw, entry) ?? raw
    const next = await clean(raw)
    const change = diffFiles(present, next)
    if (change) log.push({ at: entry.at, type: 'edit', ...change })
    present = next
  }
  return { document: { ...document, files, log }, replaced }
}

async function redactAction(action: Action): Promise<Action> {
  if (action.type === 'type-line') return { ...action, line: await redactLine(action.line) }
  if (action.type !== 'kubectl') return action
  const args = action.args.map((arg) => {
    const pair = /^(--from-literal=[^=]*=|--(?:password|docker-password|token)=)/.exec(arg)
    if (pair) return pair[1] + PLACEHOLDER
    const [name = '', ...value] = arg.split('=')
    return value.length > 0 && looksLikeCredential(name, value.join('=')) ? `${name}=${PLACEHOLDER}` : arg
  })
  for (const [i, arg] of args.entries())
    if (/^--(from-literal|password|docker-password|token)$/.test(arg) && args[i + 1] !== undefined)
      args[i + 1] = args[i + 1]!.includes('=') ? args[i + 1]!.replace(/=.*/s, `=${PLACEHOLDER}`) : PLACEHOLDER
  return action.stdin === undefined
    ? { type: 'kubectl', args }
    : { type: 'kubectl', args, stdin: (await redactText('stdin', action.stdin)).text }
}

/** The value of a flag that is one, of `key=value`, of a header, and of `-u user:password`. */
const SECRET_FLAG = /(--from-literal[= ]\S*?=|--(?:docker-)?(?:password|token)[= ])('[^']*'|"[^"]*"|\S+)/g
const ASSIGNED = /(^|[\s'"(;])([A-Za-z_][\w-]*)=('[^']*'|"[^"]*"|[^\s'";|&)]+)/g
const AUTHORIZATION = /((?:authorization|x-api-key|cookie)\s*:\s*)[^'"\n]+/gi
const USER = /(\s(?:-u|--user)[= ]?)('[^']*'|"[^"]*"|\S+)/g
const URL_PASSWORD = /(:\/\/[^\s/:@'"]*:)[^\s/@'"]+@/g

/** A line of a terminal without its secrets: those of flags and assignments, and of manifests in its here-documents. */
async function redactLine(line: string): Promise<string> {
  if (!SUSPICIOUS.test(line) && !/\s(-u|--user)\b|cookie/i.test(line)) return line
  const [head = '', ...rest] = line.split('\n')
  const body = rest.join('\n')
  // the last line ends the here-document: a manifest stands before it
  const manifest = body === '' ? '' : redactLines((await redactText('here-document', body)).text).text
  const clean = (text: string) =>
    text
      .replace(SECRET_FLAG, `$1${PLACEHOLDER}`)
      .replace(AUTHORIZATION, `$1${PLACEHOLDER}`)
      .replace(URL_PASSWORD, `$1${PLACEHOLDER}@`)
      .replace(USER, (whole, flag: string, value: string) => (value.includes(':') ? `${flag}${PLACEHOLDER}` : whole))
      .replace(ASSIGNED, (whole, before: string, name: string, value: string) =>
        looksLikeCredential(name, value.replace(/^['"]|['"]$/g, '')) ? `${before}${name}=${PLACEHOLDER}` : whole,
      )
  return [clean(head), ...(rest.length > 0 ? [clean(manifest)] : [])].join('\n')
}

/** Secrets of one document that are replaced one after the other; what is left then goes with its document. */
const MOST_ROUNDS = 300

/** One file's text without its secrets: comments and layout of everything else stay. */
export async function redactText(file: string, text: string): Promise<{ text: string; replaced: number }> {
  if (!SUSPICIOUS.test(text)) return { text, replaced: 0 }
  // the parser is needed only here, and must not weigh on the first picture
  const { readText, editsFor } = await import('../../manifest/index.ts')
  let parsed = readText([{ name: file, text }])
  let present = text
  let replaced = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // one of each document: edits of different documents do not touch one another
    const edits = parsed.docs.flatMap((doc) => {
      const secret = secretsOf(doc.value)[0]
      if (!secret) return []
      // the key says nothing: also a document without a name has secrets, so the document itself is given
      return editsFor(
        parsed,
        [{ label: '', object: '', path: secret.path, op: 'set', value: secret.placeholder }],
        () => doc,
      )
    })
    const next = applyChange([{ name: file, text: present }], { edits: lastFirst(edits) })?.[0]?.text
    if (next === undefined || next === present) break
    replaced += edits.length
    present = next
    parsed = readText([{ name: file, text: present }])
  }
  const rest = redactUnreadable(present, parsed.docs)
  return { text: rest.text, replaced: replaced + rest.replaced }
}

/**
 * What no edit could clean: documents that cannot be read, or in which a secret is left. Line by line,
 * and on the safe side: everything below `data:` and every `value:` of a credential's name goes.
 */
function redactUnreadable(
  text: string,
  docs: readonly { readonly value: unknown; readonly source: { readonly from: number; readonly to: number } }[],
): { text: string; replaced: number } {
  let out = text
  let replaced = 0
  for (const doc of [...docs].sort((a, b) => b.source.from - a.source.from)) {
    const unreadable = doc.value === undefined
    if (!unreadable && secretsOf(doc.value).length === 0) continue
    const { from, to } = doc.source
    const body = text.slice(from, to)
    if (unreadable && !SUSPICIOUS.test(body)) continue
    const cleaned = unreadable
      ? redactLines(body)
      : { text: '# A document with secrets was left out here.\n', replaced: 1 }
    out = out.slice(0, from) + cleaned.text + out.slice(to)
    replaced += cleaned.replaced
  }
  return { text: out, replaced }
}

export function redactLines(text: string): { text: string; replaced: number } {
  const secret = /kind["']?\s*:\s*["']?Secret\b/.test(text)
  let replaced = 0
  let inData = -1
  let envName = ''
  const lines = text.split('\n').map((line) => {
    const indent = line.length - line.trimStart().length
    if (inData >= 0 && line.trim() !== '' && indent <= inData) inData = -1
    if (inData >= 0) {
      const pair = /^(\s*[^\s:]+:\s*)\S.*$/.exec(line)
      if (line.trim() !== '') replaced++
      return pair ? pair[1] + PLACEHOLDER : ' '.repeat(indent)
    }
    if (secret && /^\s*["']?(data|stringData)["']?\s*:/.test(line)) {
      inData = indent
      const inline = /^(\s*["']?(?:data|stringData)["']?\s*:\s*)\S/.exec(line)
      if (!inline) return line
      replaced++
      return `${inline[1]}{}`
    }
    const name = /name["']?\s*:\s*["']?([\w.-]+)/.exec(line)
    if (name) envName = name[1]!
    const value = /^(.*?value["']?\s*:\s*)(\S.*)$/.exec(line)
    if (value && looksLikeCredential(envName, value[2]!.replace(/^["']|["'],?}?\]?$/g, ''))) {
      replaced++
      return value[1] + PLACEHOLDER
    }
    return line
  })
  return { text: lines.join('\n'), replaced }
}
