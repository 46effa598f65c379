import { type Scanned, type ScannedCommand, type ScannedWord, scanShell } from './sh-scan.ts'

/**
 * What was typed here ran in a simulation; a script runs on somebody's machine, and what was typed may have come with a link. So a script
 * runs what is known to only look, to ask over the network, or to reach the script's own cluster; everything else stays in it as a comment.
 */
export type Where = 'machine' | 'node'

/** The verbs of kubectl that are typed here; `edit` needs an editor, and others may be somebody's plugins. */
export const SCRIPTED_VERBS: ReadonlySet<string> = new Set(
  (
    'annotate api-resources api-versions apply auth autoscale cluster-info config cordon create delete describe diff drain ' +
    'events exec explain expose get label logs patch port-forward replace rollout run scale set taint uncordon version wait'
  ).split(' '),
)

/** Why a line is not run; undefined: it can be. */
export function refusalOf(scanned: Scanned, where: Where): string | undefined {
  for (const command of scanned.commands) {
    const why = refusal(command, where)
    if (why !== undefined) return why
  }
  return undefined
}

function refusal({ assigns, words, files }: ScannedCommand, where: Where): string | undefined {
  if (files.some((file) => !isOwnFile(file))) return 'it reads or writes a file outside of the folder of the script'
  const forbidden = assigns.find((name) => !mayBeSet(name))
  if (forbidden !== undefined) return `it sets ${forbidden}, which means something to other programs`
  const [first, ...rest] = words
  if (!first) return undefined
  if (first.literal === undefined) return 'what it runs is only known when it runs'
  const check = (where === 'node' ? ON_NODES : ON_MACHINES).get(first.literal) ?? ANYWHERE.get(first.literal)
  if (!check) return `${first.literal} is no command of the simulated shell, or means another thing here`
  return check(rest, where) ? undefined : `${first.literal} could do more than it did here`
}

const isOwnFile = ({ literal }: ScannedWord): boolean =>
  literal === '/dev/null' || (literal !== undefined && /^[\w][\w.-]*$/.test(literal))

const MEANT_FOR_OTHERS =
  /^(PATH|IFS|LD_.*|DYLD_.*|BASH.*|ENV|KUBE.*|DOCKER.*|KIND.*|SHELLOPTS|PS\d|PROMPT.*|EDITOR|VISUAL|PAGER|HOME|TMPDIR|CDPATH|GLOBIGNORE|POSIX.*|SSH.*|LESS.*|GO.*|.*_proxy|CURL.*)$/i
const mayBeSet = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !MEANT_FOR_OTHERS.test(name)

type Check = (words: readonly ScannedWord[], where: Where) => boolean

const always: Check = () => true
const known = (words: readonly ScannedWord[]): words is (ScannedWord & { literal: string })[] =>
  words.every(({ literal }) => literal !== undefined)
const joined = (words: readonly ScannedWord[]): string => words.map(({ literal }) => literal).join(' ')
/** No word is, or could become, an option that matches. */
const without =
  (options: RegExp): Check =>
  (words) =>
    words.every(({ literal, begins }) => (literal === undefined ? /^[^-]/.test(begins) : !options.test(literal)))

/** Its words are no files of other folders. */
function readsOwn(words: readonly ScannedWord[]): boolean {
  return words.every(({ literal, begins }) =>
    literal === undefined ? begins !== '' && !/^[/~]/.test(begins) : !/^[/~]|(^|\/)\.\.(\/|$)/.test(literal),
  )
}

/** Words that are themselves a command. */
const runs = (words: readonly ScannedWord[], where: Where): boolean =>
  words.length > 0 && refusal({ assigns: [], words, files: [] }, where) === undefined
const runsText = (text: string, where: Where): boolean => {
  const scanned = scanShell(text)
  return scanned !== undefined && refusalOf(scanned, where) === undefined
}

const table = (checks: Readonly<Record<string, Check>>): ReadonlyMap<string, Check> => new Map(Object.entries(checks))
const named = (names: string, check: Check): Record<string, Check> =>
  Object.fromEntries(names.split(' ').map((name) => [name, check]))

const ANYWHERE: ReadonlyMap<string, Check> = table({
  ...named('echo sleep true false : test [ seq pwd ls uname break continue shift', always),
  ...named('head tail wc cut tr cat', readsOwn),
  grep: (words) => {
    const pattern = words.findIndex(({ begins }) => !begins.startsWith('-'))
    return (
      readsOwn(words.filter((_, i) => i !== pattern)) && without(/^(-\w*f|--file)/)(words.slice(0, pattern), 'machine')
    )
  },
  printf: without(/^-v/),
  read: (words) => known(words) && words.every(({ literal }) => literal === '-r' || mayBeSet(literal)),
  // dig -f reads questions from a file, and asks them of somebody
  ...named('dig host nslookup getent ping', without(/^-f/)),
  date: (words) => known(words) && words.every(({ literal }) => /^(\+|-u$)/.test(literal)),
  hostname: (words) => known(words) && words.every(({ literal }) => /^-[fisdI]$/.test(literal)),
  env: (words) => words.length === 0,
  export: (words) => words.every(({ begins }) => mayBeSet(/^[^=]*/.exec(begins)![0])),
  unset: (words) => words.every(({ literal = '' }) => mayBeSet(literal)),
  sort: without(/^(-[a-zA-Z]*[oT]|--(o|t|compress|files0))/),
  uniq: (words) => known(words) && words.every(({ literal }) => literal.startsWith('-')),
  sed: (words) =>
    known(words) &&
    words.every(({ literal }) =>
      /^(-[nEr]+|s([/|,#])(?:(?!\2).)*\2(?:(?!\2).)*\2[gpI\d]*|(\d+|\$|\/[^/]*\/)(,(\d+|\$|\/[^/]*\/))?[pdq])$/.test(
        literal,
      ),
    ),
  awk: (words) =>
    known(words) && words.every(({ literal }) => !/system|getline|[|>@]|ENVIRON|^-[^F]|^--|^[/~]\w|\.\./.test(literal)),
  nc: (words) =>
    words.some(({ literal }) => /^-[a-z]*z/.test(literal ?? '')) &&
    words.every(({ literal }) => !/^-[a-zA-Z]*[ecl]|^--/.test(literal ?? '')),
  curl: asksOnly,
  wget: (words) =>
    words.every(({ literal, begins }, i) => {
      if (literal === undefined) return /^(https?:\/\/|[a-z0-9.])/.test(begins)
      return words[i - 1]?.literal === '-O' || /^-[a-zA-Z]*O$/.test(words[i - 1]?.literal ?? '')
        ? /^(-|\/dev\/null|[\w][\w.-]*)$/.test(literal)
        : /^(-[qStT46]*O?-?|--spider|-T|-t|\d+|(https?:\/\/)?[^-:/@][^@]*)$/.test(literal)
    }),
  xargs: (words, where) => {
    const from = words.findIndex(
      ({ literal }, i) => literal === undefined || !isXargsOption(literal, words[i - 1]?.literal),
    )
    // what is read could be an option: only of commands to which none does harm
    return (
      from >= 0 &&
      /^(echo|grep|getent|nslookup|host|sleep)$/.test(words[from]!.literal ?? '') &&
      runs(words.slice(from), where)
    )
  },
  watch: (words, where) => {
    if (!known(words)) return false
    const from = words.findIndex(
      ({ literal }, i) => !(literal.startsWith('-') || /^-\w*n$/.test(words[i - 1]?.literal ?? '')),
    )
    return from >= 0 && runsText(joined(words.slice(from)), where)
  },
  sh: runsScript,
  bash: runsScript,
  ash: runsScript,
})

const ON_MACHINES: ReadonlyMap<string, Check> = table({
  kubectl: ownCluster,
  k: ownCluster,
  // functions of the script
  ssh: (words) => known(words) && words.length > 1 && runsText(joined(words.slice(1)), 'node'),
  outside: runs,
})

const ON_NODES: ReadonlyMap<string, Check> = table({
  'iptables-save': (words) => known(words) && words.every(({ literal }) => /^(-t|-c|\w+)$/.test(literal)),
  'ip6tables-save': (words) => known(words) && words.every(({ literal }) => /^(-t|-c|\w+)$/.test(literal)),
  iptables: (words) =>
    known(words) && words.every(({ literal }) => /^(-[tLSnvx]+|--line-numbers|[A-Za-z][\w-]*)$/.test(literal)),
  nft: (words) =>
    known(words) &&
    words.find(({ literal }) => !literal.startsWith('-'))?.literal === 'list' &&
    !words.some(({ literal }) => /^-\w*[fi]|;/.test(literal)),
  conntrack: (words) =>
    known(words) && words.every(({ literal }) => !/^(-[DFIUEA]|--(del|flush|ins|upd|eve|add))/i.test(literal)),
  ip: (words) =>
    known(words) &&
    words.every(({ literal }) =>
      /^(-[46brdso]+|-br|-brief|a|ad|addr|address|r|route|l|link|n|neigh|show|list|dev|get|[\w.:]+)$/.test(literal),
    ) &&
    !words.some(({ literal }) => /^(add|del|delete|set|flush|change|replace|append|exec|netns|batch)$/.test(literal)),
  ss: without(/^(-\w*[KFD]|--)/),
})

const isXargsOption = (word: string, before = ''): boolean => /^-(n\d*|I.*|r)$/.test(word) || /^-[nI]$/.test(before)

function runsScript(words: readonly ScannedWord[], where: Where): boolean {
  const [option, script] = words
  return option?.literal === '-c' && script?.literal !== undefined && runsText(script.literal, where)
}

/** curl that sends no file, and writes none but into the folder. */
function asksOnly(words: readonly ScannedWord[]): boolean {
  return words.every(({ literal, begins }, i) => {
    const before = words[i - 1]?.literal ?? ''
    if (/^(-[a-zA-Z0-9#]*o|--output)$/.test(before)) return literal === '-' || isOwnFile(words[i]!)
    if (literal === undefined)
      return /^[A-Za-z0-9[]/.test(begins) && !/^(file|scp|sftp|ftp|tftp|smb|ldap|dict|telnet)/i.test(begins)
    if (literal.startsWith('--')) {
      return /^--(silent|show-error|verbose|include|head|max-time|header|request|data|data-raw|write-out|output|resolve|connect-to|connect-timeout|insecure|ipv[46]|fail|fail-with-body|location|retry|retry-delay|retry-connrefused|retry-all-errors|user-agent|http1\.[01]|compressed|json|get|globoff|no-progress-meter|max-redirs|url)$/.test(
        literal,
      )
    }
    if (literal.startsWith('-'))
      return /^-[sSvikIgLfG46#N]*([mwHXoAde].*)?$/.test(literal) && !/[@]|^-\w*o./.test(literal)
    if (/%output/.test(literal)) return false
    // a value, or a URL: no file (`@file`), no other protocol
    return (
      !/@/.test(literal) &&
      !/^(file|scp|sftp|ftps?|tftp|smbs?|ldaps?|dict|telnet|gopher|imap|pop3|smtp|rtsp|mqtt|ws)/i.test(literal)
    )
  })
}

/** kubectl on the cluster of the script, reading no file of other folders. */
function ownCluster(words: readonly ScannedWord[]): boolean {
  const verb = words.find(
    ({ literal }, i) => !literal?.startsWith('-') && !/^(-n|--namespace)$/.test(words[i - 1]?.literal ?? ''),
  )
  if (verb?.literal === undefined || !SCRIPTED_VERBS.has(verb.literal)) return false
  const dashes = words.findIndex(({ literal }) => literal === '--')
  return words.slice(0, dashes < 0 ? undefined : dashes).every(({ literal, begins }) => {
    const word = literal ?? begins
    if (literal === undefined && word.startsWith('--from-')) return false
    if (
      /^(-s|-s=.*|--(kubeconfig|context|cluster|user|server|token|client|certificate|cache-dir|profile|tls|as|insecure|username|password|editor|kustomize).*|-k.*)$/.test(
        word,
      ) &&
      !/^--(as-|cluster-ip)/.test(word)
    )
      return false
    const value = word.replace(/^(--[\w-]+=|-[a-zA-Z])/, '').replace(/^[\w.-]+=/, '')
    return !/^(\/|~|https?:)|(^|\/)\.\.(\/|$)/.test(value)
  })
}
