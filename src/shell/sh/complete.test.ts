import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete } from './complete.ts'
import { sessionOn } from './testing/session-on.ts'

describe('completion', () => {
  const t = sessionOn()
  const offered = (line: string) => complete(t.session, line).candidates

  it.each([
    ['kubec', ['kubectl']],
    ['kubectl get ser', ['serviceaccounts', 'services']],
    ['kubectl get svc d', ['door']],
    ['kubectl get svc/d', ['svc/door']],
    ['kubectl -n kube-', []],
    ['kubectl get pods -n kube-', ['kube-node-lease', 'kube-public', 'kube-system']],
    ['kubectl get pods --namespace=kube-s', ['--namespace=kube-system']],
    ['kubectl -n kube-system get svc ', ['kube-dns']],
    ['kubectl rollout st', ['status']],
    ['kubectl exec c', ['client']],
    ['kubectl exec client -- cu', ['curl', 'cut']],
    ['kubectl get pods -o wi', ['wide']],
    ['kubectl get pods --show-la', ['--show-labels']],
    ['kubectl apply -f a', ['app.yaml']],
    ['kubectl exec client -c ', ['tools']],
    ['kubectl get svc | gre', ['grep']],
    ['for i in 1; do kubectl drain node-', ['node-1', 'node-2', 'node-3']],
    ['ssh node-2', ['node-2']],
    ['pod/cl', ['pod/client']],
    ['cat ap', ['app.yaml']],
    ['echo $HOS', ['$HOSTNAME']],
    ['kubectl get "svc" do', ['door']],
    ['nonsense x', []],
    ['kubectl get pods,sv', ['pods,svc']],
    ['kubectl get svc cart c', []],
    ['kubectl get pods -l app', ['app=web']],
    ['kubectl get pods --selector=app', ['--selector=app=web']],
    ['kubectl get pods -oy', ['-oyaml']],
    ['kubectl get pods -o=j', ['-o=json', '-o=jsonpath=']],
    ['kubectl get pods --field-selector=status.ph', ['--field-selector=status.phase=']],
    ['kubectl get pods --field-selector status.phase=P', ['status.phase=Pending']],
    ['kubectl rollout status ', ['daemonsets', 'deployments', 'statefulsets']],
    ['kubectl rollout status deploy/', ['deploy/web']],
    ['kubectl expose dep', ['deploy', 'deployment', 'deployments']],
    ['kubectl expose deploy web --type=N', ['--type=NodePort']],
    ['kubectl expose deploy web --type C', ['ClusterIP']],
    ['kubectl set image deploy/web ', ['*=', 'app=']],
    ['kubectl set image deploy web a', ['app=']],
    ['kubectl set selector svc web a', ['app=web']],
    ['kubectl patch svc web --type m', ['merge']],
    ['kubectl logs deploy/', ['deploy/web']],
    ['kubectl logs -f cl', ['client']],
    ['kubectl port-forward svc/web ', ['8080:80']],
    [
      'kubectl exec client -- curl http://we',
      ['http://web', 'http://web.default', 'http://web.default.svc.cluster.local'],
    ],
    ['kubectl exec deploy/web -- cat /etc/res', ['/etc/resolv.conf']],
    ['kubectl explain svc.spec.po', ['svc.spec.ports']],
    ['kubectl wait deploy/web --for=condition=A', ['--for=condition=Available']],
    ['kubectl config set-context --current --namespace=kube-s', ['--namespace=kube-system']],
    [
      'kubectl label pods client topology.kubernetes.io/z',
      ['topology.kubernetes.io/zone-', 'topology.kubernetes.io/zone='],
    ],
    ['watch -n 1 kubectl get po', ['po', 'poddisruptionbudgets', 'pods', 'podtemplates']],
    ["watch -n 1 'kubectl get svc do", ['door']],
    ['timeout 5 kubec', ['kubectl']],
    ['ssh node-1 conn', ['conntrack']],
    ['pod/client curl http://web:', ['http://web:80']],
    ['x=$(kubectl get svc do', ['door']],
  ])('[SH-12] %s', (line, expected) => {
    expect(offered(line)).toEqual(line === 'kubectl -n kube-' ? expect.arrayContaining(['kube-system']) : expected)
  })

  it('[SH-12] says which characters it replaces, also in the middle of a line', () => {
    expect(complete(t.session, 'kubectl get svc do -o wide', 'kubectl get svc do'.length)).toEqual({
      from: 16,
      to: 18,
      candidates: ['door'],
    })
  })

  it('[SH-12] any line can be completed anywhere', () => {
    const words = fc.constantFrom(
      'kubectl',
      'get',
      'svc',
      '-n',
      '"',
      "'",
      '|',
      ';',
      '$',
      '/',
      '-',
      ' ',
      'exec',
      '--',
      'curl',
      'http://',
      '=',
      'pod/client',
      'ssh',
      'node-1',
      'watch',
      'set image',
      '-l',
      '--for=',
      'explain svc.',
    )
    const text = fc.array(fc.oneof(words, fc.string({ maxLength: 5 })), { maxLength: 10 }).map((w) => w.join(' '))
    fc.assert(
      fc.property(text, fc.nat(60), (line, at) => {
        const cursor = Math.min(at, line.length)
        const { from, to } = complete(t.session, line, cursor)
        expect(from).toBeLessThanOrEqual(to)
        expect(to).toBe(cursor)
      }),
    )
  })

  it('[SH-12] inside a pod it knows the names that the pod can look up', () => {
    const inside = sessionOn()
    inside.run('pod/client')
    const at = (line: string) => complete(inside.session, line).candidates
    expect(at('curl http://we')).toEqual(['http://web', 'http://web.default', 'http://web.default.svc.cluster.local'])
    expect(at('curl --conn')).toEqual(['--connect-timeout', '--connect-to'])
    expect(at('kubec')).toEqual([])
    expect(at('dig +sh')).toEqual(['+short'])
    expect(at('dig @')).toEqual(['@10.96.0.10'])
    expect(at('nslookup -type=SR')).toEqual(['-type=SRV'])
    expect(at('curl -s http://web:')).toEqual(['http://web:80'])
    expect(at('nc -zv each ')).toEqual(['8080'])
    expect(at('ip route g')).toEqual(['get'])
    inside.run('exit')
    inside.run('ssh node-1')
    expect(at('iptables -t r')).toEqual(['raw'])
    expect(at('nft list tab')).toEqual(['table', 'tables'])
  })
})
