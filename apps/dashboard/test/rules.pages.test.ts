import { Platform, tempFolder, until } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot, visit } from './browser.ts'
import { send, signedIn } from './realPage.ts'
import { fridgeOff, furnishRules, peaks, rulesOf } from './rulesWorld.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser
let rules: ReturnType<typeof rulesOf>

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  rules = rulesOf(platform)
  await furnishRules(platform)
  await platform.api('POST', '/api/sites', { id: 'cabin', name: 'Cabin', timezone: 'Europe/Oslo' })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const power = (watts: number) => ({
  measurement: 'electricalMeter',
  time: Date.now(),
  fields: { power: watts },
})

const pages: Record<string, [path: string, there: string]> = {
  rules: ['/sites/home/rules', 'Peaks of the house'],
  'rules-no-match': ['/sites/home/rules?q=nothing+like+this', 'No rule matches.'],
  'rules-empty': ['/sites/cabin/rules', 'Stuck sensor'],
  'rule-new': ['/sites/home/rules/-/new', 'Write it in EPL'],
  'rule-form': ['/sites/home/rules/-/new?of=threshold', 'Fill in what is missing'],
  'rule-form-finished': ['/sites/home/rules/-/new?of=finished', 'It has finished after a rest of'],
  'rule-epl': ['/sites/home/rules/-/new?of=epl', 'Whenever the query'],
  rule: ['/sites/home/rules/peaks', 'What is run'],
  'rule-versions': ['/sites/home/rules/fridge-off', 'current'],
  'rule-edit': ['/sites/home/rules/fridge-off/edit', 'draws less than 3 W for 20 min'],
  'rule-gone': ['/sites/home/rules/gone', 'There is no such rule here'],
}

const alike = ['rules-no-match', 'rule-form-finished', 'rule-gone', 'rule-new', 'rule-versions']

describe.for(looks)('on a $screen, $scheme', look => {
  test('no page of rules has a fault, and each fits', async () => {
    await using visitor = await signedIn(browser, platform, look)
    const { page, faults } = visitor
    for (const [name, [path, there]] of Object.entries(pages)) {
      // Which are alike are looked at in every size only for pictures.
      if (looks.length < 4 && look.screen === 'phone' && alike.includes(name)) continue
      await page.goto(path)
      await eventually(() => page.locator('main').textContent()).toContain(there)
      await shot(page, `${name}-${look.screen}-${look.scheme}`)
      expect(await accessibilityFaults(page), name).toEqual([])
      expect(await sideways(page), `${name} is not wider than the screen`).toBeLessThanOrEqual(0)
    }
    expect(faults).toEqual([])
  })
})

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

test('a rule from a form raises its alert with the readings that are sent in, and clears it', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules')
  await page.getByRole('link', { name: 'New rule' }).click()
  await page.getByRole('link', { name: 'A value stays above or below a limit' }).click()
  await page.getByRole('combobox', { name: 'Devices', exact: true }).click()
  // Those that measure power stand first.
  await page.getByRole('option', { name: 'Fridge and freezer' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByText('This has to be filled in.').waitFor()
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe(
    'true',
  )
  await page.getByRole('textbox', { name: 'Limit, W' }).fill('1500')
  await eventually(() => page.locator('main').textContent()).toContain(
    'When Fridge and freezer draws more than 1500 W, alert medium.',
  )
  await page.getByText('High', { exact: true }).click()
  await eventually(() => page.locator('main').textContent()).toContain('alert high.')
  await page.getByRole('textbox', { name: 'Name' }).fill('Fridge runs hot')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByRole('heading', { name: 'Fridge runs hot', level: 1 }).waitFor()
  await eventually(() => page.locator('main').textContent()).toContain('Running')

  await send(platform, 'fridge', [power(1700)])
  const alerts = page.getByRole('region', { name: 'Alerts', exact: true })
  await alerts.getByText('Raised', { exact: true }).last().waitFor()
  await page.getByRole('button', { name: 'Acknowledge: Fridge and freezer' }).click()
  await alerts.getByText('Acknowledged').waitFor()
  expect((await rules.alerts('fridge-runs-hot')).map(({ state }) => state)).toEqual(['acknowledged'])
  await send(platform, 'fridge', [power(90)])
  await alerts.getByText('by the rule').waitFor()
  await shot(page, 'rule-alerts-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test('a switch moves when the server has switched, and not before', async () => {
  await rules.make({ ...peaks, id: 'switched', name: 'Switched' })
  await until('it runs', async () => (await rules.rule('switched')).status.state === 'running')
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/rules')
  const row = page.locator('[data-rule="switched"]')
  const knob = page.getByRole('switch', { name: 'Switched: switched on' })
  await eventually(() => row.getAttribute('data-state')).toBe('running')
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/api/**/rules/switched', async route => {
    await held
    await route.continue()
  })
  await row.locator('.mantine-Switch-track').click()
  await row.getByText('switching off …').waitFor()
  expect(await knob.isChecked()).toBe(true)
  expect(await row.textContent()).toContain('Running')
  release()
  await eventually(() => row.getAttribute('data-state')).toBe('off')
  expect(await knob.isChecked()).toBe(false)
  expect((await rules.rule('switched')).enabled).toBe(false)
  await page.unroute('**/api/**/rules/switched')
  await page.route('**/api/**/rules/switched', route =>
    route.fulfill({ status: 503, json: { type: 'about:blank', title: 'busy', status: 503 } }),
  )
  await row.locator('.mantine-Switch-track').click()
  await row.getByRole('alert').filter({ hasText: 'cannot do this right now' }).waitFor()
  expect(await knob.isChecked()).toBe(false)
})

test('versions are compared, gone back to, and a rule is removed', async () => {
  await rules.make({ ...fridgeOff, id: 'old', name: 'Old rule' })
  await platform.api('PATCH', '/api/sites/home/rules/old', { actions: [{ kind: 'alert', severity: 'low' }] })
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules/old')
  await page.getByRole('button', { name: 'Compare: Version 1' }).click()
  const dialog = page.getByRole('dialog')
  await eventually(() => dialog.textContent()).toMatch(/alert\s*high\s*low/)
  await shot(page, 'rule-differences-desktop-light', false)
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Go back to it' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to it' }).click()
  await page.getByText('3 (current)').waitFor()
  await eventually(() => page.locator('main').textContent()).toContain('alert high')

  await page.getByRole('combobox', { name: 'Beside another version' }).click()
  await page.getByRole('option', { name: 'Version 2' }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await eventually(() => page.getByRole('region', { name: 'Try it on the past' }).textContent()).toMatch(
    /Version 3.*Version 2.*readings/,
  )
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor()
  expect(await page.locator('[data-rule="old"]').count()).toBe(0)
  await expect(rules.rule('old')).rejects.toThrow('404')
  expect(faults).toEqual([])
})

/** Tab by Tab, until what is named has the focus. */
async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true })
  await wanted.waitFor()
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate(element => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${role} "${name}" is not reached by Tab`)
}

test('a rule is made by keyboard alone', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/rules')
  await tabTo(page, 'link', 'New rule')
  await page.keyboard.press('Enter')
  await tabTo(page, 'link', 'Peak limit')
  await page.keyboard.press('Enter')
  await tabTo(page, 'combobox', 'Devices')
  await page.keyboard.type('Mains')
  await page.getByRole('option', { name: 'Mains meter' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await tabTo(page, 'textbox', 'Limit of the mean power, W')
  await page.keyboard.type('5000')
  await tabTo(page, 'textbox', 'Name')
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Peak limit: Mains meter')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Peak limit: Mains meter', level: 1 }).waitFor()
  expect((await rules.rule('peak-limit-mains-meter')).enabled).toBe(true)
  await tabTo(page, 'switch', 'Peak limit: Mains meter: switched on')
  await page.keyboard.press('Space')
  await page.getByText('Off', { exact: true }).waitFor()
})

test('a viewer sees rules and their past, and nothing that they may not use', async () => {
  const { link } = await platform.api<{ link: string }>('POST', '/api/sites/home/invitations', {
    email: 'ola@example.org',
    role: 'viewer',
  })
  await using visitor = await visit(browser, platform.url)
  const { page, faults } = visitor
  const refused: string[] = []
  page.on('response', answer => {
    if (answer.status() === 403) refused.push(answer.url())
  })
  await page.goto(link)
  await page.getByLabel('Your name').fill('Ola Nordmann')
  await page.getByLabel('Password', { exact: true }).fill('one more long passphrase')
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByRole('link', { name: 'Rules' }).click()
  await page.getByRole('link', { name: 'Peaks of the house' }).click()
  await page.getByText('A member').or(page.getByText('1 (current)')).first().waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.locator('canvas').waitFor()
  for (const role of ['switch', 'checkbox'] as const) expect(await page.getByRole(role).count()).toBe(0)
  expect(await page.getByRole('button', { name: /Remove|Go back/ }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.goto('/sites/home/rules/-/new')
  await page.getByText('Ask an operator or owner of this site').waitFor()
  expect(refused).toEqual([])
  expect(faults).toEqual([])
})

test('what is wrong says so: a list that cannot be had, and a rule that was stopped', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  const list = /\/api\/sites\/home\/rules\?/
  await page.route(list, route =>
    route.fulfill({ status: 500, json: { type: 'about:blank', title: 'no', status: 500 } }),
  )
  await page.goto('/sites/home/rules')
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  await shot(page, 'rules-error-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  // It asks at once; and by itself later, so that the button may be gone as soon as the list can be had.
  const asked = page.waitForRequest(list)
  await page.getByRole('button', { name: 'Try again' }).click()
  await asked
  await page.unroute(list)
  await page.getByText('Peaks of the house').waitFor()

  await page.route('**/api/**/rules/peaks', async route => {
    const answer = await route.fetch()
    const rule = await answer.json()
    const status = { ...rule.status, state: 'stopped', reason: 'holds more than 500000 events' }
    await route.fulfill({ response: answer, json: { ...rule, status } })
  })
  await page.goto('/sites/home/rules/peaks')
  await page.getByText('holds more than 500000 events').waitFor()
  await shot(page, 'rule-stopped-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
})

test.for(['desktop', 'phone'] as const)('long German words fit on a %s', async screen => {
  await using visitor = await signedIn(browser, platform, { screen, locale: 'de-DE' })
  const { page } = visitor
  for (const name of [
    'rules',
    'rules-empty',
    'rule-form',
    'rule-form-finished',
    'rule-epl',
    'rule-versions',
  ]) {
    await page.goto(pages[name]![0])
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('main section, main li').first().waitFor()
    await shot(page, `${name}-${screen}-de-DE`)
    if (name === 'rules') {
      // In the reader's words, and nothing is marked as the server's.
      await page.getByText('20 Minuten lang weniger als 3 W zieht').waitFor()
      expect(await page.locator('[data-rule="peaks"]').textContent()).toContain('Immer wenn die Abfrage')
      expect(await page.locator('main [lang="en"]').count()).toBe(0)
    }
    expect(await sideways(page), `${name} on a ${screen}`).toBeLessThanOrEqual(0)
    expect(await cutOff(page), `${name} on a ${screen}`).toEqual([])
  }
})

/** Words of buttons and choices that do not fit into them. */
const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('nav a, .mantine-Button-label, .mantine-SegmentedControl-label')]
      .filter(each => each.closest('[aria-haspopup="menu"]') === null)
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  )
