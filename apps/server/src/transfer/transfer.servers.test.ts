import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../main.ts')
const folder = tempFolder()
let platform: Platform
let token: string

beforeAll(async () => {
  platform = await Platform.start(join(folder.path, 'data'))
  await platform.api('POST', '/api/sites', { id: 'lab', name: 'Lab', timezone: 'Europe/Berlin' })
  const made = await platform.api<{ token: string }>('POST', '/api/tokens', {
    name: 'transfer',
    site: 'lab',
    scopes: ['read', 'write'],
  })
  token = made.token
})

afterAll(async () => {
  await platform[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function ohmstead(...args: string[]) {
  const env = {
    ...process.env,
    OHMSTEAD_URL: platform.url,
    OHMSTEAD_MQTT_URL: `mqtt://127.0.0.1:${platform.mqttPort}`,
    OHMSTEAD_TOKEN: token,
  }
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

/** Two hours of 100 W from noon on, a sample every 5 s; one line is torn. */
function recording(name: string): string {
  const rows = Array.from({ length: 1441 }, (_, i) => `${1326625200 + i * 5},100`)
  rows[700] = '13266287132662870,100'
  const file = join(folder.path, name)
  writeFileSync(file, `ts,watts\n${rows.join('\n')}\n`)
  return file
}

const columns = ['--site', 'lab', '--time', 'ts', '--time-unit', 's', '--field', 'power=watts']

async function energyWh(device: string): Promise<number> {
  interface Energy {
    groups: { buckets: { importWh: number | null }[] }[]
  }
  const path = `/api/sites/lab/energy?from=2012-01-15&to=2012-01-16&by=hour&group=device&device=${device}`
  const { groups } = await platform.api<Energy>('GET', path)
  return (groups[0]?.buckets ?? []).reduce((sum, { importWh }) => sum + (importWh ?? 0), 0)
}

/** The ledger follows within seconds. */
async function settledEnergyWh(device: string, expected: number): Promise<number> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const wh = await energyWh(device).catch(() => 0)
    if (Math.abs(wh - expected) < 0.01 || performance.now() > deadline) return wh
    await new Promise(again => setTimeout(again, 200))
  }
}

test('an imported file becomes readings and energy, and importing it again changes nothing', async () => {
  const file = recording('Oven.csv')
  for (let i = 0; i < 2; i++) {
    const { code, out } = await ohmstead('import', file, ...columns)
    expect(out).toContain('1 440 readings stored, 1 refused')
    expect(out).toContain('(line 702)')
    expect(code).toBe(3)
    expect(await settledEnergyWh('oven', 200)).toBeCloseTo(200, 2)
  }
})

test('a played file becomes the same energy', async () => {
  const { code, out } = await ohmstead('play', recording('Toaster.csv'), ...columns, '--speed', 'max')
  expect(out).toContain('1 440 readings acknowledged, 1 lines left out')
  expect(code).toBe(3)
  expect(await settledEnergyWh('toaster', 200)).toBeCloseTo(200, 2)
})

test('what was exported can be imported as another device', async () => {
  const file = join(folder.path, 'oven.parquet')
  const range = ['--from', '2012-01-15', '--to', '2012-01-16', '--device', 'oven', '--field', 'power']
  expect((await ohmstead('export', 'lab', file, ...range)).code).toBe(0)
  const again = ['--site', 'lab', '--device', 'copy', '--time', 'time', '--field', 'power=value']
  expect(await ohmstead('import', file, ...again)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 440 readings stored, 0 refused'),
  })
  expect(await settledEnergyWh('copy', 200)).toBeCloseTo(200, 2)
})

test('a site that the token does not open is refused in words', async () => {
  const { code, err } = await ohmstead('import', recording('x.csv'), ...columns.with(1, 'other'))
  expect(code).toBe(1)
  expect(err).toMatch(/^ohmstead import: the server answered 40[34]/m)
})
