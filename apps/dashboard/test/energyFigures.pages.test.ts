import { calendarBuckets, isoLocal } from '@ohmstead/model'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatOf, spoken } from '../src/i18n/format.ts'
import { accessibilityFaults } from './axe.ts'
import { eventually, type Look, launchChromium, shot } from './browser.ts'
import { signedIn } from './realPage.ts'
import { fillWorkshop } from './workshopWorld.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  await fillWorkshop(platform)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const zone = 'Europe/Oslo'
const open = async (path: string, look: Look = {}) => {
  const visitor = await signedIn(browser, platform, look)
  await visitor.page.goto(path)
  return visitor
}
const labels = (page: Page) =>
  page.locator('[data-bar]').evaluateAll(bars => bars.map(bar => bar.getAttribute('aria-label') ?? ''))
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

interface Bucket {
  readonly start: string
  readonly importWh: number | null
  readonly exportWh: number | null
}

async function ledger(device: string, from: string, to: string, by: string): Promise<readonly Bucket[]> {
  const query = new URLSearchParams({ from, to, by, device, group: 'device' })
  const path = `/api/sites/workshop/energy?${query}`
  return (await platform.api<{ groups: { buckets: Bucket[] }[] }>('GET', path)).groups[0]!.buckets
}

const views = [
  ['day', '2025-10-26', '2025-10-27', 'hour', 25],
  ['day', '2025-03-30', '2025-03-31', 'hour', 23],
  ['day', '2025-10-22', '2025-10-23', 'slot', 96],
  ['week', '2025-10-20', '2025-10-27', 'day', 7],
  ['month', '2025-10-01', '2025-11-01', 'day', 31],
  ['year', '2025-01-01', '2026-01-01', 'month', 12],
  ['year', '2025-01-01', '2026-01-01', 'day', 365],
] as const

test.each(views)('a %s from %s to %s by %s: what bars say is what the ledger says', async (...view) => {
  const [span, from, to, by, count] = view
  const format = formatOf('en-GB', zone)
  await using visitor = await open(`/sites/workshop/energy?span=${span}&at=${from}&by=${by}&device=pump`)
  const { page, faults } = visitor
  await page.locator('canvas').waitFor()
  const expected = await ledger('pump', from, to, by)
  expect(expected).toHaveLength(count)
  const said = await labels(page)
  expect(said).toHaveLength(count)
  for (const [at, { importWh }] of expected.entries())
    expect(said[at]).toContain(importWh === null ? 'its energy is unknown' : spoken(format.energy(importWh)))
  const sum = expected.reduce((all, { importWh }) => all + (importWh ?? 0), 0)
  expect(await page.locator('main').textContent()).toContain(format.energy(sum).text)
  expect(faults).toEqual([])
})

test('days of 23 and 25 hours say so, and two o’clock comes twice', async () => {
  await using visitor = await open('/sites/workshop/energy?span=day&at=2025-10-26&device=pump')
  const { page } = visitor
  await page.getByText('Clocks change on this day: it has 25 hours.').waitFor()
  await page.locator('canvas').waitFor()
  expect((await labels(page)).filter(label => label.includes('02:00–'))).toHaveLength(2)
  expect((await labels(page)).filter(label => label.includes('second time'))).toHaveLength(1)
  await page.goto('/sites/workshop/energy?span=day&at=2025-03-30&device=pump')
  await page.getByText('Clocks change on this day: it has 23 hours.').waitFor()
  await page.locator('canvas').waitFor()
  expect((await labels(page)).filter(label => label.includes(', 02:00–'))).toEqual([])
})

test('what is unknown is a dash, in bars, list, table and file; it is no zero', async () => {
  await using visitor = await open('/sites/workshop/energy?at=2025-10-23&device=lathe&bar=2025-10-23')
  const { page, faults } = visitor
  const bar = page.getByRole('button', { name: /^Thu, 23 Oct 2025: No reading reaches this time/ })
  await bar.waitFor()
  expect(await bar.textContent()).toBe('–')
  await page.getByText('100% missing').waitFor()
  await shot(page, 'energy-unknown-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const file = await (await (await download).createReadStream()).toArray()
  const line = Buffer.concat(file).toString().split('\r\n')[4]
  expect(line).toBe('2025-10-23T00:00:00+02:00,2025-10-24T00:00:00+02:00,,0')

  await page.goto('/sites/workshop/energy?at=2025-10-23&bar=2025-10-23')
  await eventually(() => row(page, 'Lathe').textContent()).toMatch(/^Lathe–0%No reading reaches this time/)
  await page.goto('/sites/workshop/energy?at=2025-10-23&device=lathe&view=table')
  await eventually(() => row(page, '23 Oct 2025').textContent()).toBe('Thu, 23 Oct 2025–0%')
  expect(faults).toEqual([])
})

test('a counter that began again says so in its slot', async () => {
  const bar = encodeURIComponent('2025-10-22T11:00:00+02:00')
  await using visitor = await open(`/sites/workshop/energy?span=day&at=2025-10-22&device=pump&bar=${bar}`, {
    screen: 'phone',
    scheme: 'dark',
  })
  const { page, faults } = visitor
  await page.getByRole('button', { name: 'Why 11:45 is as it is' }).click()
  await page.getByText('the counter began again').waitFor()
  await shot(page, 'energy-reset-phone-dark')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test.each(['de-DE', 'fr-FR', 'nb-NO'])('%s writes numbers as its readers do', async locale => {
  const format = formatOf(locale, zone)
  const week = await ledger('pump', '2025-10-20', '2025-10-27', 'day')
  await using visitor = await open('/sites/workshop/energy?at=2025-10-22&device=pump&view=table', { locale })
  const { page, faults } = visitor
  await page.getByRole('table').first().waitFor()
  const cells = await page.locator('tbody td:nth-child(2)').allTextContents()
  expect(cells).toEqual(week.map(({ importWh }) => spoken(format.energy(importWh))))
  expect(cells[0]).toMatch(/^\d+,\d+\skWh$/)
  expect(faults).toEqual([])
})

test('by keys alone: choose an hour, correct it, undo it; both are in the record', async () => {
  await using visitor = await open('/sites/workshop/energy?span=day&at=2025-10-21&device=lathe')
  const { page, faults } = visitor
  const [hour] = calendarBuckets(
    { from: Date.parse('2025-10-21T08:00:00Z'), to: Date.parse('2025-10-21T08:00:01Z') },
    'hour',
    zone,
  )
  const energy = () =>
    ledger('lathe', isoLocal(hour!.start, zone), isoLocal(hour!.end, zone), 'hour').then(
      all => all[0]!.importWh,
    )
  await page.locator('canvas').waitFor()
  const tabTo = async (name: string | RegExp, role: 'button' | 'textbox' | 'radio' = 'button') => {
    const wanted = page.getByRole(role, { name, exact: true }).first()
    await wanted.waitFor()
    for (let presses = 0; presses < 60; presses++) {
      if (await wanted.evaluate(element => element === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`no way to ${name} by Tab`)
  }
  await tabTo(/^Tue, 21 Oct 2025, 23:00/)
  for (let steps = 0; steps < 13; steps++) await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Slots of Tue, 21 Oct 2025, 10:00/ }).waitFor()
  expect(await energy()).toBe(1200)
  await tabTo('Correct')
  await page.keyboard.press('Enter')
  await tabTo('Drawn, kWh', 'textbox')
  await page.keyboard.type('2,5')
  await page.keyboard.press('Enter')
  await page.locator('[data-preview]').waitFor()
  await tabTo('Save correction')
  await page.keyboard.press('Enter')
  await page.getByText('Saved. The energy was computed again.').waitFor()
  expect(await energy()).toBe(2500)
  await tabTo('Undo')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').locator('[data-preview]').waitFor()
  await tabTo('Undo it')
  await page.keyboard.press('Enter')
  await page.locator('[data-undone]').waitFor()
  expect(await energy()).toBe(1200)
  const { items } = await platform.api<{ items: { action: string }[] }>('GET', '/api/sites/workshop/audit')
  // Newest first.
  expect(items.map(({ action }) => action).filter(action => action.startsWith('edit.'))).toEqual([
    'edit.undo',
    'edit.create',
  ])
  expect(faults).toEqual([])
})
