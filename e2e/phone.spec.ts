import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fairlead.ts'

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

test('a phone has the editor and the picture as two tabs, and nothing sticks out', async ({ page, fairlead }) => {
  await fairlead.open()
  const tabs = page.getByRole('tablist', { name: 'Editor or picture' })
  await expect(fairlead.picture.getByRole('button', { name: /^Service web/ })).toBeVisible()
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(await wide()).toBe(0)
  await tabs.getByRole('tab', { name: 'Editor' }).tap()
  await expect(fairlead.editor).toHaveValue(/kind: Service/)
  expect(await wide()).toBe(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((v) => v.id)).toEqual([])
  await tabs.getByRole('tab', { name: 'Picture' }).tap()
  await fairlead.picture.getByRole('button', { name: /^Service web/ }).tap()
  await expect(fairlead.inspector.getByRole('heading', { name: 'web' })).toBeVisible()
  expect(await wide()).toBe(0)
})
