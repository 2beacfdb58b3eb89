import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import { leaveWindow, newWindow, takeWindow } from './windows.ts'

export { launchChromium } from './chromium.ts'

const root = resolve(import.meta.dirname, '..')

/** The dashboard, built before all tests of pages. */
export const dashboardFolder = join(root, 'dist')

export const screens = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const
export type Screen = keyof typeof screens
export type Scheme = 'light' | 'dark'

/** Every page in every look when pictures are taken; else one of each kind, which finds the same faults. */
export const looks: { screen: Screen; scheme: Scheme }[] =
  process.env.OHMSTEAD_SCREENSHOTS === undefined
    ? [
        { screen: 'desktop', scheme: 'light' },
        { screen: 'phone', scheme: 'dark' },
      ]
    : (['desktop', 'phone'] as const).flatMap(screen =>
        (['light', 'dark'] as const).map(scheme => ({ screen, scheme })),
      )

/** Waits until it is so. */
export function eventually<Value>(value: () => Value | Promise<Value>) {
  return expect.poll(value, { timeout: 20_000 })
}

/** Asks for what was lost now; the page may have come back by itself meanwhile, and does so after some seconds anyway. */
export async function tryAgain(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: 'Try again' }).first()
  await again.click({ timeout: 500 }).catch(() => {})
}

export interface Look {
  readonly screen?: Screen
  readonly scheme?: Scheme
  readonly locale?: string
  readonly session?: { name: string; value: string }
  /** Whether the page may keep itself for a time without a server; what goes through its worker cannot be intercepted. */
  readonly worker?: boolean
  /** Whether nothing of the page may have been fetched before; else a window is used again, without what it knew. */
  readonly cold?: boolean
}

/** A page of its own, and whatever went wrong inside it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of scripts, of the content security policy, and what was written to the console as one. */
  readonly faults: string[]
}

export async function visit(
  browser: Browser,
  url: string,
  {
    screen = 'desktop',
    scheme = 'light',
    locale = 'en-GB',
    session,
    worker = false,
    cold = worker,
  }: Look = {},
): Promise<Visit> {
  const options = {
    viewport: screens[screen],
    colorScheme: scheme,
    locale,
    timezoneId: 'Europe/Oslo',
    reducedMotion: 'reduce',
    hasTouch: screen === 'phone',
    baseURL: url,
    serviceWorkers: worker ? 'allow' : 'block',
  } as const
  const page = await (cold ? newWindow : takeWindow)(browser, options)
  const context = page.context()
  if (session) await context.addCookies([{ ...session, url }])
  const faults: string[] = []
  page.on('pageerror', error => faults.push(String(error)))
  page.on('console', message => {
    // A refused or lost request is what some tests are about; it is not a fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text())
  })
  const waiting = requestsOf(page)
  return {
    page,
    context,
    faults,
    async [Symbol.asyncDispose]() {
      await tellOfStuck(page, waiting)
      await (cold ? context.close() : leaveWindow(browser, options, page))
    },
  }
}

/** Requests without an answer yet, and since when. */
function requestsOf(page: Page): Map<Request, number> {
  const waiting = new Map<Request, number>()
  page.on('request', request => waiting.set(request, performance.now()))
  page.on('requestfinished', request => waiting.delete(request))
  page.on('requestfailed', request => waiting.delete(request))
  return waiting
}

const stuckMs = 10_000

/** Whoever reads that something did not appear in time wants to know what the page was waiting for. */
async function tellOfStuck(page: Page, waiting: ReadonlyMap<Request, number>): Promise<void> {
  const now = performance.now()
  const stuck = [...waiting].filter(
    ([request, since]) => now - since > stuckMs && !/\/stream\b/.test(request.url()),
  )
  if (stuck.length === 0) return
  const text = await page.evaluate(() => document.body.innerText.slice(0, 300)).catch(String)
  for (const [request, since] of stuck)
    console.log(`${request.method()} ${request.url()} without an answer for ${Math.round(now - since)} ms`)
  console.log(`${page.url()} shows: ${text}`)
}

const shots = process.env.OHMSTEAD_SCREENSHOTS

/** Keeps a picture for people to look at, where OHMSTEAD_SCREENSHOTS names a folder. */
export async function shot(page: Page, name: string, fullPage = true): Promise<void> {
  if (shots === undefined) return
  mkdirSync(shots, { recursive: true })
  const before = page.viewportSize()!
  // A picture of the whole page needs the whole page in sight: what is not is not drawn.
  const height = fullPage ? await page.evaluate(() => document.documentElement.scrollHeight) : before.height
  await page.setViewportSize({ ...before, height: Math.max(before.height, height) })
  await page.screenshot({ path: join(shots, `${name}.png`), animations: 'disabled' })
  await page.setViewportSize(before)
}

/** By how much the page is wider than the screen, px. */
export function wide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}

/** Words of buttons and of the ways through the page that do not fit into them. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('nav a, .mantine-Button-label, .mantine-SegmentedControl-innerLabel')]
      .filter(each => each.closest('[aria-haspopup="menu"]') === null)
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  )
}
