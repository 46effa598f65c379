/** The lab's own Services: what belongs to them is not compared. */
const LAB = /kube-system\/kube-dns[:/]|default\/kubernetes[:/]/

/** Without the lab's own Services, and without chains that nftables mode emptied in an earlier case and removes later. */
function ofTheCase(list: readonly string[]): string[] {
  const lines = list.flatMap((l) => l.split('\n')).map((l) => l.trim())
  if (!lines.some((l) => l.startsWith('table ip '))) {
    const theirs = new Set(
      lines.filter((l) => LAB.test(l)).flatMap((l) => /^-A (KUBE-(?:SVC|SEP)-\S+)/.exec(l)?.[1] ?? []),
    )
    return lines.filter((l) => !LAB.test(l) && !theirs.has(l.replace(/^:/, '').split(' ')[0]!))
  }
  return lines
    .join('\n')
    .replace(/^chain (\S+) \{\n?([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}$/gm, (all, name: string, body: string) =>
      !body.trim() || LAB.test(name) ? '' : all,
    )
    .replace(/(?<=[{,]\s*)[^{},]*\bgoto [^\s,}]*(?:kube-system\/kube-dns|default\/kubernetes)\/[^\s,}]*\s*,?/g, '')
    .replace(/,(\s*\})/g, '$1')
    .split('\n')
}

/** The elements of a set or map in one order: nft lists them in that of a hash. */
const nftLines = (lines: readonly string[]): string[] =>
  lines
    .join('\n')
    .replace(/\{([^{}]*)\}/g, (all, inside: string) =>
      /[\n,]/.test(inside) && !/;|policy/.test(inside)
        ? `{ ${inside
            .split(',')
            .map((e) => e.trim().replace(/\s+/g, ' '))
            .sort()
            .join(', ')} }`
        : all,
    )
    .split('\n')
    .map((l) => l.replace(/\s+/g, ' ').trim())
    .filter(Boolean)

const rule = (line: string): string =>
  line
    .replace(/--probability ([\d.]+)/, (_, p: string) => `--probability ${Number(p).toFixed(4)}`)
    .replace(/\s+/g, ' ')
    .trim()

function chainsOf(list: readonly string[]): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const line of list.map(rule)) {
    const name = /^-A (KUBE-(?:SVC|EXT|FW|SVL|SEP)-\S+)/.exec(line)?.[1]
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), line])
  }
  return byName
}

/** Rules of a node: names of chains exactly, chances to 4 decimals; as a set, but in order within the chains of one Service. */
export function compareRules(recorded: readonly string[], answered: readonly string[]): string[] {
  const expected = ofTheCase(recorded)
  const actual = ofTheCase(answered)
  const lines = (list: readonly string[]) =>
    (list.some((l) => l.startsWith('table ip ')) ? nftLines(list) : list.map(rule)).sort()
  const [want, got] = [lines(expected), lines(actual)]
  const out: string[] = []
  const mine = chainsOf(actual)
  for (const [chain, ordered] of chainsOf(expected)) {
    const have = mine.get(chain) ?? []
    if (have.join('\n') !== ordered.join('\n')) {
      out.push(`${chain}: expected ${ordered.join(' | ')}, got ${have.join(' | ') || 'nothing'}`)
    }
  }
  for (const line of want) if (!got.includes(line)) out.push(`missing: ${line}`)
  for (const line of got) if (!want.includes(line)) out.push(`not expected: ${line}`)
  return out.slice(0, 20)
}
