import { expect, test } from './fairlead.ts'

test('a reload loses nothing', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.write(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: kept\nspec:\n  containers:\n    - name: a\n      image: nginx\n',
  )
  await expect(fairlead.picture.getByRole('button', { name: /^Pod kept/ })).toBeVisible()
  await page.reload()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod kept/ })).toBeVisible()
})

test('an example opened over one’s own text can be taken back', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.write(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: mine\nspec:\n  containers:\n    - name: a\n      image: nginx\n',
  )
  await expect(fairlead.picture.getByRole('button', { name: /^Pod mine/ })).toBeVisible()
  await fairlead.openExample('node port')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web, NodePort/ })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(fairlead.picture.getByRole('button', { name: /^Pod mine/ })).toBeVisible()
})
