import { expect, test } from './fairlead.ts'

test('the built files work below any folder, Monaco and workers included', async ({ page, fairlead }) => {
  await fairlead.open('http://127.0.0.1:4198/play/ground/')
  await expect(fairlead.request('http://web/')).toContainText('200')
  await fairlead.write(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: here\nspec:\n  containers:\n    - name: a\n      image: nginx\n',
  )
  await expect(fairlead.picture.getByRole('button', { name: /^Pod here/ })).toBeVisible()
  await expect(page).toHaveURL(/\/play\/ground\//)
})
