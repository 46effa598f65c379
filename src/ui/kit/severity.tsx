import { CircleX, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Severity } from '../../model/index.ts'

const ICONS = { error: CircleX, warning: TriangleAlert, hint: Info }
const NAMES = { error: 'Error', warning: 'Warning', hint: 'Hint' }

export function SeverityIcon({ severity }: { readonly severity: Severity }): ReactNode {
  const Icon = ICONS[severity]
  return <Icon className="kit-severity" data-severity={severity} role="img" aria-label={NAMES[severity]} />
}
