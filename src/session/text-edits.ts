export { applyChange, diffFiles, diffText, type FilesChange, lastFirst, textAt } from '../model/index.ts'
