import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { type Benchmark, type Figure, quantile } from '../report.ts'
import { buildDashboard, cold, framesWhile, launch, rest, watchForValue } from './browser.ts'
import { framesFigure } from './frames.ts'
import { allPlugs, plugs, reading, type Send, site, withPlugs } from './world.ts'

const rounds = 5
const home = 'home'
const homeDevices = 13

/** What a reader feels of hundreds of devices: the first value, and scrolling while all of them speak. */
export const pages: Benchmark = {
  name: 'pages',
  title: `Dashboard with ${plugs} devices, in Chromium without a GPU, 1280 × 800`,
  async run(say) {
    say('building the dashboard')
    buildDashboard()
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const send = await withPlugs(platform)
    await withPlugs(platform, home, homeDevices)
    const browser = await launch()
    try {
      say('first values')
      const first = [
        ...(await firstValues(browser, platform, home, homeDevices)),
        ...(await firstValues(browser, platform, site, plugs)),
      ]
      say(`${plugs} devices that speak`)
      const crowd = [
        await crowded(browser, platform, send, 'now'),
        await crowded(browser, platform, send, 'devices'),
      ]
      return [scripts(), ...first, ...crowd.flat()]
    } finally {
      await browser.close()
    }
  },
}

function scripts(): Figure {
  const root = 'apps/dashboard/dist'
  const page = readFileSync(join(root, 'index.html'), 'utf8')
  const paths = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path)
  const bytes = paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(root, path))).length, 0)
  return {
    name: 'scripts before the first page, gzipped',
    value: bytes / 1000,
    unit: 'kB',
    target: '≤ 300 kB',
    met: bytes <= 300_000,
  }
}

async function firstValues(
  browser: Browser,
  platform: Platform,
  of: string,
  devices: number,
): Promise<Figure[]> {
  const painted: number[] = []
  const useful: number[] = []
  for (let round = 0; round < rounds; round++) {
    const context = await cold(browser, platform)
    const page = await context.newPage()
    await page.addInitScript(watchForValue)
    await page.goto(`/sites/${of}/now`)
    await page.waitForFunction(() => 'usefulAt' in globalThis)
    useful.push(await page.evaluate<number>('window.usefulAt'))
    painted.push(
      await page.evaluate<number>(
        `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
      ),
    )
    await context.close()
  }
  const value = quantile(useful, 0.5)
  const note = `median of ${rounds}, nothing cached, signed in`
  return [
    { name: `Now, ${devices} devices: first paint`, value: quantile(painted, 0.5), unit: 'ms', note },
    {
      name: `Now, ${devices} devices: first value`,
      value,
      unit: 'ms',
      ...(of === home && { target: '< 1000 ms', met: value < 1000 }),
      note,
    },
  ]
}

/** Every device speaks every second, ten times as often as plugs do, while somebody scrolls. */
async function crowded(
  browser: Browser,
  platform: Platform,
  send: Send,
  path: 'now' | 'devices',
): Promise<Figure[]> {
  const context = await cold(browser, platform)
  const page = await context.newPage()
  await page.goto(`/sites/${site}/${path}`)
  await page.locator('[data-device]').first().waitFor()
  await rest(2000)
  await page.mouse.move(640, 500)
  const frames = await framesWhile(page, async () => {
    for (let round = 0; round < 50; round++) {
      const spoken = allPlugs().filter(plug => plug % 10 === round % 10)
      await Promise.all([
        send(spoken.map(plug => reading(plug, Date.now()))),
        page.mouse.wheel(0, round % 20 < 10 ? 150 : -150),
        rest(100),
      ])
    }
  })
  await context.close()
  return framesFigure(`${path === 'now' ? 'Now' : 'Devices'}, ${plugs} devices, ${plugs} readings/s`, [
    frames,
  ])
}
