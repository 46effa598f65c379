import { expect, test } from './fairlead.ts'

test('everything is reached without a mouse', async ({ page, fairlead }) => {
  await fairlead.open()
  await expect(fairlead.requests.first()).toBeVisible()
  const focus = (name: RegExp) =>
    expect
      .poll(
        async () => {
          await page.keyboard.press('Tab')
          return page.evaluate(
            () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
          )
        },
        { intervals: [0], timeout: 20_000 },
      )
      .toMatch(name)

  // time, while the page itself has the focus
  await page.keyboard.press('Space')
  await expect(fairlead.time.getByRole('button', { name: 'Play' })).toBeVisible()
  await page.keyboard.press('Space')
  await expect(fairlead.time.getByRole('button', { name: 'Pause' })).toBeVisible()

  // an example
  await focus(/^Examples: /)
  await page.keyboard.press('Enter')
  const search = page.getByRole('combobox', { name: 'Search the examples' })
  await expect(search).toBeFocused()
  await page.keyboard.type('target port wrong')
  await expect(search).toHaveValue('target port wrong')
  await page.keyboard.press('Enter')
  await expect(fairlead.requests.first()).toContainText('refused: not listening')

  // the picture: along its edges with arrows, select with Enter
  await focus(/^Client web-client/)
  await page.keyboard.press('ArrowRight')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(fairlead.inspector).toContainText(/nobody listens on 8081/)
  await page.keyboard.press('Escape')

  // a request, and why
  const grid = page.getByRole('grid', { name: 'Requests' })
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(fairlead.inspector.getByRole('heading', { name: 'Why was it refused?' })).toBeVisible()

  // help
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'How this works' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('presenting steps through the story with the arrow keys', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('wrong selector')
  await expect(fairlead.requests.first()).toContainText('refused')
  await page.getByRole('button', { name: 'Present' }).click()
  await expect(fairlead.text).toBeHidden()
  await page.keyboard.press('ArrowRight')
  await expect(fairlead.story).toContainText('Now it finds three pods')
  await page.keyboard.press('ArrowLeft')
  await expect(fairlead.story).toContainText('find each other by labels only')
  await page.keyboard.press('Escape')
  await expect(fairlead.text).toBeVisible()
})
