import { main } from '../main.ts'
import { PLAIN } from '../paint.ts'

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** A command line as a shell would run it, without a terminal. Paths are relative to the repository. */
export function runCli(args: readonly string[], stdin: string | Uint8Array = ''): Ran {
  let stdout = ''
  let stderr = ''
  const exit = main(args, {
    out: (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
    stdin: () => (typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    paint: PLAIN,
    errPaint: PLAIN,
  })
  return { exit, stdout, stderr }
}

/** As it looks in a terminal: the command line, what it printed, and its exit code when that is not 0. */
export function transcript(args: readonly string[], stdin?: string): string {
  const shown = args.map((a) => (/^[\w./:=-]+$/.test(a) ? a : `'${a}'`)).join(' ')
  const { exit, stdout, stderr } = runCli(args, stdin)
  const err = stderr.replaceAll(/^(?=.)/gm, '! ')
  return `$ fairlead ${shown}\n${err}${stdout}${exit === 0 ? '' : `(exit code ${exit})\n`}\n`
}
