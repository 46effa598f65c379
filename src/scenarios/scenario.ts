import type { Action, Ms, Outcome, ReasonCode, TextFile } from '../model/index.ts'

/** Headings of the picker, in its order. */
export type ScenarioGroup =
  | 'Types of Services'
  | 'Names and ports'
  | 'Pods come and go'
  | 'Policies'
  | 'What goes wrong'
  // the gallery's, by the kind of cause
  | 'What goes wrong: labels'
  | 'What goes wrong: ports'
  | 'What goes wrong: names'
  | 'What goes wrong: pods'
  | 'What goes wrong: ways in'
  | 'What goes wrong: endpoints by hand'
  | 'What goes wrong: refused'
  | 'Nothing is wrong, but it surprises'

/** One button of a story: what it is called, what to watch, and what it does. */
export interface Step {
  /** On the button: "Break the selector". */
  readonly label: string
  /** One sentence, shown once it was pressed: what happens now, and why. */
  readonly say: string
  readonly do: StepAction
}

export type StepAction =
  /** `find` stands in the file exactly once when the steps are done in order. */
  | { readonly type: 'edit'; readonly file: string; readonly find: string; readonly replace: string }
  | { readonly type: 'act'; readonly action: Action }

/**
 * What is true of the run, and tested. The run opens at rest at 0; step k is done `STEP_GAP` after the one before (the first
 * `STEP_GAP` after the start), so `after: k` looks at the stretch between step k and the next.
 */
export interface Expectation {
  /** Steps done before; 0: as it opens. */
  readonly after: number
  /** ms of that stretch to pass over, while the change works its way through. Default 3,000. */
  readonly from?: Ms
  readonly that: Claim
}

/** From one step to the next, in the tests' run. */
export const STEP_GAP: Ms = 15_000
export const SETTLING: Ms = 3_000

export type Claim =
  /**
   * Every request that the client starts in the stretch ends in one of `only`, and each of `some` (default: `only`) occurs.
   * `servers`: how many different pods (or outside hosts) answer. `seenAs`: the client's address as they all see it.
   * `http`: the status of every answer.
   */
  | {
      readonly type: 'requests'
      readonly client: string
      readonly only: readonly Outcome[]
      readonly some?: readonly Outcome[]
      readonly servers?: number
      readonly seenAs?: string
      readonly http?: number
      /** The reason at the hop where those that failed failed. */
      readonly because?: ReasonCode
    }
  /** At the end of the stretch: ready endpoints of the Service, by its first port. `service` is `web` or `NAMESPACE/web`. */
  | { readonly type: 'endpoints'; readonly service: string; readonly ready: number }
  /** At the end of the stretch: what is wrong with the Service; null: nothing. */
  | { readonly type: 'problem'; readonly service: string; readonly code: ReasonCode | null }
  /** At the end of the stretch: a word about the Service that is no problem. */
  | { readonly type: 'note'; readonly service: string; readonly code: ReasonCode }
  /** At the end of the stretch: a diagnostic of this code, whose message contains the words. */
  | { readonly type: 'diagnostic'; readonly code: string; readonly words?: string }

export interface Scenario {
  /** Kebab case; stands in links, so it never changes. */
  readonly id: string
  readonly title: string
  readonly group: ScenarioGroup
  /** One line for the picker. */
  readonly summary: string
  /** A few plain sentences for a learner: what one sees, and what to try. */
  readonly story: string
  /** Words to find it by that stand nowhere else in it. */
  readonly keywords?: string
  readonly files: readonly TextFile[]
  readonly steps: readonly Step[]
  readonly expect: readonly Expectation[]
}

/** An edit of a step, in the file where nearly all of them happen. */
export const edit = (find: string, replace: string, file = 'app.yaml'): StepAction => ({
  type: 'edit',
  file,
  find,
  replace,
})

/** Manifests as a template string: the newline after the opening quote goes. */
export const yaml = (strings: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  String.raw(strings, ...values).replace(/^\n/, '')
