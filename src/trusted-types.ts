/**
 * The page's one Trusted Types policy. It must exist before anything starts a worker, so it is the first import of main.tsx:
 * with it, a script comes from this origin or not at all.
 */
interface TrustedTypes {
  createPolicy(name: 'default', rules: { createScriptURL(url: string): string }): unknown
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }

trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    const { origin, protocol } = new URL(url, location.href)
    if (origin === location.origin && (protocol === 'https:' || protocol === 'http:')) return url
    throw new TypeError(`A script of another origin is not loaded: ${url}`)
  },
})

export {}
