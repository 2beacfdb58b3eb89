import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, type Look, launchChromium, looks, shot, visit } from './browser.ts'
import { energyOf, fillHome } from './energyWorld.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser
let session: { name: string; value: string }

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  await fillHome(platform)
  await platform.api('POST', '/api/sites', { id: 'empty', name: 'Empty', timezone: 'Europe/Oslo' })
  session = await signIn()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function signIn() {
  const answer = await fetch(`${platform.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: platform.url },
    body: JSON.stringify({ email: 'admin@example.org', password: 'a long enough passphrase' }),
  })
  const [name, value] = answer.headers.getSetCookie()[0]!.split(';')[0]!.split(/=(.*)/s) as [string, string]
  return { name, value }
}

async function open(path: string, look: Look = {}) {
  const visitor = await visit(browser, platform.url, { session, ...look })
  await visitor.page.goto(path)
  return visitor
}

const bar = (page: Page, name: RegExp) => page.getByRole('button', { name })
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function expectSound(page: Page, faults: readonly string[]) {
  expect(await accessibilityFaults(page)).toEqual([])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide, 'nothing is wider than the screen').toBeLessThanOrEqual(0)
  expect(faults).toEqual([])
}

test.for(looks)('a resident taps bar, device, hour, and comes back, on a $screen, $scheme', async look => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22', look)
  const { page, faults } = visitor
  const end = `${look.screen}-${look.scheme}`
  await bar(page, /^Wed, 22 Oct 2025: 24\.0 kWh/).waitFor()
  // 24 kWh a day and an hour more on Sunday: 169 kWh, of which 300 W are not tracked.
  expect(await row(page, 'Not tracked').textContent()).toMatch(/50\.7\skWh/)
  expect(await row(page, 'Sum').textContent()).toMatch(/169\skWh/)
  await page.locator('canvas').waitFor()
  await shot(page, `energy-week-${end}`)
  await expectSound(page, faults)

  await bar(page, /^Wed, 22 Oct 2025/).click()
  await page.getByRole('heading', { name: 'Devices, Wed, 22 Oct 2025' }).waitFor()
  expect(await row(page, 'Heater').textContent()).toMatch(/14\.4\skWh/)
  await shot(page, `energy-bar-${end}`)
  await page.getByRole('button', { name: 'Heater', exact: true }).click()
  await bar(page, /14:00–15:00/).click()
  await page.getByRole('heading', { name: /^Slots of/ }).waitFor()
  await eventually(() =>
    page.getByRole('region', { name: 'Its 15-minute slots' }).getByRole('row').count(),
  ).toBe(5)
  expect(await row(page, '14:15').textContent()).toMatch(/150\sWh.*measured, computed from a counter/)
  expect(new URL(page.url()).search).toMatch(/device=heater/)
  await page.getByRole('button', { name: 'Why 14:15 is as it is' }).click()
  await page.getByText('electricalMeter.energyImport, a counter').waitFor()
  await shot(page, `energy-hour-${end}`)
  await expectSound(page, faults)

  const path = page.getByRole('navigation', { name: 'Where you are' })
  await path.getByRole('button', { name: 'All devices' }).click()
  await page.getByRole('heading', { name: /^Devices, Wednesday,? 22 October 2025/ }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: /^Slots of/ }).waitFor()
})

test('the address shows the same to whoever follows it', async () => {
  const path = '/sites/home/energy?span=day&at=2025-10-22&device=heater&view=table&by=slot'
  await using visitor = await open(path)
  const { page } = visitor
  await page.getByRole('table').first().waitFor()
  expect(await page.getByRole('rowheader').count()).toBe(96 + 1)
  await page.keyboard.press('v')
  await page.locator('canvas').waitFor()
  expect(new URL(page.url()).searchParams.get('view')).toBe('bars')
})

test('one key compares, arrows step, and a week of a day with 25 hours says so', async () => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22')
  const { page, faults } = visitor
  await bar(page, /^Wed, 22 Oct/).waitFor()
  expect(await bar(page, /^Sun, 26 Oct 2025 · 25 h: 25\.0 kWh/).count()).toBe(1)
  await page.keyboard.press('c')
  const change = page.locator('[data-change]')
  await eventually(() => change.textContent()).toMatch(/84\.0\skWh101% more than the time before/)
  await shot(page, 'energy-compared-desktop-light')
  await page.keyboard.press('ArrowLeft')
  await page.getByRole('heading', { name: /^Week 42/ }).waitFor()
  await bar(page, /^Mon, 13 Oct 2025: 12\.0 kWh/).waitFor()
  await eventually(() => change.textContent()).toContain('Nothing is known of the time it is compared with')
  await page.keyboard.press('ArrowRight')
  await bar(page, /^Wed, 22 Oct/).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Devices, Thu, 23 Oct 2025' }).waitFor()
  // Its plug was silent for three hours; the counter went on.
  expect(await row(page, 'Fridge').textContent()).toMatch(/2\.40\skWh.*1[0-9]% interpolated/)
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: /^Devices, Week 43/ }).waitFor()
  expect(faults).toEqual([])
})

test('letters can be switched off, and stay off', async () => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22')
  const { page } = visitor
  await page.getByRole('button', { name: 'Switch letters off' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'Switch letters on' }).waitFor()
  await page.keyboard.press('c')
  await page.keyboard.press('ArrowLeft')
  await page.getByRole('heading', { name: /^Week 42/ }).waitFor()
  expect(await page.locator('[data-change]').count()).toBe(0)
})

test('places, shares, table and file hold the same numbers', async () => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22&group=place')
  const { page, faults } = visitor
  await eventually(() => row(page, 'Kitchen').textContent()).toMatch(/16\.9\skWh/)
  await page.getByText('Shares', { exact: true }).click()
  await page.getByRole('img', { name: /Kitchen 16\.9 kWh/ }).waitFor()
  await shot(page, 'energy-shares-desktop-light')
  await page.getByText('Table', { exact: true }).click()
  await page.getByRole('columnheader', { name: 'Kitchen' }).waitFor()
  await shot(page, 'energy-table-desktop-light')
  await expectSound(page, faults)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const file = await (await (await download).createReadStream()).toArray()
  const lines = Buffer.concat(file).toString().trim().split('\r\n')
  expect(lines[0]).toContain('"Kitchen, used, Wh"')
  expect(lines).toHaveLength(8)
  expect(lines[7]).toMatch(/^2025-10-26T00:00:00\+02:00,2025-10-27T00:00:00\+01:00,.*\b2500\b/)
})

test.for(looks)(
  'a correction is as its preview said, and can be undone, on a $screen, $scheme',
  async look => {
    const end = `${look.screen}-${look.scheme}`
    // Every look corrects an hour of its own.
    const hour = 10 + looks.indexOf(look)
    const time = (at: number) => `2025-10-21T${at}:00`
    const about = new URLSearchParams({
      span: 'day',
      at: '2025-10-21',
      device: 'heater',
      bar: `${time(hour)}:00+02:00`,
    })
    await using visitor = await open(`/sites/home/energy?${about}`, look)
    const { page, faults } = visitor
    await page.getByRole('button', { name: 'Correct', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Correct Heater' })
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByText('expected at least one of the two').waitFor()
    await dialog.getByLabel('Drawn, kWh').fill('1,25')
    await dialog.getByLabel('Why').fill('The bill says so')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    const sums = dialog.locator('[data-sums="import"]')
    await eventually(() => sums.textContent()).toMatch(/Before600\sWhAfter1\.25\skWhDifference650\sWh more/)
    expect(await energyOf(platform, 'heater', time(hour), time(hour + 1))).toEqual([600])
    await shot(page, `correct-preview-${end}`, false)
    await expectSound(page, faults)
    await dialog.getByRole('button', { name: 'Save correction' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Saved. The energy was computed again.').waitFor()
    expect(await energyOf(platform, 'heater', time(hour), time(hour + 1))).toEqual([1250])
    await bar(page, new RegExp(`${hour}:00–.*1\\.25 kWh, Corrected by a person`)).waitFor()
    await page.getByText('The bill says so').waitFor()
    expect(await page.locator('[data-cause="edit"]').textContent()).toMatch(/4 slots.*600\sWh → 1\.25\skWh/)
    await shot(page, `corrected-${end}`)
    await expectSound(page, faults)

    await page.goto('/sites/home/devices/heater')
    await eventually(() => page.locator('main').textContent()).toContain('The bill says so')
    await page.goBack()
    await page.locator('[data-edit]').getByRole('button', { name: 'Undo' }).first().click()
    const undo = page.getByRole('dialog', { name: 'Undo a correction' })
    await eventually(() => undo.locator('[data-sums="import"]').textContent()).toMatch(
      /Before1\.25\skWhAfter600\sWh/,
    )
    await shot(page, `undo-${end}`, false)
    await undo.getByRole('button', { name: 'Undo it' }).click()
    await undo.waitFor({ state: 'detached' })
    expect(await energyOf(platform, 'heater', time(hour), time(hour + 1))).toEqual([600])
    await page.locator('[data-undone]').first().waitFor()
  },
)

test.each([
  ['Leave readings out', 'exclude', /Readings left out/],
  ['Another meter since then', 'replaced', /Another meter since/],
  ['What the counter showed', 'counter', /The counter showed/],
] as const)('%s: previewed, kept and undone', async (choice, kind, said) => {
  const about = new URLSearchParams({
    span: 'day',
    at: '2025-10-20',
    device: 'fridge',
    bar: '2025-10-20T12:00:00+02:00',
  })
  await using visitor = await open(`/sites/home/energy?${about}`)
  const { page } = visitor
  const before = await energyOf(platform, 'fridge', '2025-10-20', '2025-10-21', 'slot')
  await page.getByRole('button', { name: 'Correct', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: choice }).check()
  if (kind === 'counter') {
    await dialog.getByLabel('When').fill('2025-10-20T12:07')
    await dialog.getByLabel('Drawn, kWh').fill('10.605')
  }
  if (kind === 'replaced') {
    await dialog.getByLabel('The old one showed last, kWh').fill('10.6')
    await dialog.getByLabel('The new one showed first, kWh').fill('10.55')
  }
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await dialog.locator('[data-preview]').waitFor()
  const promised = await dialog
    .locator('[data-sums="import"] dd')
    .nth(1)
    .locator('[title]')
    .getAttribute('title')
  await shot(page, `correct-${kind}-desktop-light`, false)
  await dialog.getByRole('button', { name: 'Save correction' }).click()
  await dialog.waitFor({ state: 'detached' })
  const name = page.locator('[data-edit]:not([data-undone])').filter({ hasText: said })
  await name.waitFor()
  const after = await energyOf(platform, 'fridge', '2025-10-20', '2025-10-21', 'slot')
  const changed = after.flatMap((wh, at) => (wh === before[at] ? [] : [at]))
  if (changed.length > 0) {
    const sum = after.slice(changed[0], changed.at(-1)! + 1).reduce<number>((all, wh) => all + (wh ?? 0), 0)
    expect(Number.parseFloat(promised!)).toBeCloseTo(sum, 3)
  }
  await name.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Undo it' }).click()
  await eventually(() => energyOf(platform, 'fridge', '2025-10-20', '2025-10-21', 'slot')).toEqual(before)
})

test.for(looks)(
  'meters are moved by keys, by hand and by tapping; circles cannot be made, on a $screen, $scheme',
  async look => {
    await using visitor = await open('/sites/home/energy/meters', look)
    const { page, faults } = visitor
    const end = `${look.screen}-${look.scheme}`
    const depth = (id: string) => page.locator(`[data-drop="${id}"]`).getAttribute('data-depth')
    await page.getByRole('button', { name: 'Move Fridge' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('status').filter({ hasText: 'Fridge to the top' }).waitFor()
    await shot(page, `meters-taken-${end}`)
    await expectSound(page, faults)
    await page.keyboard.press('Space')
    await eventually(() => depth('fridge')).toBe('0')
    expect(
      (await platform.api<{ submeterOf: string | null }>('GET', '/api/sites/home/devices/fridge')).submeterOf,
    ).toBeNull()

    const from = (await page.getByRole('button', { name: 'Move Fridge' }).boundingBox())!
    const to = (await page.locator('[data-drop="heater"]').boundingBox())!
    await page.mouse.move(from.x + 16, from.y + 16)
    await page.mouse.down()
    await page.mouse.move(from.x + 40, from.y + 30, { steps: 4 })
    const target = (await page.locator('[data-drop="heater"]').boundingBox()) ?? to
    await page.mouse.move(target.x + 60, target.y + target.height / 2, { steps: 6 })
    await page.mouse.up()
    await eventually(() => depth('fridge')).toBe('2')

    // The mains measures both of them: it can stand below neither, and nothing offers it.
    await page.getByRole('button', { name: 'Move Mains meter' }).click()
    expect(await page.getByRole('button', { name: 'Mains meter below Fridge' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Move Fridge' }).click()
    await page.getByRole('button', { name: 'Fridge below Mains meter' }).click()
    await eventually(() => depth('fridge')).toBe('1')
  },
)

test('a virtual meter counts nothing twice and stands beside the sum', async () => {
  await using visitor = await open('/sites/home/energy/meters')
  const { page, faults } = visitor
  await page.getByRole('button', { name: 'New virtual meter' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('House without heater')
  await dialog.getByRole('combobox', { name: 'Add up' }).click()
  await page.getByRole('option', { name: 'Mains meter' }).click()
  const inside = page.getByRole('option', { name: 'Fridge (is in Mains meter already)' })
  await inside.waitFor()
  expect(await inside.getAttribute('data-combobox-disabled')).not.toBeNull()
  await shot(page, 'virtual-meter-desktop-light', false)
  await page.keyboard.press('Escape')
  await dialog.getByRole('combobox', { name: 'Take away' }).click()
  await page.getByRole('option', { name: 'Heater' }).click()
  await dialog.getByLabel('Name').click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.locator('[data-computed="house-without-heater"]').textContent()).toContain(
    'Mains meter − Heater',
  )
  expect(await accessibilityFaults(page)).toEqual([])

  await page.goto('/sites/home/energy?at=2025-10-22')
  // 400 W of 1000 W for 169 hours.
  await eventually(() => row(page, 'House without heater').textContent()).toMatch(/67\.6\skWh/)
  expect(await row(page, 'Sum').textContent()).toMatch(/169\skWh/)
  await page.goto('/sites/home/energy/meters')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await eventually(() => page.locator('[data-computed]').count()).toBe(0)
  expect(faults).toEqual([])
})

test.for(looks)('waiting, empty, refused, lost and without the right, on a $screen, $scheme', async look => {
  await using visitor = await open('/sites/empty/energy', look)
  const { page } = visitor
  const end = `${look.screen}-${look.scheme}`
  await page.getByRole('heading', { name: 'No energy yet' }).waitFor()
  await shot(page, `energy-empty-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])

  let release = () => {}
  const gate = new Promise<void>(resolve => (release = resolve))
  await page.route('**/api/sites/home/energy?*', async route => {
    await gate
    await route.continue()
  })
  await page.goto('/sites/home/energy?at=2025-10-22')
  await page.getByRole('heading', { name: /^Week 43/, level: 2 }).waitFor()
  const chart = page.getByRole('region', { name: 'Energy by device' })
  const before = (await chart.boundingBox())!
  await shot(page, `energy-loading-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  release()
  await bar(page, /^Wed, 22 Oct/).waitFor()
  const after = (await chart.boundingBox())!
  expect(Math.abs(after.y - before.y), 'nothing jumps').toBeLessThanOrEqual(1)
  // On a phone the meaning of hatching and marks may need a second line below the picture.
  const line = look.screen === 'phone' ? 24 : 0
  expect(Math.abs(after.height - before.height)).toBeLessThanOrEqual(line + 1)
  await page.unroute('**/api/sites/home/energy?*')

  await page.route('**/api/sites/home/energy?*', route =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        title: 'about 900000 buckets',
        status: 422,
        code: 'OHM_QUERY_TOO_LARGE',
      }),
    }),
  )
  await page.goto('/sites/home/energy?at=2025-10-14')
  await page.getByText('about 900000 buckets', { exact: true }).waitFor()
  await shot(page, `energy-refused-${end}`)
  await page.unroute('**/api/sites/home/energy?*')
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await bar(page, /^Tue, 14 Oct/).waitFor()

  await page.route('**/api/auth/session', async route => {
    const answer = await route.fetch()
    const body = await answer.json()
    await route.fulfill({
      response: answer,
      json: { ...body, person: { ...body.person, admin: false, roles: { home: 'viewer' } } },
    })
  })
  await page.goto('/sites/home/energy?at=2025-10-22&device=heater')
  await page.getByText('Ask an operator or owner of this site to correct it.').waitFor()
  expect(await page.getByRole('button', { name: 'Correct', exact: true }).count()).toBe(0)
  await shot(page, `energy-viewer-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
})

test.for(looks)(
  'what is below the toolbar stands still from the first moment, on a $screen, $scheme',
  async look => {
    let release = () => {}
    const gate = new Promise<void>(resolve => (release = resolve))
    await using visitor = await visit(browser, platform.url, { session, ...look })
    const { page } = visitor
    await page.route('**/api/sites/home/devices*', async route => {
      await gate
      await route.continue()
    })
    await page.goto('/sites/home/energy?at=2025-10-22')
    const top = async (after: string) => (await page.locator(`${after} + *`).first().boundingBox())!.y
    const before = await top('main [role="status"][aria-label="Loading"]')
    await shot(page, `energy-first-${look.screen}-${look.scheme}`)
    release()
    await bar(page, /^Wed, 22 Oct/).waitFor()
    expect(Math.abs((await top('main section[aria-label="Time shown"]')) - before)).toBeLessThanOrEqual(1)
  },
)

test('a lost network leaves what is known and says so; it goes on by itself', async () => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22')
  const { page, context } = visitor
  await bar(page, /^Wed, 22 Oct/).waitFor()
  await context.setOffline(true)
  await page.keyboard.press('ArrowLeft')
  await page.getByText('The server did not answer.').waitFor({ timeout: 40_000 })
  await shot(page, 'energy-offline-desktop-light')
  await page.keyboard.press('ArrowRight')
  await bar(page, /^Wed, 22 Oct/).waitFor()
  await context.setOffline(false)
  await page.keyboard.press('ArrowLeft')
  await bar(page, /^Tue, 14 Oct/).waitFor()
})

test.for(['de-DE', 'fr-FR', 'nb-NO'])('speaks %s on a phone', async locale => {
  await using visitor = await open('/sites/home/energy?at=2025-10-22&compare=previous', {
    locale,
    screen: 'phone',
  })
  const { page, faults } = visitor
  await page.locator('canvas').waitFor()
  await shot(page, `energy-phone-${locale}`)
  await expectSound(page, faults)
  await page.goto('/sites/home/energy/meters')
  await page.locator('[data-drop="fridge"]').waitFor()
  await shot(page, `meters-phone-${locale}`)
  await expectSound(page, faults)
})
