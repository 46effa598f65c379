import { blockIndent, highlightLine, isInBlock } from './highlight.ts'
import type * as monaco from './monaco.ts'

/** Where a line begins: in a block scalar that stands deeper than `block`, or (-1) in none. */
class Beginning implements monaco.languages.IState {
  readonly block: number
  constructor(block: number) {
    this.block = block
  }
  clone(): Beginning {
    return this
  }
  equals(other: monaco.languages.IState): boolean {
    return other instanceof Beginning && other.block === this.block
  }
}

/** The colours of the textarea, for Monaco: taking over changes nothing that one sees. */
export const yamlTokens: monaco.languages.TokensProvider = {
  getInitialState: () => new Beginning(-1),
  tokenize(line, state) {
    const { block } = state as Beginning
    const inBlock = isInBlock(line, block)
    let startIndex = 0
    const tokens = highlightLine(line, inBlock).map(({ text, kind }) => {
      const token = { startIndex, scopes: kind }
      startIndex += text.length
      return token
    })
    return { tokens, endState: new Beginning(inBlock ? block : blockIndent(line)) }
  },
}
