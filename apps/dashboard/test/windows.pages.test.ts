import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { dashboardFolder, launchChromium, visit } from './browser.ts'
import { FakeServer } from './fakeServer.ts'
import { homeWorld } from './worlds.ts'

const known = (page: Page) =>
  page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    isOnline: navigator.onLine,
  }))

test('a window that is used again knows nothing of who used it before', async () => {
  const server = await FakeServer.start(dashboardFolder, homeWorld())
  const browser = await launchChromium()
  try {
    const open = () => visit(browser, server.url, { session: server.session() })
    const fridge = (page: Page) => page.locator('[data-device="fridge"]')
    let before: Page
    {
      await using visitor = await open()
      const { page, context } = visitor
      before = page
      await page.goto('/')
      await fridge(page).waitFor()
      await context.addCookies([{ name: 'other', value: 'a', url: server.url }])
      await page.evaluate(() => {
        localStorage.setItem('a', 'b')
        sessionStorage.setItem('a', 'b')
      })
      expect((await known(page)).databases).toEqual(['ohmstead'])
      await page.route('**/api/**', route => route.abort())
      await context.route('**/api/**', route => route.abort())
      await context.setOffline(true)
    }
    await using visitor = await open()
    const { page, context, faults } = visitor
    expect(page).toBe(before)
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['session'])
    await page.goto('/icon.svg')
    expect(await known(page)).toEqual({ local: [], session: [], databases: [], isOnline: true })
    await page.goto('/')
    await fridge(page).waitFor()
    expect(faults).toEqual([])
  } finally {
    await browser.close()
    await server.stop()
  }
})
