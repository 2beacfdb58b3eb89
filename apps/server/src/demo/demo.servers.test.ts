import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort, tempFolder } from '@ohmstead/testkit'
import { afterEach, expect, test } from 'vitest'
import { demoSites } from './sites/index.ts'

const main = resolve(import.meta.dirname, '../main.ts')
const running = new Set<ChildProcess>()

afterEach(async () => {
  for (const child of running) await end(child, 'SIGKILL')
})

/** A demo as a process of its own. */
interface Demo {
  readonly child: ChildProcess
  readonly url: string
  readonly password: string
}

async function start(dataDir: string, ports: { http: number; mqtt: number }): Promise<Demo> {
  const { child, output } = launch(dataDir, ports, ['demo', '--days', '4'])
  await until(
    () => /is live/.test(output()),
    () => output(),
    child,
  )
  const [, url] = /(http:\S+)/.exec(output()) ?? []
  const [, password] = /password (\S+)/.exec(output()) ?? []
  return { child, url: url!, password: password! }
}

function launch(dataDir: string, { http, mqtt }: { http: number; mqtt: number }, args: string[]) {
  let output = ''
  const env = {
    ...process.env,
    OHMSTEAD_DATA_DIR: dataDir,
    OHMSTEAD_HTTP_PORT: String(http),
    OHMSTEAD_MQTT_PORT: String(mqtt),
  }
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const keep = (chunk: Buffer) => (output += chunk)
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return { child, output: () => output }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
  return child.exitCode
}

async function until(
  done: () => boolean | Promise<boolean>,
  say: () => string,
  child?: ChildProcess,
): Promise<void> {
  const deadline = performance.now() + 50_000
  while (!(await done())) {
    if (performance.now() > deadline || child?.exitCode != null) throw new Error(`in vain: ${say()}`)
    await new Promise(again => setTimeout(again, 100))
  }
}

async function signIn({ url, password }: Demo): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: 'demo@example.org', password }),
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
}

interface LatestSeries {
  readonly device: string
  readonly ageMs: number
}

async function freshDevices(url: string, cookie: string): Promise<number> {
  let fresh = 0
  for (const { id } of demoSites) {
    const answer = await fetch(`${url}/api/sites/${id}/readings/latest`, { headers: { cookie } })
    const { series } = (await answer.json()) as { series: LatestSeries[] }
    fresh += new Set(series.filter(({ ageMs }) => ageMs < 15_000).map(({ device }) => device)).size
  }
  return fresh
}

const devices = demoSites.reduce((sum, site) => sum + site.devices.length, 0)

test('the demo comes up with live devices, survives a kill, and leaves no trace', {
  timeout: 180_000,
}, async () => {
  using folder = tempFolder()
  const dataDir = join(folder.path, 'demo')
  const ports = { http: await freePort(), mqtt: await freePort() }

  const first = await start(dataDir, ports)
  const cookie = await signIn(first)
  await until(
    async () => (await freshDevices(first.url, cookie)) === devices,
    () => 'not all devices are live',
  )
  expect(statSync(join(dataDir, 'demo.json')).mode & 0o077).toBe(0)

  const week = `${first.url}/api/sites/demo-oslo/energy?from=-3d&to=now&by=day&group=device&device=mains,fridge`
  const { groups } = (await (await fetch(week, { headers: { cookie } })).json()) as {
    groups: { key: string; buckets: { importWh: number; completeness: number }[] }[]
  }
  expect(groups.map(({ key }) => key).toSorted()).toEqual(['fridge', 'mains'])
  for (const { buckets } of groups)
    expect(buckets[1]).toMatchObject({ completeness: 1, importWh: expect.any(Number) })

  // Nobody says goodbye: the devices' process ends with its parent, the next start goes on with the same data.
  await end(first.child, 'SIGKILL')
  const second = await start(dataDir, ports)
  expect(second.password).toBe(first.password)
  const cookieAgain = await signIn(second)
  await until(
    async () => (await freshDevices(second.url, cookieAgain)) === devices,
    () => 'not all devices are live after a kill',
  )
  expect(await end(second.child, 'SIGINT')).not.toBe(null)

  const removal = launch(dataDir, ports, ['demo', 'remove'])
  const [code] = await once(removal.child, 'exit')
  running.delete(removal.child)
  expect(removal.output()).toContain('are removed')
  expect(code).toBe(0)
  expect(existsSync(dataDir)).toBe(false)
  expect(readdirSync(folder.path)).toEqual([])
})
