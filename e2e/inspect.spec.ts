import { expect, test } from './fairlead.ts'

test('pause, step, and read why a request was refused, down to the line', async ({ page, fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('wrong target port')
  await expect(fairlead.requests.first()).toContainText('refused: not listening')
  await fairlead.pause()

  // from hop to hop: a hop may be shorter than the clock shows
  const clock = fairlead.time.getByText(/^\d+:\d\d\.\d$/).first()
  const at = await clock.innerText()
  const stepped = async () => {
    await fairlead.time.getByRole('button', { name: 'To the next hop' }).click()
    return clock.innerText()
  }
  await expect.poll(stepped).not.toBe(at)

  await fairlead.requests.first().click()
  await expect(fairlead.inspector.getByRole('heading', { name: 'Why was it refused?' })).toBeVisible()
  const hops = fairlead.inspector.getByRole('list', { name: 'Hops of the request' }).getByRole('listitem')
  await expect(hops.filter({ hasText: 'first of 4 names to try' })).toBeVisible()
  await expect(hops.filter({ hasText: /draws 1 of 3/ })).toBeVisible()
  await expect(hops.filter({ hasText: 'The destination is rewritten (DNAT)' })).toContainText('8081')
  await expect(hops.last()).toContainText(/Nobody listens on 8081.*8080/)

  // to the line that made it so
  const line = await hops
    .filter({ hasText: 'The destination is rewritten (DNAT)' })
    .getByRole('button', { name: /app\.yaml/ })
  await expect(line).toContainText('app.yaml:11')
  await line.click()
  await expect(fairlead.editor).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.press('Backspace')
  await page.keyboard.type('0')
  await fairlead.time.getByRole('button', { name: 'Play' }).click()
  await expect(fairlead.requests.first()).toContainText('200')
})

test('a Service says which pods are its endpoints, and why', async ({ fairlead }) => {
  await fairlead.open()
  await fairlead.openExample('readiness')
  await fairlead.step('web-2 is busy')
  await expect(fairlead.picture.getByRole('button', { name: /^Pod web-2, not ready/ })).toBeVisible()
  await fairlead.picture.getByRole('button', { name: /^Service web, ClusterIP/ }).click()
  await expect(fairlead.inspector.getByRole('heading', { name: 'web' })).toBeVisible()
  await expect(fairlead.inspector).toContainText('Endpoints: 1 of 2 candidates ready')
  await expect(fairlead.inspector).toContainText('Not ready, so it gets no requests')
})

test('time goes back, and the same run comes again', async ({ fairlead }) => {
  await fairlead.open()
  await expect.poll(() => fairlead.requests.count()).toBeGreaterThan(4)
  await fairlead.pause()
  await fairlead.seek(1000)
  await fairlead.seek(4000)
  const before = await fairlead.requests.allInnerTexts()
  expect(before.length).toBeGreaterThan(3)
  await fairlead.seek(1000)
  await expect.poll(() => fairlead.requests.count()).toBeLessThan(before.length)
  await fairlead.seek(4000)
  await expect.poll(() => fairlead.requests.allInnerTexts()).toEqual(before)
})
