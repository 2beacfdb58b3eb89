import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser, Page } from 'playwright-core'
import type { Benchmark, Figure } from '../report.ts'
import { buildDashboard, cold, framesWhile, launch, rest } from './browser.ts'
import { framesFigure } from './frames.ts'
import { fillYear, points, site, withPlugs } from './world.ts'

const rounds = 3

/** A long series under the hand. */
export const zoom: Benchmark = {
  name: 'zoom',
  title: 'Explore with a series of 2.4 M points, zoomed and moved, in Chromium without a GPU, 1280 × 800',
  async run(say) {
    buildDashboard()
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    await withPlugs(platform)
    say('writing 2.4 M points')
    await fillYear(platform)
    const browser = await launch()
    try {
      say('zooming and moving')
      return await zoomed(browser, platform)
    } finally {
      await browser.close()
    }
  },
}

async function zoomed(browser: Browser, platform: Platform): Promise<Figure[]> {
  const runs: number[][] = []
  for (let round = 0; round < rounds; round++) {
    const context = await cold(browser, platform)
    const page = await context.newPage()
    const search = new URLSearchParams({ s: '["year/electricalMeter/voltage"]', from: '-366d' })
    await page.goto(`/sites/${site}/explore?${search}`)
    await page.locator('canvas').waitFor()
    await rest(1000)
    runs.push(await framesWhile(page, () => handle(page)))
    await context.close()
  }
  return framesFigure(
    `Explore, ${points.toLocaleString('en').replaceAll(',', ' ')} points zoomed and moved`,
    runs,
  )
}

/** From a year to hours with the wheel, to and fro, and back. */
async function handle(page: Page): Promise<void> {
  const box = (await page.locator('.u-over').boundingBox())!
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height / 2]
  await page.mouse.click(x, y)
  const wheel = async (by: number) => {
    for (let turn = 0; turn < 40; turn++) {
      await page.mouse.wheel(0, by)
      await rest(25)
    }
  }
  const drag = async (by: number) => {
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by, y, { steps: 20 })
    await page.mouse.up()
    await rest(200)
  }
  await wheel(-120)
  await rest(300)
  for (const by of [250, -400, 150]) await drag(by)
  await wheel(120)
  await rest(300)
}
