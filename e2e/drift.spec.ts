import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, type Fairlead, test } from './fairlead.ts'

const SHOP = `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2 # two are enough
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
          ports: [{containerPort: 80}]
`

const strip = (page: Page): Locator => page.locator('.drift-strip')
const line = (page: Page): Locator => page.getByRole('textbox', { name: /^Command line/ })

async function type(page: Page, ...lines: string[]): Promise<void> {
  await page.getByRole('tablist', { name: 'Drawer' }).getByRole('tab', { name: 'Terminal' }).click()
  await line(page).focus()
  for (const one of lines) await page.keyboard.type(`${one}\n`)
}

async function open(page: Page, fairlead: Fairlead): Promise<void> {
  await fairlead.open()
  await fairlead.openFiles({ name: 'shop.yaml', text: SHOP })
  await expect(fairlead.picture.getByRole('button', { name: /^Deployment shop/ })).toBeVisible()
  await expect(strip(page)).toHaveCount(0)
}

test('what commands made stands beside the text, goes into it with its comments, and comes back out by undo', async ({
  page,
  fairlead,
}) => {
  await open(page, fairlead)
  await type(page, 'kubectl scale deployment shop --replicas=4', 'kubectl create deployment api --image=nginx')
  await expect(strip(page)).toContainText('2 objects differ from the text: deployment/api, deployment/shop')
  const cards = fairlead.picture.locator('.scene-drift')
  await expect(cards).toHaveText(['≠ text', 'not in the text'])
  const card = fairlead.picture.getByRole('button', {
    name: /^Deployment shop.*The cluster has 4 replicas, the text says 2/,
  })
  await expect(card).toBeVisible()

  await fairlead.tab('Problems')
  await expect(fairlead.problems.filter({ hasText: 'The cluster has 4 replicas, the text says 2.' })).toContainText(
    'shop.yaml:15',
  )
  await type(page)
  const { violations } = await new AxeBuilder({ page }).include('.drift-strip').include('.scene-root').analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])

  await strip(page).getByRole('button', { name: 'Write all into the text' }).click()
  await expect(strip(page)).toHaveCount(0)
  await expect(cards).toHaveCount(0)
  await expect(fairlead.text).toContainText('replicas: 4 # two are enough')
  await expect(fairlead.text).toContainText('name: api')

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(fairlead.text).toContainText('replicas: 2 # two are enough')
  await expect(fairlead.text).not.toContainText('name: api')
})

test('the inspector says what differs, and offers the command that puts it back', async ({ page, fairlead }) => {
  await open(page, fairlead)
  await type(page, 'kubectl label service shop tier=front')
  await strip(page).getByRole('button', { name: 'service/shop' }).click()
  await expect(fairlead.inspector).toContainText('The cluster has labels.tier: front, the text does not say it.')
  await expect(fairlead.inspector.getByRole('button', { name: 'Write tier: front into the text' })).toBeVisible()
  await fairlead.inspector.getByRole('button', { name: 'Put it back as the text says' }).click()
  await expect(line(page)).toHaveValue('kubectl label service/shop tier-')
  await line(page).press('Enter')
  await expect(strip(page)).toHaveCount(0)
  await expect(fairlead.inspector).not.toContainText('the text does not say it')

  await type(page, 'kubectl delete service shop')
  await strip(page).getByRole('button', { name: 'service/shop' }).click()
  await expect(fairlead.inspector).toContainText('Service shop was deleted by hand: it still stands in the text.')
  await fairlead.inspector.getByRole('button', { name: 'Put it back as the text says' }).click()
  await expect(line(page)).toHaveValue('kubectl apply -f shop.yaml')
  await line(page).press('Enter')
  await expect(strip(page)).toHaveCount(0)
})

test('what commands made outlives a reload, and so does that it differs', async ({ page, fairlead }) => {
  await open(page, fairlead)
  await type(page, 'kubectl scale deployment shop --replicas=4')
  await expect(strip(page)).toContainText('1 object differs from the text: deployment/shop')
  await page.waitForTimeout(1000)
  await page.reload()
  await type(page)
  await expect(strip(page)).toContainText('1 object differs from the text: deployment/shop')
})
