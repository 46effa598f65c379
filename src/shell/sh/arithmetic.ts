const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const DEEPEST = 50
const MOST_NAMES = 20

/** The value of `$((…))`, or what is wrong with it. Whole numbers; names are variables. POSIX.1-2024, 2.6.4. */
export function arithmetic(text: string, valueFor: (name: string) => string): number | string {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|\S/g) ?? []
  if (tokens.length > 500) return 'arithmetic expression: too long'
  let at = 0
  let depth = 0
  let problem: string | undefined
  const wrong = (what: string): number => {
    problem ??= what
    return 0
  }
  // a variable that holds a name stands for that one
  const variable = (name: string): number => {
    let said = name
    for (let turn = 0; turn < MOST_NAMES && /^[A-Za-z_]\w*$/.test(said); turn++) said = valueFor(said).trim() || '0'
    return /^[+-]?\d+$/.test(said) ? Number(said) : wrong(`Illegal number: ${said}`)
  }
  const unary = (): number => {
    if (++depth > DEEPEST) return wrong('arithmetic expression: too deep')
    const token = tokens[at++]
    let value: number
    if (token === undefined) value = wrong('arithmetic expression: expecting primary')
    else if (token === '-') value = -unary()
    else if (token === '+') value = unary()
    else if (token === '!') value = unary() === 0 ? 1 : 0
    else if (token === '(') {
      value = binary(0)
      if (tokens[at++] !== ')') wrong('arithmetic expression: expecting ")"')
    } else if (/^\d/.test(token)) value = Number(token)
    else if (/^[A-Za-z_]/.test(token)) {
      value = variable(token)
    } else value = wrong(`arithmetic expression: expecting primary: "${text.trim()}"`)
    depth--
    return value
  }
  const binary = (level: number): number => {
    const operators = BINARY[level]
    if (!operators) return unary()
    let value = binary(level + 1)
    for (;;) {
      const operator = tokens[at]
      if (operator === undefined || !operators.includes(operator) || problem !== undefined) return value
      at++
      value = apply(operator, value, binary(level + 1), wrong)
    }
  }
  const value = tokens.length === 0 ? 0 : binary(0)
  if (problem === undefined && at < tokens.length) wrong(`arithmetic expression: expecting EOF: "${text.trim()}"`)
  return problem ?? value
}

function apply(operator: string, a: number, b: number, wrong: (what: string) => number): number {
  switch (operator) {
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0
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
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    default:
      if (b === 0) return wrong('arithmetic expression: division by zero')
      return operator === '/' ? Math.trunc(a / b) : a % b
  }
}
