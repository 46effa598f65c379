import { lazy, type ReactNode, Suspense } from 'react'
import type { ChainListProps } from './chain-list.tsx'

/** Its sentences are fetched with the first chain: the worker has to be asked anyway. */
const Loaded = lazy(() => import('./chain-list.tsx'))

/** The way to an answer, link by link: what was looked at, what was found, and where it first fails. */
export function Chain(props: ChainListProps): ReactNode {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  )
}
