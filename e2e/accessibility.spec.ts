import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fairlead.ts'

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('the first screen, with what is selected', async ({ page, fairlead }) => {
      await fairlead.open()
      await fairlead.openExample('wrong target port')
      await expect(fairlead.requests.first()).toContainText('refused')
      await fairlead.pause()
      await clean(page)
      await fairlead.requests.first().click()
      await expect(fairlead.inspector.getByRole('heading', { name: 'Why was it refused?' })).toBeVisible()
      await clean(page)
      await fairlead.picture.getByRole('button', { name: /^Service web/ }).click()
      await clean(page)
      await fairlead.picture
        .getByRole('button', { name: /^Pod web-/ })
        .first()
        .click()
      await clean(page)
    })

    test('the editor with its problems, and the events', async ({ page, fairlead }) => {
      await fairlead.open()
      await fairlead.write('apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 0\n')
      await fairlead.tab('Problems')
      await expect(fairlead.problems.first()).toBeVisible()
      await fairlead.pause()
      await clean(page)
      await fairlead.tab('Events')
      await clean(page)
    })

    test('dialogs and the picker', async ({ page, fairlead }) => {
      await fairlead.open()
      await fairlead.pause()
      await page.getByRole('button', { name: /^Examples: / }).click()
      await clean(page)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await expect(page.getByRole('dialog', { name: 'Share' })).toContainText('characters')
      await clean(page)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Help and keys' }).click()
      await clean(page)
    })

    test('presenting', async ({ page, fairlead }) => {
      await fairlead.open()
      await fairlead.pause()
      await page.getByRole('button', { name: 'Present' }).click()
      await clean(page)
    })
  })
}
