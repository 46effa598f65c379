import { scenarioById } from '../src/scenarios/index.ts'
import { encodeFragment } from '../src/session/share/codec.ts'

/** The largest example with clients that keep about 200 requests under way: 12 that ask 20 times a second, each drawn for 0.9 s. */
export function busyLink(): string {
  const shop = scenarioById('large')
  if (!shop) throw new Error('there is no large example')
  const names = [
    'storefront',
    'catalog',
    'search',
    'cart',
    'checkout',
    'payment',
    'shipping',
    'accounts',
    'reviews',
    'recommend',
    'mail',
    'currency',
  ]
  const clients = names.map((name) => {
    const spec = `{from: pod/asks-${name}, url: "http://${name}/", every: 50ms}`
    return `apiVersion: fairlead.dev/v1\nkind: Client\nmetadata: {name: asks-${name}}\nspec: ${spec}\n`
  })
  const files = [...shop.files, { name: 'clients.yaml', text: clients.join('---\n') }]
  return encodeFragment({ version: 1, files, log: [] })
}
