import { describe, expect, it } from 'vitest'
import { SHOP, sessionOn } from '../testing/session-on.ts'

function inPod(text = SHOP) {
  const t = sessionOn(text)
  t.run('pod/client')
  return t
}

describe('curl', () => {
  it('[CURL-1] braces and ranges of a URL are many URLs; #1 in -o is what they stood for', () => {
    const t = inPod()
    const asked = (line: string) => t.run(line).traces.map((x) => x.request.url)
    expect(asked('curl -s http://web/[1-3]')).toEqual(['http://web/1', 'http://web/2', 'http://web/3'])
    expect(asked('curl -s "http://web/{a,b}[08-10:2]"')).toEqual([
      ...['http://web/a08', 'http://web/a10', 'http://web/b08', 'http://web/b10'],
    ])
    expect(asked('curl -sg http://web/x')).toEqual(['http://web/x'])
    t.run('curl -s "http://web/{a,b}" -o "got-#1"')
    expect(t.run('cat got-a got-b | wc -l').out.trim()).toBe('2')
    expect(t.run('curl "http://web/[1-"')).toMatchObject({
      status: 3,
      err: 'curl: (3) bad range in URL position 13:\nhttp://web/[1-\n            ^\n',
    })
  })

  it('[CURL-1] --retry tells of every failure; refused connections only when asked', () => {
    const t = inPod()
    const failed = "curl: (7) Failed to connect to cart port 80 after N ms: Couldn't connect to server\n"
    const ran = t.run('curl --retry 2 --retry-connrefused cart')
    expect(ran.err.replaceAll(/after \d+ ms/g, 'after N ms')).toBe(
      `${failed}Warning: Problem : connection refused. Will retry in 1 seconds. 2 retries left.\n${failed}Warning: Problem : connection refused. Will retry in 2 seconds. 1 retries left.\n${failed}`,
    )
    expect(ran.took).toBeGreaterThanOrEqual(3000)
    expect(t.run('curl -s --retry 2 cart').took).toBeLessThan(1000)
    expect(t.run('curl -sS --retry 3 --retry-delay 5 -m 1 10.244.9.9').took).toBe(19_000)
  })

  it('[CURL-1] what it does not have is told from what curl does not know', () => {
    const t = inPod()
    expect(t.run('curl -K file web')).toMatchObject({ status: 2, err: expect.stringContaining('-K is not simulated') })
    expect(t.run('curl --bla web').err).toMatch(/^curl: option --bla: is unknown\ncurl: try /)
    expect(t.run('curl -s --tcp-nodelay --http2 -Z web').status).toBe(0)
    expect(t.run('curl -I -d x web')).toMatchObject({
      status: 2,
      err: 'Warning: You can only select one HTTP request method! You asked for both POST \nWarning: (-d, --data) and HEAD (-I, --head).\n',
    })
    expect(t.run('curl -sS --fail-early cart web')).toMatchObject({ status: 7, out: '' })
  })

  it('[CURL-4] --connect-to names whom it connects to, --resolve does not; -4 and -6 ask for one family', () => {
    const { run } = inPod()
    const said = (line: string) => run(`curl -sv -o /dev/null ${line}`).err
    expect(said('--connect-to shop.example:80:web:80 http://shop.example')).toMatch(
      /^\* Connecting to hostname: web\n\* Connecting to port: 80\n\* Host web:80 was resolved\.\n[\s\S]*\* Connected to web \([\s\S]*> Host: shop\.example\n[\s\S]*\* Connection #0 to host web left intact\n$/,
    )
    expect(run('curl -sS --connect-to x:80:cart:80 http://x').err).toContain('Failed to connect to cart port 80')
    expect(said('-4 web')).toMatch(/^\* Host web:80 was resolved\.\n\* IPv6: \(none\)\n\* IPv4: 10\./)
    expect(run('curl -6 web')).toMatchObject({ status: 6, err: 'curl: (6) Could not resolve host: web\n' })
  })

  it('[CURL-2] -f says so before the end of the head', () => {
    const { run } = inPod()
    expect(run('curl -skvf https://kubernetes/api').err).toMatch(
      /\n< Content-Length: \d+\n\* The requested URL returned error: 403\n< \n\* closing connection #0\n$/,
    )
  })

  it('[CURL-2] what is sent: -u, -G, --json, --data-urlencode, headers without a value', () => {
    const t = inPod()
    const sent = (line: string) =>
      t
        .run(`curl -sv ${line}`)
        .err.split('\n')
        .filter((l) => /^[>}]|^\* (Server|upload)/.test(l))
    expect(sent('-u me:secret -o /dev/null -d a=b web')).toEqual([
      "* Server auth using Basic with user 'me'",
      '> POST / HTTP/1.1',
      '> Host: web',
      '> Authorization: Basic bWU6c2VjcmV0',
      '> User-Agent: curl/8.9.1',
      '> Accept: */*',
      '> Content-Length: 3',
      '> Content-Type: application/x-www-form-urlencoded',
      '> ',
      '} [3 bytes data]',
      '* upload completely sent off: 3 bytes',
    ])
    expect(sent('-G -d a -d b web/x?q=1')[0]).toBe('> GET /x?q=1&a&b HTTP/1.1')
    expect(sent(`--json '{"a":1}' web`).slice(0, 6)).toEqual([
      '> POST / HTTP/1.1',
      '> Host: web',
      '> User-Agent: curl/8.9.1',
      '> Content-Type: application/json',
      '> Accept: application/json',
      '> Content-Length: 7',
    ])
    expect(sent(`-H 'Accept:' -H 'X-E;' web`)).toEqual([
      '> GET / HTTP/1.1',
      '> Host: web',
      '> User-Agent: curl/8.9.1',
      '> X-E:',
      '> ',
    ])
    expect(sent(`--data-urlencode 'a=b c&d' web`)).toContain('> Content-Length: 11')
  })

  it('[CURL-1] the API server says what somebody unknown may not do', () => {
    const { run } = inPod()
    const said = (path: string) => JSON.parse(run(`curl -sk https://kubernetes${path}`).out) as Record<string, unknown>
    expect(said('/api/v1/namespaces/default/pods')).toMatchObject({
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
      details: { kind: 'pods' },
      code: 403,
    })
    expect(said('/apis/apps/v1/namespaces/x/deployments/web?a=b')).toMatchObject({
      message:
        'deployments.apps "web" is forbidden: User "system:anonymous" cannot get resource "deployments" in API group "apps" in the namespace "x"',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    })
    expect(said('/api')).toMatchObject({
      message: 'forbidden: User "system:anonymous" cannot get path "/api"',
      details: {},
    })
  })

  it('[CURL-2] -w: every variable as JSON, headers, an error only, and to stderr', () => {
    const t = inPod()
    const json = JSON.parse(t.run(`curl -s -o /dev/null -w '%{json}' web/x?a=b`).out) as Record<string, unknown>
    expect(json).toMatchObject({
      http_code: 200,
      errormsg: null,
      method: 'GET',
      size_header: 117,
      num_connects: 1,
      'url.query': 'a=b',
      url_effective: 'http://web/x?a=b',
    })
    const names = Object.keys(json).slice(0, -1)
    expect(names).toEqual([...names].sort())
    expect(
      t.run(`curl -s -o /dev/null -w '%header{content-type} %header{x}|%{stderr}late%{stdout}!%%' web`),
    ).toMatchObject({
      out: 'text/plain; charset=utf-8 |!%',
      err: 'late',
    })
    expect(t.run(`curl -s -o /dev/null -w '%{header_json}' web`).out).toMatch(
      /^\{"date":\["[^"]*"\],\n"content-type":\["text\/plain; charset=utf-8"\],\n"content-length":\["\d+"\]\n\}$/,
    )
    expect(t.run(`curl -s -o /dev/null -w '%{onerror}bad' web`).out).toBe('')
    expect(t.run(`curl -s -w '%{onerror}bad %{exitcode}' cart`).out).toBe('bad 7')
    expect(t.run(`curl -s -o /dev/null -w '%{nonsense}' web`).err).toBe(
      "curl: unknown --write-out variable: 'nonsense'\n",
    )
  })
})
