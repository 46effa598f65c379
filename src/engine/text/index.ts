export {
  type AppliedText,
  applyText,
  type DocDiagnostic,
  laterApply,
  noteRecreated,
  refusals,
  refusedValue,
} from './apply.ts'
export { type Author, isDeletedByHand, noteChange, noteRequest } from './by-hand.ts'
export { DriftFinder } from './drift.ts'
