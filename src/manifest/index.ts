export { type Chunk, LARGE_CHARACTERS, LARGE_DOCUMENTS, splitDocuments, tooLarge } from './documents.ts'
export { keyOfDoc } from './key-of-doc.ts'
export { type ParsedText, type Place, readText } from './read-text.ts'
