import type { ObjectKey } from '../model/index.ts'

/** A port of the workstation that leads into a pod, as long as `kubectl port-forward` runs. */
export interface Forward {
  readonly pod: ObjectKey
  readonly port: number
  /** Somebody connects; `problem`: what the pod says to it. */
  readonly connected: (problem?: string) => void
}

/** The ports of the workstation that `kubectl port-forward` listens on. All terminals of a person share them. */
export class Forwards {
  readonly #byPort = new Map<number, Forward>()

  at(port: number): Forward | undefined {
    return this.#byPort.get(port)
  }

  /** False: somebody listens there already. */
  listen(port: number, forward: Forward): boolean {
    if (this.#byPort.has(port)) return false
    this.#byPort.set(port, forward)
    return true
  }

  close(port: number, forward: Forward): void {
    if (this.#byPort.get(port) === forward) this.#byPort.delete(port)
  }
}
