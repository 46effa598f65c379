import { lazy } from 'react'

/** Dialogs are wanted seldom: each is fetched when it is first opened. */
export const ClaimsDialog = lazy(async () => ({ default: (await import('./claims-dialog.tsx')).ClaimsDialog }))
export const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }))
export const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }))
export const WhatIfDialog = lazy(() => import('./what-if-dialog.tsx'))
