/** kubectl's tables; k8s cli-runtime pkg/printers/tabwriter.go (v1.36). */
const TABLE = { minWidth: 6, padding: 3 }

/**
 * Text with its tab-ended cells padded to columns, as Go's text/tabwriter does it: a column is as wide as its widest cell among the lines
 * next to each other that have it; what stands after a line's last tab is no cell.
 */
export function alignTabs(text: string, { minWidth, padding } = TABLE): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const out: string[] = []
  const widths: number[] = []
  const write = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      out.push(
        lines[i]!.map((cell, j) => (j < widths.length ? cell + ' '.repeat(widths[j]! - lengthOf(cell)) : cell)).join(
          '',
        ),
      )
    }
  }
  const format = (from: number, to: number) => {
    const column = widths.length
    const hasCell = (i: number) => column < lines[i]!.length - 1
    let start = from
    for (let at = from; at < to; at++) {
      if (!hasCell(at)) continue
      write(start, at)
      start = at
      let width = minWidth
      while (at < to && hasCell(at)) width = Math.max(width, lengthOf(lines[at++]![column]!) + padding)
      widths.push(width)
      format(start, at)
      widths.pop()
      start = at
      at--
    }
    write(start, to)
  }
  format(0, lines.length)
  return out.join('\n')
}

const lengthOf = (text: string): number => [...text].length

/** Rows of cells, aligned. */
export const alignTable = (rows: readonly (readonly string[])[]): string =>
  alignTabs(rows.map((row) => `${row.join('\t')}\n`).join(''))

/** A cell of a server's table: cut at the first line break. k8s cli-runtime pkg/printers/tableprinter.go printTable (v1.36) */
export function cellText(value: string): string {
  const at = value.search(/[\f\n\r]/)
  return at < 0 ? value : `${value.slice(0, at)}...`
}
