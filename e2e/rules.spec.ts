import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fairlead.ts'

test('from a reason to its rule: what this is true to, with the recorded answers counted by the build', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  await expect(fairlead.requests.first()).toContainText('http://')
  await fairlead.pause()
  await fairlead.requests.first().click()
  await fairlead.inspector.getByRole('button', { name: 'rule SVC-2' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'What this is true to' })
  await expect(dialog.getByText(/Every new connection draws among the usable endpoints/)).toBeInViewport()
  await expect(dialog.getByRole('row', { name: /^routing iptables \d+ of \d+$/ })).toHaveCount(1)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map((v) => v.id)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})
