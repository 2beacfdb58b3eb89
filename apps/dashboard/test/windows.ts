import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'

/** What a window is opened with; windows opened with the same may follow each other. */
export type WindowOptions = BrowserContextOptions & { baseURL: string }

const left = new WeakMap<Browser, Map<string, BrowserContext[]>>()

function leftBy(browser: Browser, options: WindowOptions): BrowserContext[] {
  const all = left.get(browser) ?? new Map<string, BrowserContext[]>()
  left.set(browser, all)
  const key = JSON.stringify(options)
  const windows = all.get(key) ?? []
  all.set(key, windows)
  return windows
}

/**
 * A window that knows nothing of who used it before, except the files that it need not fetch and compile again: to open a
 * new one for each test takes longer than most tests.
 */
export async function takeWindow(browser: Browser, options: WindowOptions): Promise<BrowserContext> {
  return leftBy(browser, options).pop() ?? browser.newContext(options)
}

/** Forgets all that a test did to a window, and keeps it for the next. */
export async function leaveWindow(
  browser: Browser,
  options: WindowOptions,
  context: BrowserContext,
): Promise<void> {
  try {
    await forgetAll(context, options.baseURL)
    leftBy(browser, options).push(context)
  } catch {
    // A window in which this cannot be done is of no more use.
    await context.close()
  }
}

async function forgetAll(context: BrowserContext, origin: string): Promise<void> {
  await context.setOffline(false)
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  await Promise.all([context.clearPermissions(), context.clearCookies()])
  // Only an empty page: one that still runs would write again what is taken away.
  const empty = await context.newPage()
  await Promise.all(
    context
      .pages()
      .filter(page => page !== empty)
      .map(page => page.close()),
  )
  const session = await context.newCDPSession(empty)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage,indexeddb' })
  await empty.close()
}
