import './trusted-types.ts'
import './ui/kit/tokens.css'
import './ui/kit/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { FromWorker } from './model/index.ts'
import { createSession, loadGallery, SCENARIOS, type Session } from './session/index.ts'
import { App } from './ui/index.ts'

/** The composition root: the browser's worker, clock, storage and address go into a session; the session into the page. */
const session = createSession({
  startWorker(onMessage, onError) {
    const worker = new Worker(new URL('./worker/engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' })
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => onMessage(data)
    worker.onerror = (event) => onError(event.message || 'The worker could not be started.')
    return { post: (command) => worker.postMessage(command), stop: () => worker.terminate() }
  },
  storage: {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
    removeItem: (key) => localStorage.removeItem(key),
  },
  clock: {
    now: () => performance.now(),
    setTimeout: (run, ms) => window.setTimeout(run, ms),
    clearTimeout: (id) => window.clearTimeout(id),
    requestFrame: (run) => requestAnimationFrame(run),
    cancelFrame: (id) => cancelAnimationFrame(id),
  },
  location: {
    hash: () => location.hash,
    replaceHash: (hash) => history.replaceState(null, '', location.pathname + location.search + hash),
    base: () => location.origin + location.pathname + location.search,
  },
  scenarios: SCENARIOS,
  loadGallery,
})

followView(session)
window.addEventListener('hashchange', session.openAddress)
window.addEventListener('pagehide', session.saveNow)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') session.saveNow()
})
session.start()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
)

/** Theme and size of text are the document's: everything below reads them from CSS. */
function followView({ store }: Session): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const apply = () => {
    const { theme, presenting } = store.getState().view
    root.dataset.theme = theme === 'dark' || (theme === 'system' && dark.matches) ? 'dark' : 'light'
    root.toggleAttribute('data-presenting', presenting)
  }
  dark.addEventListener('change', apply)
  store.subscribe((state, before) => {
    if (state.view !== before.view) apply()
  })
}
