import { clusterIp } from './cluster-ip.ts'
import { externalDatabase } from './external-database.ts'
import { externalName } from './external-name.ts'
import { externalTrafficPolicy } from './external-traffic-policy.ts'
import { headlessStatefulSet } from './headless-stateful-set.ts'
import { large } from './large.ts'
import { loadBalancer } from './load-balancer.ts'
import { loadBalancerPending } from './load-balancer-pending.ts'
import { namedTargetPort } from './named-target-port.ts'
import { nodePort } from './node-port.ts'
import { otherNamespace } from './other-namespace.ts'
import { readiness } from './readiness.ts'
import { rollingUpdate } from './rolling-update.ts'
import { scaleAndReplace } from './scale-and-replace.ts'
import type { Scenario } from './scenario.ts'
import { sessionAffinity } from './session-affinity.ts'
import { severalPorts } from './several-ports.ts'
import { twoFamilies } from './two-families.ts'
import { wrongSelector } from './wrong-selector.ts'
import { wrongTargetPort } from './wrong-target-port.ts'

/** All examples, in the order of the picker; the first is what a visitor sees. */
export const SCENARIOS: readonly Scenario[] = [
  clusterIp,
  nodePort,
  loadBalancer,
  loadBalancerPending,
  externalName,
  headlessStatefulSet,
  twoFamilies,
  externalDatabase,
  severalPorts,
  namedTargetPort,
  otherNamespace,
  readiness,
  scaleAndReplace,
  rollingUpdate,
  large,
  sessionAffinity,
  externalTrafficPolicy,
  wrongSelector,
  wrongTargetPort,
]

const byId = new Map(SCENARIOS.map((scenario) => [scenario.id, scenario]))

export const scenarioById = (id: string): Scenario | undefined => byId.get(id)

/** The gallery of broken set-ups, as examples: a chunk of its own, fetched when somebody asks for it. */
export const loadGallery = async (): Promise<readonly Scenario[]> => (await import('./gallery.ts')).GALLERY

/** Where a word was found, the better first. */
const FIELDS: readonly ((scenario: Scenario) => string)[] = [
  (s) => s.title,
  (s) => s.id,
  (s) => s.summary,
  (s) => s.keywords ?? '',
  (s) => s.group,
  (s) => s.story,
  (s) => s.files.map((file) => file.text).join('\n'),
]

/**
 * The examples in which every word of the text occurs (letters' case does not matter): those with it in the title before those
 * with it in the manifests, else in the order given. An empty text finds all.
 */
export function searchScenarios(text: string, among: readonly Scenario[] = SCENARIOS): readonly Scenario[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found: { scenario: Scenario; rank: number }[] = []
  for (const scenario of among) {
    const fields = FIELDS.map((field) => field(scenario).toLowerCase())
    const ranks = words.map((word) => fields.findIndex((field) => field.includes(word)))
    if (!ranks.includes(-1)) found.push({ scenario, rank: ranks.reduce((sum, rank) => sum + rank, 0) })
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ scenario }) => scenario)
}
