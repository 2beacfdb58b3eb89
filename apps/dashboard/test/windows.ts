import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** What a window is opened with; windows opened with the same may follow each other. */
export type WindowOptions = BrowserContextOptions & { baseURL: string }

const left = new WeakMap<Browser, Map<string, Page[]>>()

function leftBy(browser: Browser, options: WindowOptions): Page[] {
  const all = left.get(browser) ?? new Map<string, Page[]>()
  left.set(browser, all)
  const key = JSON.stringify(options)
  const windows = all.get(key) ?? []
  all.set(key, windows)
  return windows
}

/** A window that was never used. */
export async function newWindow(browser: Browser, options: WindowOptions): Promise<Page> {
  const context = await browser.newContext(options)
  return context.newPage()
}

/**
 * A window that knows nothing of who used it before, except the files that it need not fetch and compile again: to open a
 * new one for each test takes longer than most tests.
 */
export async function takeWindow(browser: Browser, options: WindowOptions): Promise<Page> {
  return leftBy(browser, options).pop() ?? newWindow(browser, options)
}

/** Forgets all that a test did to a window, and keeps it for the next. */
export async function leaveWindow(browser: Browser, options: WindowOptions, page: Page): Promise<void> {
  try {
    await forgetAll(page, options.baseURL)
    leftBy(browser, options).push(page)
  } catch {
    // A window in which this cannot be done is of no more use.
    await page.context().close()
  }
}

/** A picture of the same server: nothing runs on it, and the process that shows it stays the same. */
const still = '/icon.svg'
const heard = ['pageerror', 'console', 'request', 'requestfinished', 'requestfailed', 'response'] as const

async function forgetAll(page: Page, origin: string): Promise<void> {
  const context = page.context()
  for (const event of heard) page.removeAllListeners(event)
  await context.setOffline(false)
  await Promise.all([page, context].map(each => each.unrouteAll({ behavior: 'ignoreErrors' })))
  await Promise.all([context.clearPermissions(), context.clearCookies()])
  // First away from the page: one that still runs would write again what is taken away.
  await page.goto(still)
  await Promise.all(context.pages().map(each => each !== page && each.close()))
  await letGo(page)
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  const session = await context.newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
  await session.detach()
}

/** Where a test failed, keys and the button of the mouse may still be held down. */
async function letGo({ keyboard, mouse }: Page): Promise<void> {
  for (const key of ['Control', 'Shift']) await keyboard.up(key)
  await mouse.up()
}
