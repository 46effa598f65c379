export interface Requirement {
  readonly key: string
  readonly op: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<'
  readonly values: readonly string[]
}

interface Token {
  readonly type: 'word' | 'end' | '!' | '!=' | '=' | '==' | '>' | '<' | '(' | ')' | ',' | 'in' | 'notin'
  readonly text: string
}

const SYMBOLS = '=!(),><'

class Fault extends Error {}

/** k8s apimachinery/pkg/labels/selector.go Lexer (v1.36) */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const ch = text[at]!
    if (/[ \t\r\n]/.test(ch)) at++
    else if (SYMBOLS.includes(ch)) {
      const two = text.slice(at, at + 2)
      const symbol = two === '==' || two === '!=' ? two : ch
      tokens.push({ type: symbol as Token['type'], text: symbol })
      at += symbol.length
    } else {
      const [word = ''] = /^[^=!(),>< \t\r\n]+/.exec(text.slice(at)) ?? []
      tokens.push({ type: word === 'in' || word === 'notin' ? word : 'word', text: word })
      at += word.length
    }
  }
  return tokens
}

/** The terms of a label selector; a text says what is wrong with it. k8s apimachinery/pkg/labels/selector.go Parser (v1.36) */
export function parseRequirements(text: string): readonly Requirement[] | string {
  try {
    return new Parser(tokensOf(text)).parse()
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message
    throw thrown
  }
}

const END: Token = { type: 'end', text: '' }

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Requirement[] {
    const out: Requirement[] = []
    for (;;) {
      const { type, text } = this.#ahead()
      if (type === 'end') return out
      if (type !== 'word' && type !== '!')
        throw new Fault(`found '${text}', expected: !, identifier, or 'end of string'`)
      out.push(this.#requirement())
      const next = this.#take()
      if (next.type === 'end') return out
      if (next.type !== ',') throw new Fault(`found '${next.text}', expected: ',' or 'end of string'`)
      const after = this.#ahead()
      if (after.type !== 'word' && after.type !== '!') {
        throw new Fault(`found '${after.text}', expected: identifier after ','`)
      }
    }
  }

  /** `in` and `notin` are operators only where one is looked for. */
  #ahead(operator = false): Token {
    const token = this.#tokens[this.#at] ?? END
    return !operator && (token.type === 'in' || token.type === 'notin') ? { type: 'word', text: token.text } : token
  }

  #take(operator = false): Token {
    const token = this.#ahead(operator)
    this.#at++
    return token
  }

  #requirement(): Requirement {
    const fault = (message: string) => new Fault(`unable to parse requirement: ${message}`)
    let first = this.#take()
    const negated = first.type === '!'
    if (negated) first = this.#take()
    if (first.type !== 'word') throw fault(`found '${first.text}', expected: identifier`)
    const key = first.text
    const wrongKey = keyFault(key)
    if (wrongKey !== undefined) throw fault(wrongKey)
    const next = this.#ahead()
    if (next.type === 'end' || next.type === ',') return { key, op: negated ? '!' : 'exists', values: [] }
    // "!key" is complete: anything behind it is not
    if (negated) return { key, op: '!', values: [] }
    const { type, text } = this.#take(true)
    switch (type) {
      case 'in':
      case 'notin': {
        const values = this.#values(fault)
        checkValues(key, values, fault)
        return { key, op: type, values }
      }
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<': {
        const ahead = this.#ahead()
        let value = ''
        if (ahead.type !== 'end' && ahead.type !== ',') {
          const found = this.#take()
          if (found.type !== 'word') throw fault(`found '${found.text}', expected: identifier`)
          value = found.text
        }
        if ((type === '>' || type === '<') && !/^[+-]?\d+$/.test(value)) {
          throw fault(
            `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
          )
        }
        checkValues(key, [value], fault)
        return { key, op: type === '==' ? '=' : type, values: [value] }
      }
      default:
        throw fault(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`)
    }
  }

  #values(fault: (message: string) => Fault): string[] {
    const open = this.#take()
    if (open.type !== '(') throw fault(`found '${open.text}' expected: '('`)
    const first = this.#ahead()
    if (first.type === ')') {
      this.#take()
      return ['']
    }
    if (first.type !== 'word' && first.type !== ',') {
      throw fault(`found '${first.text}', expected: ',', ')' or identifier`)
    }
    const out = new Set<string>()
    for (;;) {
      const token = this.#take()
      if (token.type === 'word') {
        out.add(token.text)
        const next = this.#ahead()
        if (next.type === ')') break
        if (next.type !== ',') throw fault(`found '${next.text}', expected: ',' or ')'`)
      } else if (token.type === ',') {
        if (out.size === 0) out.add('')
        const next = this.#ahead()
        if (next.type === ')') {
          out.add('')
          break
        }
        if (next.type === ',') {
          this.#take()
          out.add('')
        }
      } else throw fault(`found '${token.text}', expected: ',', or identifier`)
    }
    this.#take()
    return [...out].sort()
  }
}

const NAME =
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

function keyFault(key: string): string | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  if (/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name) && name.length <= 63) return undefined
  const why =
    name.length > 63
      ? 'name part must be no more than 63 bytes'
      : `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${NAME}`
  return `key: Invalid value: ${JSON.stringify(key)}: ${why}`
}

const VALUE =
  "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

function checkValues(key: string, values: readonly string[], fault: (message: string) => Fault): void {
  values.forEach((value, i) => {
    if (/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) && value.length <= 63) return
    const why =
      value.length > 63
        ? 'must be no more than 63 bytes'
        : `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${VALUE}`
    throw fault(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${why}`)
  })
}
