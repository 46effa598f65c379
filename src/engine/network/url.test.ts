import { describe, expect, it } from 'vitest'
import { parseUrl } from './url.ts'

describe('[NET-1] a URL is read as curl reads it', () => {
  it.each([
    ['http://web/', 'http', 'web', 80, '/'],
    ['https://web', 'https', 'web', 443, '/'],
    ['HTTP://Web:8080/a?b=c#d', 'http', 'Web', 8080, '/a?b=c'],
    ['web', 'http', 'web', 80, '/'],
    ['web:8080/x', 'http', 'web', 8080, '/x'],
    ['http:/web', 'http', 'web', 80, '/'],
    ['http://web:/', 'http', 'web', 80, '/'],
    ['http://user:secret@web:81/', 'http', 'web', 81, '/'],
    ['http://web?x=1', 'http', 'web', 80, '/?x=1'],
    ['tcp://db:5432', 'tcp', 'db', 5432, '/'],
    ['udp://10.96.0.10:53', 'udp', '10.96.0.10', 53, '/'],
    ['http://[2001:db8::1]:80/', 'http', '2001:db8::1', 80, '/'],
    ['http://web.:80/', 'http', 'web.', 80, '/'],
  ])('%s', (text, scheme, host, port, path) => {
    expect(parseUrl(text)).toEqual({ ok: true, url: { scheme, host, port, path } })
  })

  it.each([
    ['http://web:99999/', 'URL rejected: Port number was not a decimal number between 0 and 65535'],
    ['http://web:8x/', 'URL rejected: Port number was not a decimal number between 0 and 65535'],
    ['web:abc', 'URL rejected: Port number was not a decimal number between 0 and 65535'],
    ['http:///', 'URL rejected: No host part in the URL'],
    ['http://:80/', 'URL rejected: No host part in the URL'],
    ['', 'URL rejected: No host part in the URL'],
    ['http://we b/', 'URL rejected: Malformed input to a URL function'],
    ['http://a_b{c}/', 'URL rejected: Bad hostname'],
    ['http://[::1/', 'URL rejected: Bad IPv6 address'],
    ['ftp://web/', 'Protocol "ftp" not supported'],
    ['http:////web/', 'URL rejected: Unsupported number of slashes following scheme'],
    ['tcp://db', 'URL rejected: tcp:// needs a port'],
  ])('refuses %s', (text, error) => {
    expect(parseUrl(text)).toMatchObject({ ok: false, error })
  })
})
