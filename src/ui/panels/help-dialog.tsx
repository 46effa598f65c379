import type { ReactNode } from 'react'
import { Dialog, useActions } from '../kit/index.ts'

const KEYS: readonly (readonly [where: string, rows: readonly (readonly [keys: string, does: string])[]])[] = [
  [
    'Time, while the page itself or the time bar has the focus',
    [
      ['Space', 'play or pause'],
      ['→', 'to the next hop'],
      ['Shift →', 'to the next event'],
      ['←', 'half a second back'],
    ],
  ],
  [
    'Picture',
    [
      ['Tab', 'into the picture, and out of it'],
      ['Arrows', 'along the edges'],
      ['Enter', 'select'],
      ['Esc', 'select nothing'],
    ],
  ],
  [
    'Lists',
    [
      ['↑ ↓ Home End', 'move'],
      ['Enter', 'select'],
    ],
  ],
  [
    'Terminal',
    [
      ['Ctrl `', 'to the terminal, and back'],
      ['Tab', 'complete; in an empty line: on to what is next'],
      ['Esc', 'out of it, to the tabs of the drawer'],
      ['↑ ↓ Ctrl R', 'lines typed before'],
      ['Ctrl C', 'stop what runs'],
      ['Ctrl L', 'clear the screen'],
      ['Ctrl D', 'leave the shell of a pod'],
    ],
  ],
  [
    'Present',
    [
      ['→ ←', 'next step of the story, and back'],
      ['Esc', 'end'],
    ],
  ],
  ['Everywhere', [['?', 'this help']]],
]

export function HelpDialog(): ReactNode {
  const { setView } = useActions()
  return (
    <Dialog title="How this works" onClose={() => setView({ dialog: null })}>
      <div className="help">
        <p>
          Write Services, Pods and workloads on the left, as you would for <code>kubectl apply</code>. A simulated
          cluster takes them, and requests travel: circles were answered, diamonds failed. Select a request, a Service
          or a pod, and the panel on the right says why, with a link to the line of YAML that made it so.
        </p>
        <p>
          Its answers are held to a real cluster’s:{' '}
          <button type="button" className="kit-link" onClick={() => setView({ dialog: 'claims', rule: null })}>
            what this is true to
          </button>
        </p>
        {KEYS.map(([where, rows]) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {rows.map(([keys, does]) => (
                <div key={keys}>
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
