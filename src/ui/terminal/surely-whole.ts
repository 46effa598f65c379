const SHELL_WORDS = /(^|[\s;&|])(if|then|else|elif|while|until|for|do|case|\{|!|function)([\s;&|]|$)/

/**
 * Whether a line plainly asks for nothing more, so that it can run without asking the shell whether it does. False for everything
 * that only the shell knows.
 */
export function surelyWhole(line: string): boolean {
  let quote = ''
  let bare = ''
  for (const c of line) {
    if (c === '\\' || c === '`' || c === '\n') return false
    if (quote === '') {
      if (c === "'" || c === '"') quote = c
      else if (c === '(' || c === ')') return false
      else bare += c
    } else if (c === quote) quote = ''
    else if (quote === '"' && c === '$') return false
  }
  return quote === '' && !/[<>#]|\$\{|[|&]\s*$/.test(bare) && !SHELL_WORDS.test(bare)
}
