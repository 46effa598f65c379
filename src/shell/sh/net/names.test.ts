import { describe, expect, it } from 'vitest'
import type { Service } from '../../../model/index.ts'
import { SHOP, sessionOn } from '../testing/session-on.ts'

function inPod(text = SHOP) {
  const t = sessionOn(text)
  t.run('pod/client')
  return t
}
const ipOf = (t: ReturnType<typeof sessionOn>, name: string) =>
  t.cluster.get<Service>(`Service/default/${name}`)!.spec.clusterIP!

describe('dig', () => {
  it('[SH-8] lays records out in its columns: by tabs, and by one blank where a name is too long', () => {
    const t = inPod()
    const answer = (name: string, type = 'A') => t.run(`dig +noall +answer +additional ${name} ${type}`).out
    expect(answer('10-244-2-2.default.pod.cluster.local')).toBe(
      '10-244-2-2.default.pod.cluster.local. 5\tIN A\t10.244.2.2\n',
    )
    expect(answer('kubernetes.default.svc.cluster.local', 'SRV')).toBe(
      'kubernetes.default.svc.cluster.local. 5\tIN SRV\t0 100 443 kubernetes.default.svc.cluster.local.\n' +
        'kubernetes.default.svc.cluster.local. 5\tIN A\t10.96.0.1\n',
    )
    expect(t.run('dig +nottl +noclass +noall +answer 10-244-2-2.default.pod.cluster.local').out).toBe(
      '10-244-2-2.default.pod.cluster.local. A\t10.244.2.2\n',
    )
    expect(t.run('dig +multiline +noall +answer cluster.local SOA').out).toMatch(
      /^cluster\.local\.\t\t5 IN SOA ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \(\n\t{4}\d{10} ; serial\n\t{4}7200 {7}; refresh \(2 hours\)\n/,
    )
  })

  it('[SH-8] SRV answers come with the addresses of their targets', () => {
    const { out } = inPod().run('dig each.default.svc.cluster.local SRV')
    expect(out).toContain('ANSWER: 3, AUTHORITY: 0, ADDITIONAL: 4\n')
    expect(out.match(/;; ADDITIONAL SECTION:\n(10-244-\d-\d\.each\S+ 5 IN\tA 10\.244\.\d\.\d\n){3}\n/)).not.toBeNull()
    expect(out).toContain('MSG SIZE  rcvd: 515\n')
  })

  it('[SH-8] switches behind a name are for that name, +short and +noall for the greeting too', () => {
    const t = inPod()
    const names = 'web.default.svc.cluster.local cart.default.svc.cluster.local'
    expect(t.run(`dig +short ${names}`).out).toBe(`${ipOf(t, 'web')}\n${ipOf(t, 'cart')}\n`)
    const [first = '', second = ''] = names.split(' ')
    expect(t.run(`dig ${first} +noall +answer ${second} +noall`).out).toBe(`${first}. 5 IN\tA\t${ipOf(t, 'web')}\n`)
    expect(t.run(`dig +nocomments +nostats ${first}`).out).toBe(
      `\n; <<>> DiG 9.20.15 <<>> +nocomments +nostats ${first}\n;${first}.\tIN\tA\n${first}. 5 IN\tA\t${ipOf(t, 'web')}\n`,
    )
    expect(t.run(`dig +noedns +norecurse ${first}`).out).toContain(
      'flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION',
    )
    expect(t.run(`dig +short +identify ${first}`).out).toBe(`${ipOf(t, 'web')} from server 10.96.0.10 in 0 ms.\n`)
  })

  it('[SH-8] what cannot be asked is said in its words, with its status', () => {
    const t = inPod()
    const said = (line: string) => [t.run(line).status, t.run(line).err]
    expect(said('dig web..x')).toEqual([10, "dig: 'web..x' is not a legal name (empty label)\n"])
    expect(said('dig @nowhere web')).toEqual([1, "dig: couldn't get address for 'nowhere': not found\n"])
    expect(said('dig -t BLA +short web')).toEqual([0, ';; Warning, ignoring invalid type BLA\n'])
    expect(t.run('dig -z').err).toMatch(/^Invalid option: -z\nUsage: {2}dig /)
    expect(said('dig +trace web')).toEqual([1, expect.stringMatching(/^dig: \+trace is not simulated: /)])
    expect(t.run('dig -v').out).toBe('DiG 9.20.15\n')
    // errors come before the greeting
    expect(t.run('dig +tries=1 +time=1 @10.244.9.9 web').out).toBe(
      ';; communications error to 10.244.9.9#53: timed out\n\n; <<>> DiG 9.20.15 <<>> +tries=1 +time=1 @10.244.9.9 web\n; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n',
    )
  })
})

describe('nslookup, host, getent', () => {
  it('[SH-8] -type, -debug and mistakes', () => {
    const t = inPod()
    expect(t.run('nslookup -type=AAAA web')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/#53\n\n\*\*\* Can't find web: No answer\n\n$/),
    })
    expect(t.run('nslookup -type=BLA -bla web').out).toMatch(
      /^unknown query type: BLA\n\*\*\* Invalid option: bla\n;; Got/,
    )
    expect(t.run('nslookup web..x').err).toBe("nslookup: 'web..x' is not in legal name syntax (empty label)\n")
    expect(t.run('nslookup -debug web').out).toContain(
      `------------\n    QUESTIONS:\n\tweb.default.svc.cluster.local, type = A, class = IN\n    ANSWERS:\n    ->  web.default.svc.cluster.local\n\tinternet address = ${ipOf(t, 'web')}\n\tttl = 5\n    AUTHORITY RECORDS:\n    ADDITIONAL RECORDS:\n------------\nName:`,
    )
    // the answer to an address names no server
    expect(t.run(`nslookup ${ipOf(t, 'web')}`).out).not.toContain('Server:')
    expect(t.run('host 10.96.99.99').out).toBe('Host 99.99.96.10.in-addr.arpa. not found: 3(NXDOMAIN)\n')
    expect(t.run('host -t bla web')).toMatchObject({ status: 2, err: 'host: invalid type: bla\n\n' })
  })

  it('[SH-8] getent fills its columns', () => {
    const t = inPod()
    const ip = ipOf(t, 'web').padEnd(15)
    expect(t.run('getent ahosts web').out).toBe(
      `${ip} STREAM web.default.svc.cluster.local\n${ip} DGRAM  \n${ip} RAW    \n`,
    )
    expect(t.run('getent bla x')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^Unknown database: bla\nTry/),
    })
    expect(t.run('getent hosts').out).toMatch(/^127\.0\.0\.1 {7}localhost\n/)
  })

  it("[SH-15] busybox's nslookup searches only for names without a dot, and tells of each name", () => {
    const t = inPod(SHOP.replace('nicolaka/netshoot', 'busybox:1.37'))
    const ip = ipOf(t, 'web')
    const head = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n'
    const missing = (name: string) => `** server can't find ${name}: NXDOMAIN\n\n`
    const elsewhere = missing('web.svc.cluster.local') + missing('web.cluster.local')
    expect(t.run('nslookup web')).toMatchObject({
      status: 1,
      out: `${head}Name:\tweb.default.svc.cluster.local\nAddress: ${ip}\n\n${elsewhere}\n${elsewhere}`,
    })
    expect(t.run('nslookup web.default')).toMatchObject({ status: 1, out: head + missing('web.default').repeat(2) })
    expect(t.run('nslookup web.default.svc.cluster.local')).toMatchObject({
      status: 0,
      out: `${head}Name:\tweb.default.svc.cluster.local\nAddress: ${ip}\n\n\n`,
    })
    expect(t.run('nslookup web 10.96.0.10').out).toContain(missing('web'))
    expect(t.run('nslookup -type=bla web').err).toBe('nslookup: invalid query type "bla"\n')
    expect(t.run('getent hosts web.default').status).toBe(0)
  })
})
