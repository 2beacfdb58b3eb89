import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Platform, PostgresServer, postgresFolder, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const bin = postgresFolder()
if (!bin) console.warn('skipped: no PostgreSQL under /usr/lib/postgresql (apt-get install postgresql)')

const hour = 3_600_000
const start = Date.UTC(2026, 0, 1)
const withoutAdmin = { OHMSTEAD_ADMIN_EMAIL: '', OHMSTEAD_ADMIN_PASSWORD: '' }
const person = { email: 'admin@example.org', name: 'Kari', password: 'a long enough passphrase' }

describe.skipIf(!bin)('the platform with its registry in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start(bin!)
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  test('set-up, site, device, reading, energy and invitation, over a restart', async () => {
    using folder = tempFolder()
    const env = { ...withoutAdmin, OHMSTEAD_REGISTRY_URL: await server.createDatabase() }
    await using platform = await Platform.start(folder.path, env)
    const [, token] = /\/setup\?token=(\S+)/.exec(platform.output) ?? []
    await post(platform, '/api/setup', { token, ...person })
    await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
    const login = await deviceIn(platform, 'home', 'plug')
    await publish(platform, login, start, { energyImport: 1000 })
    await publish(platform, login, start + hour, { energyImport: 1250 })
    await until('the energy is there', async () => (await energyOf(platform)) === 250)

    await platform.api('POST', '/api/sites/home/invitations', { email: 'ola@example.org', role: 'viewer' })
    expect(readdirSync(folder.path)).not.toContain('registry.db')

    expect(await platform.stop()).toBe(0)
    await platform.restart(env)
    await publish(platform, login, start + 2 * hour, { energyImport: 1300 })
    expect(await platform.api('GET', '/api/sites/home/invitations')).toMatchObject({
      items: [{ email: 'ola@example.org' }],
    })
    expect(await energyOf(platform)).toBe(250)
  })

  test('while it is away readings of known devices go on, all else answers 503, and it recovers by itself', async () => {
    using folder = tempFolder()
    await using own = await PostgresServer.start(bin!)
    await using platform = await Platform.start(folder.path, {
      OHMSTEAD_REGISTRY_URL: (await own.createDatabase()).replace('ohmstead@', 'ohmstead:top-secret@'),
    })
    await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
    const login = await deviceIn(platform, 'home', 'plug')
    using device = await RawMqtt.open(platform.mqttPort, { clientId: 'plug', ...login })
    const send = (power: number) =>
      device.publish('sites/home/devices/plug/readings', reading(start + power, { power }))
    expect(await send(1)).toBe(true)

    await own.stop()
    await until('readiness tells', async () => (await readiness(platform)).status === 503)
    expect((await readiness(platform)).body).toMatchObject({ troubles: [{ part: 'registry' }] })
    expect(await send(2)).toBe(true)
    const refused = await platform
      .api('POST', '/api/sites', { id: 'other', name: 'Other', timezone: 'UTC' })
      .then(() => 'made', String)
    expect(refused).toMatch(/503 .*OHM_REGISTRY_UNAVAILABLE/)
    expect(refused).not.toMatch(/127\.0\.0\.1/)

    await own.restart()
    await until('readiness tells', async () => (await readiness(platform)).status === 200)
    await platform.api('POST', '/api/sites', { id: 'other', name: 'Other', timezone: 'UTC' })
    expect(await send(3)).toBe(true)
    expect(platform.output).not.toContain('top-secret')
  })

  test('doctor and serve say in words what is wrong with it, without the password', async () => {
    using folder = tempFolder()
    const url = new URL(await server.createDatabase())
    url.password = 'top-secret'
    const settings = { OHMSTEAD_DATA_DIR: folder.path, OHMSTEAD_HTTP_PORT: '0', OHMSTEAD_MQTT_PORT: '0' }
    const well = await ohmstead(['doctor'], { ...settings, OHMSTEAD_REGISTRY_URL: url.href })
    expect(well.text).toMatch(
      /well {3}registry: PostgreSQL at '127\.0\.0\.1:\d+\/test_\d+' is made by the first start/,
    )

    url.pathname = '/nowhere'
    for (const command of ['serve', 'doctor', 'token']) {
      const args = command === 'token' ? ['token', 'list'] : [command]
      const { code, text } = await ohmstead(args, { ...settings, OHMSTEAD_REGISTRY_URL: url.href })
      expect([code, text]).toEqual([
        1,
        expect.stringMatching(/database "nowhere" does not exist.*OHMSTEAD_REGISTRY_URL/),
      ])
      expect(text).not.toMatch(/top-secret|at .*\.ts:/)
    }
    const wrong = await ohmstead(['serve'], {
      ...settings,
      OHMSTEAD_REGISTRY_URL: 'mysql://me:top-secret@host/db',
    })
    expect([wrong.code, wrong.text]).toEqual([
      2,
      expect.stringMatching(/^ohmstead serve: registry\.url: expected/),
    ])
    expect(wrong.text).not.toContain('top-secret')
  })
})

const reading = (time: number, fields: object) =>
  JSON.stringify({ measurement: 'electricalMeter', time, fields })

async function deviceIn(platform: Platform, site: string, id: string) {
  const path = `/api/sites/${site}/devices`
  await platform.api('POST', path, { id, name: id })
  return platform.api<{ username: string; password: string }>('POST', `${path}/${id}/credentials`, {})
}

/** Over HTTP, as the device. */
async function publish(
  platform: Platform,
  { username, password }: { username: string; password: string },
  time: number,
  fields: object,
): Promise<void> {
  const [site, device] = username.split('/')
  const login = Buffer.from(`${username}:${password}`).toString('base64')
  const body = JSON.stringify({ site, device, ...JSON.parse(reading(time, fields)) })
  await post(platform, '/api/readings', body, { authorization: `Basic ${login}` })
}

async function post(
  platform: Platform,
  path: string,
  body: object | string,
  more: object = {},
): Promise<void> {
  const answer = await fetch(`${platform.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: platform.url, ...more },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  expect([answer.status, await answer.text()]).toEqual([expect.toBeOneOf([200, 201, 204]), expect.anything()])
}

async function energyOf(platform: Platform): Promise<number | null | undefined> {
  const { groups } = await platform.api<{ groups: { buckets: { importWh: number | null }[] }[] }>(
    'GET',
    `/api/sites/home/energy?from=${start}&to=${start + hour}&by=hour`,
  )
  return groups[0]?.buckets[0]?.importWh
}

async function readiness(platform: Platform) {
  const answer = await fetch(`${platform.url}/readyz`)
  return { status: answer.status, body: await answer.json() }
}

/** Runs the command to its end. */
async function ohmstead(args: string[], env: Record<string, string>) {
  const main = resolve(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  child.stderr.on('data', chunk => (text += chunk))
  const [code] = await once(child, 'exit')
  return { code, text }
}
