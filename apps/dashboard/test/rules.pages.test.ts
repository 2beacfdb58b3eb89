import { Platform, tempFolder, until } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, looks, shot, visit } from './browser.ts'
import { furnish, send, signedIn } from './realPage.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser

const fridgeOff = {
  id: 'fridge-off',
  name: 'Fridge and freezer is off',
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['fridge'], comparison: 'below', limit: 2, forMinutes: 30 },
  },
  actions: [{ kind: 'alert', severity: 'high' }],
}
const peaks = {
  id: 'peaks',
  name: 'Peaks of the house',
  definition: {
    kind: 'epl',
    text: "@name('raise') select device, power as value from electricalMeter(device = 'mains', power > 500);\n@name('clear') select device, power as value from electricalMeter(device = 'mains', power <= 500)",
  },
  actions: [{ kind: 'alert', severity: 'low' }, { kind: 'event' }],
}

interface Rule {
  status: { state: string }
  definition: { kind: string }
  enabled: boolean
}
const ruleOf = (id: string) => platform.api<Rule>('GET', `/api/sites/home/rules/${id}`)
const make = (rule: object, site = 'home') => platform.api('POST', `/api/sites/${site}/rules`, rule)
const alertsOf = async (rule: string) =>
  (await platform.api<{ items: { state: string }[] }>('GET', `/api/sites/home/alerts?rule=${rule}`)).items

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  await furnish(platform)
  await platform.api('POST', '/api/sites', { id: 'cabin', name: 'Cabin', timezone: 'Europe/Oslo' })
  await make(fridgeOff)
  await make(peaks)
  await make({ ...fridgeOff, id: 'washer-silent', name: 'Washing machine sends nothing', enabled: false })
  await platform.api('PATCH', '/api/sites/home/rules/fridge-off', {
    definition: {
      ...fridgeOff.definition,
      parameters: { ...fridgeOff.definition.parameters, limit: 3, forMinutes: 20 },
    },
  })
  await until('the rules run', async () =>
    (await Promise.all(['fridge-off', 'peaks'].map(ruleOf))).every(
      ({ status }) => status.state === 'running',
    ),
  )
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
  expect((await alertsOf('fridge-runs-hot')).map(({ state }) => state)).toEqual(['acknowledged'])
  await send(platform, 'fridge', [power(90)])
  await alerts.getByText('by the rule').waitFor()
  await shot(page, 'rule-alerts-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test('what the server refuses stands beside its field', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/rules/-/new?of=unusual')
  await page.getByRole('combobox', { name: 'Devices', exact: true }).click()
  await page.getByRole('option', { name: 'Mains meter' }).click()
  await page.keyboard.press('Escape')
  const days = page.getByRole('textbox', { name: 'Days to compare with' })
  await days.fill('2')
  await eventually(() => days.getAttribute('aria-invalid')).toBe('true')
  const described = (await days.getAttribute('aria-describedby'))!
  expect(await page.locator(`[id="${described.split(' ').at(-1)}"]`).textContent()).toMatch(/>=\s?3/)
  await shot(page, 'rule-refused-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('checkbox', { name: 'Raise an alert' }).uncheck()
  await page.getByText('At least one of these has to follow.').waitFor()
  await page.getByRole('button', { name: 'Add an address' }).click()
  await page.getByRole('textbox', { name: 'Address of the webhook' }).fill('ftp://example.org')
  await days.fill('5')
  await eventually(() => days.getAttribute('aria-invalid')).not.toBe('true')
  await page.getByRole('button', { name: 'Save rule' }).click()
  await page.getByText('expected an http or https address').first().waitFor()
  await page.getByRole('button', { name: 'Show the key' }).click()
  const { key } = await platform.api<{ key: string }>('GET', '/api/sites/home/webhook-key')
  await page.getByText(key).waitFor()
  await shot(page, 'rule-webhook-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
})

const editor = (page: Page) => page.getByRole('textbox', { name: 'EPL of the rule' })

test('rows become readings of a device that nothing else sends for', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules/peaks/edit')
  await page.getByRole('checkbox', { name: 'Store it as readings' }).check()
  await page.getByRole('combobox', { name: 'Virtual device' }).click()
  // What sends already comes after what does not.
  expect(await page.getByRole('option').first().textContent()).toMatch(/Old boiler|Spare plug/)
  await page.getByRole('option', { name: 'Spare plug' }).click()
  await eventually(() => page.locator('main').textContent()).toContain(
    'store it as electricalMeter of Spare plug',
  )
  await shot(page, 'rule-store-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('combobox', { name: 'Virtual device' }).click()
  await page.getByRole('option', { name: 'Mains meter' }).click()
  await page.getByText('looks at electricalMeter of').first().waitFor()
  expect(faults).toEqual([])
})

test('a fault in EPL is shown at its place, with the words that could stand there', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules/-/new?of=epl')
  await editor(page).fill('select device from electricalMeter\n  where power >')
  const fault = page.getByRole('alert').filter({ hasText: 'Line 2, column' })
  await fault.waitFor()
  expect(await fault.textContent()).toMatch(/Expected: .*a number/)
  await page.locator('.cm-lintRange-error').waitFor()
  expect(await editor(page).getAttribute('aria-invalid')).toBe('true')
  await shot(page, 'rule-fault-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Go to it' }).click()
  expect(await editor(page).evaluate(box => box.contains(document.activeElement))).toBe(true)
  await editor(page).fill('select device, power from electricalMeter(power > energyImport)')
  await eventually(() => fault.count()).toBe(0)
  await page.getByRole('alert').filter({ hasText: 'Line 1, column' }).waitFor()
  // Units are judged too.
  expect(await page.locator('main').textContent()).toMatch(/W.*Wh|unit/)
  expect(faults).toEqual([])
})

test('completion offers the streams, fields and devices of the site', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  await page.goto('/sites/home/rules/-/new?of=epl')
  await editor(page).fill('')
  await editor(page).pressSequentially('select device from electr')
  const list = page.getByRole('listbox', { name: 'Completions' })
  await list.getByText('electricalMeter').first().waitFor()
  await shot(page, 'rule-completion-desktop-light', false)
  await page.keyboard.press('Escape')
  await editor(page).fill("select device from electricalMeter(device = ''")
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Control+Space')
  await list.getByText('Fridge and freezer').waitFor()
  await page.keyboard.press('Escape')
  // Tab is not kept: who came by keyboard gets on by keyboard.
  await page.keyboard.press('Tab')
  expect(await editor(page).evaluate(box => box.contains(document.activeElement))).toBe(false)
})

test('a form becomes EPL, edited it is an EPL rule, and there is a way back', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules/fridge-off/edit')
  await page.getByText('EPL', { exact: true }).click()
  await eventually(() => editor(page).textContent()).toContain('timer:interval(1200000 milliseconds)')
  await page.getByText('This is what the form makes.').waitFor()
  await editor(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' // mine')
  await page.getByText('This is an EPL rule now.').waitFor()
  await page.getByText('Form', { exact: true }).click()
  expect(await page.getByRole('combobox', { name: 'Devices', exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Back to the form' }).click()
  await page.getByRole('textbox', { name: 'Limit, W' }).waitFor()
  expect(await page.getByText('This is an EPL rule now.').count()).toBe(0)
  await page.getByText('EPL', { exact: true }).click()
  await eventually(() => editor(page).textContent()).toMatch(/timer:interval(?!.*mine)/s)
  expect((await ruleOf('fridge-off')).definition.kind).toBe('template')
  expect(faults).toEqual([])
})

test('trying shows what would have happened, alone and beside the version that is saved', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  const before = await alertsOf('peaks')
  await page.goto('/sites/home/rules/peaks/edit')
  await page.getByText('Day', { exact: true }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  const card = page.getByRole('region', { name: 'Try it on the past' })
  await eventually(() => card.textContent()).toMatch(
    /Would have been raised \d+ times?.*Took .* over 360 readings/,
  )
  await card.locator('canvas').waitFor()
  const rows = card.getByRole('table').getByRole('row')
  const alone = await rows.count()
  expect(alone).toBeGreaterThan(2)
  await shot(page, 'rule-tried-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])

  await editor(page).fill(peaks.definition.text.replaceAll('500', '700'))
  await page.getByRole('checkbox', { name: 'Beside the version that is saved' }).waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await eventually(() => card.textContent()).toMatch(/This draft.*Saved version/)
  await card.getByRole('columnheader', { name: 'Rule', exact: true }).waitFor()
  await shot(page, 'rule-compared-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await alertsOf('peaks'), 'a trial raises nothing').toEqual(before)

  await page.getByText('Other', { exact: true }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await card.getByText('Choose both days.').waitFor()
  expect(faults).toEqual([])
})

test('a trial tells how far it is and can be stopped', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page } = visitor
  // The answer does not come before somebody has stopped it.
  await page.route('**/rules/try', () => {})
  await page.goto('/sites/home/rules/peaks')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('progressbar', { name: 'Progress of the trial' }).waitFor({ state: 'attached' })
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped before the end').waitFor()
  await page.getByRole('button', { name: 'Try it' }).waitFor()
})

test('a switch moves when the server has switched, and not before', async () => {
  await make({ ...peaks, id: 'switched', name: 'Switched' })
  await until('it runs', async () => (await ruleOf('switched')).status.state === 'running')
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
  expect((await ruleOf('switched')).enabled).toBe(false)
  await page.unroute('**/api/**/rules/switched')
  await page.route('**/api/**/rules/switched', route =>
    route.fulfill({ status: 503, json: { type: 'about:blank', title: 'busy', status: 503 } }),
  )
  await row.locator('.mantine-Switch-track').click()
  await row.getByRole('alert').filter({ hasText: 'cannot do this right now' }).waitFor()
  expect(await knob.isChecked()).toBe(false)
})

test('versions are compared, gone back to, and a rule is removed', async () => {
  await make({ ...fridgeOff, id: 'old', name: 'Old rule' })
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
  await expect(ruleOf('old')).rejects.toThrow('404')
  expect(faults).toEqual([])
})

test('what a rule said is kept as a test, which a draft passes or fails', async () => {
  await make({ ...peaks, id: 'kept', name: 'Kept' })
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  await page.goto('/sites/home/rules/kept')
  await page.getByText('Day', { exact: true }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('textbox', { name: 'Name of the test' }).fill('One day of peaks')
  await page.getByRole('button', { name: 'Keep as a test' }).click()
  const tests = page.getByRole('region', { name: 'Regression tests', exact: true })
  await tests.getByText('One day of peaks').waitFor()
  await page.getByRole('button', { name: 'Run the tests' }).click()
  await tests.getByText('Passed').waitFor()
  await shot(page, 'rule-cases-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])

  await page.getByRole('link', { name: 'Edit' }).click()
  await editor(page).fill(peaks.definition.text.replaceAll('500', '100000'))
  await page.getByRole('button', { name: 'Run the tests on this draft' }).click()
  await tests.getByText('Failed').waitFor()
  expect(await tests.textContent()).toMatch(/No longer said: Raised Mains meter/)
  await shot(page, 'rule-case-failed-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])

  await page.goto('/sites/home/rules/kept')
  await page.getByRole('button', { name: 'Remove: One day of peaks' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await eventually(() => tests.count()).toBe(0)
  const { items } = await platform.api<{ items: unknown[] }>('GET', '/api/sites/home/rules/kept/cases')
  expect(items).toEqual([])
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
  expect((await ruleOf('peak-limit-mains-meter')).enabled).toBe(true)
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
  await page.unroute(list)
  await page.getByRole('button', { name: 'Try again' }).click()
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
