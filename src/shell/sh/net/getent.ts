import { familyOf } from '../../../model/index.ts'
import { err, out, type Process } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { isAddress, withoutDot } from './dns-query.ts'
import { lookUp } from './lookup.ts'
import { asker } from './send.ts'

const TRY = "Try `getent --help' or `getent --usage' for more information.\n"
const DATABASES = new Set(['hosts', 'ahosts', 'ahostsv4', 'ahostsv6'])
const ELSEWHERE = new Set(
  'aliases ethers group gshadow initgroups netgroup networks passwd protocols rpc services shadow'.split(' '),
)

/** glibc nss/getent.c (2.41): status 2 when there is none. */
function* getent(c: ToolContext): Process {
  const [database, ...names] = c.args
  if (database === undefined) {
    yield err(`getent: wrong number of arguments\n${TRY}`)
    return 1
  }
  if (ELSEWHERE.has(database)) return yield* misuse(c, `${database} is not simulated: hosts and ahosts are`)
  if (!DATABASES.has(database)) {
    yield err(`Unknown database: ${database}\n${TRY}`)
    return 1
  }
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  if (names.length === 0) {
    for (const { ip, names: all } of c.cluster.resolver(client).hosts) yield out(`${ip.padEnd(15)} ${all.join(' ')}\n`)
    return 0
  }
  let status = 0
  for (const name of names) {
    const found = lookUp(c, client, name)
    const reverse = isAddress(name) ? c.cluster.resolve(client, name, 'PTR', false).records[0]?.data : undefined
    if (!found || (isAddress(name) && database === 'hosts' && reverse === undefined)) {
      status = 2
      continue
    }
    if (database === 'hosts') {
      const own = found.addresses.filter((ip) => ip.includes(':'))
      const shown = own.length > 0 ? own : found.addresses
      for (const ip of shown) yield out(`${ip.padEnd(15)} ${withoutDot(reverse ?? found.name)}\n`)
      continue
    }
    const family = database === 'ahosts' ? undefined : database === 'ahostsv4' ? 'IPv4' : 'IPv6'
    const addresses = found.addresses.filter((ip) => family === undefined || familyOf(ip) === family)
    if (addresses.length === 0) status = 2
    for (const [i, ip] of addresses.entries())
      for (const kind of ['STREAM', 'DGRAM', 'RAW'])
        yield out(`${ip.padEnd(15)} ${kind.padEnd(6)} ${i === 0 && kind === 'STREAM' ? found.name : ''}\n`)
  }
  return status
}

export const GETENT: Tool = {
  name: 'getent',
  summary: 'names as programs find them: getent hosts NAME',
  at: ASKING,
  run: getent,
}
