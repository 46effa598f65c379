import type { Answer, Command, FromWorker, Question, Update } from '../model/index.ts'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
export type CommandBody = WithoutId<Command>

/** A running worker: the composition root makes one, tests make a fake one. */
export interface WorkerHandle {
  post(command: Command): void
  stop(): void
}

export type StartWorker = (onMessage: (message: FromWorker) => void, onError: (message: string) => void) => WorkerHandle

export interface EngineEvents {
  update(update: Update): void
  tooLarge(message: Extract<FromWorker, { type: 'too-large' }>): void
  crash(message: string): void
}

/** Numbers commands, matches answers to questions, and survives the death of the worker. */
export interface EngineLink {
  /** Returns the command's id, which comes back as `ack`. */
  send(body: CommandBody): number
  /** null: the worker was stopped before it answered. */
  ask(question: Question): Promise<Answer | null>
  /** A fresh worker; open questions are answered with null. */
  restart(): void
  stop(): void
}

export function createEngineLink(start: StartWorker, events: EngineEvents): EngineLink {
  let nextId = 1
  let worker: WorkerHandle | null = null
  const questions = new Map<number, (answer: Answer | null) => void>()

  const settleAll = () => {
    for (const resolve of questions.values()) resolve(null)
    questions.clear()
  }
  const drop = () => {
    worker?.stop()
    worker = null
    settleAll()
  }
  const ensure = (): WorkerHandle => {
    if (worker) return worker
    // a message of a worker that has been replaced means nothing any more
    const own: { handle: WorkerHandle | null } = { handle: null }
    const fail = (message: string) => {
      if (own.handle !== null && own.handle !== worker) return
      drop()
      events.crash(message)
    }
    own.handle = start((message) => {
      if (own.handle !== worker) return
      switch (message.type) {
        case 'update':
          events.update(message.update)
          break
        case 'answer': {
          const resolve = questions.get(message.id)
          questions.delete(message.id)
          resolve?.(message.answer)
          break
        }
        case 'too-large':
          events.tooLarge(message)
          break
        case 'crash':
          fail(message.message)
      }
    }, fail)
    worker = own.handle
    return worker
  }

  return {
    send(body) {
      const id = nextId++
      ensure().post({ ...body, id } as Command)
      return id
    },
    ask(question) {
      const id = nextId++
      return new Promise((resolve) => {
        questions.set(id, resolve)
        ensure().post({ id, type: 'ask', question })
      })
    },
    restart: drop,
    stop: drop,
  }
}
