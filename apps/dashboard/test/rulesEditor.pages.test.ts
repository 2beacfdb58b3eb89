import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, launchChromium, shot } from './browser.ts'
import { signedIn } from './realPage.ts'
import { furnishRules, peaks, rulesOf } from './rulesWorld.ts'

const folder = tempFolder()
let platform: Platform
let browser: Browser
let rules: ReturnType<typeof rulesOf>

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  rules = rulesOf(platform)
  await furnishRules(platform)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
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
  expect((await rules.rule('fridge-off')).definition.kind).toBe('template')
  expect(faults).toEqual([])
})

test('trying shows what would have happened, alone and beside the version that is saved', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  const before = await rules.alerts('peaks')
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
  expect(await rules.alerts('peaks'), 'a trial raises nothing').toEqual(before)

  await page.getByText('Other', { exact: true }).click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await card.getByText('Choose both days.').waitFor()
  expect(faults).toEqual([])
})

test('a rule that is being written is played in the lab, and is gone on with afterwards', async () => {
  await using visitor = await signedIn(browser, platform)
  const { page, faults } = visitor
  const before = await platform.api('GET', '/api/sites/home/rules/peaks/versions')
  await page.goto('/sites/home/rules/peaks/edit')
  await editor(page).fill(peaks.definition.text.replaceAll('500', '700'))
  await page.getByRole('checkbox', { name: 'Beside the version that is saved' }).waitFor()
  await page.getByRole('button', { name: 'Play it in the lab' }).click()
  const form = page.getByRole('region', { name: 'New replay' })
  await eventually(() => form.textContent()).toMatch(/This draft.*Peaks of the house.*This draft: Whenever/)
  expect(page.url(), 'the draft is not in the address').not.toContain('700')
  await shot(page, 'replay-draft-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])
  await form.getByText('Max.').click()
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByText('Lab · Done').waitFor()
  // Both are told by name, with their units, over the readings that they look at.
  await eventually(() => page.locator('main').textContent()).toMatch(
    /This draft\s*Mains meter7\d\d\sW.*This draft: Whenever the query/,
  )
  await page.locator('canvas').waitFor()
  await shot(page, 'replay-draft-done-desktop-light')
  expect(await accessibilityFaults(page)).toEqual([])

  await page.getByRole('link', { name: '← This draft' }).click()
  await eventually(() => editor(page).textContent()).toContain('power > 700')
  await page.goBack()
  await page.getByText('Lab · Done').waitFor()
  await page.goBack()
  await form.getByText('This draft: Whenever').waitFor()
  await page.goBack()
  await eventually(() => editor(page).textContent()).toContain('power > 700')
  expect(await platform.api('GET', '/api/sites/home/rules/peaks/versions')).toEqual(before)
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

test('what a rule said is kept as a test, which a draft passes or fails', async () => {
  await rules.make({ ...peaks, id: 'kept', name: 'Kept' })
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
