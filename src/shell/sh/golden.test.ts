import { describe, expect, it } from 'vitest'
import { SHOP, sessionOn } from './testing/session-on.ts'

/** One transcript a file: lines as people type them, and what they see ("! ": on stderr; in brackets: a status that is not 0). */
const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'from-a-pod': [
    'kubectl get svc,pods -o wide',
    'kubectl exec -it client -- sh',
    'help',
    'curl -v http://web',
    'curl http://web/ http://web/',
    'curl -i http://cart',
    'curl http://nowhere',
    'curl -sS -m 3 http://10.244.9.9',
    'for i in 1 2 3 4 5 6 7 8 9; do curl -s web; done | sort | uniq -c',
    'wget -qO- web',
    'wget -O- cart',
    'nc -zv web 80; nc -zv web 81',
    'ping -c 2 web',
    'exit',
  ],
  'names-in-a-pod': [
    'kubectl exec -it client -- sh',
    'cat /etc/resolv.conf',
    'nslookup web',
    'nslookup web.default.svc.cluster.local',
    'nslookup each',
    'nslookup nowhere',
    'nslookup outer',
    'nslookup -type=SRV _http._tcp.web',
    'dig web.default.svc.cluster.local',
    'dig +search +short each',
    'dig nothing.default.svc.cluster.local',
    'dig +noall +answer outer.default.svc.cluster.local',
    'dig -x 10.96.0.1',
    'host web; host 10.96.0.10; host outer',
    'getent hosts kubernetes',
  ],
  'on-a-node': [
    'kubectl exec client -- curl -s http://web',
    'ssh node-1',
    'ip addr',
    'ip route',
    'ss -ltn',
    'conntrack -L',
    'iptables -t nat -nL KUBE-SERVICES',
    'iptables -t nat -nvL KUBE-POSTROUTING --line-numbers',
    'iptables -t nat -S KUBE-NODEPORTS',
    'iptables-save | grep -c KUBE-SEP',
    'iptables-save -t nat | head -5',
    'curl web',
    'dig +short @10.96.0.10 web.default.svc.cluster.local',
    'curl -s $(dig +short @10.96.0.10 web.default.svc.cluster.local)',
    'exit',
    'outside',
    'curl -s 172.18.0.11:30080',
    'ping -c 1 172.18.0.12',
    'curl -m 5 http://10.96.0.1',
  ],
  'environment-and-files': [
    'kubectl exec client -- env',
    'kubectl exec client -- cat /etc/hosts /etc/hostname',
    'ls; grep -c kind: app.yaml',
    'kubectl create deployment late --image=nginx --dry-run=client -o yaml > late.yaml',
    'kubectl apply -f late.yaml; kubectl rollout status deploy/late',
    'kubectl expose deploy late --port 80',
    'kubectl exec client -- curl -s -o /dev/null -w "%{http_code}\\n" http://late',
    'kubectl exec deploy/late -- env | grep LATE || echo none: it was there before the Service',
    'cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Namespace\nmetadata: {name: tools}\nEOF',
    'kubectl config set-context --current --namespace=tools',
    'kubectl get pods',
    'kubectl -n default logs deploy/web | cut -d" " -f1,6-8 | sort | uniq -c',
    'nginx -t',
  ],
}

describe('golden transcripts', () => {
  it.each(Object.entries(TRANSCRIPTS))('%s', async (name, lines) => {
    await expect(sessionOn(SHOP).transcript(lines)).toMatchFileSnapshot(`golden/${name}.txt`)
  })
})
