/** A place in a document: UTF-16 offset, and the 0-based line that libyaml counts. */
export interface Mark {
  readonly at: number
  readonly line: number
}

/**
 * Why a document is no YAML. Thrown and caught inside this folder only: the scanner, the parser and the decoder each stop at the
 * first problem, as go-yaml does; `parseYaml` turns it into a value.
 */
export class YamlProblem extends Error {
  /** go-yaml's words, without "yaml: ". */
  readonly words: string
  /** Where a person should look: [from, to) in the document. */
  readonly from: number
  readonly to: number

  constructor(words: string, from: number, to: number) {
    super(words)
    this.words = words
    this.from = from
    this.to = to
  }
}

/**
 * A scanner's problem in go-yaml's words. The line is the scanner's own; on a document's first line go-yaml leaves it out.
 * go.yaml.in/yaml/v2 decode.go parser.fail (v2.4.3)
 */
export function scannerProblem(
  problem: string,
  here: Mark,
  context: Mark,
  look: 'here' | 'context' = 'here',
): YamlProblem {
  const line = here.line !== 0 ? here.line + 1 : context.line
  const at = look === 'here' ? here.at : context.at
  return new YamlProblem(line === 0 ? problem : `line ${line}: ${problem}`, at, at + 1)
}

/** A parser's problem: go-yaml counts its lines from 0, so they are one less than an editor's. */
export function parserProblem(problem: string, token: Mark & { readonly to: number }, context?: Mark): YamlProblem {
  const line = token.line !== 0 ? token.line : (context?.line ?? 0)
  return new YamlProblem(line === 0 ? problem : `line ${line}: ${problem}`, token.at, Math.max(token.to, token.at + 1))
}
