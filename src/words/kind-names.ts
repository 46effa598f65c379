import { type KObject, type Node, type ObjectKey, type Pod, type Service, splitKey } from '../model/index.ts'
import { shQuote } from './sh-quote.ts'
import type { Scanned } from './sh-scan.ts'

/** A name or an address that another cluster gives otherwise: it becomes a variable of the script. */
interface Elsewhere {
  /** As it is here. */
  readonly here: string
  /** The line that sets it, for the variable's name. */
  readonly set: (variable: string) => string
  readonly prefix: 'pod' | 'ip'
  /** What has to be set before. */
  readonly needs?: string
}

/** Letters that generated names are made of. k8s apimachinery pkg/util/rand/rand.go (v1.36) */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]'
const OWNS_PODS: ReadonlySet<string> = new Set(['ReplicaSet', 'DaemonSet', 'Job', 'ReplicationController'])
const MOST = 2000

/** What takes a name that no pod had in the script before: `take_pod VARIABLE NAMESPACE BEGINNING`. */
export const TAKE_POD = `# Pods of a workload are called otherwise in each cluster: this takes one that the script has not named yet.
taken=' '
take_pod() {
  local name
  for name in $(kubectl get pods -n "$2" -o 'jsonpath={.items[*].metadata.name}' | tr ' ' '\\n' | grep -E "^$3-[a-z0-9]{5}$"); do
    case $taken in *" $2/$name "*) continue ;; esac
    taken="$taken$2/$name "
    printf -v "$1" %s "$name"
    return
  done
  echo "no pod $3-... is there" >&2
}`

/** The names of a session in the words of a cluster that kind made. */
export class KindNames {
  /** Node here → container of kind. */
  readonly nodes: ReadonlyMap<string, string>
  readonly #objects: ReadonlyMap<ObjectKey, KObject>
  readonly #addresses: ReadonlyMap<string, Elsewhere>
  readonly #pattern: RegExp
  readonly #workloads: readonly { readonly pattern: RegExp; readonly begins: string; readonly namespace: string }[]
  readonly #variables = new Map<string, string>()

  /**
   * `workloads`: keys of all that may have made pods. `fixed`: addresses that the text itself says. `cluster`: kind's name of it.
   */
  constructor(
    cluster: string,
    nodes: readonly string[],
    objects: ReadonlyMap<ObjectKey, KObject>,
    workloads: Iterable<ObjectKey>,
    fixed: (address: string) => boolean,
  ) {
    this.nodes = new Map(nodes.map((name, i) => [name, `${cluster}-worker${i === 0 ? '' : i + 1}`]))
    this.#objects = objects
    this.#workloads = [...workloads].flatMap((key) => {
      const { kind, namespace, name } = splitKey(key)
      const word = escaped(name)
      if (kind === 'Deployment')
        return { pattern: new RegExp(`^${word}-${SAFE}{5,10}-${SAFE}{5}$`), begins: `${name}-[a-z0-9]+`, namespace }
      return OWNS_PODS.has(kind) ? { pattern: new RegExp(`^${word}-${SAFE}{5}$`), begins: name, namespace } : []
    })
    this.#addresses = this.#findAddresses(fixed)
    const words = [...this.nodes.keys(), ...this.#addresses.keys()].sort((a, b) => b.length - a.length).slice(0, MOST)
    const generated = `[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?-${SAFE}{5}`
    this.#pattern = new RegExp(`(?<![\\w.-])(?:${[...words.map(escaped), generated].join('|')})(?![\\w-]|\\.\\w)`, 'g')
  }

  /** Variables that a text needs and that are not set yet: the lines that set them. */
  settings(text: string): string[] {
    const lines: string[] = []
    for (const [word] of text.matchAll(this.#pattern)) this.#setting(word, lines)
    return lines
  }

  /** Text in which nothing is expanded: a manifest, the body of a here-document. Only nodes are known there. */
  inText(text: string): string {
    return text.replace(this.#pattern, (word) => this.nodes.get(word) ?? word)
  }

  /** A word of the script, quoted. */
  quoted(text: string): string {
    let out = ''
    let from = 0
    const plain = this.inText(text)
    const add = (to: number) => {
      if (to > from) out += shQuote(plain.slice(from, to))
    }
    for (const match of plain.matchAll(this.#pattern)) {
      const variable = this.#variables.get(match[0])
      if (variable === undefined) continue
      add(match.index)
      out += `"\${${variable}}"`
      from = match.index + match[0].length
    }
    add(plain.length)
    return out === '' ? "''" : out
  }

  /** A line as it was typed, still one line of shell. */
  line(text: string, { quoted, verbatim }: Scanned): string {
    const within = (ranges: Scanned['quoted'], at: number) => ranges.some(([from, to]) => at >= from && at < to)
    return text.replace(this.#pattern, (word, at: number) => {
      const node = this.nodes.get(word)
      if (node !== undefined) return node
      const variable = this.#variables.get(word)
      if (variable === undefined || within(verbatim, at)) return word
      return within(quoted, at) ? `'"\${${variable}}"'` : `\${${variable}}`
    })
  }

  #setting(word: string, lines: string[]): void {
    if (this.nodes.has(word) || this.#variables.has(word)) return
    const elsewhere = this.#addresses.get(word) ?? this.#pod(word)
    if (!elsewhere) return
    if (elsewhere.needs !== undefined) this.#setting(elsewhere.needs, lines)
    const count = [...this.#variables.values()].filter((name) => name.startsWith(elsewhere.prefix)).length + 1
    const variable = `${elsewhere.prefix}_${count}`
    this.#variables.set(word, variable)
    lines.push(`${elsewhere.set(variable)}   # here: ${word}`)
  }

  /** A pod whose name was made up; undefined for one that is called so everywhere. */
  #pod(name: string): Elsewhere | undefined {
    const workload = this.#workloads.find(({ pattern }) => pattern.test(name))
    if (!workload) return undefined
    const { begins, namespace } = workload
    return {
      here: name,
      prefix: 'pod',
      set: (variable) => `take_pod ${variable} ${shQuote(namespace)} ${shQuote(begins)}`,
    }
  }

  #findAddresses(fixed: (address: string) => boolean): Map<string, Elsewhere> {
    const found = new Map<string, Elsewhere>()
    const add = (address: string | undefined, set: Elsewhere['set'], needs?: string) => {
      if (address && address !== 'None' && !fixed(address) && !found.has(address))
        found.set(address, { here: address, prefix: 'ip', set, ...(needs !== undefined && { needs }) })
    }
    const path = (type: string, namespace: string, name: string, field: string) => (variable: string) =>
      `${variable}=$(kubectl get ${type} -n ${shQuote(namespace)} ${name} -o 'jsonpath={${field}}')`
    for (const object of this.#objects.values()) {
      const { name, namespace = 'default' } = object.metadata
      if (object.kind === 'Service' && object.apiVersion === 'v1') {
        const { spec, status } = object as Service
        for (const [i, ip] of (spec.clusterIPs ?? [spec.clusterIP]).entries())
          add(ip, path('service', namespace, shQuote(name), `.spec.clusterIPs[${i}]`))
        for (const [i, ingress] of (status?.loadBalancer?.ingress ?? []).entries())
          add(ingress.ip, path('service', namespace, shQuote(name), `.status.loadBalancer.ingress[${i}].ip`))
      } else if (object.kind === 'Pod') {
        const made = this.#pod(name)
        for (const [i, { ip }] of ((object as Pod).status?.podIPs ?? []).entries())
          add(
            ip,
            (variable) =>
              path(
                'pod',
                namespace,
                made ? `"\${${this.#variables.get(name)}}"` : shQuote(name),
                `.status.podIPs[${i}].ip`,
              )(variable),
            made && name,
          )
      }
    }
    // a pod of the node's own network has the node's address, and so the node says it last
    for (const object of this.#objects.values()) {
      const node = object.kind === 'Node' ? this.nodes.get(object.metadata.name) : undefined
      if (node === undefined) continue
      const addresses = (object as Node).status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? []
      for (const [i, { address }] of addresses.entries())
        found.set(address, {
          here: address,
          prefix: 'ip',
          set: (variable) =>
            `${variable}=$(kubectl get node ${node} -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}' | cut -d ' ' -f ${i + 1})`,
        })
    }
    return found
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
