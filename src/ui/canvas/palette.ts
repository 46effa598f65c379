/** The colours of what is drawn on the overlay, read from the page's tokens. */
export interface Palette {
  readonly ok: string
  readonly bad: string
  readonly neutral: string
  readonly surface: string
  readonly badSoft: string
  readonly font: string
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const token = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise
  return {
    ok: token('--ok', '#086b53'),
    bad: token('--bad', '#b3321a'),
    neutral: token('--accent', '#1f5bc9'),
    surface: token('--bg', '#fff'),
    badSoft: token('--surface', '#fff'),
    font: token('--sans', 'sans-serif'),
  }
}

/** Calls back when the page's theme changes, by its switch or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', listener)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', listener)
  }
}
