import { expect, Fairlead, test } from './fairlead.ts'

/** Everything that the Requests list shows. */
const lines = async (fairlead: Fairlead) =>
  (await fairlead.requests.allInnerTexts()).map((line) => line.replace(/\s+/g, ' '))

test('a link opens the same picture and the same run elsewhere', async ({ browser, fairlead, page }) => {
  await fairlead.open()
  await fairlead.openExample('headless')
  await fairlead.pause()
  await fairlead.seek(6000)
  await expect.poll(() => fairlead.requests.count()).toBeGreaterThan(6)

  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share' })
  const link = dialog.getByRole('textbox', { name: 'Link' })
  await expect(link).toHaveValue(/#v1\./)
  const url = await link.inputValue()
  expect(url).toMatch(/#v1\.[\w-]+$/)
  expect(url.length).toBeLessThan(2000)
  await expect(dialog).toContainText('Short enough for chat and mail')

  const other = await browser.newContext()
  try {
    const there = new Fairlead(await other.newPage())
    await there.open(url)
    await there.pause()
    await there.seek(6000)
    await expect.poll(() => lines(there)).toEqual(await lines(fairlead))
    await expect(there.picture.getByRole('button', { name: /^Pod redis-\d, ready/ })).toHaveCount(3)
    await expect(there.editor).toBeVisible()
  } finally {
    await other.close()
  }
})

test('a link to a moment holds what was done until then', async ({ browser, fairlead, page }) => {
  await fairlead.open()
  await fairlead.step('Five pods')
  await expect(fairlead.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(5)
  await fairlead.pause()
  const before = await lines(fairlead)
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share' })
  const field = dialog.getByRole('textbox', { name: 'Link' })
  await expect(field).toHaveValue(/#v1\./)
  const plain = await field.inputValue()
  await dialog.getByRole('radio', { name: /^This moment/ }).check()
  await expect(dialog).toContainText('The same run, with all that was done in it.')
  // made anew for the moment, and longer: what was done is in it
  await expect.poll(async () => (await field.inputValue()).length).toBeGreaterThan(plain.length)
  const moment = await field.inputValue()
  const other = await browser.newContext()
  try {
    const there = new Fairlead(await other.newPage())
    await there.open(moment)
    await expect(there.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(5)
    await there.pause()
    // the oldest of the list: what came since pushes the newest on
    await expect.poll(() => lines(there)).toEqual(expect.arrayContaining(before.slice(-2)))
  } finally {
    await other.close()
  }
})

for (const [name, fragment] of [
  ['broken', '#v1.!!!!'],
  ['cut', '#v1.7VZNb9s4EL3nVwx02QSNZTtpu4Bv'],
  ['from the future', '#v9.abc'],
  ['hostile', `#v1.${'A'.repeat(60_000)}`],
]) {
  test(`a ${name} link gives a clear message and a working page`, async ({ page, fairlead }) => {
    await fairlead.open(`./${fragment}`)
    await expect(page.getByRole('status').filter({ hasText: 'This link cannot be opened' })).toBeVisible()
    await expect(fairlead.request('http://web/')).toContainText('200')
  })
}

test('opening a link never loses one’s own text', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('node port')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const link = page.getByRole('textbox', { name: 'Link' })
  await expect(link).toHaveValue(/#v1\./)
  const url = await link.inputValue()
  await page.keyboard.press('Escape')

  await fairlead.openExample('wrong selector')
  await fairlead.write(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: my-very-own\nspec:\n  containers:\n    - name: a\n      image: nginx\n',
  )
  await expect(fairlead.picture.getByRole('button', { name: /^Pod my-very-own/ })).toBeVisible()
  await page.waitForTimeout(1200) // the text is kept some moments after the last key

  await page.goto('about:blank')
  await fairlead.open(url)
  await expect(page.getByRole('status').filter({ hasText: 'Your own text is kept' })).toBeVisible()
  await expect(fairlead.picture.getByRole('button', { name: /^Service web, NodePort/ })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod my-very-own/ })).toBeVisible()
})
