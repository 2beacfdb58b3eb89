import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, launchChromium, visit } from './browser.ts'
import { account } from './worlds.ts'

const run = promisify(execFile)
const folder = tempFolder()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  // Without an administrator in the configuration the first start prints the one-time link.
  platform = await Platform.start(folder.path, { OHMSTEAD_ADMIN_EMAIL: '', OHMSTEAD_ADMIN_PASSWORD: '' })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('from an empty folder to the first reading, and on over a killed server', async () => {
  await using visitor = await visit(browser, platform.url)
  const { page, faults } = visitor
  const link = /http:\S+\/setup\?token=\S+/.exec(platform.output)?.[0]
  await page.goto(link!)
  await page.getByLabel('Your name').fill(account.name)
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Create account' }).click()

  await page.getByRole('heading', { name: 'Create a site' }).waitFor()
  await page.getByLabel('Name').fill('Home')
  await page.getByRole('button', { name: 'Create site' }).click()
  await page.getByLabel('Name of the device').fill('Washing machine')
  await page.getByRole('button', { name: 'Create device' }).click()
  await page.getByText('Waiting for the first reading').waitFor()

  const snippet = (await page.getByRole('region', { name: 'HTTP' }).textContent())!
  await run('sh', ['-c', snippet])
  await page.getByText('The first reading has arrived').waitFor()
  await page.getByText('MQTT', { exact: true }).click()
  const mqtt = (await page.getByRole('region', { name: 'MQTT' }).textContent())!
  await run('sh', ['-c', mqtt.replace('412.5', '87.25')])
  await page.getByRole('link', { name: 'To Now' }).first().click()
  const row = page.locator('[data-device="washing-machine"]')
  await eventually(() => row.textContent()).toMatch(/87\.3\sW/)

  await page.evaluate(() => Object.assign(window, { stayed: true }))
  await platform.kill()
  await page.getByText('Connection lost').first().waitFor()
  await platform.restart({ OHMSTEAD_ADMIN_EMAIL: '', OHMSTEAD_ADMIN_PASSWORD: '' })
  await run('sh', ['-c', snippet.replace('412.5', '55.5')])
  await eventually(() => row.textContent()).toMatch(/55\.5\sW/)
  await eventually(() => page.getByText('Connection lost').count()).toBe(0)
  expect(await page.evaluate(() => 'stayed' in window), 'without a reload').toBe(true)
  expect(faults).toEqual([])
})
