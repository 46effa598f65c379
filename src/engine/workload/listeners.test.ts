import { describe, expect, it } from 'vitest'
import { type Container, DEFAULT_CLUSTER, type Pod } from '../../model/index.ts'
import { createState } from '../core/index.ts'
import { imageName } from './image-catalog.ts'
import { listeningOf, listenProblems } from './listeners.ts'
import { socketFor } from './socket.ts'

const podOf = (
  containers: Partial<Container>[],
  annotations: Record<string, string> = {},
  status: object = { phase: 'Running' },
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', annotations },
  spec: { containers: containers.map((c, i) => ({ name: `c${i}`, ...c })) },
  status: status as Pod['status'],
})
/** "8080", "127.0.0.1:9090", "53/UDP", as the annotation writes it; "?" when nothing is known. */
function listens(pod: Pod, undeclared: 'assume' | 'refuse' = 'assume'): string {
  const { listeners, unknown } = listeningOf(pod, undeclared)
  if (unknown) return '?'
  return listeners
    .map(
      (l) => `${l.address === 'loopback' ? '127.0.0.1:' : ''}${l.port}${l.protocol === 'TCP' ? '' : `/${l.protocol}`}`,
    )
    .join(', ')
}
const state = (undeclaredPorts: 'assume' | 'refuse' = 'assume') => createState({ ...DEFAULT_CLUSTER, undeclaredPorts })

describe('where a pod listens', () => {
  it.each([
    ['8080, 127.0.0.1:9090, 53/UDP', '8080, 127.0.0.1:9090, 53/UDP'],
    ['8080', '8080'],
    ['0.0.0.0:80,:81, localhost:82, [::1]:83', '80, 81, 127.0.0.1:82, 127.0.0.1:83'],
    ['', ''],
    ['8080, nonsense, 99999, 80/FOO', '8080'],
  ])('[POD-1] annotation "%s"', (text, expected) => {
    const pod = podOf([{ image: 'nginx', ports: [{ containerPort: 80 }] }], { 'fairlead.dev/listen': text })
    expect(listens(pod)).toBe(expected)
    expect(listens(pod, 'refuse')).toBe(expected)
    expect(listenProblems(pod.metadata.annotations)).toHaveLength(text.includes('nonsense') ? 1 : 0)
  })

  it.each<[string, Partial<Container>, string]>([
    ['nginx', { image: 'nginx:1.29' }, '80'],
    ['a containerPort that nginx does not listen on', { image: 'nginx', ports: [{ containerPort: 8080 }] }, '80'],
    ['a registry, a digest', { image: 'docker.io/library/nginx:1.29@sha256:0123' }, '80'],
    [
      'nginx whose configuration is mounted',
      { image: 'nginx', volumeMounts: [{ mountPath: '/etc/nginx/conf.d' }], ports: [{ containerPort: 8080 }] },
      '8080',
    ],
    ['nginx that sleeps instead', { image: 'nginx', command: ['sleep', '3600'] }, ''],
    ['nginx started by hand', { image: 'nginx', args: ['nginx', '-g', 'daemon off;'] }, '80'],
    ['unprivileged nginx', { image: 'nginxinc/nginx-unprivileged' }, '8080'],
    ['http-echo', { image: 'hashicorp/http-echo', args: ['-text=hi'] }, '5678'],
    ['http-echo -listen', { image: 'hashicorp/http-echo', args: ['-listen=:8080', '-text=hi'] }, '8080'],
    ['http-echo on loopback', { image: 'hashicorp/http-echo', args: ['-listen=127.0.0.1:8080'] }, '127.0.0.1:8080'],
    [
      'agnhost netexec',
      { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['netexec', '--http-port=9376', '--udp-port=-1'] },
      '9376',
    ],
    [
      'agnhost netexec by itself',
      { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['netexec'] },
      '8080, 8081/UDP',
    ],
    ['agnhost pause', { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['pause'] }, ''],
    [
      'agnhost as command',
      { image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', command: ['/agnhost', 'serve-hostname'] },
      '9376',
    ],
    ['postgres', { image: 'postgres:17' }, '5432'],
    ['postgres on another port', { image: 'postgres:17', env: [{ name: 'PGPORT', value: '6000' }] }, '6000'],
    ['mysql', { image: 'mysql:8', args: ['--port=3307'] }, '3307'],
    ['redis', { image: 'redis', command: ['redis-server', '--port', '7000'] }, '7000'],
    ['redis with a file of its own', { image: 'redis', args: ['redis-server', '/conf/redis.conf'] }, '?'],
    [
      'hello-app',
      {
        image: 'us-docker.pkg.dev/google-samples/containers/gke/hello-app:1.0',
        env: [{ name: 'PORT', value: '9000' }],
      },
      '9000',
    ],
    ['whoami', { image: 'traefik/whoami', args: ['--port=8000'] }, '8000'],
    ['busybox that sleeps', { image: 'busybox', command: ['sh', '-c', 'while true; do sleep 3600; done'] }, ''],
    ['busybox httpd', { image: 'busybox', command: ['httpd', '-f', '-p', '8080'] }, '8080'],
    [
      'netcat in a loop',
      { image: 'busybox', args: ['sh', '-c', 'while true; do echo hi | nc -l -p 9999; done'] },
      '9999',
    ],
    ['netcat, UDP', { image: 'busybox', command: ['nc', '-luk', '-p', '5353'] }, '5353/UDP'],
    ['netcat as a client', { image: 'busybox', command: ['nc', 'web', '80'] }, ''],
    ['python', { image: 'python:3', command: ['python3', '-m', 'http.server', '8000'] }, '8000'],
    [
      'a script that nobody knows',
      { image: 'busybox', command: ['sh', '-c', '/app/start.sh'], ports: [{ containerPort: 7070 }] },
      '7070',
    ],
    [
      'an image that nobody knows, with a port',
      { image: 'mycorp/app', ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' }] },
      '8080, 53/UDP',
    ],
    ['an image that nobody knows', { image: 'mycorp/app' }, '?'],
  ])('[POD-2] %s', (_, container, expected) => {
    expect(listens(podOf([container]))).toBe(expected)
  })

  it('[POD-3] with undeclaredPorts: refuse images are not looked at, and nothing is assumed', () => {
    expect(listens(podOf([{ image: 'nginx' }]), 'refuse')).toBe('')
    expect(listens(podOf([{ image: 'nginx', ports: [{ containerPort: 8080 }] }]), 'refuse')).toBe('8080')
  })

  it('[POD-3] nothing is assumed when one container of the pod is known', () => {
    expect(
      listens(podOf([{ image: 'mycorp/app', ports: [{ containerPort: 8080 }] }, { image: 'mycorp/sidecar' }])),
    ).toBe('8080')
  })

  it('[POD-2] image names', () => {
    expect(
      ['nginx', 'localhost:5000/a/b:1', 'registry.k8s.io/pause:3.9', 'bitnami/redis@sha256:00'].map(imageName),
    ).toEqual(['nginx', 'a/b', 'pause', 'bitnami/redis'])
  })
})

describe('what a packet finds at a port', () => {
  const web = podOf([{ image: 'mycorp/app' }], { 'fairlead.dev/listen': '8080, 127.0.0.1:9090, 53/UDP' })

  it('[POD-4] a listener, one on loopback only, none', () => {
    expect(socketFor(state(), web, 'TCP', 8080)).toMatchObject({ state: 'listening', listener: { port: 8080 } })
    expect(socketFor(state(), web, 'TCP', 9090).state).toBe('loopback-only')
    expect(socketFor(state(), web, 'TCP', 9090, 'self').state).toBe('listening')
    expect(socketFor(state(), web, 'TCP', 80)).toMatchObject({ state: 'not-listening', others: [8080] })
    expect(socketFor(state(), web, 'TCP', 53).state).toBe('not-listening')
    expect(socketFor(state(), web, 'UDP', 53).state).toBe('listening')
  })

  it('[POD-3] a pod of which nothing is known is taken to listen on whatever is asked', () => {
    const unknown = podOf([{ image: 'mycorp/app' }])
    expect(socketFor(state(), unknown, 'TCP', 1234).state).toBe('assumed')
    expect(socketFor(state('refuse'), unknown, 'TCP', 1234).state).toBe('not-listening')
  })

  it('[POD-4] the sockets of a container that does not run are closed', () => {
    const down = {
      phase: 'Running',
      containerStatuses: [
        { name: 'c0', ready: false, restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    }
    const crashed = podOf([{ image: 'nginx' }], {}, down)
    expect(socketFor(state(), crashed, 'TCP', 80)).toMatchObject({ state: 'not-listening', stopped: 'c0' })
    expect(socketFor(state(), podOf([{ image: 'nginx' }], {}, { phase: 'Succeeded' }), 'TCP', 80).stopped).toBe('c0')
    expect(socketFor(state(), podOf([{ image: 'mycorp/app' }], {}, { phase: 'Pending' }), 'TCP', 80)).toMatchObject({
      state: 'not-listening',
      stopped: 'c0',
    })
  })
})
