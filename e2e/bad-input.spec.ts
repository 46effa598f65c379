import { expect, test } from './fairlead.ts'

/** A document that must go on working whatever stands beside it. */
const GOOD = `apiVersion: v1
kind: Pod
metadata:
  name: sound
spec:
  containers:
    - name: a
      image: nginx
`

const pod = (n: number) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c-${n}\n`

for (const [name, text, message] of [
  ['text that is no YAML', 'apiVersion: [1, 2\nkind: }{', /yaml|did not find/i],
  [
    'half a document',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: half\nspec:\n  ports:\n  - port: 80\n   targetPort',
    /yaml/i,
  ],
  [
    'an alias bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((l, i) => `${l}: &${l} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
      .join('\n')}`,
    /alias|exceed/i,
  ],
  [
    'a selector with numbers',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: numbers\nspec:\n  selector:\n    version: 1\n  ports:\n  - port: 80',
    /string/i,
  ],
  [
    'a port 0',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: zero\nspec:\n  ports:\n  - port: 0',
    /between 1 and 65535/,
  ],
] as const) {
  test(`${name}: a message where it happened, and the other documents work`, async ({ fairlead }) => {
    await fairlead.open()
    await fairlead.openFiles({ name: 'app.yaml', text: `${GOOD}---\n${text}\n` })
    await expect(fairlead.picture.getByRole('button', { name: /^Pod sound, ready/ })).toBeVisible()
    await fairlead.tab('Problems')
    const problem = fairlead.problems.filter({ hasText: message }).first()
    await expect(problem).toBeVisible()
    await expect(problem.getByRole('button', { name: /^app\.yaml:\d+$/ })).toBeVisible()
  })
}

test('5 MB of text: it says so, nothing is lost, and a button tries', async ({ page, fairlead }) => {
  await fairlead.open()
  const filler = `${'# x'.repeat(300)}\n`.repeat(5600)
  await fairlead.openFiles({ name: 'app.yaml', text: `${GOOD}---\n${filler}` })
  await expect(page.getByRole('alert')).toContainText('very large text')
  await page.getByRole('button', { name: 'Try it anyway' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod sound, ready/ })).toBeVisible()
})

test('20,000 documents: it says so, and the page goes on', async ({ page, fairlead }) => {
  test.setTimeout(120_000)
  await fairlead.open()
  const many = Array.from({ length: 20_000 }, (_, i) => pod(i)).join('---\n')
  await fairlead.openFiles({ name: 'app.yaml', text: `${GOOD}---\n${many}` })
  await expect(page.getByRole('alert')).toContainText('very large text')
  await fairlead.tab('Events')
  await page.getByRole('button', { name: 'Try it anyway' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod sound, ready/ })).toBeVisible({ timeout: 60_000 })
})
