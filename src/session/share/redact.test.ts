import { describe, expect, test } from 'vitest'
import type { SessionDocument } from '../../model/index.ts'
import { applyChange, textAt } from '../../model/index.ts'
import { redactDocument, redactText } from './redact.ts'
import { looksLikeCredential, secretsOf } from './secrets.ts'

const clean = async (text: string) => (await redactText('a.yaml', text)).text

describe('secrets stay out of links', () => {
  test('values of a Secret become valid placeholders; comments and everything else stay as they are', async () => {
    const text = `# my app
apiVersion: v1
kind: Secret
metadata: {name: db}   # keep
data:
  password: aHVudGVyMg==
  other: c2VjcmV0   # base64
stringData:
  token: |
    hunter2
    hunter3
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {password: not-a-secret-kind}
`
    const { text: out, replaced } = await redactText('a.yaml', text)
    expect(replaced).toBe(3)
    expect(out).not.toMatch(/hunter|aHVudGVy|c2VjcmV0/)
    expect(out).toContain('password: cmVkYWN0ZWQ=')
    expect(out).toContain('token: redacted')
    expect(out).toContain('# keep')
    expect(out).toContain('# base64')
    expect(out).toContain('not-a-secret-kind')
  })

  test('env entries that look like credentials, in pods, templates, init containers, cron jobs and lists', async () => {
    const env = (indent: string) => `${indent}env:
${indent}- {name: DB_PASSWORD, value: hunter2}
${indent}- {name: LOG_LEVEL, value: debug}
${indent}- name: DATABASE_URL
${indent}  value: "postgres://app:hunter2@db:5432/app"
${indent}- {name: TOKEN_FILE, value: /var/run/token}
`
    const out = await clean(`apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: nightly}
  spec:
    schedule: "0 0 * * *"
    jobTemplate:
      spec:
        template:
          spec:
            initContainers:
            - name: a
              image: x
${env('              ')}---
apiVersion: batch/v1
kind: Job
metadata: {generateName: run-}
spec:
  template:
    spec:
      containers:
      - name: a
        image: x
${env('        ')}`)
    expect(out).not.toContain('hunter2')
    expect(out.match(/redacted/g)).toHaveLength(4)
    expect(out.match(/debug/g)).toHaveLength(2)
    expect(out.match(/var\/run\/token/g)).toHaveLength(2)
    expect(out).toContain('generateName: run-')
  })

  test('what kubectl noted of the last apply does not hold the values either', async () => {
    const out = await clean(`apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","data":{"p":"aHVudGVyMg=="},"kind":"Secret","metadata":{"name":"db"}}
data: {p: aHVudGVyMg==}
`)
    expect(out).not.toContain('aHVudGVyMg')
  })

  test('JSON, two documents of one name, and documents that cannot be read', async () => {
    expect(
      await clean('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2"}}'),
    ).not.toContain('hunter2')
    const one = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {p: hunter2}\n'
    expect(await clean(`${one}---\n${one}`)).not.toContain('hunter2')
    expect(await clean('kind: Secret\ndata: {a: aHVudGVyMg==}\n')).not.toContain('aHVudGVyMg')
    const broken = `kind: Secret
metadata: {name: a
stringData:
  p: hunter2
  q: |
    hunter3
---
kind: Pod
spec:
  containers:
  - env: [
    name: API_TOKEN
    value: hunter4
`
    const out = await clean(broken)
    expect(out).not.toMatch(/hunter/)
    expect(out).toContain('name: API_TOKEN')
  })

  test('text without anything of the kind is not touched', async () => {
    const text = 'apiVersion: v1\r\nkind: Service\r\nmetadata: {name: token}\r\n'
    expect(await redactText('a.yaml', text)).toEqual({ text, replaced: 0 })
  })

  test('no moment of the log holds one, and its edits still lead from one text to the next', async () => {
    const base = [{ name: 'a.yaml', text: 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  p: ""\n' }]
    const typed = base[0]!.text.indexOf('""')
    const document: SessionDocument = {
      version: 1,
      files: base,
      log: [
        { at: 100, type: 'edit', edits: [{ file: 'a.yaml', from: typed, to: typed + 2, insert: 'hunter2' }] },
        { at: 200, type: 'edit', edits: [{ file: 'a.yaml', from: 0, to: 0, insert: '# top\n' }] },
        {
          at: 300,
          type: 'act',
          action: {
            type: 'kubectl',
            args: ['create', 'secret', 'generic', 'x', '--from-literal=p=hunter2', '--from-literal', 'q=hunter2'],
            stdin: 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2}\n',
          },
        },
      ],
    }
    const { document: out } = await redactDocument(document)
    expect(JSON.stringify(out)).not.toContain('hunter2')
    expect(textAt(out.files, out.log, 1000)![0]!.text).toMatch(/^# top\n[\s\S]*p: redacted/)
    expect(applyChange(out.files, { edits: [] })).toEqual(out.files)
  })

  test('what is a credential, and what only sounds like one', () => {
    const yes: [string, string][] = [
      ['POSTGRES_PASSWORD', 'x1'],
      ['API_KEY', 'abc'],
      ['GITHUB_TOKEN', 'x'],
      ['WHATEVER', 'ghp_abcdefghijklmnopqrstuvwxyz'],
      ['REDIS_URL', 'redis://:pw@redis:6379'],
      ['AWS_SECRET_ACCESS_KEY', 'abc'],
    ]
    const no: [string, string][] = [
      ['TOKEN_FILE', '/run/token'],
      ['AUTH', 'true'],
      ['KEYBOARD', 'de'],
      ['URL', 'http://web:8080/'],
      ['PASSWORD', ''],
      ['PASSWORD', '$(OTHER)'],
      ['MONKEY', 'x'],
    ]
    for (const [name, value] of yes) expect([name, looksLikeCredential(name, value)]).toEqual([name, true])
    for (const [name, value] of no) expect([name, looksLikeCredential(name, value)]).toEqual([name, false])
  })

  test('a deep or odd object is walked without harm', () => {
    expect(secretsOf(null)).toEqual([])
    expect(secretsOf({ env: 'x', kind: 'Secret', data: 5 })).toEqual([])
    expect(secretsOf({ env: [null, 'x', { name: 5 }] })).toEqual([])
  })

  test.each([
    [
      'kubectl create secret generic db --from-literal=password=hunter2',
      'kubectl create secret generic db --from-literal=password=redacted',
    ],
    [
      'kubectl set env deploy/web DB_PASSWORD=hunter2 MODE=fast',
      'kubectl set env deploy/web DB_PASSWORD=redacted MODE=fast',
    ],
    [
      "curl -u admin:hunter2 -H 'Authorization: Bearer hunter2' http://web",
      "curl -u redacted -H 'Authorization: redacted' http://web",
    ],
    ['curl http://me:hunter2@web/', 'curl http://me:redacted@web/'],
    ['kubectl scale deploy web --replicas=3', 'kubectl scale deploy web --replicas=3'],
    [
      'kubectl apply -f - <<E\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: hunter2\nE\n',
      'kubectl apply -f - <<E\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: redacted\nE\n',
    ],
  ])('a line of a terminal keeps its secret: %s', async (line, clean) => {
    const log = [{ at: 5, type: 'act' as const, action: { type: 'type-line' as const, terminal: '1', line } }]
    const { document } = await redactDocument({ version: 1, files: [{ name: 'a.yaml', text: '' }], log })
    expect(document.log).toEqual([{ ...log[0], action: { ...log[0]!.action, line: clean } }])
  })
})
