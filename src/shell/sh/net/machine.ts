import type { Node } from '../../../model/index.ts'
import { addressesAt, clientAt, hostName } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { options } from '../tools/options.ts'
import { deviceNode } from './device-node.ts'
import { IP } from './ip.ts'
import { SOCKETS } from './sockets.ts'

/** hostname, env, uname, ps: what the machine says of itself. */

function* hostname(c: ToolContext): Process {
  const o = options(c.args, 'iIfsdA')
  if (o.problem) return yield* misuse(c, o.problem)
  const addresses = addressesAt(c.place, c.cluster)
  const own = hostName(c.place, c.cluster)
  // the hosts file says its whole name
  const client = clientAt(c.place, c.cluster)
  const hosts = client ? c.cluster.resolver(client).hosts : []
  const [full = own] = hosts.find((h) => h.names.includes(own) && addresses.includes(h.ip))?.names ?? []
  if (o.on.has('i')) yield out(`${addresses.join(' ')}\n`)
  else if (o.on.has('I')) yield out(`${addresses.map((ip) => `${ip} `).join('')}\n`)
  else if (o.on.has('f') || o.on.has('A')) yield out(`${full}\n`)
  else if (o.on.has('d')) yield out(full.includes('.') ? `${full.slice(full.indexOf('.') + 1)}\n` : '')
  else yield out(`${own}\n`)
  return 0
}

function* env(c: ToolContext): Process {
  const variables = c.scope.environment()
  if (c.args.length > 0 && c.name === 'printenv') {
    const found = variables.filter(([name]) => c.args.includes(name))
    for (const [, value] of found) yield out(`${value}\n`)
    return found.length === c.args.length ? 0 : 1
  }
  for (const [name, value] of variables) yield out(`${name}=${value}\n`)
  return 0
}

function* ps(c: ToolContext): Process {
  yield out('PID   USER     TIME  COMMAND\n')
  yield err('# nothing runs here: containers are simulated by what they answer (kubectl get pods, ss -ltn)\n')
  return c.args.length > 99 ? 1 : 0
}

function* uname(c: ToolContext): Process {
  const node = deviceNode(c) ?? clientAt(c.place, c.cluster)?.node
  const object = node === undefined ? undefined : c.cluster.get<Node>(`Node//${node}`)
  const info = (object?.status as { nodeInfo?: { kernelVersion?: string } } | undefined)?.nodeInfo
  const kernel = info?.kernelVersion || '6.12.0'
  const all = c.args.includes('-a')
  yield out(
    all
      ? `Linux ${hostName(c.place, c.cluster)} ${kernel} #1 SMP x86_64 Linux\n`
      : c.args.includes('-r')
        ? `${kernel}\n`
        : c.args.includes('-n')
          ? `${hostName(c.place, c.cluster)}\n`
          : c.args.includes('-m')
            ? 'x86_64\n'
            : 'Linux\n',
  )
  return 0
}

export const MACHINE: readonly Tool[] = [
  IP,
  ...SOCKETS,
  {
    name: 'hostname',
    summary: 'the name of this machine; -i: its address',
    at: NETWORKED,
    flags: ['-i'],
    run: hostname,
  },
  { name: 'uname', summary: 'the system', at: NETWORKED, run: uname },
  { name: 'ps', aliases: ['top'], summary: 'processes: none', at: NETWORKED, run: ps },
  { name: 'env', aliases: ['printenv'], summary: 'variables, in a pod those of its Services', run: env },
]
