import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import {
  dashboardFolder,
  eventually,
  type Look,
  launchChromium,
  looks,
  shot,
  tryAgain,
  visit,
} from './browser.ts'
import { FakeServer, type World } from './fakeServer.ts'
import { account, crowdedWorld, emptyWorld, homeWorld } from './worlds.ts'

let browser: Browser
let server: FakeServer | null = null

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
})
afterEach(async () => {
  await server?.stop()
})

/** The page Now of a world, signed in. */
async function open(world: World, look: Look = {}) {
  server = await FakeServer.start(dashboardFolder, world)
  const visitor = await visit(browser, server.url, { session: server.session(), ...look })
  await visitor.page.goto('/')
  return { ...visitor, server, [Symbol.asyncDispose]: visitor[Symbol.asyncDispose] }
}

test.for(looks)('shows power, age and state of each device on a $screen, $scheme', async look => {
  await using visitor = await open(homeWorld(), look)
  const { page, faults } = visitor
  const row = (id: string) => page.locator(`[data-device="${id}"]`)
  await eventually(() => row('fridge').textContent()).toMatch(/84\.3\sW/)
  expect(await row('fridge').getAttribute('data-state')).toBe('live')
  expect(await row('washer').getAttribute('data-state')).toBe('late')
  expect(await row('charger').textContent()).toMatch(/Silent[\s\S]*3 hr ago[\s\S]*–[\s\S]*last 7\.36\skW/)
  expect(await row('boiler').textContent()).toContain('Off')
  expect(await row('spare').textContent()).toContain('Not heard yet')
  expect(await row('solar').textContent()).toMatch(/612\sW[\s\S]*feeds in/)
  expect(await row('air').textContent()).toMatch(/21\.3\d?\s°C/)
  await page.locator('canvas').waitFor()
  await shot(page, `now-${look.screen}-${look.scheme}`)
  expect(await accessibilityFaults(page)).toEqual([])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide, 'nothing is wider than the screen').toBeLessThanOrEqual(0)
  expect(faults).toEqual([])
})

test('a reading appears without a reload', async () => {
  await using visitor = await open(homeWorld())
  const { page, server } = visitor
  await eventually(() => server.listeners).toBe(1)
  await page.locator('[data-device="fridge"]').waitFor()
  server.reading('home', {
    device: 'fridge',
    measurement: 'electricalMeter',
    time: Date.now(),
    fields: { power: 97.25 },
    tags: {},
  })
  await eventually(() => page.locator('[data-device="fridge"]').textContent()).toMatch(/97\.3\sW/)
})

test('unknown is a dash and never zero', async () => {
  const world = homeWorld()
  world.energy = () => ({ importWh: null, exportWh: null })
  world.completeness = 0
  world.latest.home = []
  await using visitor = await open(world)
  const { page } = visitor
  await eventually(() => page.locator('main').textContent()).toContain('Nothing of today is known yet')
  const figures = await page.locator('section:has(h2:text-is("Drawn today"))').textContent()
  expect(figures).toContain('–')
  expect(figures).not.toMatch(/\b0\b/)
  await shot(page, 'now-unknown-desktop-light')
})

test.for(looks)('an empty site says what to do on a $screen, $scheme', async look => {
  await using visitor = await open(emptyWorld(), look)
  const { page, faults } = visitor
  await page.getByRole('link', { name: 'Connect a device' }).waitFor()
  await shot(page, `now-empty-${look.screen}-${look.scheme}`)
  expect(await accessibilityFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test.for(looks)('skeletons stand where values will be, on a $screen, $scheme', async look => {
  const world = homeWorld()
  let release = () => {}
  world.gate = new Promise<void>(resolve => (release = resolve))
  await using visitor = await open(world, look)
  const { page } = visitor
  await page.getByRole('status', { name: 'Loading' }).waitFor()
  await shot(page, `now-loading-${look.screen}-${look.scheme}`)
  expect(await accessibilityFaults(page)).toEqual([])
  const before = await page.locator('section').first().boundingBox()
  release()
  await page.locator('[data-device="fridge"]').waitFor()
  const figures = await page.locator('section:has(h2:text-is("Power now"))').boundingBox()
  expect(Math.abs(figures!.height - before!.height), 'the card keeps its height').toBeLessThanOrEqual(2)
})

test('a store that cannot answer is said in words, and tried again', async () => {
  const world = homeWorld()
  await using visitor = await open(world)
  const { page } = visitor
  await page.locator('[data-device="fridge"]').waitFor()
  world.broken = 422
  await page.reload()
  await eventually(() => page.locator('main').textContent()).toContain(
    'the disk of the readings store is full',
  )
  await shot(page, 'now-broken-desktop-light')
})

test.for(looks)('a server that goes away and comes back, on a $screen, $scheme', async look => {
  await using visitor = await open(homeWorld(), look)
  const { page, server } = visitor
  await page.locator('[data-device="fridge"]').waitFor()
  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await server.stop()
  await page.getByText('Connection lost').first().waitFor()
  expect(await page.locator('[data-device="fridge"]').textContent()).toMatch(/84\.3\sW/)
  await shot(page, `now-lost-${look.screen}-${look.scheme}`)
  expect(await accessibilityFaults(page)).toEqual([])
  server.world.latest.home = server.world.latest.home!.map(one =>
    one.device === 'fridge' ? { ...one, time: Date.now(), value: 55 } : one,
  )
  await server.listen()
  await tryAgain(page)
  await eventually(() => page.locator('[data-device="fridge"]').textContent()).toMatch(/55\sW/)
  await eventually(() => page.getByText('Connection lost').count()).toBe(0)
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true)
})

test.for(looks)('an expired session asks again and keeps the page, on a $screen, $scheme', async look => {
  await using visitor = await open(homeWorld(), look)
  const { page, server } = visitor
  await page.locator('[data-device="fridge"]').waitFor()
  await page.goto('/sites/home/connect')
  await page.getByLabel('Name of the device').fill('Dishwasher')
  server.expireSessions()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor({ timeout: 15_000 })
  await shot(page, `session-expired-${look.screen}-${look.scheme}`, false)
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await dialog.getByLabel('E-mail').inputValue()).toBe(account.email)
  await dialog.getByLabel('Password', { exact: true }).fill(account.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.getByLabel('Name of the device').inputValue()).toBe('Dishwasher')
  await eventually(() => server.listeners).toBe(1)
})

test('refusals show with their reasons, also those that come later', async () => {
  await using visitor = await open(homeWorld())
  const { page, server } = visitor
  await page.getByText('2 readings were refused').waitFor()
  server.world.quarantine.home = [
    { ...server.world.quarantine.home![0]!, id: 3, time: Date.now(), reason: 'is NaN' },
    ...server.world.quarantine.home!,
  ]
  server.publish('home', 'quarantine', server.world.quarantine.home[0])
  await page.getByText('3 readings were refused').waitFor({ timeout: 10_000 })
  const notice = page.getByRole('status').filter({ hasText: 'refused' })
  await notice.getByText('Which ones').click()
  expect(await notice.textContent()).toContain('is NaN')
  await shot(page, 'now-refusals-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
})

test('a server that is unwell says what is wrong with it', async () => {
  const world = homeWorld()
  world.troubles = [{ part: 'store', reason: 'no space left on the disk', since: Date.now() }]
  await using visitor = await open(world)
  const { page } = visitor
  await page.getByText('no space left on the disk').waitFor()
  await page.locator('[data-device="fridge"]').waitFor()
  await shot(page, 'now-unwell-desktop-light')
})

test('a network that is away while the chart is fetched does not take the page with it', async () => {
  server = await FakeServer.start(dashboardFolder, homeWorld())
  await using visitor = await visit(browser, server.url, { session: server.session() })
  const { page } = visitor
  await page.route('**/PowerChart-*.js', route => route.abort())
  await page.goto('/')
  await page.locator('[data-device="fridge"]').waitFor()
  await page.waitForEvent('requestfailed', request => request.url().includes('PowerChart'))
  await page.unroute('**/PowerChart-*.js')
  await page.locator('canvas').waitFor()
})

test('the chart is also a table, a file and an API call', async () => {
  await using visitor = await open(homeWorld())
  const { page } = visitor
  await page.locator('canvas').waitFor()
  expect(await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')).toMatch(
    /^\/api\/sites\/home\/readings\?.*format=csv$/,
  )
  await page.getByText('Table', { exact: true }).click()
  await eventually(() => page.getByRole('columnheader', { name: 'Meters heard' }).count()).toBe(1)
  await shot(page, 'now-table-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
})

test('the whole page can be used from the keyboard', async () => {
  await using visitor = await open(homeWorld())
  const { page } = visitor
  await page.locator('canvas').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.getByRole('button', { name: /^Site/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Office' }).waitFor()
  await shot(page, 'now-switcher-desktop-light', false)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('menuitem', { name: 'Office' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Office' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/sites/office/now')
})

test('500 devices that speak at once stay smooth', async () => {
  await using visitor = await open(crowdedWorld(500))
  const { page, server } = visitor
  await page.locator('[data-device="plug-500"]').waitFor({ state: 'attached', timeout: 20_000 })
  await eventually(() => server.listeners).toBe(1)
  const frames = page.evaluate(
    () =>
      new Promise<number[]>(resolve => {
        const times: number[] = []
        const tick = (time: number) => {
          times.push(time)
          if (times[0]! + 3000 > time) requestAnimationFrame(tick)
          else resolve(times.slice(1).map((at, index) => at - times[index]!))
        }
        requestAnimationFrame(tick)
      }),
  )
  for (let round = 0; round < 30; round++) {
    const readings = server.world.devices
      .home!.filter((_, at) => at % 10 === round % 10)
      .map(({ id }) => ({
        device: id,
        measurement: 'electricalMeter',
        time: Date.now(),
        fields: { power: round * 10 + 1 },
        tags: {},
      }))
    server.publish('home', 'readings', readings)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  const lengths = (await frames).toSorted((a, b) => a - b)
  const median = lengths[lengths.length >> 1]!
  console.log(
    `500 devices, 500 readings/s: ${lengths.length} frames in 3 s, median ${median.toFixed(1)} ms, 95 % ${lengths[Math.floor(lengths.length * 0.95)]!.toFixed(1)} ms, longest ${lengths.at(-1)!.toFixed(1)} ms`,
  )
  expect(median).toBeLessThan(50)
  await shot(page, 'now-500-desktop-light', false)
})
