import { expect, test } from './fairlead.ts'

test('a first visit shows a small cluster and moving traffic', async ({ page, fairlead }) => {
  await fairlead.open()
  await expect(fairlead.story).toContainText('Three pods do the same work')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web, ClusterIP/ })).toBeVisible()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(3)
  await expect(page.getByText('nothing here runs containers')).toBeVisible()

  // it plays, and requests are answered
  await expect(fairlead.request('http://web/')).toContainText('200')
  await expect.poll(() => fairlead.requests.count()).toBeGreaterThan(3)
  await expect(fairlead.request('http://web/')).toContainText(/10\.96\.\d+\.\d+:80 → 10\.244\.\d+\.\d+:8080/)
})

test('packets move while it plays, and stand still while it does not', async ({ page, fairlead }) => {
  await fairlead.open()
  await expect(fairlead.request('200')).toBeVisible()
  const picture = () => fairlead.picture.screenshot({ animations: 'disabled' })
  const before = await picture()
  await expect.poll(async () => (await picture()).equals(before)).toBe(false)

  await fairlead.pause()
  await page.mouse.move(0, 0)
  await page.waitForTimeout(400) // what is fading has faded
  const still = await picture()
  await page.waitForTimeout(600)
  expect((await picture()).equals(still)).toBe(true)
})
