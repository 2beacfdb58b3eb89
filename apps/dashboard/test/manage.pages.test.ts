import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot, visit } from './browser.ts'
import { furnish, send, signedIn } from './realPage.ts'

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

const now = () => ({ measurement: 'electricalMeter', time: Date.now(), fields: { power: 71.5 } })
const power = (device: string) => `${device}/electricalMeter/power`
const exploring = (series: string[], from: string) =>
  `/sites/home/explore?${new URLSearchParams({ s: JSON.stringify(series), from })}`

/** Every page, and what stands on it once it is there. */
const pages: Record<string, [path: string, there: string]> = {
  devices: ['/sites/home/devices', 'Spare plug'],
  'devices-by-place': ['/sites/home/devices?order=place', 'Without a place'],
  'devices-no-match': ['/sites/home/devices?q=nothing+like+this', 'No device matches.'],
  device: ['/sites/home/devices/fridge', 'Newest values'],
  'device-new': ['/sites/home/devices/spare', 'It has not measured anything yet.'],
  'device-gone': ['/sites/home/devices/gone', 'There is no such device here'],
  connect: ['/sites/home/connect', 'Name of the device'],
  'site-new': ['/sites/new', 'Time zone'],
  'explore-empty': ['/sites/home/explore', 'Choose a series above'],
  explore: [exploring([power('mains'), power('fridge'), 'air/roomSensor/temperature'], '-6h'), '420|W'],
  'explore-table': [`${exploring([power('mains')], '-6h')}&view=table`, 'Take it along'],
  'settings-site': ['/sites/home/settings/site', 'Price area'],
  'settings-places': ['/sites/home/settings/places', 'Laundry room'],
  'settings-members': ['/sites/home/settings/members', 'Invite'],
  'settings-tokens': ['/sites/home/settings/tokens', 'New token'],
  'settings-refused': ['/sites/home/settings/refused', 'Refused readings'],
  'settings-changes': ['/sites/home/settings/changes', 'Device created'],
  'settings-account': ['/sites/home/settings/account', 'Second factor'],
  'settings-people': ['/sites/home/settings/people', 'Administrator'],
}

describe.for(looks)('on a $screen, $scheme', look => {
  test.for(Object.entries(pages))('%s has no fault and fits', async ([name, [path, there]]) => {
    await send(platform, 'fridge', [now()])
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await eventually(() => page.locator('main').textContent()).toMatch(new RegExp(there.replace('.', '\\.')))
    if (name.startsWith('explore') && name !== 'explore-empty' && name !== 'explore-table')
      await page.locator('canvas').waitFor()
    await shot(page, `${name}-${look.screen}-${look.scheme}`)
    expect(await accessibilityFaults(page)).toEqual([])
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide, 'nothing is wider than the screen').toBeLessThanOrEqual(0)
    expect(faults).toEqual([])
  })
})

test('states look different without their colour, and one of them can be asked for alone', async () => {
  await send(platform, 'fridge', [now()])
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/devices')
  const row = (id: string) => page.locator(`[data-device="${id}"]`)
  await eventually(() => row('fridge').getAttribute('data-state')).toBe('live')
  const words = { fridge: 'Live', washer: 'Silent', boiler: 'Off', spare: 'Not heard yet' }
  for (const [id, word] of Object.entries(words)) expect(await row(id).textContent()).toContain(word)
  const shapes = await Promise.all(Object.keys(words).map(id => row(id).locator('svg').first().innerHTML()))
  expect(new Set(shapes).size).toBe(4)
  expect(await row('washer').textContent()).toMatch(/–.*last 1\.90\skW/)
  await page.getByRole('button', { name: /^Silent/ }).click()
  await eventually(() => page.locator('[data-device]').count()).toBe(1)
  expect(new URL(page.url()).searchParams.get('state')).toBe('silent')
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('searchbox').fill('kitchen sensor')
  await eventually(() => page.locator('[data-device]').count()).toBe(1)
  await page.getByRole('link', { name: 'Air in the kitchen' }).click()
  await page.getByRole('heading', { name: 'Air in the kitchen', level: 1 }).waitFor()
})

test('an operator changes a device, and the change stands in its history', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices/washer')
  await page.getByLabel('Rated power, W').fill('2300')
  await page.getByLabel('Counter rolls over at, kWh').fill('100000')
  await page.getByLabel('Known as').fill('mac 3c')
  await page.getByText('Each line needs a kind and a value').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await page.getByLabel('Known as').fill('mac: 3c:61:05:ab:00:12')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  expect(await platform.api('GET', '/api/sites/home/devices/washer')).toMatchObject({
    ratedPowerW: 2300,
    counterModulusWh: 100_000_000,
    identities: { mac: '3c:61:05:ab:00:12' },
    submeterOf: 'mains',
  })
  await eventually(() => page.locator('main').textContent()).toMatch(/ratedPowerW: – → 2300/)
  // A counter that never rolls over has no such number.
  await page.getByLabel('Counter rolls over at, kWh').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await eventually(() => page.locator('main').textContent()).toMatch(/counterModulusWh: 100000000 → –/)
  expect(await platform.api('GET', '/api/sites/home/devices/washer')).toMatchObject({
    ratedPowerW: 2300,
    counterModulusWh: null,
  })
  expect(faults).toEqual([])
})

test('a device that has not measured yet is renamed and moved, and its page has each part once', async () => {
  await platform.api('POST', '/api/sites/home/devices', { id: 'lamp', name: 'Lamp' })
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices/lamp')
  await page.getByLabel('Name').fill('Reading lamp')
  await page.getByRole('combobox', { name: 'Place' }).click()
  await page.getByRole('option', { name: 'Kitchen, House' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Reading lamp', level: 1 }).waitFor()
  await eventually(() => page.locator('main').textContent()).toMatch(/name: Lamp → Reading lamp/)
  const titles = await page.getByRole('heading', { level: 2 }).allTextContents()
  expect(titles).toEqual([...new Set(titles)])
  expect(await platform.api('GET', '/api/sites/home/devices/lamp')).toMatchObject({
    name: 'Reading lamp',
    place: 'kitchen',
  })
  expect(faults).toEqual([])
})

test('a new password turns green with the first reading, is replaced and revoked', async () => {
  await platform.api('POST', '/api/sites/home/devices', { id: 'plug', name: 'Plug' })
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices/plug')
  await page.getByText('It has no password').waitFor()
  await page.getByLabel('What it is for').fill('workshop')
  await page.getByRole('button', { name: 'New password' }).click()
  await page.getByText('Waiting for the first reading').waitFor()
  await shot(page, 'device-password-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  const snippet = (await page.getByRole('region', { name: 'HTTP' }).textContent())!
  await run('sh', ['-c', snippet])
  await page.getByText('The first reading has arrived').waitFor()
  await page.locator('canvas').waitFor()

  await page.getByRole('button', { name: 'Replace: workshop' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.textContent()).toContain('the device is refused until it has the new one')
  await shot(page, 'device-replace-desktop-light', false)
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await page.getByText('Waiting for its next reading').waitFor()
  await expect(run('sh', ['-c', snippet.replace('curl ', 'curl --fail ')])).rejects.toThrow('401')
  const next = (await page.getByRole('region', { name: 'HTTP' }).textContent())!
  await run('sh', ['-c', next])
  await page.getByText('A reading has arrived').waitFor()

  await page.getByRole('button', { name: 'Revoke: workshop' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('It has no password').waitFor()
  await expect(run('sh', ['-c', next.replace('curl ', 'curl --fail ')])).rejects.toThrow('401')
  expect(faults).toEqual([])
})

test.for(['HTTP', 'MQTT', 'Node.js'])('a new device is connected as the page says, by %s', async way => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices')
  await page.getByRole('link', { name: 'Connect a device' }).click()
  await page.getByLabel('Name of the device').fill(`Plug by ${way}`)
  await page.getByLabel('Rated power').fill('3000')
  await page.getByRole('button', { name: 'Create device' }).click()
  await page.getByText('Waiting for the first reading').waitFor()
  await page.getByText(way, { exact: true }).click()
  const snippet = (await page.getByRole('region', { name: way }).textContent())!
  if (way === 'Node.js') await run(process.execPath, ['--input-type=module', '-e', snippet])
  else await run('sh', ['-c', snippet])
  await page.getByText('The first reading has arrived').waitFor()
  await page.getByRole('link', { name: 'To Now' }).click()
  const row = page.locator('[data-device]').filter({ hasText: `Plug by ${way}` })
  await eventually(() => row.textContent()).toMatch(/Live.*413\sW/)
  expect(faults).toEqual([])
})

test('what was refused of a device is told with its reason', async () => {
  const bad = { measurement: 'electricalMeter', fields: { power: 'n/a' } }
  await send(platform, 'fridge', [bad]).catch(() => {})
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/devices/fridge')
  const refused = page.locator('section:has(h2:text-is("Refused readings"))')
  await eventually(() => refused.textContent()).toMatch(/fields\.power.*n\/a/)
})

test('deleting says what goes with it, and wants the id typed', async () => {
  await platform.api('POST', '/api/sites/home/devices', { id: 'gone-soon', name: 'Gone soon' })
  await send(platform, 'gone-soon', [now()])
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices/gone-soon')
  await page.getByRole('button', { name: 'Delete device' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.textContent()).toContain('all of its readings and all of its energy')
  await shot(page, 'device-delete-desktop-light', false)
  expect(await accessibilityFaults(page)).toEqual([])
  const deed = dialog.getByRole('button', { name: 'Delete device' })
  expect(await deed.isDisabled()).toBe(true)
  await dialog.getByLabel('Type gone-soon to confirm').fill('gone-soon')
  await deed.click()
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  await eventually(() => page.locator('[data-device="gone-soon"]').count()).toBe(0)
  await expect(platform.api('GET', '/api/sites/home/devices/gone-soon')).rejects.toThrow('404')
  expect(faults).toEqual([])
})

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
  await page.goto(exploring([power('mains')], '-24h'))
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

test('places are added, moved into each other and removed', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/settings/places')
  await page.getByLabel('New place').fill('Attic')
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('button', { name: 'Change: Attic' }).click()
  const form = page.locator('li:has-text("Attic") form')
  await form.getByLabel('Name').fill('Attic room')
  await form.getByLabel('Lies in').click()
  await page.getByRole('option', { name: 'House', exact: true }).click()
  await shot(page, 'settings-place-edit-desktop-light')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Change: Attic room' }).waitFor()
  expect(await platform.api('GET', '/api/sites/home/places/attic')).toMatchObject({
    name: 'Attic room',
    parent: 'house',
  })
  expect(await page.getByRole('button', { name: 'Remove: House' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Remove: Attic room' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await eventually(() => page.getByText('Attic room').count()).toBe(0)
  expect(faults).toEqual([])
})

test('somebody is invited, joins, and sees what a viewer may see', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/settings/members')
  await page.getByLabel('E-mail').fill('kari@example.org')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByText('hand this link to kari@example.org').waitFor()
  await shot(page, 'settings-invited-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  const link = (await page.locator('dd code').textContent())!

  await using guest = await visit(browser, platform.url, { screen: 'phone', scheme: 'dark' })
  await guest.page.goto(link)
  await guest.page.getByRole('heading', { name: 'Join Home in Trondheim' }).waitFor()
  await shot(guest.page, 'invitation-phone-dark')
  expect(await accessibilityFaults(guest.page)).toEqual([])
  await guest.page.getByLabel('Your name').fill('Kari Nordmann')
  await guest.page.getByLabel('Password', { exact: true }).fill('another long passphrase')
  await guest.page.getByRole('button', { name: 'Accept invitation' }).click()
  await guest.page.getByRole('heading', { name: 'Home in Trondheim', exact: true }).waitFor()

  await guest.page.goto('/sites/home/devices/fridge')
  await guest.page.getByText('operators and owners of the site may change it').waitFor()
  await guest.page.getByText('is shown to owners of the site').waitFor()
  expect(await guest.page.getByRole('button', { name: /Save|Delete|New password/ }).count()).toBe(0)
  await shot(guest.page, 'device-viewer-phone-dark')
  expect(await accessibilityFaults(guest.page)).toEqual([])
  await guest.page.goto('/sites/home/settings/members')
  await guest.page.getByText('Owners of the site may change this').waitFor()
  expect(await guest.page.getByRole('navigation', { name: 'Sections' }).textContent()).not.toContain(
    'Members',
  )
  await shot(guest.page, 'settings-viewer-phone-dark')
  expect(guest.faults).toEqual([])

  await page.reload()
  await page.getByRole('combobox', { name: 'Role: Kari Nordmann' }).click()
  await page.getByRole('option', { name: 'Operator' }).click()
  await guest.page.goto('/sites/home/devices/fridge')
  await eventually(async () => {
    await guest.page.reload()
    await guest.page.getByRole('heading', { level: 1 }).waitFor()
    return guest.page.getByRole('button', { name: 'Save' }).count()
  }).toBe(1)
  await page.getByRole('button', { name: 'Remove: Kari Nordmann' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await eventually(() => page.getByText('Kari Nordmann').count()).toBe(0)
})

test('who is no administrator is told whom to ask, and asks for nothing that is refused', async () => {
  await platform.api('POST', '/api/sites', { id: 'demo-hut', name: 'Hut', timezone: 'Europe/Oslo' })
  const { link } = await platform.api<{ link: string }>('POST', '/api/sites/demo-hut/invitations', {
    email: 'ola@example.org',
    role: 'viewer',
  })
  const who = { email: 'ola@example.org', password: 'one more long passphrase' }
  await using visitor = await visit(browser, platform.url)
  const { page, faults } = visitor
  const refused: string[] = []
  page.on('response', answer => {
    if (answer.status() === 403) refused.push(answer.url())
  })
  await page.goto(link)
  await page.getByLabel('Your name').fill('Ola Nordmann')
  await page.getByLabel('Password', { exact: true }).fill(who.password)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByRole('heading', { name: 'Hut', exact: true }).waitFor()
  await page.getByText('nothing of it is real').waitFor()
  expect(await page.getByRole('button', { name: 'Remove demo' }).count()).toBe(0)
  await page.goto('/sites/demo-hut/connect')
  await page.getByText('Ask an owner of this site to connect a device.').waitFor()
  await shot(page, 'connect-viewer-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.goto('/sites/new')
  await page.getByRole('heading', { name: 'Hut', exact: true }).waitFor()
  expect(refused).toEqual([])

  await platform.api('DELETE', '/api/sites/demo-hut')
  await page.goto('/')
  await page.getByRole('heading', { name: 'You have no site yet' }).waitFor()
  await shot(page, 'no-sites-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(faults).toEqual([])
})

const wordy = [
  'devices',
  'device',
  'explore',
  'settings-site',
  'settings-members',
  'settings-tokens',
  'settings-account',
  'connect',
  'site-new',
] as const

test.for([
  { screen: 'desktop', locale: 'de-DE' },
  { screen: 'phone', locale: 'de-DE' },
  { screen: 'phone', locale: 'fr-FR' },
] as const)('long words fit on a $screen in $locale', async ({ screen, locale }) => {
  await using visitor = await signedIn(browser, platform, { screen, locale })
  const { page } = visitor
  for (const name of wordy) {
    await page.goto(pages[name]![0])
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('main section').first().waitFor()
    await shot(page, `${name}-${screen}-${locale}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide, `${name} on a ${screen}`).toBeLessThanOrEqual(0)
    expect(await cutOff(page), `${name} on a ${screen}`).toEqual([])
  }
})

/** Words of buttons and of the ways through the page that do not fit into them. A site's name may be any length. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('nav a, .mantine-Button-label')]
      .filter(each => each.closest('[aria-haspopup="menu"]') === null)
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  )
}
