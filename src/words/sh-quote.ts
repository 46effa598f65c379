/** A word as POSIX sh takes it: bare where nothing in it means anything to a shell, else in single quotes. */
export const shQuote = (word: string): string =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

export const shLine = (words: readonly string[]): string => words.map(shQuote).join(' ')
