import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, Fairlead, test } from './fairlead.ts'

/** The drawer's terminal as a person finds it. */
class Terminal {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get prompt(): Locator {
    return this.page.getByRole('textbox', { name: /^Command line/ })
  }
  get log(): Locator {
    return this.page.getByRole('log', { name: /^Transcript of / })
  }
  /** Ways to the requests that commands sent. */
  mark(words: RegExp): Locator {
    return this.log.getByRole('button', { name: words })
  }

  async open(): Promise<void> {
    await this.page.getByRole('tablist', { name: 'Drawer' }).getByRole('tab', { name: 'Terminal' }).click()
    await expect(this.prompt).toBeVisible()
    await this.prompt.focus()
  }

  /** Types lines; what comes while a command runs waits for it, as in a real terminal. */
  async type(...lines: string[]): Promise<void> {
    for (const line of lines) await this.page.keyboard.type(`${line}\n`)
  }
}

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

test('by typing alone: a Deployment, its Service, a request, a broken label, and the way back', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type(
    'kubectl create deployment shop --image=nginx --replicas=2',
    'kubectl expose deployment shop --port=80',
    'kubectl run client --image=nicolaka/netshoot',
    // nobody types that fast: pods are made a moment later, and kube-proxies take up to a second
    'kubectl rollout status deployment shop',
    'kubectl wait --for=condition=Ready pod --all; sleep 2',
    'kubectl exec -it client -- sh',
    'curl -s -o /dev/null -w "%{http_code}\\n" http://shop',
    'exit',
  )
  await expect(terminal.log).toContainText('deployment.apps/shop created')
  await expect(terminal.log).toContainText('service/shop exposed')
  await expect(terminal.log).toContainText('client:/ # curl')
  await expect(terminal.mark(/^200 by shop-/)).toBeVisible()
  await expect(fairlead.picture.getByRole('button', { name: /^Service shop,.*2 of 2 ready/ })).toBeVisible()

  // the label that it selects by is no pod's
  await terminal.type(
    'kubectl set selector service shop app=shopp',
    'sleep 2 # nodes take it over within a second',
    'kubectl exec client -- curl -sS -m 2 http://shop',
  )
  await expect(terminal.log).toContainText('service/shop selector updated')
  await expect(terminal.log).toContainText('curl: (7)')
  await expect(fairlead.picture.getByRole('button', { name: /^Service shop,.*problem: selects no pod/ })).toBeVisible()
  // every hop of it can be read
  await terminal.mark(/^refused.*why\?$/).click()
  await expect(fairlead.inspector.getByRole('heading', { name: 'Why was it refused?' })).toBeVisible()

  await terminal.prompt.focus()
  await terminal.type(
    'kubectl set selector service shop app=shop',
    'sleep 2',
    'kubectl exec client -- curl -s http://shop',
  )
  await expect(terminal.mark(/^200 by shop-/)).toHaveCount(2)
  await expect(
    fairlead.picture.getByRole('button', { name: /^Service shop,.*2 of 2 ready(?!.*problem)/ }),
  ).toBeVisible()
  await fairlead.pause()
  await clean(page)
})

test('Tab completes, lists what is possible, and leaves an empty line', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await page.keyboard.type('kubectl get endp')
  await page.keyboard.press('Tab')
  await expect(terminal.prompt).toHaveValue('kubectl get endpoints')
  await page.keyboard.press('Tab')
  const list = page.getByRole('listbox', { name: 'Completions' })
  await expect(list.getByRole('option')).toContainText(['endpoints', 'endpointslices'])
  await fairlead.pause()
  await clean(page)
  await terminal.prompt.focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(list.getByRole('option', { selected: true })).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
  await expect(terminal.prompt).toHaveValue('kubectl get endpoints')
  await page.keyboard.press('Control+u')
  await page.keyboard.type('kubectl describe service we')
  await page.keyboard.press('Tab')
  await expect(terminal.prompt).toHaveValue('kubectl describe service web ')
  await page.keyboard.press('Control+u')
  await expect(terminal.prompt).toHaveValue('')
  await page.keyboard.press('Tab')
  await expect(terminal.prompt).not.toBeFocused()
})

test('lines typed before come back: with arrows, with Ctrl-R, after a reload', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('kubectl get svc', 'kubectl get pods', 'echo done')
  await expect(terminal.log).toContainText(/done\s*$/)
  await page.keyboard.type('half')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('ArrowUp')
  await expect(terminal.prompt).toHaveValue('echo done')
  await page.keyboard.press('ArrowUp')
  await expect(terminal.prompt).toHaveValue('kubectl get pods')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(terminal.prompt).toHaveValue('half')
  await page.keyboard.press('Control+c')
  await expect(terminal.prompt).toHaveValue('')
  // what was begun is followed by what begins like it
  await page.keyboard.type('kub')
  await page.keyboard.press('ArrowUp')
  await expect(terminal.prompt).toHaveValue('kubectl get pods')

  await page.reload()
  await terminal.open()
  await page.keyboard.press('Control+r')
  const search = page.getByRole('textbox', { name: 'Search the history' })
  await expect(search).toBeFocused()
  await page.keyboard.type('svc')
  await expect(page.getByRole('status').filter({ hasText: 'kubectl get svc' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(terminal.prompt).toHaveValue('kubectl get svc')
  await expect(terminal.prompt).toBeFocused()
  await page.getByRole('button', { name: 'Terminal menu' }).click()
  await page.getByRole('button', { name: 'Forget the history' }).click()
  await terminal.prompt.focus()
  await page.keyboard.press('Control+u')
  await page.keyboard.press('ArrowUp')
  await expect(terminal.prompt).toHaveValue('')
})

test('Ctrl-C ends what watches, and what was typed meanwhile stays in the line', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('kubectl get pods -w')
  await expect(terminal.log).toContainText('NAME')
  await expect(page.getByText('runs…')).toBeVisible()
  await page.keyboard.type('echo next')
  await page.keyboard.press('Control+c')
  await expect(terminal.log).toContainText('^C')
  await expect(page.getByText('runs…')).toBeHidden()
  await expect(terminal.prompt).toHaveValue('echo next')
  await page.keyboard.press('Enter')
  await expect(terminal.log).toContainText(/\nnext\s*$/)
})

test('Ctrl-D leaves a shell, Ctrl-L clears the screen, and neither is remembered', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('kubectl exec -it deploy/web -- sh', 'hostname')
  await expect(terminal.log).toContainText(/# hostname\nweb-/)
  await page.keyboard.press('Control+d')
  await expect(terminal.log).toContainText(/# exit\s*$/)
  await expect(page.getByRole('textbox', { name: 'Command line, lab/default $' })).toBeFocused()
  await page.keyboard.press('Control+l')
  await expect(terminal.log).toHaveText('')
  await terminal.type('echo new')
  await expect(terminal.log).toHaveText('lab/default $ echo new\nnew')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(terminal.prompt).toHaveValue('hostname')
  // gone back to before it was cleared, it never was
  await fairlead.pause()
  const clock = Number(await fairlead.time.getByRole('slider', { name: 'Moment' }).inputValue())
  await fairlead.seek(0)
  await expect(terminal.log).not.toContainText('hostname')
  await fairlead.seek(clock)
  await expect(terminal.log).toContainText('hostname')
})

test('new output stays out of sight while one reads further up, and a button leads there', async ({
  page,
  fairlead,
}) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('seq 1 60', 'for i in 1 2 3 4 5 6 7 8 9; do sleep 1; echo "late-$i"; done')
  await expect(terminal.log.getByText('60', { exact: false }).first()).toBeAttached()
  await terminal.log.hover()
  await page.mouse.wheel(0, -400)
  const down = page.getByRole('button', { name: 'new output' })
  await expect(down).toBeVisible()
  const at = () => terminal.log.evaluate((log) => log.scrollTop)
  const before = await at()
  await expect(terminal.log).toContainText('late-3')
  expect(await at()).toBe(before)
  await down.click()
  await expect(down).toBeHidden()
  await expect(terminal.log).toContainText('late-5')
  expect(await terminal.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop)).toBeLessThan(3)
})

test('a loop stands still with the clock, and going back takes its output back', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('for i in 1 2 3 4 5 6 7 8 9; do echo "round-$i"; sleep 1; done')
  await expect(terminal.log).toContainText('round-3')
  await fairlead.pause()
  const shown = await terminal.log.innerText()
  await expect(page.getByText('The clock stands still')).toBeVisible()
  await page.waitForTimeout(1500)
  expect(await terminal.log.innerText()).toBe(shown)
  await clean(page)
  await page.getByRole('button', { name: 'play', exact: true }).click()
  await expect(terminal.log).toContainText('round-5')
  await fairlead.pause()
  await fairlead.seek(0)
  await expect(terminal.log).not.toContainText('round-')
})

test('what is copied is text as a terminal shows it', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(page.url()).origin })
  await terminal.type(
    'kubectl get pod nobody',
    'kubectl exec deploy/web -- curl -s -o /dev/null -w "%{http_code}\\n" http://web',
  )
  await expect(terminal.mark(/^200 by web-/)).toBeVisible()
  await expect(terminal.log).toContainText('exit 1')
  await terminal.log.selectText()
  await page.keyboard.press('ControlOrMeta+c')
  const text = [
    'lab/default $ kubectl get pod nobody',
    'Error from server (NotFound): pods "nobody" not found',
    'lab/default $ kubectl exec deploy/web -- curl -s -o /dev/null -w "%{http_code}\\n" http://web',
    '200',
    '',
  ].join('\n')
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text)
  await page.getByRole('button', { name: 'Terminal menu' }).click()
  await page.getByRole('button', { name: 'Copy all as text' }).click()
  await expect(page.getByText('The terminal’s text is copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text)
  await page.getByRole('button', { name: 'Terminal menu' }).click()
  await page.getByRole('button', { name: 'Copy as a script' }).click()
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^#!.*\n[\s\S]*kubectl get pod nobody/)
})

test('several lines that are pasted run one after the other, a here-document as one', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(page.url()).origin })
  await page.evaluate(
    (words) => navigator.clipboard.writeText(words),
    'kubectl apply -f - << EOF\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: pasted\nEOF\nsleep 1\necho "after\nit"\nkubectl get cm pas',
  )
  await page.keyboard.press('ControlOrMeta+v')
  await expect(terminal.log).toContainText('configmap/pasted created')
  await expect(terminal.log).toContainText(/after\nit\s*$/)
  await expect(terminal.prompt).toHaveValue('kubectl get cm pas')
})

test('the keyboard gets in and out, and its keys are no keys of the page', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  const cluster = page.getByRole('button', { name: 'Help and keys' })
  await cluster.focus()
  await page.keyboard.press('Control+Backquote')
  await expect(terminal.prompt).toBeFocused()
  await page.keyboard.type('echo a b ? ')
  await expect(terminal.prompt).toHaveValue('echo a b ? ')
  await expect(fairlead.time.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Control+Backquote')
  await expect(cluster).toBeFocused()
  await page.keyboard.press('Control+Backquote')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tab', { name: 'Terminal' })).toBeFocused()

  // a shell on a node, by keyboard, and its end
  await page.getByRole('button', { name: 'Open a shell' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('group', { name: 'Open a shell' }).getByRole('button', { name: 'node-2' }).press('Enter')
  await expect(page.getByRole('tab', { name: 'node-2' })).toHaveAttribute('aria-selected', 'true')
  await expect(terminal.prompt).toBeFocused()
  await terminal.type('hostname')
  await expect(terminal.log).toContainText('node-2:/ # hostname\nnode-2')
  await page.getByRole('tab', { name: 'node-2' }).focus()
  await page.keyboard.press('Delete')
  await expect(page.getByRole('tab', { name: 'lab' })).toBeFocused()
  await expect(terminal.prompt).toHaveValue('echo a b ? ')
})

test('on a stage the terminal is shown, large, beside the picture', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await page.getByRole('button', { name: 'Present' }).click()
  await expect(page.getByRole('tablist', { name: 'Drawer' })).not.toBeInViewport()
  await page.keyboard.press('Control+Backquote')
  await expect(terminal.prompt).toBeFocused()
  await terminal.type('kubectl scale deployment web --replicas=4')
  await expect(terminal.log).toContainText('deployment.apps/web scaled')
  await expect(fairlead.picture.getByRole('button', { name: /^Service web,.*4 of 4 ready/ })).toBeVisible()
  await page.getByRole('tab', { name: 'Events' }).click()
  await expect(page.getByRole('tab', { name: 'Events' })).toBeInViewport()
  await clean(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Present' })).toBeVisible()
})

test('one terminal watches what another one does', async ({ page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type('kubectl get deploy web -w')
  await expect(terminal.log).toContainText('3/3')
  await page.getByRole('button', { name: 'Open a shell' }).click()
  await page.getByRole('group', { name: 'Open a shell' }).getByRole('button', { name: 'lab' }).click()
  await expect(page.getByRole('tab', { name: 'lab 2' })).toHaveAttribute('aria-selected', 'true')
  await expect(terminal.prompt).toBeFocused()
  await terminal.type('kubectl scale deploy web --replicas=4')
  await expect(terminal.log).toContainText('deployment.apps/web scaled')
  await page.getByRole('tab', { name: /^lab runs$/ }).click()
  await expect(terminal.log).toContainText('4/4')
  // it goes on while another list is looked at
  await fairlead.tab('Events')
  await expect(page.getByRole('tab', { name: 'Terminal runs' })).toBeVisible()
})

test('a link to the moment opens with what was typed, and it replays the same', async ({ browser, page, fairlead }) => {
  await fairlead.open()
  const terminal = new Terminal(page)
  await terminal.open()
  await terminal.type(
    'kubectl scale deployment web --replicas=1',
    'sleep 3 # pods that are told to go answer for a moment',
    'kubectl get deploy web',
    'kubectl exec deploy/web -- curl -s http://web',
  )
  await expect(terminal.mark(/^200 by web-/)).toBeVisible()
  await fairlead.pause()
  const said = await terminal.log.innerText()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share' })
  const field = dialog.getByRole('textbox', { name: 'Link' })
  // what was typed goes with it unless one says otherwise
  await expect(dialog.getByRole('radio', { name: /^This moment/ })).toBeChecked()
  await expect(field).toHaveValue(/#v1\./)
  const moment = await field.inputValue()
  const other = await browser.newContext()
  try {
    const there = new Fairlead(await other.newPage())
    await there.open(moment)
    const theirs = new Terminal(there.page)
    await theirs.open()
    await expect(there.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(1)
    await expect.poll(() => theirs.log.innerText()).toBe(said)
    await there.pause()
    await there.seek(0)
    await expect(theirs.log).not.toContainText('scaled')
    await expect(there.picture.getByRole('button', { name: /^Pod web-.*, ready/ })).toHaveCount(3)
  } finally {
    await other.close()
  }
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('everybody can read it: errors, wide tables, what runs, what waits, the search', async ({
      page,
      fairlead,
    }) => {
      await fairlead.open()
      const terminal = new Terminal(page)
      await terminal.open()
      await clean(page)
      await page.setViewportSize({ width: 900, height: 900 })
      await terminal.type('kubectl get nothing', 'kubectl get pods -o wide', 'kubectl get pods -w', 'echo waits')
      await expect(page.getByText('then: echo waits')).toBeVisible()
      await clean(page)
      await page.keyboard.press('Control+c')
      await page.keyboard.press('Control+r')
      await page.keyboard.type('wide')
      await clean(page)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Open a shell' }).click()
      await clean(page)
    })
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the terminal has the keys that soft keyboards lack, and nothing sticks out', async ({ page, fairlead }) => {
    await fairlead.open()
    await page.getByRole('button', { name: /^Requests, terminal/ }).tap()
    await page.getByRole('tab', { name: 'Terminal' }).tap()
    const terminal = new Terminal(page)
    await terminal.prompt.tap()
    await terminal.type('kubectl get svc,pods -o wide')
    await expect(terminal.log).toContainText('web-')
    const keys = page.getByRole('group', { name: 'Keys' })
    await keys.getByRole('button', { name: 'Older line' }).tap()
    await expect(terminal.prompt).toHaveValue('kubectl get svc,pods -o wide')
    await keys.getByRole('button', { name: 'Stop' }).tap()
    await expect(terminal.prompt).toHaveValue('')
    await expect(terminal.prompt).toBeFocused()
    await page.keyboard.type('kubectl desc')
    await keys.getByRole('button', { name: 'Complete' }).tap()
    await expect(terminal.prompt).toHaveValue('kubectl describe ')
    await expect(terminal.prompt).toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    )
    await clean(page)
  })
})
