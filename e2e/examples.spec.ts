import { expect, test } from './fairlead.ts'

test('every example opens without a message of error, and traffic moves in it', async ({ page, fairlead }) => {
  test.setTimeout(180_000)
  await fairlead.open()
  await page.getByRole('button', { name: /^Examples: / }).click()
  // the gallery's are broken on purpose
  const titles = await page
    .getByRole('listbox', { name: 'Examples' })
    .getByRole('group', { name: /^(?!What goes wrong: |Nothing is wrong)/ })
    .getByRole('option')
    .locator('strong')
    .allInnerTexts()
  expect(titles.length).toBeGreaterThanOrEqual(17)
  await page.keyboard.press('Escape')
  for (const title of titles) {
    await fairlead.openExample(title)
    await expect(page.getByRole('button', { name: `Examples: ${title}` })).toBeVisible()
    await expect.soft(fairlead.requests.first(), title).toBeVisible()
    await expect.soft(page.getByRole('alert'), title).toHaveCount(0)
    await fairlead.tab('Problems')
    await expect.soft(fairlead.problems.filter({ hasText: 'Error' }), title).toHaveCount(0)
    await fairlead.tab('Requests')
  }
})
