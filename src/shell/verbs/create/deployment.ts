import type { KObject } from '../../../model/index.ts'
import type { Verb } from '../../command.ts'
import { plain } from '../../failure.ts'
import { CREATE_FLAGS, createMade, missingFlags, nameOf } from './made.ts'

/** k8s kubectl pkg/cmd/create/create_deployment.go (v1.36) */
export const deployment: Verb = {
  name: 'deployment',
  aliases: ['deploy'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'image', type: 'list' },
    { name: 'replicas', short: 'r', type: 'int', default: '1' },
    { name: 'port', type: 'int', default: '-1' },
  ],
  run: (c) => {
    const missing = missingFlags(c, 'image')
    if (missing) return [missing]
    const name = nameOf(c)
    if (typeof name !== 'string') return [name]
    const command = c.args.slice(1)
    const images = c.flags.all('image')
    if (images.length > 1 && command.length > 0) {
      return [plain('cannot specify multiple --image options and command')]
    }
    const port = c.flags.int('port')
    const labels = { app: name }
    const containers = images.map((image, i) => ({
      name: containerName(image),
      image,
      ...(command.length > 0 && { command }),
      ...(i === 0 && port >= 0 && { ports: [{ containerPort: port }] }),
    }))
    const made: KObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: c.flags.int('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    }
    return createMade(c, made, 'failed to create deployment')
  },
}

/** The image without registry, tag and digest. kubectl adds five random letters where it replaces dots; this one does not. */
const containerName = (image: string): string =>
  image
    .slice(image.lastIndexOf('/') + 1)
    .replace(/[:@].*$/s, '')
    .replace(/[_.]/g, '-')
