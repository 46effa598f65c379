import type { ReactNode } from 'react'
import type { Drift, ObjectKey } from '../../model/index.ts'
import type { SceneNode } from '../../scene/index.ts'
import { driftSentence, driftWord, plainText } from '../../words/index.ts'
import { useSession } from '../kit/index.ts'

/** The object that a card stands for alone. */
function objectOf(node: SceneNode): ObjectKey | undefined {
  switch (node.type) {
    case 'service':
    case 'group':
    case 'pod':
    case 'machine':
      return node.key
    case 'client':
      return node.client.terminal ? undefined : node.client.at
    default:
      return undefined
  }
}

/** How a card's object differs from the text, if commands made it differ. */
export function useDriftOf(node: SceneNode): Drift | undefined {
  const key = objectOf(node)
  return useSession(({ mirror }) =>
    mirror.drift.length === 0 ? undefined : mirror.drift.find(({ object }) => object === key),
  )
}

/** The same in words, for a title and a screen reader. */
export const driftWords = (drift: Drift): string => plainText(driftSentence(drift))

/** On the upper edge of a card; the card itself has the words. */
export const DriftMark = ({ of }: { readonly of: Drift }): ReactNode => (
  <span className="scene-drift" aria-hidden="true">
    {driftWord(of)}
  </span>
)
