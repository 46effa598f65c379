import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from './tools/find-chromium.ts'

/** The journeys run against the build (`npm run build` first). Ports of their own, so that a running `npm run dev` is no matter. */
const PORT = 4199
const SUBFOLDER_PORT = 4198
const vite = 'node node_modules/vite/bin/vite.js preview --strictPort --host 127.0.0.1'

const executablePath = await findChromium()

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.cache/e2e',
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { args: CHROMIUM_ARGS, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: [
    { command: `${vite} --port ${PORT}`, url: `http://127.0.0.1:${PORT}/`, reuseExistingServer: false },
    {
      command: `${vite} --port ${SUBFOLDER_PORT} --base /play/ground/`,
      url: `http://127.0.0.1:${SUBFOLDER_PORT}/play/ground/`,
      reuseExistingServer: false,
    },
  ],
})
