/** "0-2,5" → [0, 1, 2, 5]. k8s pkg/controller/job/indexed_job_utils.go (v1.36) */
export function parseIndexes(text: string): number[] {
  const out: number[] = []
  for (const part of text.split(',')) {
    const [from, to = from] = part.split('-')
    if (from === undefined || !/^\d+$/.test(from)) continue
    for (let i = Number(from); i <= Number(to); i++) out.push(i)
  }
  return out
}

/** [0, 1, 2, 5] → "0-2,5"; two in a row are written "0,1". */
export function formatIndexes(indexes: readonly number[]): string {
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let end = i
    while (sorted[end + 1] === sorted[end]! + 1) end++
    if (end - i >= 2) parts.push(`${sorted[i]}-${sorted[end]}`)
    else parts.push(...sorted.slice(i, end + 1).map(String))
    i = end + 1
  }
  return parts.join(',')
}
