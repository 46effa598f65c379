/** The codec of shared links, pure and without the session's store: the door by which the command line opens a link. */
export { type Decoded, decodeFragment, encodeFragment, PREFIX } from './codec.ts'
export { parseSessionDocument } from './parse-document.ts'
