import type { KObject } from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import { createObject } from './create.ts'

/** The cluster's own certificate, as every namespace holds it. Nothing here checks it. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUNIOY0UiaoBDcl6+tEyKAxSn5yWAwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAeFw0yNjExMjExMDU1MjZaFw0zNjExMTgx
MDU1MjZaMBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARieGRsDLWRaj60vASKtriBV75cBi9I1LEJLRtBjwPl6N4fuC5cn/dT
R9t2et1DGxax5Rczkri1vgKx5+rTROwWo1MwUTAdBgNVHQ4EFgQUNmmnFkwFzkkV
GH0FWK/OCsDylCowHwYDVR0jBBgwFoAUNmmnFkwFzkkVGH0FWK/OCsDylCowDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAjQfxrNdtetv0/pVTgEPb
EYK520mRcAmdcGj9sUtnLbgCIQClcB9I+mcQCaS6HOFMlc1zPq6/TCC6c4rdyPPA
I3wFLg==
-----END CERTIFICATE-----
`

const contentOf = (namespace: string): readonly KObject[] => [
  // k8s pkg/controller/certificates/rootcacertpublisher/publisher.go syncNamespace (v1.36)
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'kube-root-ca.crt',
      namespace,
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data: { 'ca.crt': CA },
  } as KObject,
  // k8s pkg/controller/serviceaccount/serviceaccounts_controller.go syncNamespace (v1.36)
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
]

/** What controllers see to that every namespace has. */
export const isNamespaceContent = ({ kind, metadata: { name } }: KObject): boolean =>
  (kind === 'ConfigMap' && name === 'kube-root-ca.crt') || (kind === 'ServiceAccount' && name === 'default')

/** Make what is missing of it. */
export function furnishNamespace(state: State, namespace: string): void {
  for (const object of contentOf(namespace)) {
    if (!get(state, object.kind, namespace, object.metadata.name)) createObject(state, object)
  }
}
