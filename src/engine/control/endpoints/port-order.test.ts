import { expect, test } from 'vitest'
import { inHashOrder } from './port-order.ts'

test('[EPS-20] ports stand in the order of their hashes, as Go computes them', () => {
  const http = { name: 'http', protocol: 'TCP' as const, port: 80 } // b6c4d325122a5ba6f795b0bbffcebb6f
  const dns = { name: '', protocol: 'UDP' as const, port: 53, appProtocol: 'kubernetes.io/h2c' } // 32d2507b122b36c0ad29913aefd4a37c
  expect(inHashOrder([http, dns])).toEqual([dns, http])
  expect(inHashOrder([dns, http])).toEqual([dns, http])
})
