/** Character classes of YAML 1.1 as libyaml draws them (go.yaml.in/yaml/v2 yamlprivateh.go, v2.4.3). 0 stands for the end of the text. */

export const isBreak = (c: number): boolean => c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029
export const isBlank = (c: number): boolean => c === 32 || c === 9
export const isBreakOrEnd = (c: number): boolean => c === 0 || isBreak(c)
export const isBlankOrEnd = (c: number): boolean => c === 32 || c === 9 || c === 0 || isBreak(c)
export const isDigit = (c: number): boolean => c >= 48 && c <= 57

/** Letters, digits, `_` and `-`: what names of anchors, handles and directives are made of. */
export const isWord = (c: number): boolean =>
  isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 45

/** The value of a hexadecimal digit, or -1. */
export function hexValue(c: number): number {
  if (isDigit(c)) return c - 48
  if (c >= 65 && c <= 70) return c - 55
  if (c >= 97 && c <= 102) return c - 87
  return -1
}

/** Everything that YAML 1.1 forbids in a stream; lone surrogates are read as U+FFFD would be, so they are not among them. */
export const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/

/** Go's strings.TrimSpace: what JavaScript trims, with U+0085 and without the byte order mark. */
export const trimSpace = (text: string): string =>
  text.replace(/^(?:[^\S\ufeff]|\u0085)+|(?:[^\S\ufeff]|\u0085)+$/g, '')
