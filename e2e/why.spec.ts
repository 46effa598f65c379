import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fairlead.ts'

const TYPO = `apiVersion: v1
kind: Service
metadata:
  name: story
spec:
  selector:
    app: stroy
  ports:
    - port: 80
      targetPort: 3000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: story
spec:
  replicas: 2
  selector:
    matchLabels:
      app: story
  template:
    metadata:
      labels:
        app: story
    spec:
      containers:
        - name: app
          image: registry.example.com/story:1
          ports:
            - containerPort: 3000
          readinessProbe:
            periodSeconds: 1
            failureThreshold: 1
            tcpSocket:
              port: 3000
`

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

test('a problem shows the near miss and what its fix changes; one click takes it, undo brings it back', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  // an example of one file makes room for another
  await fairlead.openExample('wrong target port')
  await fairlead.write(TYPO)
  await fairlead.tab('Problems')
  const problem = fairlead.problems.filter({ hasText: 'no pod of its namespace has this label' })
  await expect(problem.getByRole('list', { name: 'Near misses' })).toContainText('stroy')
  const difference = problem.getByRole('list', { name: 'What changes in app.yaml' })
  await expect(difference.getByRole('listitem')).toHaveCount(2)
  await expect(difference).toContainText(/out: +app: stroy.*in: +app: story/s)
  // the same below its line
  await expect(fairlead.text.getByRole('button', { name: 'Select app=story' })).toBeVisible()
  await clean(page)

  await problem.getByRole('button', { name: 'Select app=story' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Service story,.*2 of 2 ready$/ })).toBeVisible()
  await expect(page.getByText('Nothing is wrong.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(problem).toBeVisible()
  await expect(
    fairlead.picture.getByRole('button', { name: /^Service story,.*problem: selects no pod$/ }),
  ).toBeVisible()
})

test('a Service and a request say, link by link, where the way ends', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('wrong target port')
  await expect(fairlead.requests.first()).toContainText('refused: not listening')
  await fairlead.pause()
  await fairlead.picture.getByRole('button', { name: /^Service web,/ }).click()
  const links = fairlead.inspector.getByRole('list', { name: /^The way to port 80/ }).locator('> li')
  await expect(links.filter({ hasText: 'They are ready: passes' })).toContainText('3 of 3 pods are ready')
  await expect(links.filter({ hasText: 'They listen on the target port' })).toContainText('fails')
  const cause = fairlead.inspector.getByRole('group', { name: 'The cause' })
  await expect(cause).toContainText('targetPort: 8081')
  await expect(cause.getByRole('button', { name: 'app.yaml:11' })).toBeVisible()
  await expect(cause.getByRole('button', { name: 'Change targetPort to 8080' })).toBeVisible()
  await clean(page)

  await fairlead.requests.first().click()
  const way = fairlead.inspector.getByRole('list', { name: 'The way of the request' }).locator('> li')
  await expect(way.filter({ hasText: 'They listen on the target port' })).toContainText('fails')
  const packet = fairlead.inspector.getByRole('table')
  await expect(packet.getByRole('rowgroup').filter({ hasText: 'destination rewritten' })).toContainText(
    /was .*:80, is .*:8081/,
  )
  await expect(fairlead.inspector).toContainText(/reply expected.*sport=8081/s)
  await clean(page)
})

test('the rules that a request met are numbered and in sight', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('wrong target port')
  await expect(fairlead.requests.first()).toContainText('refused')
  await fairlead.pause()
  await fairlead.requests.first().click()
  await fairlead.inspector.getByRole('button', { name: 'Show the rules that matched' }).click()
  const drawer = page.getByRole('tabpanel', { name: 'Rules' })
  await expect(drawer.getByRole('combobox', { name: 'Node whose rules are shown' })).toContainText(
    'ruled on the request',
  )
  await expect(drawer.getByRole('status')).toContainText(/The request met \d+ lines/)
  await drawer.getByRole('checkbox', { name: 'only these' }).check()
  const lines = drawer.getByRole('list', { name: /^Rules of node-/ })
  await expect(lines.getByRole('listitem').filter({ hasText: 'met as number 1' }).first()).toContainText('PREROUTING')
  await expect(lines.getByRole('listitem').filter({ hasText: /DNAT --to-destination .*:8081$/ })).toHaveCount(1)
  await drawer.getByRole('checkbox', { name: 'only these' }).uncheck()
  await drawer.getByRole('searchbox', { name: 'Search the rules' }).fill('KUBE-POSTROUTING -j MARK')
  await expect(drawer.getByRole('status')).toContainText('1 line')
  await expect(lines.getByRole('listitem').filter({ hasText: '-A KUBE-POSTROUTING -j MARK' })).toBeInViewport()
  await clean(page)
})

test('what if: a fix and a lost pod are tried beside the present, and nothing changes until it is taken', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  // an example of one file makes room for another
  await fairlead.openExample('wrong target port')
  await fairlead.write(TYPO)
  await fairlead.tab('Problems')
  await expect(fairlead.problems).toContainText(['no pod of its namespace has this label'])
  await fairlead.problems.getByRole('button', { name: 'What if?' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'What if?' })
  await expect(dialog).toContainText('1 problem less')
  await expect(dialog.getByRole('row').filter({ hasText: 'refused' })).toContainText('answered')
  await clean(page)
  await dialog.getByRole('button', { name: 'Throw it away' }).click()
  await expect(dialog).toBeHidden()
  await expect(fairlead.problems.first()).toContainText('no pod of its namespace has this label')

  await fairlead.problems.getByRole('button', { name: 'What if?' }).first().click()
  await dialog.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByText('Nothing is wrong.')).toBeVisible()

  await fairlead.picture
    .getByRole('button', { name: /^Pod story-/ })
    .first()
    .click()
  await fairlead.inspector.getByRole('button', { name: 'What if?' }).click()
  await dialog.getByRole('radio', { name: 'It is not ready' }).check()
  await expect(dialog.getByRole('row').filter({ hasText: '2 of 2' })).toContainText('1 of 2')
  await dialog.getByRole('radio', { name: /slow/ }).check()
  await expect(dialog.getByRole('row').filter({ hasText: 'answered' }).first()).toContainText('timed out')
  await dialog.getByRole('radio', { name: 'It is not ready' }).check()
  await expect(dialog.getByRole('row').filter({ hasText: '2 of 2' })).toContainText('1 of 2')
  await dialog.getByRole('button', { name: 'Take it' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Service story,.*1 of 2 ready/ })).toBeVisible()
})
