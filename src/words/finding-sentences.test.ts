import { describe, expect, it } from 'vitest'
import { CAUSE_CODES, findingSentence } from './finding-sentences.ts'
import { plainText } from './phrase.ts'

describe('a finding', () => {
  it.each(CAUSE_CODES)('%s: has words even when no param came', (code) => {
    const words = plainText(findingSentence({ code, params: {} }))
    expect(words).not.toMatch(/undefined|NaN|null|\[object/)
    expect(words.length).toBeGreaterThan(12)
  })

  it('says what is wrong, whose pods were probably meant, and what to do', () => {
    const params = {
      service: 'web',
      namespace: 'default',
      selector: 'app=web',
      workload: 'Deployment web',
      has: 'app=website',
      pods: 1,
    }
    expect(plainText(findingSentence({ code: 'selector.no-match', params }))).toBe(
      'Service web selects app=web, and no pod of its namespace has this label; the pods of Deployment web have app=website. Make the selector and those labels the same',
    )
  })

  it('names the port on which the pods listen', () => {
    const params = {
      service: 'web',
      namespace: 'shop',
      port: 8080,
      targetPort: 8080,
      workload: 'Deployment web',
      pods: 2,
      listens: ['80'],
      meant: 80,
    }
    expect(plainText(findingSentence({ code: 'port.not-listening', params }))).toBe(
      'Service web in namespace shop has targetPort: 8080, where nobody listens on 8080 in the pods of Deployment web; they listen on 80. Set targetPort to 80',
    )
  })
})
