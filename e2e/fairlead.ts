import { test as base, expect, type Locator, type Page } from '@playwright/test'

/** The page as a person finds it: by what things are called. */
export class Fairlead {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get text(): Locator {
    return this.page.getByRole('region', { name: 'Text', exact: true })
  }
  get editor(): Locator {
    return this.text.getByRole('textbox').first()
  }
  get picture(): Locator {
    return this.page.getByRole('region', { name: 'Cluster', exact: true })
  }
  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Why', exact: true })
  }
  get time(): Locator {
    return this.page.getByRole('region', { name: 'Time', exact: true })
  }
  get story(): Locator {
    return this.page.getByRole('region', { name: /^Story: / })
  }
  get requests(): Locator {
    return this.page
      .getByRole('grid', { name: 'Requests' })
      .getByRole('row')
      .filter({ has: this.page.getByRole('gridcell') })
  }
  get problems(): Locator {
    return this.page.getByRole('list', { name: 'Problems' }).getByRole('listitem')
  }

  /** Opens the page and waits for the first picture. */
  async open(path = './'): Promise<void> {
    await this.page.goto(path)
    await expect(this.page.getByRole('heading', { level: 1, name: 'fairlead' })).toBeVisible()
    await expect(this.picture).toBeVisible()
  }

  async tab(name: 'Requests' | 'Problems' | 'Rules' | 'Events'): Promise<void> {
    await this.page.getByRole('tablist', { name: 'Drawer' }).getByRole('tab', { name }).click()
  }

  async openExample(search: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Examples: / }).click()
    const field = this.page.getByRole('combobox', { name: 'Search the examples' })
    await field.fill(search)
    await field.press('Enter')
  }

  /** Takes the story's next step. */
  async step(label: string): Promise<void> {
    await this.story.getByRole('button', { name: label }).click()
  }

  /** Replaces the whole text of the file that is shown, as select-all and paste would. */
  async write(text: string): Promise<void> {
    const { origin } = new URL(this.page.url())
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
    await this.page.evaluate((words) => navigator.clipboard.writeText(words), text)
    await this.editor.click()
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.press('ControlOrMeta+v')
  }

  /** Opens files as from the disk. */
  async openFiles(...files: { name: string; text: string }[]): Promise<void> {
    await this.page
      .getByLabel('Open files')
      .setInputFiles(files.map(({ name, text }) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) })))
  }

  async pause(): Promise<void> {
    await this.time.getByRole('button', { name: 'Pause' }).click()
  }

  /** Goes to a moment of the run, in ms, and waits until it is shown. */
  async seek(ms: number): Promise<void> {
    const slider = this.time.getByRole('slider', { name: 'Moment' })
    await slider.fill(String(ms))
    const seconds = Math.floor(ms / 1000)
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.${Math.floor((ms % 1000) / 100)}`
    await expect(slider).toHaveAttribute('aria-valuetext', clock)
  }

  /** The cells of the newest request whose cells match. */
  request(words: RegExp | string): Locator {
    return this.requests.filter({ hasText: words }).first()
  }
}

/** Problems that every journey watches for: none may happen in any of them. */
const watch = (page: Page): string[] => {
  const found: string[] = []
  const home = () => {
    const { protocol, host } = new URL(page.url() === 'about:blank' ? 'http://127.0.0.1/' : page.url())
    return `${protocol}//${host}`
  }
  page.on('pageerror', (error) => found.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (/^(data|blob):$/.test(url.protocol)) return
    if (url.hostname !== '127.0.0.1') found.push(`request to another origin: ${url.origin} (page: ${home()})`)
  })
  return found
}

export const test = base.extend<{ fairlead: Fairlead }>({
  fairlead: async ({ page }, use) => {
    const found = watch(page)
    await use(new Fairlead(page))
    expect(found).toEqual([])
  },
})

export { expect }
