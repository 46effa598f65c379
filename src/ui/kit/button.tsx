import type { ComponentProps, ReactNode } from 'react'

type ButtonProps = Omit<ComponentProps<'button'>, 'type'> & {
  readonly kind?: 'primary' | 'bare' | 'danger'
}

export function Button({ kind, className, ...rest }: ButtonProps): ReactNode {
  return (
    <button type="button" className={className ? `kit-button ${className}` : 'kit-button'} data-kind={kind} {...rest} />
  )
}

type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label'> & {
  /** Its name for a screen reader, and its tooltip. */
  readonly label: string
  readonly icon: ReactNode
  /** The key that does the same, for the tooltip. */
  readonly keys?: string
}

export function IconButton({ label, icon, keys, kind = 'bare', ...rest }: IconButtonProps): ReactNode {
  return (
    <Button kind={kind} data-icon="" aria-label={label} title={keys ? `${label} (${keys})` : label} {...rest}>
      {icon}
    </Button>
  )
}
