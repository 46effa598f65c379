import type { KObject } from '../../../model/index.ts'
import type { Context, Verb } from '../../command.ts'
import { type Failure, plain } from '../../failure.ts'
import type { FlagSpec } from '../../flags.ts'
import { groupHelp } from '../../help.ts'
import { isFailure } from '../../server.ts'
import { CREATE_FLAGS, createMade, joined, nameOf } from './made.ts'

const SOURCES: readonly FlagSpec[] = [
  { name: 'from-file', type: 'list' },
  { name: 'from-literal', type: 'array' },
  { name: 'from-env-file', type: 'list' },
  { name: 'append-hash', type: 'bool' },
]

/** k8s apimachinery/pkg/util/validation IsConfigMapKey (v1.36) */
function keyFaults(key: string): string[] {
  const faults: string[] = []
  if (key.length > 253) faults.push('must be no more than 253 characters')
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    faults.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    )
  }
  if (key === '.') faults.push("must not be '.'")
  if (key === '..') faults.push("must not be '..'")
  else if (key.startsWith('..')) faults.push("must not start with '..'")
  return faults
}

type Add = (key: string, value: string) => Failure | undefined

/** What `--from-file`, `--from-literal` and `--from-env-file` say. k8s kubectl pkg/util/util.go, pkg/cmd/util/env_file.go (v1.36) */
function readSources(c: Context, order: readonly ('file' | 'literal')[], add: Add): Failure | undefined {
  const { flags } = c
  if (flags.has('from-env-file') && (flags.has('from-file') || flags.has('from-literal'))) {
    return plain('from-env-file cannot be combined with from-file or from-literal')
  }
  if (flags.on('append-hash')) return plain('--append-hash is not simulated here; give the object another name')
  const parts = { file: () => readFiles(c, add), literal: () => readLiterals(c, add) }
  for (const part of order) {
    const failure = parts[part]()
    if (failure) return failure
  }
  return readEnvFiles(c, add)
}

function readLiterals(c: Context, add: Add): Failure | undefined {
  for (const source of c.flags.all('from-literal')) {
    const at = source.indexOf('=')
    if (at < 1) return plain(`invalid literal source ${source}, expected key=value`)
    const failure = add(source.slice(0, at), unquoted(source.slice(at + 1)))
    if (failure) return failure
  }
  return undefined
}

/** The shell has taken its quotes away already. */
const unquoted = (value: string): string => value

function readFiles(c: Context, add: Add): Failure | undefined {
  for (const source of c.flags.all('from-file')) {
    const parts = source.split('=')
    if (parts.length > 2) return plain("key names or file paths cannot contain '='")
    if (parts.length === 2 && parts[0] === '') return plain(`key name for file path ${parts[1]} missing`)
    if (parts.length === 2 && parts[1] === '') return plain(`file path for key name ${parts[0]} missing`)
    const path = parts.at(-1)!
    const text = c.readFile(path)
    if (text === undefined) return plain(`error reading ${path}: no such file or directory`)
    const failure = add(parts.length === 2 ? parts[0]! : path.slice(path.lastIndexOf('/') + 1), text)
    if (failure) return failure
  }
  return undefined
}

function readEnvFiles(c: Context, add: Add): Failure | undefined {
  for (const path of c.flags.all('from-env-file')) {
    const text = c.readFile(path)
    if (text === undefined) return plain(`error reading ${path}: no such file or directory`)
    for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
      const bare = line.trimStart()
      if (bare === '' || bare.startsWith('#')) continue
      const at = bare.indexOf('=')
      // without a value it is that of the environment, which is empty here
      const failure = add(at < 0 ? bare : bare.slice(0, at), at < 0 ? '' : bare.slice(at + 1))
      if (failure) return failure
    }
  }
  return undefined
}

/** k8s kubectl pkg/cmd/create/create_configmap.go (v1.36) */
export const configmap: Verb = {
  name: 'configmap',
  aliases: ['cm'],
  short: 'Create a config map from a local file, directory or literal value',
  flags: [...CREATE_FLAGS, ...SOURCES],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const data: Record<string, string> = {}
    const failure = readSources(c, ['file', 'literal'], (key, value) => {
      const faults = keyFaults(key)
      if (faults.length > 0) {
        return plain(`${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${faults.join(',')}`)
      }
      if (Object.hasOwn(data, key)) {
        return plain(
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`,
        )
      }
      data[key] = value
      return undefined
    })
    if (failure) return [failure]
    const some = Object.keys(data).length > 0 && { data }
    return createMade(
      c,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...some },
      'failed to create configmap',
    )
  },
}

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))

/** The server's words follow without a colon, as kubectl writes them. */
function createSecret(c: Context, name: string, type: string, data: Readonly<Record<string, string>>) {
  const coded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]))
  const made: KObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    ...(Object.keys(coded).length > 0 && { data: coded }),
    ...(type !== '' && { type }),
  }
  return createMade(c, made).map((f) => (f.type === 'status' ? joined('failed to create secret ', f) : f))
}

function secretData(c: Context): Record<string, string> | Failure {
  const data: Record<string, string> = {}
  const failure = readSources(c, ['literal', 'file'], (key, value) => {
    const faults = keyFaults(key)
    if (faults.length > 0) {
      return plain(`${JSON.stringify(key)} is not valid key name for a Secret ${faults.join(';')}`)
    }
    if (Object.hasOwn(data, key)) return plain(`cannot add key ${key}, another key by that name already exists`)
    data[key] = value
    return undefined
  })
  return failure ?? data
}

/** k8s kubectl pkg/cmd/create/create_secret.go (v1.36) */
const generic: Verb = {
  name: 'generic',
  short: 'Create a secret from a local file, directory, or literal value',
  flags: [...CREATE_FLAGS, ...SOURCES, { name: 'type', type: 'string' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const data = secretData(c)
    if (isFailure(data)) return [data]
    return createSecret(c, name, c.flags.text('type'), data as Record<string, string>)
  },
}

/** k8s kubectl pkg/cmd/create/create_secret_docker.go (v1.36) */
const dockerRegistry: Verb = {
  name: 'docker-registry',
  short: 'Create a secret for use with a Docker registry',
  flags: [
    ...CREATE_FLAGS,
    ...SOURCES,
    { name: 'docker-username', type: 'string' },
    { name: 'docker-password', type: 'string' },
    { name: 'docker-email', type: 'string' },
    { name: 'docker-server', type: 'string', default: 'https://index.docker.io/v1/' },
  ],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const [username, password, email, server] = ['username', 'password', 'email', 'server'].map((f) =>
      c.flags.text(`docker-${f}`),
    )
    const type = 'kubernetes.io/dockerconfigjson'
    if (c.flags.has('from-file')) {
      const data = secretData(c)
      return isFailure(data) ? [data] : createSecret(c, name, type, data as Record<string, string>)
    }
    if (!username || !password || !server) {
      return [
        plain(
          'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
        ),
      ]
    }
    const auth = { username, password, ...(email ? { email } : {}), auth: base64(`${username}:${password}`) }
    return createSecret(c, name, type, { '.dockerconfigjson': JSON.stringify({ auths: { [server]: auth } }) })
  },
}

/** k8s kubectl pkg/cmd/create/create_secret_tls.go (v1.36); whether key and certificate belong together is not looked at */
const tls: Verb = {
  name: 'tls',
  short: 'Create a TLS secret',
  flags: [...CREATE_FLAGS, { name: 'cert', type: 'string' }, { name: 'key', type: 'string' }],
  run: (c) => {
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const [cert, key] = [c.flags.text('cert'), c.flags.text('key')]
    if (cert === '' || key === '') return [plain('key and cert must be specified')]
    const texts: Record<string, string> = {}
    for (const [field, path] of [
      ['tls.crt', cert],
      ['tls.key', key],
    ] as const) {
      const text = c.readFile(path)
      if (text === undefined) return [plain(`Cannot read file ${path}, open ${path}: no such file or directory`)]
      texts[field] = text
    }
    return createSecret(c, name, 'kubernetes.io/tls', texts)
  },
}

export const secret: Verb = {
  name: 'secret',
  short: 'Create a secret using a specified subcommand',
  about: `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.`,
  usage: '(docker-registry | generic | tls) [options]',
  flags: CREATE_FLAGS,
  verbs: [dockerRegistry, generic, tls],
  run: (c) => groupHelp(c, secret),
}
