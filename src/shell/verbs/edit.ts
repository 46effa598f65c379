import type { Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { SELECTION_FLAGS, select } from '../selection.ts'
import { PRINT_FLAGS, RECORD } from '../server.ts'

/** The host opens the object where the person edits text. k8s kubectl pkg/cmd/edit/edit.go (v1.36) */
export const edit: Verb = {
  name: 'edit',
  flags: [
    ...SELECTION_FLAGS.filter((f) => ['filename', 'recursive', 'kustomize'].includes(f.name)),
    ...PRINT_FLAGS,
    { name: 'field-manager', type: 'string' },
    RECORD,
    { name: 'output-patch', type: 'bool' },
    { name: 'windows-line-endings', type: 'bool' },
    { name: 'save-config', type: 'bool' },
    { name: 'validate', type: 'string', default: 'strict', optional: 'strict' },
    { name: 'subresource', type: 'string' },
  ],
  run: (c) => {
    const selection = select(c, { everything: true })
    if (selection.failures.length > 0) return selection.failures
    if (!c.edit) return [plain('there is no editor here; use `kubectl patch`, or `kubectl apply -f FILE`')]
    return selection.infos.flatMap(({ object }) => {
      const said = c.edit!(object!)
      return said === undefined ? [] : [plain(said)]
    })
  },
}
