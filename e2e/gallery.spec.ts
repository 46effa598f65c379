import { expect, test } from './fairlead.ts'

test('a broken set-up is found by its cause, shows its symptom, and is mended with one click', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  await page.getByRole('button', { name: /^Examples: / }).click()
  const list = page.getByRole('listbox', { name: 'Examples' })
  await expect(list.getByRole('group', { name: 'What goes wrong: labels' })).toBeAttached()
  const search = page.getByRole('combobox', { name: 'Search the examples' })
  await search.fill('selector.no-match swapped')
  await expect(list.getByRole('option')).toHaveCount(1)
  await search.press('Enter')
  await expect(fairlead.story).toContainText("Couldn't connect to server")
  await expect(fairlead.requests.filter({ hasText: /refused/i }).first()).toBeVisible()
  await fairlead.step('Mend it')
  await expect(fairlead.story).toContainText('The selector says what the pods')
  await expect(fairlead.requests.filter({ hasText: '200' }).first()).toBeVisible()
})

test('a link to a broken set-up brings its story', async ({ page, fairlead }) => {
  await fairlead.open()
  await page.getByRole('button', { name: /^Examples: / }).click()
  await expect(page.getByRole('group', { name: 'What goes wrong: ports' })).toBeAttached()
  await page.keyboard.press('Escape')
  await fairlead.openExample('Syslog over UDP')
  await expect(fairlead.story).toContainText('logs sent over UDP get lost')
  await page.reload()
  await expect(fairlead.story).toContainText('logs sent over UDP get lost')
  await expect(fairlead.story.getByRole('button', { name: 'Mend it' })).toBeVisible()
})
