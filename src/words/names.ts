import { hostPort } from '../model/index.ts'
import { type Phrase, say } from './phrase.ts'

/** How sentences name things; each gets along without what it is not given. */

/** "Service **web**", with its namespace when that is not `default`. */
export function serviceName(p: { service?: string; namespace?: string }): Phrase[] {
  if (!p.service) return say`the Service`
  return p.namespace && p.namespace !== 'default'
    ? say`Service *${p.service}* in namespace *${p.namespace}*`
    : say`Service *${p.service}*`
}

/** "pod **web-1**". */
export const podName = (pod: string | undefined): Phrase[] => (pod ? say`*${pod}*` : say`the pod`)

/** "**node-1**". */
export const nodeName = (node: string | undefined): Phrase[] => (node ? say`*${node}*` : say`the node`)

/** `10.96.44.10:80`, with "/UDP" when it is not TCP. */
export function socket(p: { address?: string; port?: number; protocol?: string }): Phrase[] {
  const suffix = p.protocol && p.protocol !== 'TCP' ? `/${p.protocol}` : ''
  if (p.address === undefined) return p.port === undefined ? say`the address` : say`port <${p.port}${suffix}>`
  return p.port === undefined ? say`<${p.address}>` : say`<${hostPort(p.address, p.port)}${suffix}>`
}

/** "port **http**", or "port **80**" when it has no name. */
export const portOf = (p: { port?: number; portName?: string }): Phrase[] =>
  p.portName ? say`port *${p.portName}*` : p.port === undefined ? say`a port` : say`port *${p.port}*`

/** "8081", "53/UDP". */
export const portNumber = (p: { port?: number; protocol?: string }): string =>
  p.port === undefined ? 'that port' : `${p.port}${p.protocol && p.protocol !== 'TCP' ? `/${p.protocol}` : ''}`
