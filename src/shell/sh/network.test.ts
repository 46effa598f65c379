import { describe, expect, it } from 'vitest'
import type { Service } from '../../model/index.ts'
import { ShellSession } from './index.ts'
import { drive, SHOP, sessionOn } from './testing/session-on.ts'

/** A shell in the pod `client`. */
function inPod(text = SHOP, config = {}) {
  const t = sessionOn(text, config)
  t.run('pod/client')
  return t
}
const clusterIP = (t: ReturnType<typeof sessionOn>, name: string) =>
  t.cluster.get<Service>(`Service/default/${name}`)!.spec.clusterIP!

describe('curl', () => {
  it('[CURL-1] exit codes and messages', () => {
    const t = inPod()
    const said = (line: string) => {
      const { status, err } = t.run(line)
      return [status, err]
    }
    expect(said('curl -s http://web')).toEqual([0, ''])
    expect(said('curl nowhere')).toEqual([6, 'curl: (6) Could not resolve host: nowhere\n'])
    expect(said('curl cart')).toEqual([
      7,
      expect.stringMatching(
        /^curl: \(7\) Failed to connect to cart port 80 after \d+ ms: Couldn't connect to server\n$/,
      ),
    ])
    expect(said('curl -m 2 http://10.244.9.9')).toEqual([
      28,
      'curl: (28) Connection timed out after 2000 milliseconds\n',
    ])
    expect(said('curl -s cart')).toEqual([7, ''])
    expect(said('curl -sS nowhere')).toEqual([6, 'curl: (6) Could not resolve host: nowhere\n'])
    expect(said('curl ftp://web')).toEqual([1, 'curl: (1) Protocol "ftp" not supported\n'])
    expect(said('curl http://')).toEqual([3, 'curl: (3) URL rejected: No host part in the URL\n'])
    expect(said('curl')).toEqual([2, 'curl: (2) no URL specified\n'])
    expect(said('curl --nonsense web')).toEqual([
      2,
      "curl: option --nonsense: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ])
    expect(said('curl -m x web')[1]).toContain('option -m: expected a proper numerical parameter')
    expect(said('curl https://kubernetes')).toEqual([60, expect.stringContaining('SSL certificate problem')])
    expect(t.run('curl -sk https://kubernetes/healthz').out).toBe('ok')
  })

  it('[CURL-1] -f makes an error of an answer that is one, and the pod behind is named', () => {
    const t = inPod(`${SHOP}---
apiVersion: v1
kind: Pod
metadata: {name: sick, labels: {app: sick}, annotations: {fairlead.dev/errors: "100%"}}
spec: {containers: [{name: app, image: x, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: sick}
spec: {selector: {app: sick}, ports: [{port: 80}]}
`)
    expect(t.run('curl -s -o /dev/null -w "%{http_code}" sick').out).toBe('500')
    expect(t.run('curl -f sick')).toMatchObject({
      status: 22,
      err: 'curl: (22) The requested URL returned error: 500\n',
      out: '',
    })
    expect(t.run('curl -s sick').out).toContain('sick')
    expect(t.run('curl -s web').out).toMatch(/^web-\S+ at 10\.244\.\d\.\d+:8080, asked by 10\.244\.\d\.\d+\n$/)
  })

  it('[CURL-2] -v tells the story in the order of the real one', () => {
    const t = inPod()
    const ip = clusterIP(t, 'web')
    const lines = t.run('curl -v http://web/x?y=1 -H "X-A: b"').err.split('\n')
    expect(lines).toEqual([
      '* Host web:80 was resolved.',
      '* IPv6: (none)',
      `* IPv4: ${ip}`,
      `*   Trying ${ip}:80...`,
      `* Connected to web (${ip}) port 80`,
      '> GET /x?y=1 HTTP/1.1',
      '> Host: web',
      '> User-Agent: curl/8.9.1',
      '> Accept: */*',
      '> X-A: b',
      '> ',
      '* Request completely sent off',
      '< HTTP/1.1 200 OK',
      expect.stringMatching(/^< Date: Thu, 01 Jan 2026 /),
      '< Content-Type: text/plain; charset=utf-8',
      expect.stringMatching(/^< Content-Length: \d+$/),
      '< ',
      '* Connection #0 to host web left intact',
      '',
    ])
    const refused = t.run('curl -v cart').err.replaceAll(/\d+ ms|port \d{5}/g, 'N')
    const cart = clusterIP(t, 'cart')
    const own = t.run('hostname -i').out.trim()
    expect(refused).toBe(
      `* Host cart:80 was resolved.\n* IPv6: (none)\n* IPv4: ${cart}\n*   Trying ${cart}:80...\n* connect to ${cart} port 80 from ${own} N failed: Connection refused\n* Failed to connect to cart port 80 after N: Couldn't connect to server\n* closing connection #0\ncurl: (7) Failed to connect to cart port 80 after N: Couldn't connect to server\n`,
    )
    expect(t.run('curl -v nowhere').err).toBe(
      '* Could not resolve host: nowhere\n* shutting down connection #0\ncurl: (6) Could not resolve host: nowhere\n',
    )
  })

  it('[CURL-2] -i and -I print the head, -d posts', () => {
    const t = inPod()
    expect(t.run('curl -si web').out).toMatch(
      /^HTTP\/1\.1 200 OK\nDate: .*\nContent-Type: .*\nContent-Length: \d+\n\nweb-/,
    )
    expect(t.run('curl -sI web').out).toMatch(/^HTTP\/1\.1 200 OK\n[\s\S]*\n\n$/)
    const { err } = t.run('curl -sv -d a=1 -d b=2 web')
    expect(err).toContain('> POST / HTTP/1.1\n')
    expect(err).toContain(
      '> Content-Length: 7\n> Content-Type: application/x-www-form-urlencoded\n> \n* upload completely sent off: 7 bytes\n',
    )
  })

  it('[CURL-2] -w writes what it knows', () => {
    const t = inPod()
    const line = `curl -s -o /dev/null -w '%{http_code} %{remote_ip}:%{remote_port} %{num_connects} %{exitcode} %{url_effective}\\n' web`
    expect(t.run(line).out).toBe(`200 ${clusterIP(t, 'web')}:80 1 0 http://web/\n`)
    expect(t.run(`curl -s -w '%{http_code} %{errormsg}\\n' nowhere`).out).toBe('000 Could not resolve host: nowhere\n')
    expect(Number(t.run(`curl -s -o /dev/null -w '%{time_total}' web`).out)).toBeGreaterThan(0)
  })

  it('[CURL-3] one curl keeps its connection for later URLs of the same host: they are answered by one pod', () => {
    const t = inPod()
    const urls = Array.from({ length: 12 }, () => 'http://web').join(' ')
    const pods = (text: string) =>
      new Set(
        text
          .split('\n')
          .filter((l) => l !== '')
          .map((l) => l.split(' ')[0]),
      )
    expect(pods(t.run(`curl -s ${urls}`).out).size).toBe(1)
    expect(pods(t.run('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s http://web; done').out).size).toBeGreaterThan(1)
    const { err } = t.run('curl -sv web web door')
    expect(err).toContain('* Re-using existing connection with host web\n')
    expect(err).toContain('* Connection #1 to host door left intact\n')
    expect(t.cluster.trackedFlows()).toEqual([])
  })

  it('[CURL-4] --resolve and --connect-to lead elsewhere, under the name of the URL', () => {
    const t = inPod()
    const ip = clusterIP(t, 'web')
    expect(t.run(`curl -s --resolve shop.example:80:${ip} http://shop.example`).out).toMatch(/^web-/)
    expect(t.run(`curl -sv --resolve shop.example:80:${ip} http://shop.example`).err).toContain(
      '> Host: shop.example\n',
    )
    expect(t.run('curl -s --connect-to shop.example:80:web:80 http://shop.example').out).toMatch(/^web-/)
    expect(t.run('curl -s http://shop.example').status).toBe(6)
    expect(t.run(`curl -sv -H 'Host: other' http://${ip}`).err).toContain('> Host: other\n')
  })

  it("[CURL-5] without a limit the kernel gives up after 131 seconds; a pod's slowness is no slow connection", () => {
    const t = inPod(`${SHOP}---
apiVersion: v1
kind: Pod
metadata: {name: slow, labels: {app: slow}, annotations: {fairlead.dev/latency: "5s"}}
spec: {containers: [{name: app, image: x, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: slow}
spec: {selector: {app: slow}, ports: [{port: 80}]}
`)
    const silent = t.run('curl http://10.244.9.9')
    expect(silent).toMatchObject({ status: 28, took: 131_000 })
    expect(silent.err).toMatch(
      /^curl: \(28\) Failed to connect to 10\.244\.9\.9 port 80 after 131000 ms: Couldn't connect/,
    )
    expect(t.run('curl --connect-timeout 3 http://10.244.9.9')).toMatchObject({ status: 28, took: 3000 })
    expect(t.run('curl -s --connect-timeout 1 slow')).toMatchObject({ status: 0 })
    const late = t.run('curl -m 2 slow')
    expect(late).toMatchObject({ status: 28, took: 2000 })
    expect(late.err).toBe('curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n')
  })

  it('[CURL-6] every request is a trace that the page can show, of who asked', () => {
    const t = inPod()
    const { traces } = t.run('curl -s web; nc -z web 80; wget -qO- web')
    expect(traces.map((x) => [x.client, x.outcome, x.request.scheme])).toEqual([
      ['shell/Pod/default/client', 'answered', 'http'],
      ['shell/Pod/default/client', 'answered', 'tcp'],
      ['shell/Pod/default/client', 'answered', 'http'],
    ])
    expect(new Set(traces.map((x) => x.id)).size).toBe(3)
    const kept = t.run('curl -s web web').traces
    expect(kept.map((x) => x.client)).toEqual(['shell/Pod/default/client', 'shell/Pod/default/client'])
    expect(kept.flatMap((x) => x.hops.flatMap((h) => [h.from.key, h.to.key])).some((k) => k.includes('#curl'))).toBe(
      false,
    )
  })
})

describe('why', () => {
  it('[SH-13] says what the last request met, and what is wrong', () => {
    const t = inPod()
    expect(t.run('why').status).toBe(1)
    t.run('curl -s cart')
    expect(t.run('why').out).toMatch(
      /^http:\/\/cart|^cart: refused\n {2}· [\s\S]*\n {2}✗ [\s\S]*\n[\s\S]*cart[\s\S]*\.\n/,
    )
    t.run('curl -s web')
    expect(t.run('why').out).toMatch(/^web: answered \(200\)\n/)
  })
})

describe('names', () => {
  it('[SH-8] dig asks as it stands, or along the search path with +search', () => {
    const t = inPod()
    const ip = clusterIP(t, 'web')
    expect(t.run('dig +short web').out).toBe('')
    expect(t.run('dig +short +search web').out).toBe(`${ip}\n`)
    expect(t.run('dig +short web.default.svc.cluster.local').out).toBe(`${ip}\n`)
    expect(t.run(`dig +short -x ${ip}`).out).toBe('web.default.svc.cluster.local.\n')
    expect(t.run('dig +noall +answer web.default.svc.cluster.local').out).toBe(
      `web.default.svc.cluster.local. 5 IN\tA\t${ip}\n`,
    )
    expect(t.run('dig +short SRV _http._tcp.each.default.svc.cluster.local').out.trim().split('\n')).toHaveLength(3)
    expect(t.run('dig +short outer.default.svc.cluster.local').out).toBe('my.database.example.com.\n203.0.113.20\n')
    expect(t.run('dig nothing.default.svc.cluster.local').out).toMatch(
      /status: NXDOMAIN[\s\S]*AUTHORITY: 1[\s\S]*AUTHORITY SECTION:\ncluster\.local\.\t\t5\tIN\tSOA/,
    )
  })

  it('[SH-8] the size of an answer is that of the message', () => {
    // 129 bytes is what CoreDNS answers for kubernetes.default.svc.cluster.local to a dig that sends a cookie
    expect(inPod().run('dig kubernetes.default.svc.cluster.local').out).toContain(';; MSG SIZE  rcvd: 129\n')
  })

  it('[SH-8] a server that is named is asked over the network', () => {
    const t = sessionOn()
    t.run('ssh node-1')
    expect(t.run('dig +short web.default.svc.cluster.local').out).toBe('')
    const asked = t.run('dig +short @10.96.0.10 web.default.svc.cluster.local')
    expect(asked.out).toBe(`${clusterIP(t, 'web')}\n`)
    expect(asked.traces.map((x) => x.request.url)).toEqual(['udp://10.96.0.10:53'])
    expect(t.run('dig +short +time=1 +tries=2 @10.244.9.9 web')).toMatchObject({
      status: 9,
      out: ';; communications error to 10.244.9.9#53: timed out\n;; communications error to 10.244.9.9#53: timed out\n;; no servers could be reached\n',
    })
  })

  it("[SH-8] nslookup and host, in BIND's form", () => {
    const t = inPod()
    const ip = clusterIP(t, 'web')
    const head = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n'
    // CoreDNS does not say that it asks others, and nslookup notes it of each answer that is CoreDNS' own
    const note = ';; Got recursion not available from 10.96.0.10\n'
    const answer = `${head}Name:\tweb.default.svc.cluster.local\nAddress: ${ip}\n`
    expect(t.run('nslookup web').out).toBe(`${note}${answer}${note}\n`)
    expect(t.run('nslookup web.default.svc.cluster.local 10.96.0.10').out).toBe(`${answer}\n`)
    expect(t.run('nslookup nowhere')).toMatchObject({
      status: 1,
      out: `${note.repeat(3)}${head}** server can't find nowhere: NXDOMAIN\n\n`,
    })
    expect(t.run('nslookup my.database.example.com').out).toBe(
      `${note.repeat(3)}${head}Non-authoritative answer:\nName:\tmy.database.example.com\nAddress: 203.0.113.20\n\n`,
    )
    expect(t.run(`nslookup ${ip}`).out).toContain('\tname = web.default.svc.cluster.local.\n')
    expect(t.run('host web').out).toBe(`web.default.svc.cluster.local has address ${ip}\n`)
    expect(t.run('host nowhere')).toMatchObject({ status: 1, out: 'Host nowhere not found: 3(NXDOMAIN)\n' })
    expect(t.run('getent hosts web').out).toBe(`${ip.padEnd(15)} web.default.svc.cluster.local\n`)
    expect(t.run('getent hosts nowhere').status).toBe(2)
  })
})

describe('the other tools', () => {
  it('[SH-9] wget says what busybox says', () => {
    const t = inPod()
    expect(t.run('wget -qO- web').out).toMatch(/^web-/)
    expect(t.run('wget -O- web').err).toMatch(
      /^Connecting to web \(10\.96\.\d+\.\d+:80\)\nwriting to stdout\n- +100% \|\*{32}\| +\d+ {2}0:00:00 ETA\nwritten to stdout\n$/,
    )
    expect(t.run('wget -qO- nowhere')).toMatchObject({ status: 1, err: "wget: bad address 'nowhere'\n" })
    expect(t.run('wget -qO- cart').err).toBe(
      `wget: can't connect to remote host (${clusterIP(t, 'cart')}): Connection refused\n`,
    )
    expect(t.run('wget -T 2 -qO- 10.244.9.9')).toMatchObject({ err: 'wget: download timed out\n', took: 2000 })
    t.run('wget -q web')
    expect(t.run('cat index.html').out).toMatch(/^web-/)
  })

  it('[SH-9] nc tells open ports from closed ones', () => {
    const t = inPod()
    const ip = clusterIP(t, 'web')
    expect(t.run('nc -zv web 80')).toMatchObject({
      status: 0,
      err: `Connection to web (${ip}) 80 port [tcp/http] succeeded!\n`,
    })
    expect(t.run(`nc -zv ${clusterIP(t, 'cart')} 80`)).toMatchObject({
      status: 1,
      err: `nc: connect to ${clusterIP(t, 'cart')} port 80 (tcp) failed: Connection refused\n`,
    })
    expect(t.run('nc -zv -w 1 10.244.9.9 80').err).toBe(
      'nc: connect to 10.244.9.9 port 80 (tcp) timed out: Operation in progress\n',
    )
    expect(t.run('nc -zv nowhere 80').err).toBe('nc: getaddrinfo for host "nowhere" port 80: Name does not resolve\n')
    expect(t.run('nc -zvu 10.96.0.10 53').err).toBe('Connection to 10.96.0.10 53 port [udp/domain] succeeded!\n')
  })

  it("[SH-10] a pod's address answers ping; a cluster IP does not, and it is said why", () => {
    const t = inPod()
    const pod = t.run("getent ahosts each | head -1 | awk '{print $1}'").out.trim()
    expect(t.run(`ping -c 2 ${pod}`)).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /^PING \S+ \(\S+\) 56\(84\) bytes of data\.\n64 bytes from \S+: icmp_seq=1 ttl=6[23] time=0\.\d{3} ms\n64 bytes from \S+: icmp_seq=2 [\s\S]*\n\n--- \S+ ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1000ms\nrtt min\/avg\/max\/mdev = /,
      ),
    })
    const silent = t.run('ping -c 2 -W 1 web')
    expect(silent).toMatchObject({ status: 1, took: 2000 })
    expect(silent.out).toContain('2 packets transmitted, 0 received, 100% packet loss')
    expect(silent.err).toMatch(
      /^# 10\.96\.\d+\.\d+ is the cluster IP of Service default\/web: no machine has it\. [^\n]*\n$/,
    )
    expect(t.run('ping -c 1 nowhere')).toMatchObject({ status: 2, err: 'ping: nowhere: Name does not resolve\n' })
  })

  it('[SH-10] with nftables the node rejects a ping of a cluster IP', () => {
    const t = inPod(SHOP, { proxyMode: 'nftables' })
    expect(t.run('ping -c 1 web').out).toMatch(/From 10\.244\.\d\.1 icmp_seq=1 Destination Port Unreachable\n/)
  })

  it('[SH-7] the files that the kubelet writes', () => {
    const t = inPod()
    const ip = t.run('hostname -i').out.trim()
    expect(t.run('cat /etc/resolv.conf').out).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
    expect(t.run('cat /etc/hosts').out).toBe(
      `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${ip}\tclient\n`,
    )
    expect(t.run('cat /etc/hostname').out).toBe('client\n')
    expect(t.run('cat /etc/shadow')).toMatchObject({ status: 1, err: 'cat: /etc/shadow: No such file or directory\n' })
    expect(t.run('ip addr show').out).toContain(
      `    inet ${ip}/24 brd ${ip.replace(/\d+$/, '255')} scope global eth0\n`,
    )
    expect(t.run('ip route').out).toMatch(/^default via 10\.244\.\d\.1 dev eth0 \n/)
    expect(t.run('ps').err).toContain('nothing runs here')
  })

  it('[SH-7] ss lists what listens', () => {
    const t = sessionOn()
    expect(t.run('kubectl exec deploy/web -- ss -ltn').out).toBe(
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*          \n',
    )
  })
})

describe('the environment', () => {
  it('[SH-6] holds the Services that there were when the container started, as the kubelet names them', () => {
    const t = sessionOn()
    const ip = clusterIP(t, 'web')
    const env = (pod: string) => t.run(`kubectl exec ${pod} -- env`).out.split('\n')
    const all = env('client')
    expect(all).toEqual(
      expect.arrayContaining([
        `WEB_SERVICE_HOST=${ip}`,
        'WEB_SERVICE_PORT=80',
        'WEB_SERVICE_PORT_HTTP=80',
        `WEB_PORT=tcp://${ip}:80`,
        `WEB_PORT_80_TCP=tcp://${ip}:80`,
        'WEB_PORT_80_TCP_PROTO=tcp',
        'WEB_PORT_80_TCP_PORT=80',
        `WEB_PORT_80_TCP_ADDR=${ip}`,
        'KUBERNETES_SERVICE_PORT_HTTPS=443',
      ]),
    )
    // neither an alias nor a headless Service has a cluster IP
    expect(all.filter((l) => /^(OUTER|EACH)_/.test(l))).toEqual([])
    t.run('kubectl create service clusterip late-one --tcp=81:81')
    expect(env('client').filter((l) => l.startsWith('LATE_ONE'))).toEqual([])
    t.run('kubectl run young --image=nginx; sleep 3; kubectl delete svc late-one')
    expect(env('young').filter((l) => l.startsWith('LATE_ONE_SERVICE_HOST'))).toHaveLength(1)
    t.run('kubectl rollout restart deploy/web; kubectl rollout status deploy/web; sleep 40')
    expect(env('deploy/web').filter((l) => l.startsWith('LATE_ONE'))).toEqual([])
  })

  it('[SH-6] enableServiceLinks: false leaves kubernetes alone; own variables come first and are expanded', () => {
    const t = sessionOn(`${SHOP}---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, labels: {a: b}}
spec:
  enableServiceLinks: false
  containers:
    - name: app
      image: x
      env:
        - {name: API, value: "https://$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)/$(NOBODY)/$$(API)"}
        - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}
        - {name: KUBERNETES_PORT, value: mine}
`)
    const lines = t.run('kubectl exec plain -- env').out.trim().split('\n')
    expect(lines.filter((l) => /^WEB_/.test(l))).toEqual([])
    expect(lines.slice(2, 6)).toEqual([
      'API=https://10.96.0.1:443/$(NOBODY)/$(API)',
      'ME=plain',
      'COLOUR=blue',
      'KUBERNETES_PORT=mine',
    ])
    expect(lines).toContain('KUBERNETES_SERVICE_HOST=10.96.0.1')
    expect(t.run("kubectl exec plain -- sh -c 'echo $ME'").out).toBe('plain\n')
  })
})

describe('a node', () => {
  it('[SH-11] prints the rules that route, in the forms of the tools', () => {
    const t = sessionOn()
    t.run('ssh node-1')
    const saved = t.run('iptables-save').out
    const rules = t.cluster.rules('node-1').filter((l) => l.startsWith('-A'))
    for (const rule of rules) expect(saved).toContain(`${rule}\n`)
    expect(saved.match(/^\*(\w+)$/gm)).toEqual(['*mangle', '*filter', '*nat'])
    expect(saved).toContain(':KUBE-SERVICES - [0:0]\n')
    const listed = t.run('iptables -t nat -nL KUBE-SERVICES').out
    expect(listed).toContain('target     prot opt source               destination         \n')
    expect(listed).toMatch(
      /\nKUBE-SVC-\w{16} {2}tcp {2}-- {2}0\.0\.0\.0\/0 {12}10\.96\.\d+\.\d+ +\/\* default\/web:http cluster IP \*\/ tcp dpt:80\n/,
    )
    const chain = /(KUBE-SVC-\w{16}).*web:http/.exec(listed)![1]!
    expect(t.run(`iptables -t nat -S ${chain}`).out).toMatch(new RegExp(`^-N ${chain}\n-A ${chain} `))
    expect(t.run(`iptables -t nat -nL ${chain}`).out).toContain('statistic mode random probability 0.33333333349')
    expect(t.run('iptables -t filter -nL KUBE-SERVICES').out).toContain(
      '/* default/cart has no endpoints */ tcp dpt:80 reject-with icmp-port-unreachable',
    )
    expect(t.run('iptables -t nat -L NOTHING')).toMatchObject({
      status: 1,
      err: 'iptables: No chain/target/match by that name.\n',
    })
    expect(t.run('iptables -A INPUT -j DROP').err).toContain('not changed')
    expect(t.run('nft list table ip kube-proxy')).toMatchObject({
      status: 1,
      err: expect.stringContaining('iptables-save'),
    })
  })

  it('[SH-11] nft lists the table of kube-proxy', () => {
    const t = sessionOn(SHOP, { proxyMode: 'nftables' })
    t.run('ssh node-1')
    expect(t.run('nft list table ip kube-proxy').out).toBe(`${t.cluster.rules('node-1').join('\n')}\n`)
    expect(t.run('nft list tables').out).toBe('table ip kube-proxy\n')
    expect(t.run('nft list map ip kube-proxy service-ips').out).toMatch(
      /^table ip kube-proxy \{\n\tmap service-ips \{\n[\s\S]*\n\t\}\n\}\n$/,
    )
    expect(t.run('iptables-save')).toMatchObject({ out: '', err: expect.stringContaining('nft list') })
  })

  it('[SH-11] conntrack shows where a connection was led, until it is forgotten', () => {
    const t = sessionOn()
    t.run('kubectl exec client -- curl -s web')
    const node = t.run("kubectl get pod client -o jsonpath='{.spec.nodeName}'").out
    const listed = t.run(`ssh ${node} conntrack -L`)
    expect(listed.out).toMatch(
      new RegExp(
        `^tcp      6 1[12]\\d TIME_WAIT src=10\\.244\\.\\d\\.\\d+ dst=${clusterIP(t, 'web').replaceAll('.', '\\.')} sport=\\d+ dport=80 src=10\\.244\\.\\d\\.\\d+ dst=10\\.244\\.\\d\\.\\d+ sport=8080 dport=\\d+ \\[ASSURED\\] mark=0 use=1\n$`,
      ),
    )
    expect(listed.err).toBe('conntrack v1.4.8 (conntrack-tools): 1 flow entries have been shown.\n')
    expect(t.run(`sleep 125; ssh ${node} conntrack -L`).out).toBe('')
  })

  it('[CURL-2] -v says whom it tries before anything came of it', () => {
    const { session, cluster } = sessionOn()
    const process = session.run('kubectl exec client -- curl -sv -m 5 http://10.96.99.99')
    let said = ''
    for (let step = process.next(); !step.done; step = process.next()) {
      if ('err' in step.value) said += step.value.err
      if ('wait' in step.value && step.value.wait.until! > cluster.now + 1000) break
      if ('wait' in step.value) cluster.advance(step.value.wait.until!)
    }
    expect(said).toBe('*   Trying 10.96.99.99:80...\n')
    process.return(0)
  })

  it('[SH-16] a first packet that is lost is sent again: what no node has rules for yet is reached a second later', () => {
    const { run } = sessionOn()
    run('kubectl create deployment api --image=nginx --port=80; kubectl rollout status deploy/api')
    const asked = run(
      "kubectl expose deployment api; kubectl exec client -- curl -s -o /dev/null -w '%{http_code}' http://api",
    )
    expect(asked).toMatchObject({ status: 0, out: 'service/api exposed\n200' })
    expect(asked.took).toBeLessThan(2500)
    expect(asked.traces.map((t) => t.outcome)).toEqual(['answered'])
    expect(run('kubectl exec client -- curl -s -m 2 http://10.96.99.99')).toMatchObject({ status: 28 })
  })

  it('[SH-7] a container that mounts its account has the files of it', () => {
    const t = sessionOn()
    const file = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'
    expect(t.run(`kubectl exec client -- cat ${file}`).out).toBe('default')
    t.run('kubectl run bare --image=nginx --overrides={"spec":{"automountServiceAccountToken":false}}')
    t.run('sleep 5')
    expect(t.run(`kubectl exec bare -- cat ${file}`)).toMatchObject({ status: 1, out: '' })
  })

  it('[SH-14] kubectl port-forward leads to one pod, past the Service: also where nobody listens but the pod itself', () => {
    const { session, cluster } = sessionOn()
    const other = new ShellSession({ cluster, forwards: session.forwards })
    const forwarding = session.run('kubectl port-forward svc/web 9000:80')
    const said: string[] = []
    const goOn = () => {
      for (let n = 0; n < 20; n++) {
        const step = forwarding.next()
        if (step.done) return
        if ('out' in step.value) said.push(step.value.out)
        if ('err' in step.value) said.push(step.value.err)
        if ('wait' in step.value) return
      }
    }
    goOn()
    expect(said.join('')).toMatch(
      /^Forwarding from 127.0.0.1:9000 -> 8080\nForwarding from \[::1\]:9000 -> 8080\n.*one pod, web-/,
    )
    const asked = drive(other, cluster, other.run('curl -s localhost:9000; curl -s localhost:9001'), 50)
    expect(asked.out).toMatch(/^web-\S+ at 127.0.0.1:8080, asked by 127.0.0.1\n$/)
    expect(asked.status).toBe(7)
    expect(asked.traces[0]!.hops[0]).toMatchObject({ why: { code: 'dial.port-forward' }, to: { kind: 'pod' } })
    expect(asked.traces[0]!.hops.some((hop) => hop.to.kind === 'service')).toBe(false)
    goOn()
    expect(said.join('')).toContain('Handling connection for 9000\n')
    forwarding.return(0)
    expect(drive(other, cluster, other.run('curl -s localhost:9000'), 50).status).toBe(7)
  })

  it('[SH-14] a port that the pod refuses gives an empty reply, and ends the forward', () => {
    const { session, cluster } = sessionOn()
    const other = new ShellSession({ cluster, forwards: session.forwards })
    const forwarding = session.run('kubectl port-forward deploy/web 9000:81')
    for (let step = forwarding.next(); !step.done && !('wait' in step.value); step = forwarding.next());
    expect(drive(other, cluster, other.run('curl -sS localhost:9000'), 50)).toMatchObject({
      status: 52,
      err: 'curl: (52) Empty reply from server\n',
    })
    let said = ''
    for (let step = forwarding.next(); !step.done; step = forwarding.next())
      if ('err' in step.value) said += step.value.err
    expect(said).toMatch(/connection refused\nerror: lost connection to pod\n$/)
  })
})
