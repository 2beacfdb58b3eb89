import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Platform, tempFolder } from '@ohmstead/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../../apps/dashboard/test/chromium.ts'

const run = promisify(execFile)
const folder = tempFolder()
let platform: Platform
let browser: Browser
let token = ''

interface Series {
  series: {
    device: string
    measurement: string
    field: string
    unit: string | null
    times: number[]
    values: number[]
  }[]
}
interface Energy {
  groups: {
    key: string
    buckets: { start: string; importWh: number | null; completeness: number; quality: { measured: number } }[]
  }[]
}

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  for (const id of ['home', '3'])
    await platform.api('POST', '/api/sites', { id, name: `Site ${id}`, timezone: 'Europe/Oslo' })
  token = await makeToken('home')
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function makeToken(site: string): Promise<string> {
  const made = await platform.api<{ token: string }>('POST', '/api/tokens', {
    name: 'journey',
    site,
    scopes: ['read', 'write'],
  })
  return made.token
}

async function makeDevice(id: string): Promise<{ username: string; password: string }> {
  await platform.api('POST', '/api/sites/home/devices', { id, name: id })
  return platform.api('POST', `/api/sites/home/devices/${id}/credentials`)
}

function mosquitto(who: { username: string; password: string }, topic: string, payload: unknown) {
  const login = ['-u', who.username, '-P', who.password]
  return run('mosquitto_pub', [
    '-p',
    String(platform.mqttPort),
    '-q',
    '1',
    ...login,
    '-t',
    topic,
    '-m',
    JSON.stringify(payload),
  ])
}

function post(path: string, body: string, type: string, authorization: string): Promise<Response> {
  return fetch(`${platform.url}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body,
  })
}

async function latest(site: string, device: string): Promise<Record<string, number>> {
  const { series } = await platform.api<Series>('GET', `/api/sites/${site}/readings/latest?device=${device}`)
  return Object.fromEntries(series.map(({ field, values }) => [field, values[0]]))
}

/** Energy of the half hour of `readings`, once the ledger has it. */
async function energyOf(device: string): Promise<number | null | undefined> {
  const query = `from=${start}&to=${start + 30 * minute}&by=slot&group=device&device=${device}`
  const { groups } = await platform.api<Energy>('GET', `/api/sites/home/energy?${query}`)
  return groups[0]?.buckets.reduce<number | null>(
    (sum, { importWh }) => (importWh === null ? sum : (sum ?? 0) + importWh),
    null,
  )
}

const minute = 60_000
const start = Math.floor((Date.now() - 3_600_000) / 900_000) * 900_000
/** 60 W for half an hour: 30 Wh. */
const readings = Array.from({ length: 31 }, (_, at) => ({
  measurement: 'electricalMeter',
  time: start + at * minute,
  fields: { power: 60 },
}))

describe('four ways in end in readings and energy', () => {
  test('MQTT with a device’s own credentials', async () => {
    const who = await makeDevice('by-mqtt')
    await mosquitto(who, 'sites/home/devices/by-mqtt/readings', readings)
    expect(await latest('home', 'by-mqtt')).toEqual({ power: 60 })
    await expect.poll(() => energyOf('by-mqtt'), { timeout: 15_000 }).toBeCloseTo(30, 6)
  })

  test('POWIOT’s example as the thesis prints it', async () => {
    const who = { username: '3', password: await makeToken('3') }
    await mosquitto(who, 'sensors/mill-sense', {
      measurement: 'airSensor',
      tags: { house_id: '3', location: 'Soverom', sensor_name: 'mill-sense' },
      fields: { temperature: 19.7, humidity: 40.3 },
      time: '2023-05-23T14:05:09.123456',
    })
    expect(await latest('3', 'mill-sense')).toEqual({ temperature: 19.7, humidity: 40.3 })
  })

  test('HTTP with a token', async () => {
    const body = JSON.stringify(readings.map(reading => ({ ...reading, site: 'home', device: 'by-http' })))
    const answer = await post('/api/readings', body, 'application/json', `Bearer ${token}`)
    expect(await answer.json()).toEqual({ accepted: 31, rejected: [] })
    await expect.poll(() => energyOf('by-http'), { timeout: 15_000 }).toBeCloseTo(30, 6)
  })

  test('line protocol', async () => {
    const lines = readings.map(({ time }) => `electricalMeter,device=by-line power=60 ${time}`).join('\n')
    const answer = await post('/api/v2/write?bucket=home&precision=ms', lines, 'text/plain', `Token ${token}`)
    expect(answer.status).toBe(204)
    await expect.poll(() => energyOf('by-line'), { timeout: 15_000 }).toBeCloseTo(30, 6)
  })
})

test('a late reading changes the slot it belongs to and leaves a revision', async () => {
  const at = (minutes: number, energyImport: number) => ({
    site: 'home',
    device: 'late',
    measurement: 'electricalMeter',
    time: start + minutes * minute,
    fields: { energyImport },
  })
  const send = (items: unknown) =>
    post('/api/readings', JSON.stringify(items), 'application/json', `Bearer ${token}`)
  const slots = async () => {
    const query = `from=${start}&to=${start + 30 * minute}&by=slot&device=late&group=device`
    const { groups } = await platform.api<Energy>('GET', `/api/sites/home/energy?${query}`)
    return groups[0]?.buckets.map(({ importWh }) => importWh)
  }
  await send([at(0, 1000), at(30, 1040), at(50, 1060)])
  await expect.poll(slots, { timeout: 15_000 }).toEqual([20, 20])
  await send(at(15, 1030))
  await expect.poll(slots, { timeout: 15_000 }).toEqual([30, 10])
  const { items } = await platform.api<{ items: { cause: string }[] }>(
    'GET',
    '/api/sites/home/revisions?device=late',
  )
  expect(items.map(({ cause }) => cause)).toContain('late-reading')
})

test('a device can neither publish nor read outside its prefix', async () => {
  const who = await makeDevice('narrow')
  const outside = { measurement: 'electricalMeter', fields: { power: 1 } }
  await expect(mosquitto(who, 'sites/home/devices/by-mqtt/readings', outside)).rejects.toThrow()
  await expect(mosquitto(who, 'sensors/x', { ...outside, tags: { house_id: 'home' } })).rejects.toThrow()
  const other = await makeDevice('curious')
  const listen = run('mosquitto_sub', [
    ...['-p', String(platform.mqttPort), '-u', other.username, '-P', other.password],
    ...['-t', 'sites/home/devices/+/readings', '-C', '1', '-W', '3'],
  ])
  expect((await listen).stderr).toMatch(/denied/)
  expect((await latest('home', 'by-mqtt')).power).toBe(60)
})

test('what came in is on the page, with its age', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const faults: string[] = []
  page.on('pageerror', error => faults.push(error.message))
  await page.goto(`${platform.url}/sites/home/now`)
  await page.getByLabel(/e-mail/i).fill('admin@example.org')
  await page
    .getByLabel(/password/i)
    .first()
    .fill('a long enough passphrase')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('by-http').filter({ visible: true }).first().waitFor()
  await post(
    '/api/readings',
    JSON.stringify({
      site: 'home',
      device: 'by-http',
      measurement: 'electricalMeter',
      fields: { power: 1234 },
    }),
    'application/json',
    `Bearer ${token}`,
  )
  await page
    .getByText(/1[.,]23/)
    .first()
    .waitFor()
  expect(faults).toEqual([])
  await page.close()
})
