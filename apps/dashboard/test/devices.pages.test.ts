import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot } from './browser.ts'
import { tabTo } from './keyboard.ts'
import { furnish, send, signedIn } from './realPage.ts'
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

const now = () => ({ measurement: 'electricalMeter', time: Date.now(), fields: { power: 71.5 } })

const pages: Record<string, Stop> = {
  devices: ['/sites/home/devices', 'Spare plug'],
  'devices-by-place': ['/sites/home/devices?order=place', 'Without a place'],
  'devices-no-match': ['/sites/home/devices?q=nothing+like+this', 'No device matches.'],
  device: ['/sites/home/devices/fridge', 'Newest values', 'drawn'],
  'device-new': ['/sites/home/devices/spare', 'It has not measured anything yet.'],
  'device-gone': ['/sites/home/devices/gone', 'There is no such device here'],
  connect: ['/sites/home/connect', 'Name of the device'],
}

describe.for(looks)('on a $screen, $scheme', look => {
  test.for(Object.entries(pages))('%s has no fault and fits', async ([name, stop]) => {
    await send(platform, 'fridge', [now()])
    await expectSoundAt(browser, platform, look, name, stop)
  })
})

test.for(wordyLooks)('long words fit on a $screen in $locale', look =>
  expectWordsFit(browser, platform, look, {
    devices: '/sites/home/devices',
    device: '/sites/home/devices/fridge',
    connect: '/sites/home/connect',
  }),
)

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

test('by keys alone: connect a device, find it in the list, describe it', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/devices')
  await tabTo(page, page.getByRole('link', { name: 'Connect a device' }))
  await page.keyboard.press('Enter')
  await page.getByLabel('Name of the device').waitFor()
  await page.keyboard.type('Kettle by keys')
  await page.keyboard.press('Enter')
  await page.getByText('Waiting for the first reading').waitFor()
  await tabTo(page, page.getByRole('radio', { name: 'HTTP' }))
  await page.keyboard.press('ArrowRight')
  await page.getByRole('region', { name: 'MQTT' }).waitFor()
  await tabTo(page, page.getByRole('link', { name: 'Devices', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('searchbox'))
  await page.keyboard.type('kettle')
  await tabTo(page, page.getByRole('link', { name: 'Kettle by keys' }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Kettle by keys', level: 1 }).waitFor()
  await tabTo(page, page.getByRole('textbox', { name: 'Description' }))
  await page.keyboard.type('On the shelf')
  await tabTo(page, page.getByRole('button', { name: 'Save', exact: true }))
  await page.keyboard.press('Enter')
  await page.getByText('Saved').waitFor()
  expect(await platform.api('GET', '/api/sites/home/devices/kettle-by-keys')).toMatchObject({
    description: 'On the shelf',
  })
  // Past everything, back to where it began: nothing keeps the focus.
  await tabTo(page, page.getByText('Skip to content'))
  expect(faults).toEqual([])
})

test('a reading that is refused shows while one waits for the first', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/connect')
  await page.getByLabel('Name of the device').fill('Clumsy')
  await page.getByRole('button', { name: 'Create device' }).click()
  await page.getByText('Waiting for the first reading').waitFor()
  const snippet = (await page.getByRole('region', { name: 'HTTP' }).textContent())!
  await run('sh', ['-c', snippet.replace('412.5', '"much"')])
  await page.getByText('Something came, and was refused').waitFor()
  await page.getByText('expected a number (W), got the text "much"').waitFor()
  await shot(page, 'connect-refused-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await run('sh', ['-c', snippet])
  await page.getByText('The first reading has arrived').waitFor()
  await eventually(() => page.getByText('Something came, and was refused').count()).toBe(0)
})
