import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** For a machine without a display, a GPU or user namespaces. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Where the browser journeys find a Chromium: $CHROMIUM_PATH, Playwright's own, the system's, the one inside the npm
 * package @sparticuz/chromium (Linux on x64; unpacked into the temporary folder).
 * @returns its path; undefined: Playwright's own, which needs none.
 * @throws with what to install, when there is none.
 */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and no such file is there`)
    return named
  }
  if (existsSync(chromium.executablePath())) return undefined
  const system = SYSTEM.find((path) => existsSync(path))
  if (system) return system
  // Set before the import: the package then unpacks the system libraries too, which a bare machine lacks.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs20.x'
  try {
    const shipped: { default: { executablePath(): Promise<string> } } = await import('@sparticuz/chromium')
    return await shipped.default.executablePath()
  } catch (error) {
    throw new Error(
      'No Chromium found. Run `npx playwright install chromium`, or install the package `chromium` of your system, or set CHROMIUM_PATH.',
      { cause: error },
    )
  }
}
