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
import { account, freshWorld, homeWorld } from './worlds.ts'

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

async function open(world: World, path: string, look: Look = {}) {
  server = await FakeServer.start(dashboardFolder, world)
  const visitor = await visit(browser, server.url, look)
  await visitor.page.goto(path)
  return { ...visitor, server, [Symbol.asyncDispose]: visitor[Symbol.asyncDispose] }
}

test.for(looks)('from the one-time link to the first reading on a $screen, $scheme', async look => {
  await using visitor = await open(freshWorld(), '/setup?token=one-time-secret', look)
  const { page, server, faults } = visitor
  const end = `${look.screen}-${look.scheme}`

  await page.getByLabel('Your name').fill(account.name)
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('expected at least 12 characters').waitFor()
  await shot(page, `setup-account-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByRole('heading', { name: 'Create a site' }).waitFor()
  expect(await page.getByLabel('Time zone').first().inputValue()).toBe('Europe/Oslo')
  expect(await page.getByLabel('Currency').first().inputValue()).toMatch(/^NOK/)
  await page.getByLabel('Name').fill('Hjemme på Øya')
  expect(await page.getByLabel('Id').inputValue()).toBe('hjemme-pa-oya')
  await shot(page, `setup-site-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Create site' }).click()

  await page.getByLabel('Name of the device').fill('Washing machine')
  await shot(page, `setup-device-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Create device' }).click()
  await page.getByText('Waiting for the first reading').waitFor()
  expect(await page.getByRole('region', { name: 'HTTP' }).textContent()).toContain(
    `${server.url}/api/sites/hjemme-pa-oya/devices/washing-machine/readings`,
  )
  await shot(page, `setup-waiting-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await eventually(() => server.listeners).toBe(1)
  server.reading('hjemme-pa-oya', {
    device: 'washing-machine',
    measurement: 'electricalMeter',
    time: Date.now(),
    fields: { power: 412.5 },
    tags: {},
  })
  await page.getByText('The first reading has arrived').waitFor()
  expect(await page.locator('[data-arrived]').textContent()).toMatch(/power 413\sW/)
  await shot(page, `setup-arrived-${end}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('link', { name: 'To Now' }).first().click()
  await eventually(() => page.locator('[data-device="washing-machine"]').textContent()).toMatch(/413\sW/)
  expect(faults).toEqual([])
})

test('a link that was used leads to sign-in', async () => {
  await using visitor = await open({ ...homeWorld(), setupToken: null }, '/setup?token=old')
  const { page } = visitor
  await page.getByLabel('Your name').fill('Eve')
  await page.getByLabel('E-mail').fill('eve@example.org')
  await page.getByLabel('Password', { exact: true }).fill('a long enough password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('This link is not valid, or was used').waitFor()
  await shot(page, 'setup-used-desktop-light')
  await page.getByRole('link', { name: 'To sign-in' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test.for(looks)('sign-in leads back to where one wanted to go, on a $screen, $scheme', async look => {
  await using visitor = await open(homeWorld(), '/sites/office/now', look)
  const { page, faults } = visitor
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('E-mail or password is not right.').waitFor()
  await shot(page, `sign-in-${look.screen}-${look.scheme}`)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Office' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/sites/office/now')
  expect(faults).toEqual([])
})

test('an account with a second factor is asked for its code', async () => {
  const world = homeWorld()
  world.account = { ...account, code: '123456' }
  await using visitor = await open(world, '/sign-in')
  const { page } = visitor
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.keyboard.press('Enter')
  await page.getByLabel('Code from your authenticator app').fill('000000')
  await page.keyboard.press('Enter')
  await page.getByText('This code is not right, or no longer.').waitFor()
  await shot(page, 'sign-in-code-desktop-light')
  await page.getByLabel('Code from your authenticator app').fill('123 456')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Home in Trondheim' }).waitFor()
})

test('signing out ends the session and forgets what was seen', async () => {
  server = await FakeServer.start(dashboardFolder, homeWorld())
  await using visitor = await visit(browser, server.url, { session: server.session() })
  const { page } = visitor
  await page.goto('/')
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('a site that is not there, and a server that does not answer, are said in words', async () => {
  server = await FakeServer.start(dashboardFolder, homeWorld())
  await using visitor = await visit(browser, server.url, { session: server.session() })
  const { page } = visitor
  await page.goto('/sites/nowhere/now')
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  await shot(page, 'not-found-desktop-light')
  await page.route('**/api/**', route => route.abort())
  await page.goto('/sites/home/now')
  await page.getByText('The server did not answer.').waitFor({ timeout: 40_000 })
  await shot(page, 'unreachable-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.unroute('**/api/**')
  await tryAgain(page)
  await page.getByRole('heading', { name: 'Home in Trondheim' }).waitFor()
})

test.for(['de-DE', 'fr-FR', 'nb-NO'])('speaks %s', async locale => {
  server = await FakeServer.start(dashboardFolder, homeWorld())
  await using visitor = await visit(browser, server.url, {
    session: server.session(),
    locale,
    screen: 'phone',
  })
  const { page, faults } = visitor
  await page.goto('/')
  await page.locator('canvas').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
  await shot(page, `now-phone-${locale}`)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  expect(faults).toEqual([])
})
