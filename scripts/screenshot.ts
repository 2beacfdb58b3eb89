/**
 * `npm run screenshot`: takes the README's pictures, light and dark. Starts the demo, waits until its devices are live, and
 * looks at the page *Now*.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { freePort } from '../packages/testkit/src/index.ts'

const folder = 'docs/pictures'
const maxBytes = 150_000
const site = 'demo-oslo'
/** Today is compared with the same weekday before. */
const days = 15
const liveMs = 300_000

interface Demo {
  readonly url: string
  readonly email: string
  readonly password: string
}

/** The demo on free ports, with data that is thrown away. */
async function withDemo(use: (demo: Demo) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'ohmstead-screenshot-'))
  const ports = ['--http-port', String(await freePort()), '--mqtt-port', String(await freePort())]
  const command = [
    'apps/server/src/main.ts',
    'demo',
    '--days',
    String(days),
    '--data-dir',
    join(data, 'data'),
  ]
  const child = spawn(process.execPath, [...command, ...ports], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  try {
    await use(await liveDemo(child))
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
}

/** What the demo prints, once all of it is there. */
async function liveDemo(child: ChildProcess): Promise<Demo> {
  let said = ''
  for await (const chunk of child.stderr!.iterator({ destroyOnReturn: false })) {
    said += chunk
    const [, url, email, password] = /(http:\S+)\s+sign in as (\S+), password (\S+)\s/.exec(said) ?? []
    if (url && email && password && said.includes('the demo is live')) return { url, email, password }
  }
  throw new Error(`the demo ended before it was live:\n${said}`)
}

async function picture(
  browser: Browser,
  { url, email, password }: Demo,
  scheme: 'light' | 'dark',
): Promise<void> {
  const path = join(folder, `now-${scheme}.png`)
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1000 },
    colorScheme: scheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  await page.goto(`${url}/sites/${site}/now`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('canvas').first().waitFor()
  await allLive(page)
  await page.screenshot({ path, animations: 'disabled' })
  await page.close()
  const { size } = statSync(path)
  console.log(`${path}: ${size} bytes`)
  if (size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`)
}

const liveRows = `(() => {
  const rows = [...document.querySelectorAll('[data-device]')]
  return rows.length > 5 && rows.every(row => ['live', 'off'].includes(row.dataset.state))
})()`

/** Every device has spoken often enough to be called live. */
async function allLive(page: Page): Promise<void> {
  const deadline = performance.now() + liveMs
  while (!(await page.evaluate<boolean>(liveRows))) {
    if (performance.now() > deadline)
      throw new Error(`the devices of ${site} are not live within ${liveMs} ms`)
    await page.waitForTimeout(500)
  }
}

await withDemo(async demo => {
  const browser = await chromium.launch({
    executablePath: process.env.OHMSTEAD_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
  try {
    for (const scheme of ['light', 'dark'] as const) await picture(browser, demo, scheme)
  } finally {
    await browser.close()
  }
})
