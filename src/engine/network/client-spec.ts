import type { Ms, ObjectKey } from '../../model/index.ts'

/** Who asks. */
export interface ClientSpec {
  /** ClientView.key, or any name that stands for one client: what it keeps (connections, draws) is kept under it. */
  readonly key: string
  readonly from: 'pod' | 'node' | 'internet'
  /** The namespace that short names are looked up in. */
  readonly namespace: string
  /** The pod, when it is an object; a client pod that is made up has none. */
  readonly pod?: ObjectKey
  /** Where it is, unless it is on the internet. */
  readonly node?: string
  readonly address: string
}

/** What is asked. */
export interface RequestSpec {
  readonly url: string
  readonly connection?: 'new' | 'keep-alive'
  /** ms after which the client gives up; 2000 when it says nothing. */
  readonly timeout?: Ms
  /** ms in which a connection has to be open; without it `timeout` is all there is. */
  readonly connectTimeout?: Ms
}

export const DEFAULT_TIMEOUT: Ms = 2000
