import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot, visit } from './browser.ts'
import { tabTo } from './keyboard.ts'
import { furnish, signedIn } from './realPage.ts'
import { expectSoundAt, expectWordsFit, type Stop, wordyLooks } from './sound.ts'

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

const pages: Record<string, Stop> = {
  'site-new': ['/sites/new', 'Time zone'],
  'settings-site': ['/sites/home/settings/site', 'Price area'],
  'settings-places': ['/sites/home/settings/places', 'Laundry room'],
  'settings-members': ['/sites/home/settings/members', 'Invite'],
  'settings-tokens': ['/sites/home/settings/tokens', 'New token'],
  'settings-refused': ['/sites/home/settings/refused', 'Refused readings'],
  'settings-changes': ['/sites/home/settings/changes', 'Device created'],
  'settings-account': ['/sites/home/settings/account', 'Second factor'],
  'settings-people': ['/sites/home/settings/people', 'Administrator'],
  'settings-health': ['/sites/home/settings/health', 'All of it is well'],
}

describe.for(looks)('on a $screen, $scheme', look => {
  test.for(Object.entries(pages))('%s has no fault and fits', ([name, stop]) =>
    expectSoundAt(browser, platform, look, name, stop),
  )
})

test.for(wordyLooks)('long words fit on a $screen in $locale', look =>
  expectWordsFit(browser, platform, look, {
    'settings-site': '/sites/home/settings/site',
    'settings-members': '/sites/home/settings/members',
    'settings-tokens': '/sites/home/settings/tokens',
    'settings-account': '/sites/home/settings/account',
    'site-new': '/sites/new',
  }),
)

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

test('by keys alone: a place is added and removed, a token made, the zone chosen', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/settings/site')
  await tabTo(page, page.getByRole('link', { name: 'Places', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('textbox', { name: 'New place' }))
  await page.keyboard.type('Cellar')
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Remove: Cellar' }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await tabTo(page, dialog.getByRole('button', { name: 'Remove' }))
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await eventually(() => page.getByText('Cellar').count()).toBe(0)

  await tabTo(page, page.getByRole('link', { name: 'Tokens', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('textbox', { name: 'What it is for' }))
  await page.keyboard.type('By keys')
  await tabTo(page, page.getByRole('checkbox', { name: 'May also write' }))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: 'Make token' }))
  await page.keyboard.press('Enter')
  await page.getByText('Token “By keys”').waitFor()

  await tabTo(page, page.getByRole('link', { name: 'Site', exact: true }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('combobox', { name: 'Time zone' }))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('Europe/Paris')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: 'Discard changes' }))
  await page.keyboard.press('Enter')
  await eventually(() => page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('Europe/Oslo')
  // Past everything, back to where it began: nothing keeps the focus.
  await tabTo(page, page.getByText('Skip to content'))
  expect(faults).toEqual([])
})
