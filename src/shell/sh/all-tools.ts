import { CONNTRACK } from './net/conntrack.ts'
import { CURL } from './net/curl.ts'
import { DIG } from './net/dig.ts'
import { MACHINE } from './net/machine.ts'
import { NC_PING } from './net/nc-ping.ts'
import { NAME_TOOLS } from './net/nslookup.ts'
import { RULES } from './net/rules.ts'
import { WGET } from './net/wget.ts'
import type { Tool } from './tool.ts'
import { AWK } from './tools/awk/awk.ts'
import { BUILTINS } from './tools/builtins.ts'
import { PLACES } from './tools/enter.ts'
import { FILTERS } from './tools/filters.ts'
import { GREP } from './tools/grep.ts'
import { KUBECTL } from './tools/kubectl.ts'
import { SED } from './tools/sed.ts'
import { SMALL } from './tools/small.ts'
import { SPECIAL } from './tools/special.ts'
import { WHY } from './tools/why.ts'

/** Every command that there is, in the order of `help`. */
export const TOOLS: readonly Tool[] = [
  KUBECTL,
  ...PLACES,
  CURL,
  WGET,
  DIG,
  ...NAME_TOOLS,
  ...NC_PING,
  ...MACHINE,
  ...RULES,
  CONNTRACK,
  WHY,
  GREP,
  ...FILTERS,
  SED,
  AWK,
  ...SMALL,
  ...SPECIAL,
  ...BUILTINS,
]
