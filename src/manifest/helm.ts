/** The first `{{` or `{%` of a text that is neither in a comment nor in quotes: what makes a document a template, and no YAML. */
export function findTemplate(text: string): { from: number; to: number; message: string } | undefined {
  for (let line = 0; line < text.length; ) {
    const newline = text.indexOf('\n', line)
    const end = newline < 0 ? text.length : newline
    const at = findInLine(text, line, end)
    if (at >= 0) {
      const helms = text[at + 1] === '{'
      const close = text.indexOf(helms ? '}}' : '%}', at)
      const to = close >= 0 && close < end ? close + 2 : end
      const shown = text.slice(at, Math.min(to, at + 40)).trim()
      const message = helms
        ? `this document is a Helm template: ${shown} is filled in by Helm before a cluster sees it. Paste what "helm template" prints`
        : `this document is a template: ${shown} is filled in by Jinja (Ansible, Salt) before a cluster sees it. Paste what it makes of it`
      return { from: at, to, message }
    }
    line = end + 1
  }
  return undefined
}

function findInLine(text: string, from: number, to: number): number {
  let quote = ''
  for (let i = from; i < to; i++) {
    const c = text[i]!
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
    } else if (c === '{' && (text[i + 1] === '{' || text[i + 1] === '%')) return i
    else if (c === '#' && (i === from || /\s/.test(text[i - 1]!))) return -1
    else if ((c === '"' || c === "'") && (i === from || /[\s:,[{-]/.test(text[i - 1]!))) quote = c
  }
  return -1
}
