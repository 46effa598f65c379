import { describe, expect, it } from 'vitest'
import { SHOP, sessionOn } from '../testing/session-on.ts'

function onNode(config = {}) {
  const t = sessionOn(SHOP, config)
  t.run('ssh node-1')
  return t
}

describe('iptables', () => {
  it('[SH-11] without -n addresses and ports have names', () => {
    const { run } = onNode()
    expect(run('iptables -t nat -L KUBE-SERVICES').out).toMatch(
      /\nKUBE-SVC-\w+ {2}tcp {2}-- {2}anywhere {13}10\.96\.\S+ +\/\* default\/web:http cluster IP \*\/ tcp dpt:http\n/,
    )
    expect(run('iptables -t nat -nL KUBE-SERVICES').out).toMatch(
      /0\.0\.0\.0\/0 +10\.96\.\S+ +\/\* default\/web:http cluster IP \*\/ tcp dpt:80\n/,
    )
    expect(run('iptables -t nat -nL | grep DNAT').out).toMatch(
      /\/\* default\/web:http \*\/ tcp to:10\.244\.\d\.\d:8080\n/,
    )
  })

  it('[SH-11] a chain, and the number of a rule, stand right behind -L and -S', () => {
    const { run } = onNode()
    expect(run('iptables -t nat -S KUBE-POSTROUTING 2').out).toBe(
      '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0\n',
    )
    expect(run('iptables -t nat -nL KUBE-POSTROUTING 2').out).toBe(
      'MARK       all  --  0.0.0.0/0            0.0.0.0/0            MARK xor 0x4000\n',
    )
    expect(run('iptables -t nat -L -n KUBE-SERVICES')).toMatchObject({
      status: 2,
      err: "Bad argument `KUBE-SERVICES'\nTry `iptables -h' or 'iptables --help' for more information.\n",
    })
    expect(run('iptables -tnat -nvxL KUBE-MARK-MASQ').out).toBe(
      'Chain KUBE-MARK-MASQ (15 references)\n    pkts      bytes target     prot opt in     out     source               destination         \n       0        0 MARK       all  --  *      *       0.0.0.0/0            0.0.0.0/0            MARK or 0x4000\n',
    )
  })

  it('[SH-11] mistakes are told in its words', () => {
    const { run } = onNode()
    const said = (line: string) => [run(line).status, run(line).err.split('\n')[0]]
    expect(said('iptables -t bla -L')).toEqual([3, "iptables v1.8.11 (nf_tables): table 'bla' does not exist"])
    expect(said('iptables -z')).toEqual([2, 'iptables v1.8.11 (nf_tables): unknown option "-z"'])
    expect(said('iptables')).toEqual([2, 'iptables v1.8.11 (nf_tables): no command specified'])
    expect(said('iptables -LS')).toEqual([2, 'iptables v1.8.11 (nf_tables): Cannot use -S with -L'])
    expect(said('iptables -t nat -F')[1]).toContain('they can be listed (-L, -S), not changed')
    expect(run('iptables -t raw -S').out).toBe('-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n')
    expect(run('iptables-save -t nat -c').out).toContain('\n[0:0] -A KUBE-MARK-MASQ ')
  })
})

describe('nft', () => {
  it('[SH-11] lists tables, chains, maps and sets', () => {
    const { run } = onNode({ proxyMode: 'nftables' })
    expect(run('nft list tables').out).toBe('table ip kube-proxy\n')
    expect(run('nft list chains').out).toMatch(
      /^table ip kube-proxy \{\n[\s\S]*\tchain nat-prerouting \{\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\}\n/,
    )
    expect(run('nft list sets').out).toMatch(
      /\tset cluster-ips \{\n\t\ttype ipv4_addr\n[\s\S]*\t\}\n\tset nodeport-ips \{/,
    )
    expect(run('nft list maps').out).not.toContain('\tchain ')
    expect(run('nft list chain ip kube-proxy nope')).toMatchObject({
      status: 1,
      err: 'Error: No such file or directory\nlist chain ip kube-proxy nope\n                         ^^^^\n',
    })
    expect(run('nft')).toMatchObject({ status: 1, err: 'nft: no command specified\n' })
  })
})

describe('conntrack', () => {
  it('[SH-11] filters, counts, and knows which flows were rewritten', () => {
    const { run } = onNode()
    run('curl -s $(dig +short @10.96.0.10 web.default.svc.cluster.local)')
    const count = (flags: string) => run(`conntrack -L ${flags}`).out.split('\n').length - 1
    expect(run('conntrack -C').out).toBe('1\n')
    expect(count('-p tcp --dport 80')).toBe(1)
    expect(count('--dst-nat')).toBe(1)
    expect(count('-n')).toBe(0)
    expect(count('-u ASSURED -f ipv4')).toBe(1)
    expect(count('-d 10.96.9.9')).toBe(0)
    expect(run('conntrack -L -o extended').out).toMatch(/^ipv4 {5}2 tcp {6}6 \d+ TIME_WAIT src=/)
    // ports belong to a protocol
    expect(run('conntrack -L --dport 80')).toMatchObject({
      status: 2,
      err: "conntrack v1.4.8 (conntrack-tools): unknown option `--dport'\nTry `conntrack -h' or 'conntrack --help' for more information.\n",
    })
    expect(run('conntrack -L -p bla').err).toContain("`bla' unsupported protocol\n")
    expect(run('conntrack -D -p tcp').err).toContain('they end by themselves')
  })
})
