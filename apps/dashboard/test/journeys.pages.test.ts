import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, launchChromium, looks, shot, visit } from './browser.ts'
import { energyOf, fillHome } from './energyWorld.ts'
import { admin, send, signedIn } from './realPage.ts'
import { expectSound } from './sound.ts'

const run = promisify(execFile)
const folder = tempFolder()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  platform = await Platform.start(join(folder.path, 'data'))
  await fillHome(platform)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const bar = (page: Page, name: RegExp) => page.getByRole('button', { name })

describe.for(looks)('on a $screen, $scheme', look => {
  const end = `${look.screen}-${look.scheme}`

  test('a resident signs in and has an answer within five seconds', async () => {
    await send(platform, 'mains', [reading({ power: 1234 })])
    await using visitor = await visit(browser, platform.url, { ...look, cold: true })
    const { page, faults } = visitor
    const start = performance.now()
    await page.goto('/')
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password', { exact: true }).fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await eventually(() => page.locator('[data-device="mains"]').textContent()).toMatch(/1\.23\skW/)
    const seconds = (performance.now() - start) / 1000
    console.log(`${end}: from the address to power now in ${seconds.toFixed(1)} s, sign-in included`)
    expect(seconds).toBeLessThan(5)
    await page.getByText(/\d of \d meters? heard/).waitFor()
    expect(faults).toEqual([])
  })

  test('a resident goes from a bar to a device to its hour in three taps, and compares by one key', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    await page.goto('/sites/home/energy?at=2025-10-22')
    await bar(page, /^Wed, 22 Oct 2025/).click()
    await page.getByRole('button', { name: 'Heater', exact: true }).click()
    await bar(page, /14:00–15:00/).click()
    await page.getByRole('heading', { name: /^Slots of Wed, 22 Oct 2025, 14:00/ }).waitFor()
    await page.getByText('of this time').first().waitFor()
    await page.goto('/sites/home/energy?at=2025-10-22')
    await bar(page, /^Wed, 22 Oct/).waitFor()
    await page.keyboard.press('c')
    await eventually(() => page.locator('[data-change]').textContent()).toMatch(/84\.0\skWh101% more/)
    expect(faults).toEqual([])
  })

  // A report as PDF comes with accounting; the file that A has is CSV.
  test('a facility manager takes a month by place as CSV, and the page says how complete it is', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    await page.goto('/sites/home/energy?at=2025-10-22')
    await bar(page, /^Wed, 22 Oct/).waitFor()
    await page.getByText('Place', { exact: true }).click()
    await chooseSpan(page, look.screen, 'Month')
    await eventually(() => row(page, 'Kitchen').textContent()).toMatch(/27\.7\skWh/)
    // 15 of its 31 days, and the hour more of one of them, were measured.
    await eventually(() => page.locator('main').textContent()).toMatch(/Known48%of this time/)
    await shot(page, `journey-month-${end}`)
    await expectSound(page, faults)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const lines = (await textOf(await download)).trim().split('\r\n')
    expect(lines).toHaveLength(1 + 31)
    expect(lines[0]).toMatch(/known"?$/)
    const at = csvColumn(lines[0]!, 'Kitchen')
    const sum = lines.slice(1).reduce((all, line) => all + Number(line.split(',')[at] || 0), 0)
    const [month] = await energyOf(platform, 'fridge', '2025-10-01', '2025-11-01', 'month')
    expect(sum).toBeCloseTo(month!, 3)
  })

  test('a researcher makes a token, copies one call, and reads Parquet with units and time zone', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, context, faults } = visitor
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const time = {
      from: Date.parse('2025-10-22T00:00:00+02:00'),
      to: Date.parse('2025-10-23T00:00:00+02:00'),
    }
    const series = JSON.stringify(['heater/electricalMeter/energyImport'])
    await page.goto(
      `/sites/home/explore?${new URLSearchParams({ s: series, from: `${time.from}`, to: `${time.to}` })}`,
    )
    await page.locator('canvas').waitFor()
    await page.getByRole('button', { name: 'Copy as API call' }).click()
    const call = await page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('link', { name: 'Make a token' }).click()
    await page.getByLabel('What it is for').fill(`Study, ${end}`)
    await page.getByRole('button', { name: 'Make token' }).click()
    const use = (await page.getByRole('region', { name: 'For the calls of Explore' }).textContent())!
    const cwd = join(folder.path, end)
    mkdirSync(cwd)
    await run('sh', ['-c', `${use.trim()}\n${call}`], { cwd })
    const file = new Uint8Array(readFileSync(join(cwd, 'home.parquet'))).buffer
    const told = Object.fromEntries(
      parquetMetadata(file).key_value_metadata!.map(({ key, value }) => [key, value]),
    )
    expect(told['ohmstead.timezone']).toBe('Europe/Oslo')
    expect(JSON.parse(told['ohmstead.units']!)).toMatchObject({ 'electricalMeter.energyImport': 'W.h' })
    const rows = (await parquetReadObjects({ file })) as { time: Date; value: number; unit: string }[]
    expect(rows).toHaveLength(96)
    expect(rows.at(-1)!.value - rows[0]!.value).toBeCloseTo(600 * 23.75, 6)
    expect(rows.every(({ unit, time: at }) => unit === 'W.h' && at.getTime() >= time.from)).toBe(true)
    expect(faults).toEqual([])
  })

  test('an administrator is told by the health page what to do', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    await page.goto('/sites/home/now')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Health' }).click()
    await page.getByText('All of it is well').waitFor()
    await shot(page, `settings-health-${end}`)
    await expectSound(page, faults)
    const trouble = { part: 'store', reason: 'disk full: 96 MB free at /data', since: Date.now() - 60_000 }
    await page.route('**/readyz', route =>
      route.fulfill({ status: 503, json: { ready: false, troubles: [trouble] } }),
    )
    await page.reload()
    await page.getByText('store: disk full: 96 MB free at /data').waitFor()
    await page.getByText('Make room on the disk').waitFor()
    await shot(page, `settings-unwell-${end}`)
    await expectSound(page, faults)
    await page.getByRole('link', { name: 'Now', exact: true }).click()
    await page.getByText('The server cannot do all of its work now.').waitFor()
    await page.getByText('Make room on the disk').waitFor()
  })

  test('this meter was replaced here: energy becomes what the preview said, and is put back', async () => {
    const about = { span: 'day', at: '2025-10-20', device: 'fridge', bar: '2025-10-20T12:00:00+02:00' }
    const energy = () => energyOf(platform, 'fridge', '2025-10-20T12:00', '2025-10-20T13:00', 'slot')
    const before = await energy()
    expect(before).toEqual([25, 25, 25, 25])
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    await page.goto(`/sites/home/energy?${new URLSearchParams(about)}`)
    await page.getByRole('button', { name: 'Correct', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Correct Fridge' })
    await dialog.getByRole('radio', { name: 'Another meter since then' }).check()
    await dialog.getByLabel('When').fill('2025-10-20T12:07')
    // It went on to 10.65 kWh before it was taken away; the new one began at what was read next, 10.6 kWh.
    await dialog.getByLabel('The old one showed last, kWh').fill('10.65')
    await dialog.getByLabel('The new one showed first, kWh').fill('10.6')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    const sums = dialog.locator('[data-sums="import"]')
    await eventually(() => sums.textContent()).toMatch(/Before25\sWhAfter75\sWhDifference50\sWh more/)
    expect(await energy()).toEqual(before)
    await shot(page, `journey-replaced-${end}`, false)
    await expectSound(page, faults)
    await dialog.getByRole('button', { name: 'Save correction' }).click()
    await page.getByText('Saved. The energy was computed again.').waitFor()
    expect(await energy()).toEqual([75, 25, 25, 25])
    const edit = page.locator('[data-edit]:not([data-undone])').filter({ hasText: 'Another meter since' })
    await edit.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Undo it' }).click()
    await eventually(energy).toEqual(before)
    expect(faults).toEqual([])
  })
})

const reading = (fields: object) => ({ measurement: 'electricalMeter', time: Date.now(), fields })

/** Spans are tabs where there is room, and a list on a phone. */
async function chooseSpan(page: Page, screen: 'desktop' | 'phone', span: string): Promise<void> {
  if (screen === 'desktop') return page.getByText(span, { exact: true }).click()
  await page.getByRole('combobox', { name: 'Time shown' }).selectOption(span)
}

async function textOf(download: { createReadStream(): Promise<NodeJS.ReadableStream> }): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of await download.createReadStream()) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** Where a column stands whose heading, which may hold commas, begins with `name`. */
function csvColumn(head: string, name: string): number {
  const columns = [...head.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
  return columns.findIndex(column => column.startsWith(name))
}
