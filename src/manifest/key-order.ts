const LETTER = /^\p{L}/u
const isLetter = (c: string): boolean => LETTER.test(c)
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9'

/** go-yaml's order of a map's keys: letters by code, digits before them, and numbers by their value. go.yaml.in/yaml/v2 sorter.go (v2.4.3) */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const l = left[i]!
    const r = right[i]!
    if (l === r) continue
    const letters = [isLetter(l), isLetter(r)] as const
    if (letters[0] && letters[1]) return byCode(l, r)
    if (letters[0] || letters[1]) return letters[1] ? -1 : 1
    let leftNumber = 0
    let rightNumber = 0
    if (l === '0' || r === '0') {
      // zeros count only behind another digit
      for (let j = i - 1; j >= 0 && isDigit(left[j]); j--) {
        if (left[j] !== '0') {
          leftNumber = 1
          rightNumber = 1
          break
        }
      }
    }
    let leftEnd = i
    for (; isDigit(left[leftEnd]); leftEnd++) leftNumber = leftNumber * 10 + Number(left[leftEnd])
    let rightEnd = i
    for (; isDigit(right[rightEnd]); rightEnd++) rightNumber = rightNumber * 10 + Number(right[rightEnd])
    if (leftNumber !== rightNumber) return leftNumber - rightNumber
    if (leftEnd !== rightEnd) return leftEnd - rightEnd
    return byCode(l, r)
  }
  return left.length - right.length
}

const byCode = (a: string, b: string): number => a.codePointAt(0)! - b.codePointAt(0)!
