import { spawnSync } from 'node:child_process'
import type { Platform } from '@ohmstead/testkit'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'

/** The dashboard as it is written now, in the folder that the server serves. */
export function buildDashboard(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the dashboard could not be built')
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.OHMSTEAD_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
}

/** A browser that has never been here before, with the session of the administrator. */
export async function cold(browser: Browser, platform: Platform): Promise<BrowserContext & AsyncDisposable> {
  const answer = await fetch(`${platform.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: platform.url },
    body: JSON.stringify({ email: 'admin@example.org', password: 'a long enough passphrase' }),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    baseURL: platform.url,
    locale: 'en-GB',
  })
  const cookies = answer.headers.getSetCookie().map(cookie => {
    const [pair] = cookie.split(';')
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: platform.url }
  })
  await context.addCookies(cookies)
  return context
}

/** Remembers when the first device has a value in sight, as `usefulAt`, ms after the page was asked for. */
export const watchForValue = `
new MutationObserver((_, observer) => {
  const row = document.querySelector('[data-device]')
  if (row === null || !/\\d\\s?k?W/.test(row.textContent)) return
  observer.disconnect()
  requestAnimationFrame(() => { window.usefulAt = performance.now() })
}).observe(document, { subtree: true, childList: true, characterData: true })`

/** Lengths of all frames while something is done, ms. */
export async function framesWhile(page: Page, run: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`
    window.frames_ = []
    window.stopFrames = false
    const tick = time => {
      window.frames_.push(time)
      if (!window.stopFrames) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)`)
  await run()
  const times = await page.evaluate<number[]>('window.stopFrames = true, window.frames_')
  return times.slice(1).map((time, at) => time - times[at])
}

/** What the page's scripts keep when all that can be thrown away is, MB. */
export async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}

export const rest = (ms: number) => new Promise(done => setTimeout(done, ms))
