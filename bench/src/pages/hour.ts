import { Platform, tempFolder } from '@ohmstead/testkit'
import { type Benchmark, quantile } from '../report.ts'
import { buildDashboard, cold, heapMegabytes, launch, rest } from './browser.ts'
import { allPlugs, reading, site, withPlugs } from './world.ts'

const speaking = 50
const stepMs = 10_000
const steps = 3_600_000 / stepMs
const flat = 1.05

/** An hour of 50 devices that speak every 10 s, sent in half a minute: the page gets as many readings as in the hour. */
export const hour: Benchmark = {
  name: 'hour',
  title: 'Dashboard: memory of the page Now over an hour of live readings, sent a hundred times as fast',
  async run(say) {
    buildDashboard()
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const send = await withPlugs(platform)
    const browser = await launch()
    try {
      const context = await cold(browser, platform)
      const page = await context.newPage()
      await page.goto(`/sites/${site}/now`)
      await page.locator('[data-device]').first().waitFor()
      await page.locator('canvas').waitFor()
      const session = await context.newCDPSession(page)
      say('an hour of readings')
      const sizes: number[] = []
      const begin = Date.now() - steps * stepMs
      for (let step = 0; step < steps; step++) {
        const time = begin + step * stepMs
        const spoken = allPlugs().slice(0, speaking)
        await Promise.all([send(spoken.map(plug => reading(plug, time))), rest(90)])
        if ((step + 1) % (steps / 12) === 0) sizes.push(await heapMegabytes(session))
      }
      // The first quarter fills what the page keeps on purpose, such as the last three hours.
      const early = quantile(sizes.slice(3, 6), 0.5)
      const late = quantile(sizes.slice(-3), 0.5)
      return [
        { name: 'scripts’ memory after the first half hour', value: early, unit: 'MB' },
        {
          name: 'scripts’ memory after the hour',
          value: late,
          unit: 'MB',
          target: 'flat: ≤ 5 % more',
          met: late <= early * flat,
          note: `${steps * speaking} readings; every five minutes ${sizes.map(size => size.toFixed(1)).join(', ')}`,
        },
      ]
    } finally {
      await browser.close()
    }
  },
}
