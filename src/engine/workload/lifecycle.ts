import type { Container, Ms } from '../../model/index.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/**
 * How long a container's preStop hook takes before the container is asked to stop: `sleep`, or an exec of `sleep N` (the usual way to wait
 * until proxies have forgotten the pod). Other hooks take no time.
 */
export function preStopOf(container: Container): Ms {
  const hook = (container.lifecycle as { readonly preStop?: PreStop } | undefined)?.preStop
  if (!hook) return 0
  if (hook.sleep?.seconds !== undefined) return Number(hook.sleep.seconds) * 1000 || 0
  const command = (hook.exec?.command ?? []).join(' ')
  let total = 0
  for (const [, amount, unit] of command.matchAll(/\bsleep\s+(\d+(?:\.\d+)?)([smh]?)/g)) {
    total += Number(amount) * UNITS[unit || 's']!
  }
  return total
}

interface PreStop {
  readonly sleep?: { readonly seconds?: number }
  readonly exec?: { readonly command?: readonly string[] }
}
