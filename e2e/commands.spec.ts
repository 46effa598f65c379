import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fairlead.ts'

const prompt = (page: Page): Locator => page.getByRole('textbox', { name: /^Command line/ })
const log = (page: Page): Locator => page.getByRole('log', { name: /^Transcript of / })
const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText())

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

test('a request as curl, an object as kubectl, a shell in a pod, and all of it as a script', async ({
  page,
  fairlead,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await fairlead.open()
  await fairlead.openExample('one address for many pods')
  await expect(fairlead.requests.first()).toContainText('200')

  // from the list of requests
  const row = fairlead.request('http://web/')
  await row.hover()
  await row.getByRole('button', { name: 'Copy as curl' }).click()
  expect(await clipboard(page)).toMatch(/ -- curl -sS -m 2 http:\/\/web\/$/)
  await row.click()
  const { inspector } = fairlead
  await expect(inspector.getByRole('heading', { name: 'Why was it answered?' })).toBeVisible()
  await expect(inspector.getByText('kubectl run', { exact: false }).first()).toBeVisible()
  await inspector.getByRole('button', { name: 'Into the terminal' }).click()
  await expect(prompt(page)).toHaveValue('curl -sS -m 2 http://web/')
  await expect(prompt(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(log(page)).toContainText(/web-\S+/)

  // what the picture can do has a command that does the same
  await fairlead.picture.getByRole('button', { name: /^Deployment web/ }).click({ position: { x: 20, y: 10 } })
  await inspector.getByRole('button', { name: 'kubectl' }).click()
  const scale = page.getByRole('listitem').filter({ hasText: 'kubectl scale deployment web --replicas=4' })
  await clean(page)
  await scale.getByRole('button', { name: 'Into the terminal' }).click()
  await expect(prompt(page)).toHaveValue('kubectl scale deployment web --replicas=4')
  await page.keyboard.press('Enter')
  await expect(log(page)).toContainText('deployment.apps/web scaled')
  await expect(fairlead.picture.getByRole('button', { name: /^Deployment web, 4 pods, 4 ready/ })).toBeVisible()

  // a shell where one points
  await fairlead.picture
    .getByRole('button', { name: /^Pod web-/ })
    .first()
    .click()
  await page
    .getByRole('toolbar', { name: /^Actions: Pod web-/ })
    .getByRole('button', { name: /^Open a shell/ })
    .click()
  await expect(prompt(page)).toBeFocused()
  await page.keyboard.type('curl -s http://web\n')
  const card = fairlead.picture.getByRole('button', { name: /^Terminal at web-/ })
  await expect(card).toBeVisible()

  // its card leads back to it, and has no button to ask once
  await fairlead.tab('Requests')
  await card.click()
  await expect(inspector).toContainText('when somebody types there')
  await expect(inspector.getByRole('button', { name: 'Ask once' })).toHaveCount(0)
  await inspector.getByRole('button', { name: 'Its terminal' }).click()
  await expect(log(page)).toContainText('curl -s http://web')
  await fairlead.pause()
  await clean(page)

  // everything that was done, for a real cluster
  await page.getByRole('region', { name: 'Drawer' }).getByRole('button', { name: 'Terminal menu' }).click()
  await page.getByRole('button', { name: 'Copy as a script' }).click()
  await expect(page.getByText(/A script that does the same/)).toBeVisible()
  const script = await clipboard(page)
  expect(script).toMatch(/^#!\/usr\/bin\/env bash\n/)
  expect(script).toContain('kubectl scale deployment web --replicas=4\n# expected:\n#   deployment.apps/web scaled\n')
  expect(script).toMatch(
    /take_pod pod_1 default .*\nkubectl exec \$\{pod_1\}|kubectl exec "\$\{pod_1\}" -- sh -c 'curl -s http:\/\/web'/,
  )
})

test('where no shell can be, the button says why', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.write(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: nowhere}\nspec: {nodeSelector: {disk: none}, containers: [{name: c, image: nginx}]}\n',
  )
  await fairlead.picture.getByRole('button', { name: /^Pod nowhere/ }).click()
  // a button that cannot do it now keeps the focus, and a press says why
  await fairlead.inspector.getByRole('button', { name: 'Shell' }).press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'No shell in nowhere: it has no node yet' })).toBeVisible()
  await page
    .getByRole('toolbar')
    .getByRole('button', { name: /^Open a shell/ })
    .press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'No shell in nowhere: it has no node yet' })).toBeVisible()
})
