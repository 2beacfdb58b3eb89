import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot } from './browser.ts'
import { furnish, signedIn } from './realPage.ts'
import { expectSoundAt, expectWordsFit, type Stop, wordyLooks } from './sound.ts'

const run = promisify(execFile)

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

const hour = 3_600_000
const power = (device: string) => `${device}/electricalMeter/power`
const exploring = (search: Record<string, string | number>, series = [power('mains')]) =>
  `/sites/home/explore?${new URLSearchParams({ s: JSON.stringify(series), ...search } as Record<string, string>)}`
/** The last six hours as a fixed time: nothing moves by itself. */
const fixed = () => ({ from: Date.now() - 6 * hour, to: Date.now() })

const chart = (page: Page) => page.getByRole('img', { name: /^Readings/ })
const legend = (page: Page) => page.getByRole('listitem').filter({ has: page.getByLabel(/^Remove/) })

/** What the address says is in sight, epoch ms. */
function inSight(page: Page): { from: number; to: number; span: number } {
  const at = new URL(page.url()).searchParams
  const [from, to] = [Number(at.get('from')), Number(at.get('to'))]
  return { from, to, span: to - from }
}

/** Waits until the address says something else than before. */
async function changed(page: Page, before: { from: number; to: number }) {
  await eventually(() => inSight(page).from !== before.from || inSight(page).to !== before.to).toBe(true)
  return inSight(page)
}

async function middleOf(page: Page): Promise<{ x: number; y: number; width: number }> {
  const box = (await page.locator('.u-over').boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width }
}

const pages: Record<string, Stop> = {
  'explore-empty': ['/sites/home/explore', 'Choose a series above'],
  explore: [
    exploring({ from: '-6h' }, [power('mains'), power('fridge'), 'air/roomSensor/temperature']),
    'Take it along',
    'drawn',
  ],
  'explore-table': [exploring({ from: '-6h', view: 'table' }), 'Take it along'],
}

describe.for(looks)('on a $screen, $scheme', look => {
  test.for(Object.entries(pages))('%s has no fault and fits', ([name, stop]) =>
    expectSoundAt(browser, platform, look, name, stop),
  )
})

test.for(wordyLooks)('long words fit on a $screen in $locale', look =>
  expectWordsFit(browser, platform, look, { explore: '/sites/home/explore' }),
)

test('a researcher: a token, one call copied, and Parquet with units and zone', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, context, faults } = visitor
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/sites/home/explore')
  await page.getByRole('searchbox').fill('kitchen power')
  await page.getByRole('checkbox', { name: /Fridge and freezer electricalMeter\.power/ }).check()
  await page.locator('canvas').waitFor()
  await page.getByText('6 h', { exact: true }).click()
  await page.getByRole('button', { name: 'Copy as API call' }).click()
  const call = await page.evaluate(() => navigator.clipboard.readText())
  expect(call).toContain('$OHMSTEAD_TOKEN')

  await page.getByRole('link', { name: 'Make a token' }).click()
  await page.getByLabel('What it is for').fill('Notebook')
  await page.getByRole('button', { name: 'Make token' }).click()
  const use = (await page.getByRole('region', { name: 'For the calls of Explore' }).textContent())!
  await shot(page, 'settings-token-made-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await run('sh', ['-c', `${use.trim()}\n${call}`], { cwd: folder.path })
  const file = readFileSync(join(folder.path, 'home.parquet'))
  expect(file.subarray(0, 4).toString()).toBe('PAR1')
  expect(file.toString('latin1')).toContain('Europe/Oslo')
  expect(file.toString('latin1')).toContain('fridge')

  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke: Notebook' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('There are no tokens for this site').waitFor()
  const again = `${use.trim()}\n${call.replace('home.parquet', 'no.parquet')}`
  await expect(run('sh', ['-c', again], { cwd: folder.path })).rejects.toThrow('401')
  expect(faults).toEqual([])
})

test('zooming and moving stand in the address, and the back button returns', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto(exploring({ from: '-24h' }))
  await page.locator('canvas').waitFor()
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await eventually(() => new URL(page.url()).searchParams.has('to')).toBe(true)
  const at = new URL(page.url()).searchParams
  const span = Number(at.get('to')) - Number(at.get('from'))
  expect(span / 3_600_000).toBeCloseTo(12, 2)
  const chart = page.getByRole('img', { name: /^Readings/ })
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 200, box.y + 100, { steps: 8 })
  await page.mouse.up()
  await eventually(() => Number(new URL(page.url()).searchParams.get('to'))).toBeLessThan(
    Number(at.get('to')),
  )
  const moved = new URL(page.url()).searchParams
  expect(Number(moved.get('to')) - Number(moved.get('from'))).toBe(span)
  await page.mouse.move(0, 0)
  await page.keyboard.press('-')
  await eventually(() => new URL(page.url()).searchParams.get('to')).not.toBe(moved.get('to'))
  await page.getByText('7 d', { exact: true }).click()
  await eventually(() => new URL(page.url()).searchParams.get('from')).toBe('-7d')
  await page.goBack()
  await eventually(() => new URL(page.url()).searchParams.has('to')).toBe(true)
  expect(faults).toEqual([])
})

test('several series lie over each other, and the address shows them to somebody else', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/explore')
  const find = page.getByRole('searchbox')
  for (const wanted of ['mains power', 'fridge power', 'kitchen temperature']) {
    await find.fill(wanted)
    await page.getByRole('checkbox').first().check()
  }
  await page.locator('canvas').waitFor()
  expect(await legend(page).count()).toBe(3)
  await eventually(() => legend(page).allTextContents()).toEqual([
    expect.stringMatching(/Mains meter.*ago.*W/),
    expect.stringMatching(/Fridge and freezer.*ago.*W/),
    expect.stringMatching(/Air in the kitchen.*ago.*°C/),
  ])

  await using other = await signedIn(browser, platform, { screen: 'phone', scheme: 'dark' })
  await other.page.goto(page.url())
  await other.page.locator('canvas').waitFor()
  expect(await legend(other.page).count()).toBe(3)

  await page.getByRole('button', { name: 'Remove: Fridge and freezer power' }).click()
  await eventually(() => legend(page).count()).toBe(2)
  expect(JSON.parse(new URL(page.url()).searchParams.get('s')!)).toEqual([
    power('mains'),
    'air/roomSensor/temperature',
  ])
  expect([...faults, ...other.faults]).toEqual([])
})

/** @returns where the page stands two frames later */
const backToTop = () => {
  scrollTo(0, 0)
  const { promise, resolve } = Promise.withResolvers<number>()
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(scrollY)))
  return promise
}

test('the wheel is the page’s until the chart is asked for, then it zooms where the pointer is', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto(exploring(fixed()))
  await page.locator('canvas').waitFor()
  const start = inSight(page)
  const { x, y, width } = await middleOf(page)
  await page.mouse.move(x + width / 4, y)
  await page.mouse.wheel(0, 120)
  await eventually(() => page.evaluate(() => scrollY)).toBeGreaterThan(0)
  expect(inSight(page)).toEqual(start)
  // The wheel's movement may not have come to its end yet.
  await eventually(() => page.evaluate(backToTop)).toBe(0)
  await page.mouse.move(x + width / 4 + 1, y)

  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  const near = await changed(page, start)
  expect(near.span).toBeLessThan(start.span * 0.8)
  // The time under the pointer, three quarters across, stays where it is.
  expect((near.from + near.span * 0.75 - start.from) / start.span).toBeCloseTo(0.75, 2)

  await page.mouse.click(x, y)
  await page.mouse.wheel(0, 300)
  const wide = await changed(page, near)
  expect(wide.span).toBeGreaterThan(near.span)
  await page.mouse.wheel(100, 0)
  expect((await changed(page, wide)).from).toBeGreaterThan(wide.from)
  expect(faults).toEqual([])
})

test('the keyboard walks along the lines, moves and zooms', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto(exploring(fixed()))
  await page.locator('canvas').waitFor()
  await page.getByRole('button', { name: 'Zoom out' }).focus()
  await page.keyboard.press('Tab')
  expect(await chart(page).evaluate(element => element === document.activeElement)).toBe(true)
  expect(await chart(page).evaluate(element => getComputedStyle(element).outlineStyle)).toBe('solid')
  await shot(page, 'explore-focus-desktop-light', false)

  const newest = await legend(page).textContent()
  for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowLeft')
  await eventually(() => legend(page).textContent()).not.toBe(newest)
  expect(await page.getByText('Newest values').count()).toBe(0)

  const start = inSight(page)
  await page.keyboard.press('Shift+ArrowLeft')
  const earlier = await changed(page, start)
  expect(start.from - earlier.from).toBe(start.span / 4)
  await page.keyboard.press('+')
  const near = await changed(page, earlier)
  expect(near.span).toBe(Math.round(start.span / 2))
  await page.keyboard.press('-')
  expect((await changed(page, near)).span).toBe(start.span)
  await page.keyboard.press('Tab')
  await page.getByText('Newest values').waitFor()
  expect(faults).toEqual([])
})

test('a finger moves the picture sideways, two zoom, and up and down stays the page’s', async () => {
  await using visitor = await signedIn(browser, platform, { screen: 'phone', scheme: 'dark' })
  const { page, context, faults } = visitor
  await page.goto(exploring(fixed()))
  await page.locator('canvas').waitFor()
  await page.locator('.u-over').scrollIntoViewIfNeeded()
  const hands = await context.newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
    hands.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: touchPoints.map((point, id) => ({ ...point, id })),
    })
  const { x, y } = await middleOf(page)

  const start = inSight(page)
  await touch('touchStart', { x, y })
  for (let at = 10; at <= 80; at += 10) await touch('touchMove', { x: x + at, y })
  await touch('touchEnd')
  const earlier = await changed(page, start)
  expect(earlier.span).toBe(start.span)
  expect(earlier.from).toBeLessThan(start.from)

  await touch('touchStart', { x: x - 20, y })
  await touch('touchStart', { x: x - 20, y }, { x: x + 20, y })
  for (let at = 25; at <= 60; at += 5) await touch('touchMove', { x: x - at, y }, { x: x + at, y })
  await touch('touchEnd')
  // While fingers rest on a busy machine the address already follows them.
  await eventually(() => inSight(page).span / earlier.span).toBeCloseTo(1 / 3, 1)
  const near = inSight(page)

  const top = await page.evaluate(() => scrollY)
  await touch('touchStart', { x, y })
  for (let at = 10; at <= 120; at += 10) await touch('touchMove', { x, y: y - at })
  await touch('touchEnd')
  await eventually(() => page.evaluate(() => scrollY)).toBeGreaterThan(top)
  expect(inSight(page)).toEqual(near)
  expect(faults).toEqual([])
})

test('the picture is also a table and a CSV file with the same points', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto(exploring(fixed(), [power('fridge')]))
  await page.locator('canvas').waitFor()
  await page.getByText('Table', { exact: true }).click()
  const table = page.getByRole('table')
  await table.waitFor()
  expect(await table.getByRole('columnheader').allTextContents()).toEqual([
    'Time',
    expect.stringContaining('Fridge and freezer'),
  ])
  expect(new URL(page.url()).searchParams.get('view')).toBe('table')
  await page.getByRole('combobox', { name: 'Format' }).click()
  await page.getByRole('option', { name: 'CSV' }).click()
  const href = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')
  const file = await page.request.get(href!)
  const lines = (await file.text()).trim().split('\n')
  expect(lines[0]).toContain('time')
  const rows = await table.getByRole('row').count()
  expect(lines.length).toBe(rows)
  await page.getByRole('combobox', { name: 'Resolution' }).click()
  await page.getByRole('option', { name: 'Hours' }).click()
  const hours = await page.request.get(
    (await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href'))!,
  )
  expect((await hours.text()).trim().split('\n').length).toBeLessThan(10)
  expect(faults).toEqual([])
})

test('a time without readings says so, and leads back', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  const before = Date.now() - 400 * 24 * hour
  await page.goto(exploring({ from: before, to: before + 6 * hour }))
  await page.getByText('Nothing was measured in this time.').waitFor()
  await shot(page, 'explore-nothing-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByText('24 h', { exact: true }).click()
  await eventually(() => page.getByText('Nothing was measured in this time.').count()).toBe(0)
  expect(faults).toEqual([])
})

test('what cannot be fetched says why; what was there before stays', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  const broken = (detail: string) => ({
    status: 503,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: 'about:blank',
      title: detail,
      status: 503,
      code: 'OHM_STORE_UNAVAILABLE',
      detail,
    }),
  })
  await page.route('**/readings?*', route => route.fulfill(broken('the disk is full')))
  await page.goto(exploring(fixed()))
  const alert = page.getByRole('alert')
  await alert.getByText('the disk is full', { exact: true }).waitFor()
  expect(await page.locator('canvas').count()).toBe(0)
  await shot(page, 'explore-error-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.unroute('**/readings?*')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.locator('canvas').waitFor()
  await eventually(() => alert.count()).toBe(0)

  await page.route('**/readings?*', route => route.fulfill(broken('busy with a backup')))
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await alert.getByText('busy with a backup', { exact: true }).waitFor()
  expect(await page.locator('canvas').count()).toBe(1)
  await shot(page, 'explore-kept-desktop-light')
  await page.unroute('**/readings?*')
  await alert.getByRole('button', { name: 'Try again' }).click()
  await eventually(() => alert.count()).toBe(0)
})
