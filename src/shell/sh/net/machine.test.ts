import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../model/index.ts'
import { clientAt } from '../place.ts'
import { SHOP, sessionOn } from '../testing/session-on.ts'

function at(place: string, text = SHOP, config = {}) {
  const t = sessionOn(text, config)
  t.run(place)
  return t
}

describe('ip', () => {
  it('[SH-7] one device, one family, one line', () => {
    const { run } = at('pod/client')
    expect(run('ip -4 addr show eth0').out).toBe(
      '2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    inet 10.244.1.2/24 brd 10.244.1.255 scope global eth0\n       valid_lft forever preferred_lft forever\n',
    )
    expect(run('ip -o -4 addr').out.split('\n')[1]).toBe(
      '2: eth0    inet 10.244.1.2/24 brd 10.244.1.255 scope global eth0\\       valid_lft forever preferred_lft forever',
    )
    expect(run('ip addr show nope')).toMatchObject({ status: 1, err: 'Device "nope" does not exist.\n' })
    expect(run('ip link').out).toMatch(/^1: lo: <LOOPBACK,UP,LOWER_UP> /)
    expect(run('ip bla')).toMatchObject({ status: 1, err: 'Object "bla" is unknown, try "ip help".\n' })
    expect(run('ip -6 route').out).toBe('')
  })

  it('[SH-7] ip route get is the way that a packet takes: through the gateway, to a neighbour, to itself', () => {
    const pod = at('pod/client')
    const way = (address: string) => pod.run(`ip route get ${address}`).out
    expect(way('10.96.0.10')).toBe('10.96.0.10 via 10.244.1.1 dev eth0 src 10.244.1.2 uid 0 \n    cache \n')
    expect(way('10.244.1.3')).toBe('10.244.1.3 dev eth0 src 10.244.1.2 uid 0 \n    cache \n')
    expect(way('10.244.1.2')).toBe('local 10.244.1.2 dev lo src 10.244.1.2 uid 0 \n    cache <local> \n')
    expect(pod.run('ip route get bla')).toMatchObject({
      status: 1,
      err: 'Error: any valid prefix is expected rather than "bla".\n',
    })
    expect(pod.run('ip route get fd00::1')).toMatchObject({
      status: 2,
      err: 'RTNETLINK answers: Network is unreachable\n',
    })
    const node = at('ssh node-1')
    expect(node.run('ip route get 10.244.2.2').out).toContain('10.244.2.2 via 172.18.0.12 dev eth0 src 172.18.0.11')
    expect(node.run('ip route get 10.244.1.2').out).toContain('10.244.1.2 dev cni0 src 10.244.1.1')
    expect(node.run('ip -6 route').out).toBe('')
  })
})

describe('ss and netstat', () => {
  it('[SH-7] -l lists what listens, without it what is connected', () => {
    const { run, cluster } = at('ssh node-1')
    expect(run('ss -ltn').out).toBe(
      'State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\nLISTEN 0      4096               *:10256            *:*          \n',
    )
    expect(run('ss -tn').out).toBe('State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n')
    expect(run('netstat -tln').out).toBe(
      'Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \ntcp        0      0 0.0.0.0:10256           0.0.0.0:*               LISTEN     \n',
    )
    expect(cluster.trackedFlows()).toEqual([])
  })

  it('[SH-7] a connection that a client keeps has two ends, each with the addresses of its own packets', () => {
    const t = at('pod/client')
    const client = clientAt(t.session.place, t.cluster)!
    t.cluster.send(client, { url: 'http://web', connection: 'keep-alive' })
    const [kept] = t.cluster.trackedFlows()
    const { original, translated } = kept!.flow
    const [service, pod] = [`${original.dst}:${original.dstPort}`, `${translated.dst}:${translated.dstPort}`]
    const from = `${original.src}:${original.srcPort}`
    expect(t.run('ss -Htn').out).toMatch(new RegExp(`^ESTAB 0 {6}0 {6}${from} ${service} *\\n$`))
    expect(t.run('netstat -tn').out).toMatch(
      new RegExp(`^Active Internet connections \\(w/o servers\\)\n.*\ntcp +0 +0 ${from} +${service} +ESTABLISHED\n$`),
    )
    t.run('exit')
    const owner = t.cluster.list<Pod>('Pod').find((p) => p.status?.podIP === translated.dst)
    t.run(`pod/${owner?.metadata.name}`)
    expect(t.run('ss -tan').out).toMatch(
      new RegExp(`LISTEN .*:8080 .*\n.*ESTAB .*${pod} +${translated.src}:${translated.srcPort}`),
    )
  })
})

describe('the name of the machine', () => {
  it('[SH-7] -f is the name in /etc/hosts, -d its domain', () => {
    const text = SHOP.replace(
      'metadata: {name: client}\nspec: {',
      'metadata: {name: client}\nspec: {hostname: me, subdomain: each, ',
    )
    const { run } = at('pod/client', text)
    expect(run('hostname; hostname -f; hostname -d').out).toBe(
      'me\nme.each.default.svc.cluster.local\neach.default.svc.cluster.local\n',
    )
    expect(run('uname -a').out).toMatch(/^Linux me \d+\.\d+\S* .*Linux\n$/)
  })
})

describe('nc, telnet, ping', () => {
  it('[SH-9] nc reads ports and options as the real one does', () => {
    const { run } = at('pod/client')
    const said = (line: string) => [run(line).status, run(line).err]
    expect(said('nc web')).toEqual([1, 'nc: missing port number\n'])
    expect(said('nc -zv web abc')).toEqual([1, 'nc: port number invalid: abc\n'])
    expect(said('nc -z web 70000')).toEqual([1, 'nc: port number too large: 70000\n'])
    expect(said('nc -zv -w x web 80')).toEqual([1, 'nc: timeout invalid: x\n'])
    expect(said('nc -zvn web 80')).toEqual([1, 'nc: getaddrinfo for host "web" port 80: Name does not resolve\n'])
    expect(said('nc')[1]).toMatch(/^usage: nc /)
    // one that opens is enough
    expect(said('nc -zv web 79-80')).toEqual([
      0,
      expect.stringMatching(/port 79 .* failed: .*\nConnection to web .* 80 port/),
    ])
    expect(said('nc -zv web http')).toEqual([0, expect.stringContaining('80 port [tcp/http] succeeded!')])
    expect(run("printf 'GET /x HTTP/1.0\\r\\n\\r\\n' | nc web 80").out).toMatch(/^HTTP\/1\.1 200 OK\n[\s\S]*\n\nweb-/)
  })

  it('[SH-9] telnet says whether a port opens', () => {
    const { run } = at('pod/client')
    expect(run('telnet web 80')).toMatchObject({ status: 0, out: 'Connected to web\n' })
    expect(run('telnet cart 80').err).toMatch(
      /^telnet: can't connect to remote host \(10\.96\.\S+\): Connection refused\n$/,
    )
    expect(run('telnet nowhere 80').err).toBe("telnet: bad address 'nowhere'\n")
  })

  it('[SH-10] ping shows the whole name, and the name of who answers unless -n', () => {
    const { run } = at('pod/client')
    const named = run('ping -c 1 each').out
    expect(named).toMatch(
      /^PING each\.default\.svc\.cluster\.local \(10\.244\.\d\.\d\) 56\(84\) bytes of data\.\n64 bytes from 10-244-\S+ \(10\.244\.\d\.\d\): icmp_seq=1 /,
    )
    expect(run('ping -n -s 100 -c 1 each').out).toMatch(
      / 100\(128\) bytes of data\.\n108 bytes from 10\.244\.\d\.\d: icmp_seq=1 /,
    )
    expect(run('ping -c 0 web')).toMatchObject({
      status: 1,
      err: "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n",
    })
    expect(run('ping -z web')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^ping: unrecognized option: z\n\nUsage\n/),
    })
  })

  it('[SH-5] what is not there says what shows the same', () => {
    const { run } = at('pod/client')
    expect(run('ifconfig eth0')).toMatchObject({
      status: 127,
      err: 'sh: ifconfig: not found\n# ifconfig is not simulated: ip addr shows addresses\n',
    })
    expect(run('toString').err).toContain('this is no Unix')
  })
})
