import { kindScript, type SessionRun } from '../../words/index.ts'
import { scriptDocuments } from './script-documents.ts'

export const writeScript = (run: SessionRun): string => kindScript(run, scriptDocuments)
