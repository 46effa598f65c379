// `node tools/picture.mjs`: the pictures of README, and frames a second, from the built page. Needs `npm run build` first.
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { preview } from 'vite'
import { bundle } from './bundle.mjs'

const { busyLink } = await import(await bundle('tools/busy-link.ts'))

const server = await preview({ preview: { port: 4320, strictPort: true, host: '127.0.0.1' } })
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const browser = await chromium.launch({ executablePath, args })
mkdirSync('docs', { recursive: true })

const base = 'http://127.0.0.1:4320/'
const open = async (options) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  await page.goto(base)
  return page
}
const example = async (page, search) => {
  await page.getByRole('button', { name: /^Examples: / }).click()
  await page
    .getByPlaceholder(/search/i)
    .or(page.getByRole('combobox', { name: /search|examples/i }))
    .first()
    .fill(search)
  await page.getByRole('option').first().click()
}

const page = await open({ colorScheme: 'dark' })
await example(page, 'Wrong target port')
await page.waitForTimeout(2800)
await page.getByRole('row').filter({ hasText: 'refused' }).first().click()
await page.mouse.move(700, 500)
await page.waitForTimeout(700)
await page.screenshot({ path: 'docs/playground.png' })

// frames a second while 300 pods stand there and many requests travel
const busy = await open({ colorScheme: 'light' })
await busy.goto(`${base}${busyLink()}`)
await busy.reload()
await busy.waitForTimeout(4000)
const frames = await busy.evaluate(
  () =>
    new Promise((done) => {
      let n = 0
      const start = performance.now()
      const tick = (now) => {
        n++
        if (now - start < 5000) requestAnimationFrame(tick)
        else done((1000 * n) / (now - start))
      }
      requestAnimationFrame(tick)
    }),
)
await busy.screenshot({ path: '.cache/large.png' })
console.log(`300 pods, about 200 requests under way, software rendering: ${Number(frames).toFixed(0)} frames a second`)
await browser.close()
await server.close()
