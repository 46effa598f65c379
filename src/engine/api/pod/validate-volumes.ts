import type { Draft } from '../decode.ts'
import {
  child,
  duplicate,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  notSupported,
  required,
} from '../field.ts'
import { dns1123Label, nameIsSubdomain } from '../names.ts'
import { compareQuantities } from '../quantity.ts'
import { descendingPath, noBacksteps } from './validate-container.ts'

/** In the order in which the server looks at them. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
  'flexVolume',
]

/** The sound volumes by name, and what is wrong with the others. k8s pkg/apis/core/validation/validation.go ValidateVolumes (v1.36) */
export function validateVolumes(
  volumes: readonly Draft[],
  at: Field,
): { readonly sound: Map<string, Draft>; readonly errors: FieldErrors } {
  const sound = new Map<string, Draft>()
  const out: FieldErrors = []
  for (const [i, volume] of volumes.entries()) {
    const place = index(at, i)
    const name = child(place, 'name')
    const errors = validateSource(volume, place)
    if (!volume.name) errors.push(required(name))
    else errors.push(...invalids(name, volume.name, dns1123Label(volume.name)))
    if (sound.has(volume.name)) errors.push(duplicate(name, volume.name))
    if (errors.length === 0) sound.set(volume.name, volume)
    out.push(...errors)
  }
  return { sound, errors: out }
}

function validateSource(volume: Draft, at: Field): FieldErrors {
  const out: FieldErrors = []
  let any = false
  for (const name of SOURCES) {
    const source = volume[name]
    if (source === undefined) continue
    if (any) {
      out.push(forbidden(child(at, name), 'may not specify more than 1 volume type'))
      continue
    }
    any = true
    out.push(...validateOne(name, source, child(at, name)))
  }
  return any ? out : [required(at, 'must specify a volume type')]
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

/** The sources that people write; the others only have to be the only one. */
function validateOne(name: string, source: Draft, at: Field): FieldErrors {
  switch (name) {
    case 'emptyDir':
      return source.sizeLimit !== undefined && compareQuantities(source.sizeLimit, '0') < 0
        ? [forbidden(child(at, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
        : []
    case 'hostPath': {
      if (!source.path) return [required(child(at, 'path'))]
      const out = noBacksteps(source.path, child(at, 'path'))
      if (!HOST_PATH_TYPES.includes(source.type ?? ''))
        out.push(notSupported(child(at, 'type'), source.type, HOST_PATH_TYPES))
      return out
    }
    case 'secret':
      return [
        ...(source.secretName ? [] : [required(child(at, 'secretName'))]),
        ...mode(source, at),
        ...items(source.items ?? [], at),
      ]
    case 'configMap':
      return [
        ...(source.name ? [] : [required(child(at, 'name'))]),
        ...mode(source, at),
        ...items(source.items ?? [], at),
      ]
    case 'persistentVolumeClaim':
      return source.claimName ? [] : [required(child(at, 'claimName'))]
    case 'nfs': {
      const out = ['server', 'path'].filter((f) => !source[f]).map((f) => required(child(at, f)))
      if (!source.path?.startsWith('/'))
        out.push(invalid(child(at, 'path'), source.path ?? '', 'must be an absolute path'))
      return out
    }
    case 'csi': {
      const driver = source.driver ?? ''
      return driver === ''
        ? [required(child(at, 'driver'))]
        : invalids(child(at, 'driver'), driver, nameIsSubdomain(driver.toLowerCase(), false))
    }
    case 'projected':
      return (source.sources ?? []).flatMap((part: Draft, i: number) => {
        const given = [
          'secret',
          'configMap',
          'downwardAPI',
          'serviceAccountToken',
          'clusterTrustBundle',
          'podCertificate',
        ].filter((f) => part[f])
        const place = index(child(at, 'sources'), i)
        return given
          .slice(1)
          .map((f) => forbidden(child(place, f), 'may not specify more than 1 volume type per source'))
      })
    default:
      return []
  }
}

const mode = (source: Draft, at: Field): FieldErrors =>
  source.defaultMode < 0 || source.defaultMode > 0o777
    ? [
        invalid(
          child(at, 'defaultMode'),
          source.defaultMode,
          'must be a number between 0 and 0777 (octal), both inclusive',
        ),
      ]
    : []

// k8s pkg/apis/core/validation/validation.go validateKeyToPath (v1.36)
function items(list: readonly Draft[], at: Field): FieldErrors {
  const out: FieldErrors = []
  for (const [i, item] of list.entries()) {
    const place = index(child(at, 'items'), i)
    if (!item.key) out.push(required(child(place, 'key')))
    if (!item.path) out.push(required(child(place, 'path')))
    else {
      out.push(...descendingPath(item.path, child(place, 'path')))
      if (item.path.startsWith('..') && !item.path.startsWith('../'))
        out.push(invalid(child(place, 'path'), item.path, "must not start with '..'"))
    }
    if (item.mode !== undefined && (item.mode < 0 || item.mode > 0o777)) {
      out.push(invalid(child(place, 'mode'), item.mode, 'must be a number between 0 and 0777 (octal), both inclusive'))
    }
  }
  return out
}
