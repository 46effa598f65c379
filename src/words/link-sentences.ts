import type { LinkName } from '../model/index.ts'
import { serviceName } from './names.ts'
import { count, listOf, say } from './phrase.ts'
import type { SentenceTable } from './sentence-table.ts'

/** What each link of the chain asks, as its heading. */
export const LINK_TITLES: Readonly<Record<LinkName, string>> = {
  name: 'The name resolves',
  service: 'The Service is there',
  port: 'It has that port',
  selector: 'It finds pods',
  running: 'They run',
  ready: 'They are ready',
  target: 'They listen on the target port',
  policy: 'Somebody may be drawn',
  way: 'The way is free',
  answer: 'The pod answers',
}

const UNKNOWN: Readonly<Record<string, string>> = {
  running: 'There is no pod to look at',
  ready: 'No pod runs, so none can be ready',
  target: 'There is no pod to look at',
  answer: 'Nobody gets as far as that',
}

const named = (names: readonly string[] | undefined) => (names?.length ? say` (${listOf(names)})` : [])

/** What was looked at at each link, and found in order. */
export const LINK_SENTENCES: SentenceTable<'link'> = {
  'link.name': (p) =>
    p.address
      ? say`<${p.name ?? 'The name'}> is <${p.address}>`
      : p.name
        ? say`<${p.name}> is a name of the cluster`
        : say`It is a name of the cluster`,
  'link.service': (p) => say`${serviceName(p)}${p.type ? say`, of type ${p.type},` : []} is there`,
  'link.port': (p) => {
    const number =
      p.port === undefined
        ? say`The port`
        : say`Port *${p.port}${p.protocol && p.protocol !== 'TCP' ? `/${p.protocol}` : ''}*`
    return say`${number}${p.portName ? say` (${p.portName})` : []} is one of its own${p.target ? say`, with targetPort <${p.target}>` : []}`
  },
  'link.selector': (p) => {
    if (p.endpoints !== undefined) return say`No selector: ${count(p.endpoints, 'endpoint')} written by hand`
    const found = p.pods === undefined ? say`finds pods` : say`finds ${count(p.pods, 'pod')}${named(p.names)}`
    return p.selector ? say`<${p.selector}> ${found}` : say`The selector ${found}`
  },
  'link.running': (p) =>
    say`${p.running ?? 'Some'} of ${count(p.of ?? 0, 'pod')} ${p.of === 1 || p.running === 1 ? 'runs' : 'run'}${named(p.names)}`,
  'link.ready': (p) =>
    say`${p.ready ?? 'Some'} of ${count(p.of ?? 0, 'pod')} ${p.ready === 1 ? 'is' : 'are'} ready${p.published ? say` or published all the same` : []}${named(p.names)}`,
  'link.target': (p) => {
    if (p.pods === undefined)
      return p.target ? say`It is an alias for <${p.target}>` : say`It is an alias for another name`
    const where = p.port === undefined ? say`on the target port` : say`on *${p.port}*`
    const how = p.how === 'assumed' ? say` (assumed: nothing says where)` : p.note ? say` (${p.note})` : []
    return say`${p.pods} of ${count(p.of ?? p.pods, 'pod')} ${p.pods === 1 ? 'listens' : 'listen'} ${where}${how}`
  },
  'link.answer': (p) =>
    p.failing
      ? say`${p.failing} of ${count(p.pods ?? p.failing, 'pod')} ${p.failing === 1 ? 'answers' : 'answer'} nothing but errors`
      : say`Nothing says that they answer with errors`,
  'link.unknown': (p) => say`${UNKNOWN[p.link ?? ''] ?? 'What failed before keeps this from being looked at'}`,
}
