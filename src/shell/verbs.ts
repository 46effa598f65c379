import type { Verb } from './command.ts'
import { apply } from './verbs/apply.ts'
import { createVerb } from './verbs/create.ts'
import { deleteVerb } from './verbs/delete.ts'
import { describe } from './verbs/describe.ts'
import { expose } from './verbs/expose.ts'
import { get } from './verbs/get.ts'
import { annotate, label } from './verbs/label.ts'
import { patchVerb } from './verbs/patch.ts'
import { replace } from './verbs/replace.ts'
import { rollout } from './verbs/rollout.ts'
import { runVerb } from './verbs/run.ts'
import { scale } from './verbs/scale.ts'
import { set } from './verbs/set.ts'

/** Every command of kubectl that works here, one file each. */
export const VERBS: readonly Verb[] = [
  annotate,
  apply,
  createVerb,
  deleteVerb,
  describe,
  expose,
  get,
  label,
  patchVerb,
  replace,
  rollout,
  runVerb,
  scale,
  set,
]
