import { useEffect, useRef, useState } from 'react'

/** ms between an answer and the next question at least, so that a busy cluster is not asked for every frame. */
const PAUSE = 250
/** And as many times as long as the last answer took: a large cluster has more to do than to answer. */
const REST = 4

/**
 * The answer to a question that is asked again when one of `about` changes; never two at a time. Until the next answer comes the last one
 * stands. `about` keeps its length.
 */
export function useAnswer<T>(ask: () => Promise<T | null>, about: readonly unknown[]): T | undefined {
  const [answer, setAnswer] = useState<T>()
  const state = useRef({ ask, busy: false, again: false, gone: false })
  useEffect(() => {
    const now = state.current
    now.gone = false
    return () => {
      now.gone = true
    }
  }, [])
  useEffect(() => {
    const now = state.current
    now.ask = ask
    const run = () => {
      if (now.busy) {
        now.again = true
        return
      }
      now.busy = true
      now.again = false
      const started = performance.now()
      void now.ask().then((found) => {
        if (now.gone) return
        if (found !== null) setAnswer(found)
        setTimeout(
          () => {
            now.busy = false
            if (now.again && !now.gone) run()
          },
          Math.max(PAUSE, REST * (performance.now() - started)),
        )
      })
    }
    run()
    // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for these, not for each new function
  }, about)
  return answer
}
