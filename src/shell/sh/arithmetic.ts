const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const ASSIGN = /^([-+*/%&|^]|<<|>>)?=$/
const DEEPEST = 50
const MOST_NAMES = 20
const TOKEN = /0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\|\||&&|<<|>>|\+\+|--|[-+*/%&|^=!<>]=|\S/g

/**
 * The value of `$((…))`, or what is wrong with it. Whole numbers; names are variables, which `=`, `+=`, `++` … change.
 * POSIX.1-2024, 2.6.4.
 */
export function arithmetic(
  text: string,
  valueFor: (name: string) => string,
  set: (name: string, value: number) => void,
): number | string {
  const tokens = text.match(TOKEN) ?? []
  if (tokens.length > 500) return 'arithmetic expression: too long'
  let at = 0
  let depth = 0
  /** Parts that are read and do not count: behind `0 &&`, and one side of `? :`. */
  let idle = 0
  let problem: string | undefined
  const wrong = (what: string): number => {
    problem ??= what
    return 0
  }
  const isName = (token: string | undefined): token is string => token !== undefined && /^[A-Za-z_]/.test(token)
  const numberOf = (token: string): number => {
    const n = /^0[0-7]+$/.test(token) ? Number.parseInt(token, 8) : Number(token)
    return Math.min(n, 2 ** 63)
  }
  // a variable that holds a name stands for that one
  const variable = (name: string): number => {
    let said = name
    for (let turn = 0; turn < MOST_NAMES && /^[A-Za-z_]\w*$/.test(said); turn++) said = valueFor(said).trim() || '0'
    const [, sign = '', digits] = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(said) ?? []
    if (digits === undefined) return wrong(`Illegal number: ${said}`)
    return sign === '-' ? -numberOf(digits) : numberOf(digits)
  }
  const assign = (name: string, value: number): number => {
    if (idle === 0 && problem === undefined) set(name, value)
    return value
  }
  const without = <T>(counts: boolean, act: () => T): T => {
    if (!counts) idle++
    const result = act()
    if (!counts) idle--
    return result
  }
  const primary = (): number => {
    const token = tokens[at++]
    if (token === undefined) return wrong('arithmetic expression: expecting primary')
    if (token === '(') {
      const value = comma()
      if (tokens[at++] !== ')') wrong('arithmetic expression: expecting ")"')
      return value
    }
    if (/^\d/.test(token)) return numberOf(token)
    if (!isName(token)) return wrong(`arithmetic expression: expecting primary: "${text.trim()}"`)
    const next = tokens[at]
    if (next !== '++' && next !== '--') return variable(token)
    at++
    const before = variable(token)
    assign(token, before + (next === '++' ? 1 : -1))
    return before
  }
  const unary = (): number => {
    if (++depth > DEEPEST) return wrong('arithmetic expression: too deep')
    const token = tokens[at]
    let value: number
    if ((token === '++' || token === '--') && isName(tokens[at + 1])) {
      const name = tokens[at + 1]!
      at += 2
      value = assign(name, variable(name) + (token === '++' ? 1 : -1))
    } else if (token === '-' || token === '+' || token === '!' || token === '~' || token === '++' || token === '--') {
      at++
      const of = unary()
      value = token === '-' ? -of : token === '!' ? Number(of === 0) : token === '~' ? ~of : of
    } else value = primary()
    depth--
    return value === 0 ? 0 : value
  }
  const binary = (level: number): number => {
    const operators = BINARY[level]
    if (!operators) return unary()
    let value = binary(level + 1)
    for (;;) {
      const operator = tokens[at]
      if (operator === undefined || !operators.includes(operator) || problem !== undefined) return value
      at++
      const counts = operator === '&&' ? value !== 0 : operator === '||' ? value === 0 : true
      const right = without(counts, () => binary(level + 1))
      value = apply(operator, value, right, (what) => (idle > 0 ? 0 : wrong(what)))
    }
  }
  const assignment = (): number => {
    if (++depth > DEEPEST) return wrong('arithmetic expression: too deep')
    const [name, operator] = [tokens[at], tokens[at + 1]]
    let value: number
    if (isName(name) && operator !== undefined && ASSIGN.test(operator)) {
      at += 2
      const right = assignment()
      value = assign(name, operator === '=' ? right : apply(operator.slice(0, -1), variable(name), right, wrong))
    } else {
      value = binary(0)
      if (tokens[at] === '?') {
        at++
        const first = without(value !== 0, comma)
        if (tokens[at++] !== ':') wrong('arithmetic expression: expecting ":"')
        const second = without(value === 0, assignment)
        value = value !== 0 ? first : second
      }
    }
    depth--
    return value
  }
  const comma = (): number => {
    let value = assignment()
    while (tokens[at] === ',' && problem === undefined) {
      at++
      value = assignment()
    }
    return value
  }
  const value = tokens.length === 0 ? 0 : comma()
  if (problem === undefined && at < tokens.length) wrong(`arithmetic expression: expecting EOF: "${text.trim()}"`)
  return problem ?? value
}

const big = (n: number): bigint => BigInt(Number.isFinite(n) ? Math.trunc(n) : 0)
/** As numbers of 64 bits turn over. */
const wrapped = (n: bigint): number => Number(BigInt.asIntN(64, n))
const whole = (n: number, exact: () => bigint): number => (Number.isSafeInteger(n) ? n : wrapped(exact()))

function apply(operator: string, a: number, b: number, wrong: (what: string) => number): number {
  switch (operator) {
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0
    case '|':
      return wrapped(big(a) | big(b))
    case '^':
      return wrapped(big(a) ^ big(b))
    case '&':
      return wrapped(big(a) & big(b))
    case '<<':
      return wrapped(big(a) << (big(b) & 63n))
    case '>>':
      return wrapped(big(a) >> (big(b) & 63n))
    case '==':
      return a === b ? 1 : 0
    case '!=':
      return a !== b ? 1 : 0
    case '<=':
      return a <= b ? 1 : 0
    case '>=':
      return a >= b ? 1 : 0
    case '<':
      return a < b ? 1 : 0
    case '>':
      return a > b ? 1 : 0
    case '+':
      return whole(a + b, () => big(a) + big(b))
    case '-':
      return whole(a - b, () => big(a) - big(b))
    case '*':
      return whole(a * b, () => big(a) * big(b))
    default:
      if (b === 0) return wrong('arithmetic expression: division by zero')
      return operator === '/' ? Math.trunc(a / b) : a % b
  }
}
