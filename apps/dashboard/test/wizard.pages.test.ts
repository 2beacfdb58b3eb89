import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, shot, visit } from './browser.ts'
import { account } from './worlds.ts'

const nobody = { OHMSTEAD_ADMIN_EMAIL: '', OHMSTEAD_ADMIN_PASSWORD: '' }
const folder = tempFolder()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  platform = await Platform.start(folder.path, nobody)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('an administrator: account in their language, the demo with one tap, and away with one tap', async () => {
  await using visitor = await visit(browser, platform.url, { locale: 'de-DE' })
  const { page, faults } = visitor
  await page.goto(/http:\S+\/setup\?token=\S+/.exec(platform.output)![0])
  // Guessed from the browser, and confirmed or changed here.
  const language = page.getByRole('combobox', { name: 'Sprache' })
  expect(await language.inputValue()).toBe('Deutsch')
  await language.click()
  await page.getByRole('option', { name: 'English' }).click()
  await page.getByLabel('Your name').fill(account.name)
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByRole('heading', { name: 'Create a site' }).waitFor()
  await page.getByRole('button', { name: 'Use demo data' }).waitFor()
  await shot(page, 'wizard-site-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Use demo data' }).click()
  await page.getByText(/Loading, \d+\s?% done/).waitFor()
  await shot(page, 'wizard-demo-loading-desktop-light')

  await page.getByRole('heading', { name: /Oslo/ }).waitFor({ timeout: 90_000 })
  await page.getByText('nothing of it is real').waitFor()
  await eventually(() => page.locator('[data-device="mains"]').getAttribute('data-state')).toBe('live')
  await shot(page, 'wizard-demo-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])

  await page.getByRole('button', { name: 'Remove demo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove demo' }).click()
  await page.getByRole('heading', { name: 'Create a site' }).waitFor()
  expect(faults).toEqual([])
})
