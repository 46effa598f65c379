/** How a command leaves the commands that it stands in. Thrown inside the shell and caught in it. */
export class ExitSignal {
  constructor(readonly status: number) {}
}

export class LoopSignal {
  constructor(
    readonly does: 'break' | 'continue',
    readonly levels: number,
  ) {}
}

/** `return`: the function ends. */
export class ReturnSignal {
  constructor(readonly status: number) {}
}

/** The status of what was stopped: by Ctrl-C, or because it would never end. */
export const STOPPED = 130

/** The command cannot go on; the shell says why. */
export class FatalSignal {
  constructor(
    readonly message: string,
    readonly status = 2,
  ) {}
}
