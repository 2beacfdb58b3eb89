import type { Platform } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import { eventually, type Look, shot } from './browser.ts'
import { signedIn } from './realPage.ts'

/** Where a page is, what stands on it once it is there, and whether it draws a chart. */
export type Stop = readonly [path: string, there: string, drawn?: 'drawn']

/** Nothing is inaccessible, wider than the screen, or written to the console as a fault. */
export async function expectSound(page: Page, faults: readonly string[]): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide, 'nothing is wider than the screen').toBeLessThanOrEqual(0)
  expect(faults).toEqual([])
}

/** Opens a page as its administrator, waits until it is there, and expects it to be sound. */
export async function expectSoundAt(
  browser: Browser,
  platform: Platform,
  look: Required<Pick<Look, 'screen' | 'scheme'>>,
  name: string,
  [path, there, drawn]: Stop,
): Promise<void> {
  await using visitor = await signedIn(browser, platform, look)
  const { page, faults } = visitor
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await eventually(() => page.locator('main').textContent()).toMatch(new RegExp(there.replace('.', '\\.')))
  if (drawn) await page.locator('canvas').first().waitFor()
  await shot(page, `${name}-${look.screen}-${look.scheme}`)
  await expectSound(page, faults)
}

/** Looks in which words are longest for the room that they have. */
export const wordyLooks = [
  { screen: 'desktop', locale: 'de-DE' },
  { screen: 'phone', locale: 'de-DE' },
  { screen: 'phone', locale: 'fr-FR' },
] as const

/** Opens each page in a language of long words, and expects that all of them can be read. */
export async function expectWordsFit(
  browser: Browser,
  platform: Platform,
  { screen, locale }: (typeof wordyLooks)[number],
  paths: Readonly<Record<string, string>>,
): Promise<void> {
  await using visitor = await signedIn(browser, platform, { screen, locale })
  const { page } = visitor
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('main section').first().waitFor()
    await shot(page, `${name}-${screen}-${locale}`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide, `${name} on a ${screen}`).toBeLessThanOrEqual(0)
    expect(await cutOff(page), `${name} on a ${screen}`).toEqual([])
  }
}

/** Words of buttons and of the ways through the page that do not fit into them. A site's name may be any length. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('nav a, .mantine-Button-label')]
      .filter(each => each.closest('[aria-haspopup="menu"]') === null)
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ textContent }) => textContent),
  )
}
