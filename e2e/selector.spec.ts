import { expect, test } from './fairlead.ts'

const APP = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: nginx
          image: nginx:1.29
`

test('editing the selector refuses requests, mending it answers them', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.write(APP)
  await expect(fairlead.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(2)
  await expect(fairlead.requests.first()).toContainText('200')

  // line 7: "    app: web" → "    app: webx"
  await page.keyboard.press('ControlOrMeta+Home')
  for (let line = 1; line < 7; line++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('End')
  await page.keyboard.type('x')
  await expect(fairlead.requests.first()).toContainText('refused: no endpoints')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web,.*problem/ })).toBeVisible()

  await page.keyboard.press('Backspace')
  await expect(fairlead.requests.first()).toContainText('200')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web,.*problem/ })).toHaveCount(0)
})

test('the story of an example breaks and mends it with buttons', async ({ fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('wrong selector')
  await expect(fairlead.requests.first()).toContainText('refused: no endpoints')
  await fairlead.step('Mend the selector')
  await expect(fairlead.requests.first()).toContainText('200')
  await expect(fairlead.story).toContainText('Now it finds three pods')
})
