/** Sizes of the picture's parts, in its own pixels at zoom 1. Text is measured by counting: the same on every machine. */

/** Mean advance of a character, generous, so that text fits with any of the fonts that the page may get. */
const ADVANCE = { title: 8.3, small: 6.7, pod: 6.7 } as const

export const textWidth = (text: string, font: keyof typeof ADVANCE): number => {
  const wide = font === 'title' ? (text.match(/[mwMW]/g)?.length ?? 0) * 0.45 : 0
  return Math.ceil((text.length + wide) * ADVANCE[font])
}

/** The words at the border's bottom, or as many of them as there is room for. */
export const borderLabel = (words: string, width: number): string => {
  const parts = words.split(' · ')
  while (parts.length > 1 && textWidth(parts.join(' · '), 'small') + 28 > width) parts.pop()
  return parts.join(' · ')
}

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The width holds an address and "not scheduled": what changes about a pod does not change the grid. */
export const POD = { height: 54, minWidth: 104, maxWidth: 156, gap: 14 } as const
export const GROUP = { head: 37, pad: 13, minWidth: 156 } as const
export const SERVICE = { minWidth: 176, maxWidth: 290, head: 47, row: 22, word: 20, pad: 6, maxPorts: 6 } as const
export const CLIENT = { minWidth: 116, maxWidth: 220, height: 48, line: 15 } as const
export const DOOR = { minWidth: 118, maxWidth: 190, head: 27, line: 16, pad: 6 } as const
export const OUTSIDE = { minWidth: 116, maxWidth: 270, height: 50 } as const
export const FOLD = { width: 202, pad: 10, foot: 24 } as const
export const MACHINE = { head: 54, pad: 16, trunk: 10, columns: 4, minWidth: 300 } as const
export const SHELF = { row: 26, pad: 10, head: 22, gap: 8, max: 40 } as const

/** Between things: rows within a block, blocks, lanes. A failed request's word stands in the gap between blocks. */
export const GAP = { row: 16, entry: 24, block: 30, lane: 50, part: 34, area: 16, areaHead: 26 } as const

/** More pods than this fold into a tile; fewer, when the whole picture is crowded. */
export const FOLD_ABOVE = 24
export const CROWDED = { pods: 120, foldAbove: 8 } as const
