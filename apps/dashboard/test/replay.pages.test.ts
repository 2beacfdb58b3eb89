import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { cutOff, eventually, launchChromium, looks, shot, wide } from './browser.ts'
import { said, sayMuch, until } from './eventsWorld.ts'
import { signedIn } from './realPage.ts'

const minute = 60_000
const hour = 60 * minute
const folder = tempFolder()
let platform: Platform
let browser: Browser
let lastPulse = 0

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  ;({ lastPulse } = await sayMuch(platform, 26))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})
/** Nothing runs when the next test begins. */
afterEach(() => stopAll())

interface Replay {
  readonly id: string
  readonly state: string
  readonly through: number
  readonly paused: boolean
}
const replays = async () => (await platform.api<{ items: Replay[] }>('GET', '/api/sites/home/replays')).items
const startReplay = (speed: number | null) =>
  platform.api<Replay>('POST', '/api/sites/home/replays', {
    from: lastPulse - 24 * hour - 20 * minute,
    to: lastPulse + 30 * minute,
    speed,
    rules: ['washer-heats'],
  })
const stopAll = async () => {
  for (const { id, state } of await replays())
    if (state === 'running') await platform.api('DELETE', `/api/sites/home/replays/${id}`)
}

describe.for(looks)('on a $screen, $scheme', look => {
  const name = (of: string) => `${of}-${look.screen}-${look.scheme}`

  test('a replay, to be started, running, over and gone, has no fault and fits', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    const isFine = async (of: string) => {
      await shot(page, name(of))
      expect(await accessibilityFaults(page), of).toEqual([])
      expect(await wide(page), `${of}: nothing is wider than the screen`).toBeLessThanOrEqual(0)
    }
    await page.goto('/sites/home/replay')
    await page.getByText('Custom', { exact: true }).click()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('Enter from when to when.').waitFor()
    await isFine('replay-new')
    const { id } = await startReplay(60)
    await page.goto(`/sites/home/replay?id=${id}`)
    await page.locator('canvas').waitFor()
    await page.getByText('Lab · Running').waitFor()
    await isFine('replay-running')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Lab · Stopped').waitFor()
    const { id: whole } = await startReplay(null)
    await until(async () => (await replays()).every(({ state }) => state !== 'running'))
    await page.goto(`/sites/home/replay?id=${whole}&at=${lastPulse - 5 * hour + 5 * minute}`)
    await page.locator('canvas').waitFor()
    await page.getByText('Open alerts: Washing machine').waitFor()
    await isFine('replay-done')
    await page.goto('/sites/home/replay?id=00000000-0000-4000-8000-000000000000')
    await page.getByText('This replay is no longer there').waitFor()
    await shot(page, name('replay-gone'))
    expect(faults).toEqual([])
  })
})

test('a replay of a day runs, is found again, looked at, skipped ahead, paused and stopped, with the keyboard alone', async () => {
  const before = await said(platform, 'limit=500')
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/events')
  await page.getByRole('link', { name: 'Replay' }).press('Enter')
  await page.getByText('Nothing is stored and nothing is sent').waitFor()
  await page.getByRole('radio', { name: '60 ×' }).press('ArrowLeft')
  await page.getByText('Takes 2 hours.').waitFor()
  await page.getByRole('radio', { name: '10 ×' }).press('ArrowRight')
  await page.getByRole('button', { name: 'Start' }).press('Enter')
  await page.getByText('Lab · Running').waitFor()
  const [{ id }] = (await replays()) as [Replay]
  const now = async () => (await replays()).find(one => one.id === id)!

  await page.getByRole('link', { name: 'Devices' }).press('Enter')
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  await page.goto('/sites/home/replay')
  await page.getByText('Lab · Running').waitFor()
  const slider = page.getByRole('slider', { name: 'Moment of the replay' })
  await slider.press('PageUp')
  await slider.press('PageUp')
  await page.getByText('Not played yet.').waitFor()
  await page.getByRole('button', { name: 'Skip ahead to here' }).press('Enter')
  await page.getByText('Follows the replay’s clock.').waitFor()
  await page.getByRole('list').filter({ hasText: 'Washing machine heats' }).first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).press('Enter')
  await page.getByText('Lab · Paused').waitFor()
  const { through } = await now()
  await slider.press('Shift+ArrowLeft')
  const moment = Number(await slider.getAttribute('aria-valuenow'))
  expect(moment).toBeLessThan(through)
  expect(new URL(page.url()).searchParams.get('at')).toBe(String(moment))
  await page.getByText(/Open alerts: Washing machine|No alert would be open/).waitFor()
  expect((await now()).through).toBe(through)
  await page.getByRole('button', { name: 'Back to the clock' }).press('Enter')
  await page.getByRole('button', { name: 'Go on' }).press('Enter')
  await page.getByText('Lab · Running').waitFor()
  await page.getByRole('button', { name: 'Stop' }).press('Enter')
  await page.getByText('Lab · Stopped').waitFor()
  expect(await now()).toMatchObject({ state: 'stopped' })
  // The lab has said nothing to anybody.
  expect(await said(platform, 'limit=500')).toEqual(before)
  await page.getByRole('button', { name: 'New replay' }).press('Enter')
  await page
    .getByRole('button', { name: /Lab · 60 ×.*Stopped/ })
    .first()
    .waitFor()
  expect(faults).toEqual([])
})

test('the scrubber is dragged to a moment, and shows what was said and measured then', async () => {
  const { id } = await startReplay(null)
  await until(async () => (await replays()).every(({ state }) => state !== 'running'))
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto(`/sites/home/replay?id=${id}`)
  await page.locator('canvas').waitFor()
  const slider = page.getByRole('slider')
  const { x, y, width } = (await slider.boundingBox())!
  await page.mouse.move(x + width - 9, y + 16)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.5, y + 16, { steps: 4 })
  await page.mouse.up()
  const at = Number(await slider.getAttribute('aria-valuenow'))
  const span = 24 * hour + 50 * minute
  expect(Math.abs(at - (lastPulse + 30 * minute - span / 2))).toBeLessThan(0.02 * span)
  await eventually(() => new URL(page.url()).searchParams.get('at')).toBe(String(at))
  const list = page.locator('section:has(h2:text-matches("^Events until"))')
  const shown = await list
    .locator('time')
    .evaluateAll(all => all.map(each => Date.parse(each.getAttribute('datetime')!)))
  expect(shown.length).toBeGreaterThan(10)
  expect(Math.max(...shown)).toBeLessThanOrEqual(at)
  await list.getByRole('button').nth(1).click()
  await eventually(async () => Number(await slider.getAttribute('aria-valuenow'))).toBe(shown[1]!)
  const readings = page.locator('section:has(h2:text-is("Readings"))')
  await eventually(() => readings.textContent()).toMatch(/Washing machine.*(2\.00\skW|100\sW)/)
})

test('a period is played live into another site, once what it may move is confirmed, and is stopped', async () => {
  await platform.api('POST', '/api/sites', { id: 'sandbox', name: 'Sandbox', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/sandbox/devices', {
    id: 'lamp',
    name: 'Lamp',
    capabilities: ['switch'],
  })
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/sandbox/replay')
  await page.getByRole('radio', { name: 'Lab' }).press('ArrowRight')
  await page.getByText('raise real alerts').waitFor()
  expect(await page.getByRole('combobox', { name: 'Readings of' }).inputValue()).toBe('Home in Trondheim')
  await page.getByText('Custom', { exact: true }).click()
  // As a clock in the site that is played shows it.
  await page.getByText('times in Europe/Oslo').waitFor()
  const local = (time: number) =>
    new Date(time).toLocaleString('sv-SE', { timeZone: 'Europe/Oslo' }).slice(0, 16).replace(' ', 'T')
  await page.getByLabel('From').fill(local(Date.now() - 4 * hour))
  await page.getByLabel('To', { exact: true }).fill(local(Date.now() - hour))
  await page.getByText('600 ×').click()
  await page.getByText('Takes 18 seconds.').waitFor()
  const start = page.getByRole('button', { name: 'Start' })
  expect(await start.isDisabled()).toBe(true)
  await page.getByLabel('This site has devices that can be controlled (Lamp)').check()
  await shot(page, 'replay-live-new-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await start.click()
  await page.getByText('Live · Running').waitFor()
  const sent = page.locator('dt:text-is("Values stored") + dd')
  await eventually(() => sent.textContent()).toMatch(/^[1-9]\d* of \d+$/)
  await shot(page, 'replay-live-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Live · Stopped').waitFor()
  await page.getByRole('link', { name: 'See this site now' }).click()
  await eventually(() => page.locator('[data-device="mains"]').textContent()).toMatch(/Live.*W/)
  expect(faults).toEqual([])
})

test.for([
  { screen: 'desktop', locale: 'de-DE' },
  { screen: 'phone', locale: 'de-DE' },
  { screen: 'phone', locale: 'fr-FR' },
] as const)('long words fit on a $screen in $locale', async ({ screen, locale }) => {
  await using visitor = await signedIn(browser, platform, { screen, locale })
  const { page } = visitor
  await page.goto('/sites/home/replay?fresh=true')
  await page.locator('main section h2').first().waitFor()
  await shot(page, `replay-${screen}-${locale}`)
  expect(await wide(page)).toBeLessThanOrEqual(0)
  expect(await cutOff(page)).toEqual([])
})
