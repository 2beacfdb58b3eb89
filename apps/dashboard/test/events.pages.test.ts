import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { cutOff, eventually, launchChromium, looks, shot, visit, wide } from './browser.ts'
import { power, said, sayMuch } from './eventsWorld.ts'
import { send, signedIn } from './realPage.ts'

const minute = 60_000
const hour = 60 * minute
const pulses = 28
const folder = tempFolder()
let platform: Platform
let browser: Browser
let lastPulse = 0

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  ;({ lastPulse } = await sayMuch(platform, pulses))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Nothing is open when the next test begins. */
afterEach(async () => {
  const path = '/api/sites/home/alerts'
  const { items } = await platform.api<{ items: { id: string }[] }>('GET', `${path}?open=true`)
  for (const { id } of items) await platform.api('POST', `${path}/${id}/clear`)
})

const raise = (device: string) => send(platform, device, [power(Date.now(), 2500)])
const calm = (device: string) => send(platform, device, [power(Date.now(), 1)])
const open = (page: Page) => page.locator('[data-alert]')
const entry = (page: Page) => page.locator('[data-seq]')

describe.for(looks)('on a $screen, $scheme', look => {
  const name = (of: string) => `${of}-${look.screen}-${look.scheme}`

  test('events with open alerts, here and on Now, have no fault and fit', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    const isFine = async (of: string) => {
      await shot(page, name(of), of === 'events-now')
      expect(await accessibilityFaults(page), of).toEqual([])
      expect(await wide(page), `${of}: nothing is wider than the screen`).toBeLessThanOrEqual(0)
    }
    await page.goto('/sites/home/events')
    await page.getByText('No alert is open.').waitFor()
    await entry(page).first().waitFor()
    await shot(page, name('events-quiet'), false)
    await Promise.all(['fridge', 'washer', 'spare'].map(raise))
    await eventually(() => open(page).count()).toBe(3)
    await page.getByRole('button', { name: 'Acknowledge: Spare plug is used' }).click()
    await page.getByText('Acknowledged by you').waitFor()
    await entry(page).first().getByRole('button').click()
    await isFine('events-open')
    await page.goto('/sites/home/now')
    await page.getByRole('link', { name: 'To the events' }).waitFor()
    await isFine('events-now')
    expect(faults).toEqual([])
  })
})

test('an alert of real readings appears live, is acknowledged and cleared, and counts beside Events and on Now', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/events')
  await entry(page).first().waitFor()
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /^Events/ })
  expect(await link.textContent()).toBe('Events')
  await raise('fridge')
  const alert = open(page).filter({ hasText: 'Fridge draws too much' })
  await alert.waitFor()
  expect(await alert.textContent()).toMatch(/High.*When Fridge and freezer draws more than 200 W/)
  expect(await alert.locator('strong').first().textContent()).toBe('Fridge and freezer')
  await eventually(() => link.textContent()).toContain('1 open alert')
  // The timeline has it too, without a reload.
  await eventually(() => entry(page).first().textContent()).toMatch(
    /Raised.*Fridge draws too much.*2\.50\skW/,
  )

  await alert.getByRole('button', { name: /^Acknowledge/ }).click()
  await eventually(() => alert.textContent()).toMatch(/Acknowledged by you/)
  expect(await alert.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0)

  await link.click()
  await page.getByRole('link', { name: 'Now', exact: true }).click()
  await page.getByText('1 open alert', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'To the events' }).click()
  await alert.getByRole('button', { name: /^Clear/ }).click()
  await page.getByText('Cleared: Fridge draws too much').waitFor()
  await page.getByText('No alert is open.').waitFor()
  expect(await link.textContent()).toBe('Events')
  // Who pressed the button goes on where the alert was.
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-open'))).toBe('0')
  await eventually(() => entry(page).first().textContent()).toMatch(/Cleared.*Fridge draws too much/)

  // What its rule clears goes by itself.
  await raise('spare')
  await open(page).waitFor()
  await calm('spare')
  await page.getByText('No alert is open.').waitFor()
  expect(faults).toEqual([])
})

test('a long table on a phone begins with a few rows, and tells the others when asked', async () => {
  await using visitor = await signedIn(browser, platform, { screen: 'phone' })
  const { page } = visitor
  await page.goto('/sites/home/rules/washer-heats')
  const table = page.getByRole('region', { name: 'Recent events' })
  await eventually(() => table.getByRole('row').count()).toBe(1 + 10)
  await table.getByRole('button', { name: 'More' }).click()
  await eventually(() => table.getByRole('row').count()).toBeGreaterThan(1 + 40)
})

test('the timeline is by days, loads what is older, and an event shows its values, its readings and its rule', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/events?rule=washer-heats')
  await entry(page).first().waitFor()
  // By the button alone: nobody has to scroll.
  await page.getByRole('button', { name: 'Load older' }).press('Enter')
  await page.getByText('There is nothing older.').waitFor()
  // More than a day was told, whatever the time is now.
  expect(await page.locator('h3').count()).toBeGreaterThan(1)
  expect(await entry(page).count()).toBe((await said(platform, 'rule=washer-heats&limit=500')).length)
  const times = await entry(page)
    .locator('time')
    .evaluateAll(all => all.map(each => each.getAttribute('datetime')))
  expect(times).toEqual(times.toSorted().toReversed())

  const line = entry(page).filter({
    has: page.locator(`time[datetime="${new Date(lastPulse).toISOString()}"]`),
  })
  await line.getByRole('button').press('Enter')
  expect(await line.textContent()).toMatch(/When Washing machine draws more than 1500 W.*Value2\.00\skW/)
  await eventually(() => line.textContent()).toContain('its readings came late')
  expect(await line.getByRole('link', { name: 'Rule' }).getAttribute('href')).toBe(
    '/sites/home/rules/washer-heats',
  )
  await line.getByRole('link', { name: 'Readings around then' }).click()
  await page.locator('canvas').waitFor()
  const at = new URL(page.url()).searchParams
  expect(Number(at.get('from'))).toBe(lastPulse - 2 * hour)
  expect(at.get('s')).toContain('washer/electricalMeter/power')
  expect(faults).toEqual([])
})

test('filters stand in the address, and can be taken off', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/events')
  await entry(page).first().waitFor()
  const choose = async (what: string, value: string) => {
    await page.getByRole('combobox', { name: what, exact: true }).click()
    await page.getByRole('option', { name: value }).click()
  }
  await choose('Kind', 'Event')
  await eventually(() => entry(page).count()).toBe(1)
  expect(await entry(page).textContent()).toMatch(/Warm air in the kitchen.*31\.5\s°C/)
  await choose('Device', 'Old boiler')
  await page.getByText('No event matches.').waitFor()
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ kind: 'event', device: 'boiler' })
  await page.reload()
  await page.getByText('No event matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await eventually(() => entry(page).count()).toBeGreaterThan(20)
  expect(new URL(page.url()).search).toBe('')
})

test('new events do not move what is read further down, and what late readings take back says so', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/events')
  await entry(page).nth(30).waitFor()
  const read = entry(page).nth(30)
  const seq = await read.getAttribute('data-seq')
  const place = page.locator(`[data-seq="${seq}"]`)
  await place.scrollIntoViewIfNeeded()
  await page.evaluate(() => scrollBy(0, 100))
  const before = (await place.boundingBox())!.y
  await send(platform, 'air', [{ measurement: 'roomSensor', time: Date.now(), fields: { temperature: 33 } }])
  const fresh = page.getByRole('button', { name: '1 new event' })
  await fresh.waitFor()
  expect(Math.abs((await place.boundingBox())!.y - before)).toBeLessThan(2)
  await fresh.click()
  await eventually(() => entry(page).first().textContent()).toMatch(/Warm air in the kitchen.*33\s°C/)

  const time = lastPulse - 3 * hour
  await send(platform, 'washer', [power(time, 100)])
  const gone = entry(page).filter({ has: page.locator(`time[datetime="${new Date(time).toISOString()}"]`) })
  await eventually(() => gone.textContent()).toMatch(/Taken back/)
  await gone.getByRole('button').click()
  expect(await gone.textContent()).toContain('readings that came late told otherwise')
  await shot(page, 'events-taken-back-desktop-light', false)
})

test('who only looks may see it all and do nothing', async () => {
  const { link } = await platform.api<{ link: string }>('POST', '/api/sites/home/invitations', {
    email: 'kari@example.org',
    role: 'viewer',
  })
  await using visitor = await visit(browser, platform.url, { screen: 'phone', scheme: 'dark' })
  const { page, faults } = visitor
  const refused: string[] = []
  page.on('response', answer => {
    if (answer.status() === 403) refused.push(answer.url())
  })
  await page.goto(link)
  await page.getByLabel('Your name').fill('Kari Nordmann')
  await page.getByLabel('Password', { exact: true }).fill('another long passphrase')
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByRole('heading', { name: 'Home in Trondheim', exact: true }).waitFor()
  await raise('spare')
  await page.goto('/sites/home/events')
  await open(page).waitFor()
  await page.getByText('Operators and owners of the site may acknowledge').waitFor()
  expect(await page.getByRole('button', { name: /^(Acknowledge|Clear):/ }).count()).toBe(0)
  await shot(page, 'events-viewer-phone-dark', false)
  await page.goto('/sites/home/replay?fresh=true')
  await page.getByText('Operators and owners of the site may start a replay.').waitFor()
  expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0)
  expect(refused).toEqual([])
  expect(faults).toEqual([])
})

test('what cannot be asked for is said, tried again, and a deed that failed says why', async () => {
  await raise('spare')
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  const broken = {
    status: 503,
    json: { title: 'the disk is full', status: 503, code: 'OHM_STORE_UNAVAILABLE' },
  }
  await page.route(/\/api\/sites\/home\/(events|replays)/, route => route.fulfill(broken))
  await page.goto('/sites/home/events')
  await page.getByText('The server cannot do this right now.').first().waitFor({ timeout: 20_000 })
  await shot(page, 'events-broken-desktop-light', false)
  await page.route(/\/acknowledge$/, route => route.fulfill(broken))
  await page.getByRole('button', { name: /^Acknowledge/ }).click()
  await page.getByRole('alert').filter({ hasText: 'The server cannot do this right now.' }).first().waitFor()
  await page.unroute(/\/acknowledge$/)
  await page.getByRole('button', { name: /^Acknowledge/ }).click()
  await page.getByText('Acknowledged by you').waitFor()
  await page.unroute(/\/api\/sites\/home\/(events|replays)/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await entry(page).first().waitFor()
})

test('while the server is away, the last that was known is shown', async () => {
  await raise('spare')
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/events')
  await eventually(() => entry(page).first().textContent()).toMatch(/Raised.*Spare plug is used/)
  await page.route(/\/api\/sites\/home\//, route => route.abort())
  await page.reload()
  await open(page).waitFor()
  await eventually(() => entry(page).first().textContent()).toMatch(/Raised.*Spare plug is used/)
  await page.getByText('What you see is the last that was known').waitFor()
  await shot(page, 'events-away-desktop-light', false)
})

test('a site without rules says what will come', async () => {
  await platform.api('POST', '/api/sites', { id: 'hut', name: 'Hut', timezone: 'Europe/Oslo' })
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/hut/events')
  await page.getByText('No rule has said anything yet').waitFor()
  await shot(page, 'events-empty-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.goto('/sites/hut/replay')
  await page.getByText('This site has no rules to play to.').waitFor()
})

test.for([
  { screen: 'desktop', locale: 'de-DE' },
  { screen: 'phone', locale: 'de-DE' },
  { screen: 'phone', locale: 'fr-FR' },
] as const)('long words fit on a $screen in $locale', async ({ screen, locale }) => {
  await using visitor = await signedIn(browser, platform, { screen, locale })
  const { page } = visitor
  await page.goto('/sites/home/events')
  await page.locator('main section h2').first().waitFor()
  await shot(page, `events-${screen}-${locale}`, false)
  expect(await wide(page)).toBeLessThanOrEqual(0)
  expect(await cutOff(page)).toEqual([])
})
