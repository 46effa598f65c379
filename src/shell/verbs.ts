import type { Verb } from './command.ts'
import { apply } from './verbs/apply.ts'
import { autoscale } from './verbs/autoscale.ts'
import { apiResources, apiVersions, auth, clusterInfo, version } from './verbs/cluster.ts'
import { config } from './verbs/config.ts'
import { createVerb } from './verbs/create.ts'
import { deleteVerb } from './verbs/delete.ts'
import { describe } from './verbs/describe.ts'
import { diff } from './verbs/diff.ts'
import { edit } from './verbs/edit.ts'
import { events } from './verbs/events.ts'
import { explain } from './verbs/explain.ts'
import { expose } from './verbs/expose.ts'
import { get } from './verbs/get.ts'
import { exec, logs, portForward } from './verbs/in-pods.ts'
import { annotate, label } from './verbs/label.ts'
import { cordon, drain, uncordon } from './verbs/nodes.ts'
import { patchVerb } from './verbs/patch.ts'
import { replace } from './verbs/replace.ts'
import { rollout } from './verbs/rollout.ts'
import { runVerb } from './verbs/run.ts'
import { scale } from './verbs/scale.ts'
import { set } from './verbs/set.ts'
import { taint } from './verbs/taint.ts'
import { wait } from './verbs/wait.ts'

/** Every command of kubectl that works here. */
export const VERBS: readonly Verb[] = [
  annotate,
  apiResources,
  apiVersions,
  apply,
  auth,
  autoscale,
  clusterInfo,
  config,
  cordon,
  createVerb,
  deleteVerb,
  describe,
  diff,
  drain,
  edit,
  events,
  exec,
  explain,
  expose,
  get,
  label,
  logs,
  patchVerb,
  portForward,
  replace,
  rollout,
  runVerb,
  scale,
  set,
  taint,
  uncordon,
  version,
  wait,
]
