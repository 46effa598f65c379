import { lazy } from 'react'

/** Wanted seldom: fetched when it is opened. */
export const WhatIfDialog = lazy(() => import('./what-if-dialog.tsx'))
