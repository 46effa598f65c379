import { keyOf, type Service } from '../src/model/index.ts'
import { alignTable, endpointsAnswer } from '../src/shell/index.ts'
import { plainText, sentence } from '../src/words/index.ts'
import type { Command } from './command.ts'

/** Slices as the endpoints controllers write them, and why a pod is in or not. */
export const endpoints: Command = {
  name: 'endpoints',
  summary: 'slices as a real controller writes them, and why each pod is one or not',
  usage: 'FILES… [SERVICE | NAMESPACE/SERVICE]',
  flags: [],
  help: {},
  words: (word) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/.test(word),
  run: ({ cluster, flags, words, out, err, paint }) => {
    const wanted = words[0]
    const [namespace, name] = wanted?.includes('/') ? (wanted.split('/') as [string, string]) : [undefined, wanted]
    const services = cluster
      .list<Service>('Service')
      .filter((s) => (name === undefined ? !isBuiltIn(s) : s.metadata.name === name))
      .filter((s) => namespace === undefined || s.metadata.namespace === namespace)
    if (services.length === 0 && wanted !== undefined) {
      err(`there is no Service ${wanted}\n`)
      return 1
    }
    const answers = services.map((s) => {
      const at = s.metadata.namespace ?? 'default'
      return [`${at}/${s.metadata.name}`, endpointsAnswer(cluster, at, s.metadata.name)] as const
    })
    if (flags.on('json')) {
      out(`${JSON.stringify(Object.fromEntries(answers), undefined, 2)}\n`)
      return 0
    }
    services.forEach((service, i) => {
      const view = cluster.serviceView(keyOf(service))
      out(`${i > 0 ? '\n' : ''}${paint.bold(answers[i]![0])}\n`)
      const rows = (view?.members ?? []).map((m) => {
        const pod = m.key.slice(m.key.indexOf('/') + 1)
        return [`  ${pod}`, m.address ?? '-', m.state, plainText(sentence(m.why))]
      })
      out(
        rows.length > 0
          ? alignTable(rows)
          : `  ${view?.problem ? plainText(sentence(view.problem)) : 'no endpoints'}\n`,
      )
    })
    return 0
  },
}

const isBuiltIn = ({ metadata }: Service): boolean =>
  metadata.namespace === 'kube-system' || (metadata.namespace === 'default' && metadata.name === 'kubernetes')
