import { lazy } from 'react'

export { focusPrompt, onPromptWanted, toggleTerminal } from './focus-wish.ts'

/** The terminal is fetched when its tab is first shown. */
const panel = () => import('./terminal-panel.tsx')
export const TerminalPanel = lazy(async () => ({ default: (await panel()).TerminalPanel }))
export const TerminalTools = lazy(async () => ({ default: (await panel()).TerminalTools }))
