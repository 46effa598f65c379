import type { KeyboardEvent } from 'react'

/** Arrow keys, Home and End of a tab choose another tab of its list and go there. True: it was such a key. */
export function moveInTabs(event: KeyboardEvent<HTMLButtonElement>): boolean {
  const tabs = [
    ...(event.currentTarget.closest('[role=tablist]')?.querySelectorAll<HTMLButtonElement>('[role=tab]') ?? []),
  ]
  const at = tabs.indexOf(event.currentTarget)
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key]
  if (to === undefined) return false
  const next = tabs[(to + tabs.length) % tabs.length]
  next?.click()
  next?.focus()
  return true
}
