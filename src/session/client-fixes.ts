import { type ClientView, type Fix, type Ms, makeKey, OWN_API_VERSION, splitKey } from '../model/index.ts'

/** Documents for clients that were made up, so that they can be changed and shared. */
export function clientFixes(clients: readonly ClientView[]): Fix[] {
  return clients
    .filter((client) => client.madeUp)
    .map((client) => ({
      label: `Write ${client.name} into the text`,
      object: makeKey('Client', '', client.name),
      path: [],
      op: 'addDocument',
      value: {
        apiVersion: OWN_API_VERSION,
        kind: 'Client',
        metadata: { name: client.name },
        spec: {
          from: fromText(client),
          url: client.url,
          every: client.every === undefined ? 'once' : durationText(client.every),
          ...(client.connection === 'keep-alive' && { connection: client.connection }),
          timeout: durationText(client.timeout),
        },
      },
    }))
}

function fromText(client: ClientView): string {
  if (client.from === 'internet') return 'internet'
  if (client.from === 'node') return `node/${client.at ? lastPart(client.at) : ''}`
  // one made up has no pod: it asks from its Service's namespace, under its own name
  const { namespace, name } = client.at?.includes('/')
    ? splitKey(client.at)
    : { namespace: client.target ? splitKey(client.target).namespace : 'default', name: client.name }
  return namespace === 'default' || namespace === '' ? `pod/${name}` : `pod/${namespace}/${name}`
}

const lastPart = (text: string) => text.slice(text.lastIndexOf('/') + 1)
const durationText = (ms: Ms) => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`)
