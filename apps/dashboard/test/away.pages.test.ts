import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot, tryAgain } from './browser.ts'
import { admin, furnish, newlySignedIn, send, signedIn } from './realPage.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  await furnish(platform)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const row = (page: Page, id: string) => page.locator(`[data-device="${id}"]`)
const reading = (watts: number) => ({
  measurement: 'electricalMeter',
  time: Date.now(),
  fields: { power: watts },
})

/** The worker is in charge, and what is known is kept. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready)
  await eventually(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await eventually(() => remembered(page)).toContain('latest home')
}

function remembered(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('ohmstead', 1)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const asking = opening.result.transaction('known').objectStore('known').getAllKeys()
          asking.onsuccess = () => {
            opening.result.close()
            resolve(asking.result.map(String))
          }
          asking.onerror = () => reject(asking.error)
        }
      }),
  )
}

test.for(looks)(
  'without a server the page opens with the last known values, on a $screen, $scheme',
  async look => {
    await send(platform, 'fridge', [reading(71.5)])
    await using visitor = await signedIn(browser, platform, { ...look, worker: true })
    const { page } = visitor
    await page.goto('/sites/home/devices')
    await eventually(() => row(page, 'fridge').textContent()).toMatch(/71\.5\sW/)
    await settled(page)
    await page.reload()
    await row(page, 'fridge').waitFor()

    await platform.kill()
    try {
      await page.reload()
      await row(page, 'fridge').waitFor()
      await page.getByText('Connection lost').first().waitFor()
      expect(await row(page, 'fridge').textContent()).toMatch(/71\.5\sW/)
      expect(await row(page, 'washer').textContent()).toMatch(/hr ago.*–.*last 1\.90\skW/)
      await shot(page, `devices-away-${look.screen}-${look.scheme}`)
      expect(await accessibilityFaults(page)).toEqual([])
      await page.goto('/sites/home/now')
      await row(page, 'fridge').waitFor()
      await shot(page, `now-away-${look.screen}-${look.scheme}`)
      await page.goto('/sites/home/devices/fridge')
      await page.getByRole('heading', { name: 'Fridge and freezer' }).waitFor()
      await shot(page, `device-away-${look.screen}-${look.scheme}`)
      expect(await accessibilityFaults(page)).toEqual([])
    } finally {
      await platform.restart()
    }
    await tryAgain(page)
    await eventually(() => page.getByText('Connection lost').count()).toBe(0)
  },
)

test('a restart keeps what was typed, and the page goes on by itself', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices/mains')
  await page.getByLabel('Description').fill('In the cellar, behind the door')
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await platform.kill()
  await page.getByText('Connection lost').first().waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The server did not answer.').first().waitFor()
  await platform.restart()
  await eventually(() => page.getByText('Connection lost').count()).toBe(0)
  expect(await page.getByLabel('Description').inputValue()).toBe('In the cellar, behind the door')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  await send(platform, 'mains', [reading(1234)])
  await eventually(() => page.locator('main').textContent()).toMatch(/1\.23\skW/)
  expect(await page.evaluate(() => 'stayed' in window), 'without a reload').toBe(true)
  expect(faults).toEqual([])
})

test('an ended session is answered over the page, with what was typed', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, context } = visitor
  await page.goto('/sites/home/settings/tokens')
  await page.getByLabel('What it is for').fill('Half a thought')
  await context.clearCookies()
  // What the page asks by itself may have found it out already; then the dialog is in the way.
  await page
    .getByRole('button', { name: 'Make token' })
    .click({ timeout: 2000 })
    .catch(() => {})
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password', { exact: true }).fill(admin.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.getByLabel('What it is for').inputValue()).toBe('Half a thought')
  await page.getByRole('button', { name: 'Make token' }).click()
  await page.getByText('Token “Half a thought”').waitFor()
})

test('a network that is lost keeps what was typed, and the page goes on by itself', async () => {
  await using visitor = await signedIn(browser, platform, { screen: 'phone' })
  const { page, context, faults } = visitor
  await page.goto('/sites/home/settings/site')
  await page.getByLabel('Name').fill('Home by the fjord')
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The server did not answer.').first().waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe('Home by the fjord')
  await shot(page, 'settings-lost-phone-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  expect(await platform.api('GET', '/api/sites/home')).toMatchObject({ name: 'Home by the fjord' })
  expect(await page.evaluate(() => 'stayed' in window), 'without a reload').toBe(true)
  expect(faults).toEqual([])
})

test('who signs out leaves nothing behind', async () => {
  await using visitor = await newlySignedIn(browser, platform, { worker: true })
  const { page } = visitor
  await page.goto('/sites/home/devices')
  await settled(page)
  expect(await remembered(page)).toEqual(expect.arrayContaining(['profile', 'sites', 'devices home']))
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  const left = (await remembered(page)).filter(key => key !== 'profile')
  expect(left).toEqual([])
  const kept = await page.evaluate(async () => {
    const urls: string[] = []
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname)
    return urls
  })
  expect(kept).toContain('/')
  expect(kept.filter(path => path.startsWith('/api'))).toEqual([])
})

test('it can be installed', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/now')
  const href = await page.locator('link[rel="manifest"]').getAttribute('href')
  const answer = await fetch(`${platform.url}${href}`)
  expect(answer.headers.get('content-type')).toContain('manifest+json')
  const { icons, start_url, display } = (await answer.json()) as {
    icons: { src: string }[]
    start_url: string
    display: string
  }
  expect([start_url, display]).toEqual(['/', 'standalone'])
  for (const { src } of icons) expect((await fetch(`${platform.url}${src}`)).status, src).toBe(200)
  const session = await page.context().newCDPSession(page)
  const { installabilityErrors } = (await session.send('Page.getInstallabilityErrors')) as {
    installabilityErrors: { errorId: string }[]
  }
  // A headless window is a private one, which is all that may keep it from being installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
})
