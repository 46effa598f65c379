import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { transcript } from './testing/run-cli.ts'

const SHOP = 'cli/testing/shop.yaml'
const LINK = readFileSync('src/session/share/fixtures/v1-text.link', 'utf8').trim()

/** One transcript a file: command lines as people type them, and what they see. */
const TRANSCRIPTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  help: [[], ['help', 'check'], ['trace', '--help'], ['help', 'endpoints'], ['help', 'rules'], ['help', 'replay']],
  trace: [
    ['trace', SHOP, '--to', 'http://web/'],
    ['trace', SHOP, '--to', 'http://web/', '--times', '40'],
    ['trace', SHOP, '--to', 'http://web/', '--times', '5', '--keep-alive'],
    ['trace', SHOP, '--from', 'pod/tools/client', '--to', 'http://web.default/'],
    ['trace', SHOP, '--from', 'pod/tools/client', '--to', 'http://web/'],
    ['trace', SHOP, '--to', 'http://cart/'],
    ['trace', SHOP, '--from', 'internet', '--to', 'http://172.18.0.11:30080/'],
    ['trace', SHOP, '--from', 'node/node-2', '--to', 'tcp://web:80'],
    ['trace', SHOP, '--to', 'ftp://web/'],
  ],
  'check-and-endpoints': [
    ['check', SHOP],
    ['check', SHOP, '--json'],
    ['check', SHOP, '--strict'],
    ['endpoints', SHOP],
    ['endpoints', SHOP, 'web', '--json'],
    ['endpoints', SHOP, 'nothing'],
  ],
  sh: [
    ['help', 'sh'],
    ['sh', SHOP, '-c', 'kubectl get svc,pods'],
    ['sh', SHOP, '-c', 'kubectl exec -n tools -it client -- sh\ncurl -sv web.default\ncurl cart.default\nwhy\nexit 0'],
    [
      'sh',
      SHOP,
      '-c',
      'kubectl expose deploy web --name=again --port=80 --target-port=8080\nkubectl exec -n tools client -- curl -s again.default',
    ],
    ['sh', SHOP, '-c', 'ssh node-2 iptables-save | grep -c web; exit 3'],
    ['sh', SHOP, '-c', 'kubectl get pods -w'],
    ['sh', SHOP, '-c', 'kubectl exec -n tools client -- ping web.default'],
    ['sh', SHOP, '-c', 'if true; then'],
    ['sh'],
  ],
  rules: [
    ['rules', SHOP, '--node', 'node-2'],
    ['rules', SHOP, '--cluster', 'cli/testing/nftables.yaml'],
    ['rules', SHOP, '--node', 'node-9'],
  ],
  wild: [
    ['check', 'cli/testing/wild.yaml'],
    ['check', 'cli/testing/wild.yaml', '--strict'],
    ['endpoints', 'cli/testing/wild.yaml'],
    ['check', 'cli/testing/printed.yaml'],
    ['check', 'cli/testing/printed.yaml', '--strict'],
    ['endpoints', 'cli/testing/printed.yaml'],
  ],
  replay: [
    ['replay', LINK],
    ['replay', LINK, '--text'],
  ],
}

describe('golden transcripts', () => {
  it.each(Object.entries(TRANSCRIPTS))('%s', async (name, lines) => {
    await expect(lines.map((args) => transcript(args)).join('')).toMatchFileSnapshot(`golden/${name}.txt`)
  })
})
