import { type GalleryEntry, parseGalleryEntry, scenarioOfEntry } from './gallery-entry.ts'
import type { Scenario } from './scenario.ts'

/** The headings, in the picker's order. */
const ORDER = [
  'What goes wrong: labels',
  'What goes wrong: ports',
  'What goes wrong: names',
  'What goes wrong: pods',
  'What goes wrong: ways in',
  'What goes wrong: endpoints by hand',
  'What goes wrong: refused',
  'Nothing is wrong, but it surprises',
] as const

/** The files of `gallery/`, as text, by path. */
const FILES: Readonly<Record<string, string>> = import.meta.glob('./gallery/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Everything in the gallery, by id. This module is a chunk of its own: only `loadGallery` imports it. */
export const ENTRIES: readonly GalleryEntry[] = Object.keys(FILES)
  .sort()
  .map((path) => parseGalleryEntry(path.replace(/^.*\/(.*)\.yaml$/, '$1'), FILES[path]!))

/** As examples, group by group: causes of one kind beside one another. */
export const GALLERY: readonly Scenario[] = inGroups(ENTRIES.map(scenarioOfEntry))

function inGroups(scenarios: readonly Scenario[]): Scenario[] {
  const groups = new Map<string, Scenario[]>()
  for (const group of ORDER) groups.set(group, [])
  for (const scenario of scenarios) groups.get(scenario.group)?.push(scenario)
  return [...groups.values()].flat()
}
