import { type ComponentProps, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Button } from './button.tsx'

interface PopoverProps {
  /** What the button shows. */
  readonly button: ReactNode
  readonly buttonProps?: Omit<ComponentProps<typeof Button>, 'children'> & { 'data-icon'?: string }
  /** Rendered only while it stands open; `close` puts the focus back on the button. */
  readonly children: (close: () => void) => ReactNode
  readonly align?: 'start' | 'end'
}

/** A button and a native popover below it (above it when there is no room). */
export function Popover({ button, buttonProps, children, align = 'start' }: PopoverProps): ReactNode {
  const id = useId()
  const anchor = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const box = panel.current
    const place = () => {
      if (!box || !anchor.current) return
      const { left, right, bottom, top } = anchor.current.getBoundingClientRect()
      const { offsetWidth: width, offsetHeight: height } = box
      const wish = align === 'start' ? left : right - width
      box.style.left = `${Math.max(8, Math.min(wish, window.innerWidth - width - 8))}px`
      const below = bottom + 6
      box.style.top = `${below + height <= window.innerHeight - 8 ? below : Math.max(8, top - height - 6)}px`
    }
    if (!open) return
    place()
    const observer = new ResizeObserver(place)
    if (box) observer.observe(box)
    window.addEventListener('resize', place)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', place)
    }
  }, [open, align])

  const close = () => {
    panel.current?.hidePopover()
    anchor.current?.focus()
  }
  return (
    <>
      <Button ref={anchor} popoverTarget={id} aria-expanded={open} aria-haspopup="dialog" {...buttonProps}>
        {button}
      </Button>
      <div
        id={id}
        ref={panel}
        popover="auto"
        className="kit-popover"
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && children(close)}
      </div>
    </>
  )
}
