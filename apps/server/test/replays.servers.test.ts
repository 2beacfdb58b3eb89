import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'

interface Status {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly sent: number
  readonly total: number
  readonly startedAt: number
}
interface Stored {
  readonly series: {
    readonly device: string
    readonly field: string
    readonly times: number[]
    readonly values: unknown[]
  }[]
}

const minuteMs = 60_000
/** Half a minute of a plug, of ten minutes ago: each second its power and its counter, and once that it was off. */
const count = 30
const begin = Math.floor(Date.now() / (15 * minuteMs)) * 15 * minuteMs - 30 * minuteMs
const readings = Array.from({ length: count }, (_, n) => ({
  ...{ measurement: 'electricalMeter', time: begin + n * 1000 + (n % 3) },
  fields: {
    power: n >= 10 && n < 15 ? 1 : 90,
    energyImport: 5000 + n,
    ...(n % 10 === 0 && { relay: n > 0 }),
  },
}))
const rule = {
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['plug'], comparison: 'below', limit: 2 },
  },
  actions: [{ kind: 'alert', severity: 'high' }, { kind: 'event' }],
}

async function home(platform: Platform): Promise<string> {
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/home/devices', { id: 'plug', name: 'Plug', capabilities: ['meter'] })
  const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
    ...{ name: 'test', site: 'home', scopes: ['read', 'write'] },
  })
  const answer = await fetch(`${platform.url}/api/sites/home/devices/plug/readings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(readings),
  })
  expect(answer.status).toBe(200)
  return token
}

const stored = (platform: Platform, site: string) =>
  platform.api<Stored>('GET', `/api/sites/${site}/readings?from=-2h&to=%2B1h&resolution=raw`)
const energy = async (platform: Platform, site: string, from: number, to: number) => {
  const { groups } = await platform.api<{ groups: { buckets: { importWh: number | null }[] }[] }>(
    'GET',
    `/api/sites/${site}/energy?device=plug&from=${from}&to=${to}&by=hour`,
  )
  return groups.flatMap(({ buckets }) => buckets).reduce((sum, { importWh }) => sum + (importWh ?? 0), 0)
}

test('a live replay persists, judges and counts in the sandbox as at home, and a restart ends it honestly', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await home(platform)
  await platform.api('POST', '/api/sites', { id: 'sandbox', name: 'Sandbox', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/sandbox/rules', { id: 'off', name: 'Off', ...rule })
  const play = (more: object) =>
    platform.api<Status>('POST', '/api/sites/sandbox/replays', {
      ...{ mode: 'live', source: 'home', from: begin, to: begin + count * 1000, ...more },
    })
  const status = (id: string) => platform.api<Status>('GET', `/api/sites/sandbox/replays/${id}`)

  const { id } = await play({ speed: 10 })
  const live = await fetch(`${platform.url}/api/sites/sandbox/replays/${id}/stream`, {
    headers: { authorization: `Bearer ${await reader(platform)}` },
  })
  const heard = await live.text()
  expect(heard).toMatch(/event: progress\ndata: .*"mode":"live"/)
  expect(await status(id)).toMatchObject({ state: 'done', sent: 63, total: 63 })

  const [before, after] = [await stored(platform, 'home'), await stored(platform, 'sandbox')]
  const nameOf = ({ device, field }: Stored['series'][number]) => `${device} ${field}`
  expect(after.series.map(nameOf).toSorted()).toEqual(before.series.map(nameOf).toSorted())
  for (const own of before.series) {
    const again = after.series.find(one => nameOf(one) === nameOf(own))!
    expect(again.values).toEqual(own.values)
    const since = (times: number[]) => times.map(time => time - times[0])
    const scaled = since(own.times).map(ms => ms / 10)
    for (const [at, ms] of since(again.times).entries())
      expect(Math.abs(ms - scaled[at])).toBeLessThanOrEqual(1)
  }
  await until('the energy of the counter', async () => {
    const now = Date.now()
    const hourMs = 3_600_000
    return (await energy(platform, 'sandbox', now - hourMs, now + hourMs)) === count - 1
  })
  await until('the alert of the rule there', async () => {
    const { items } = await platform.api<{ items: object[] }>('GET', '/api/sites/sandbox/alerts')
    return items.length === 1
  })

  const cut = await play({ speed: 1 })
  await until('it is on its way', async () => (await status(cut.id)).sent > 0)
  await platform.kill()
  await platform.restart()
  expect(await status(cut.id)).toMatchObject({
    ...{ state: 'stopped', total: 63 },
    reason: expect.stringMatching(/restarted while it ran/),
  })
  const { items } = await platform.api<{ items: Status[] }>('GET', '/api/sites/sandbox/replays')
  expect(items.map(({ state }) => state)).toEqual(['stopped', 'done'])
})

async function reader(platform: Platform): Promise<string> {
  const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
    ...{ name: 'reader', site: 'sandbox', scopes: ['read'] },
  })
  return token
}

test('a lab replay leaves readings, energy, alerts, events, webhooks and the bus of the running server as they are', async () => {
  using folder = tempFolder()
  const posts: string[] = []
  const receiver = createServer((request, response) => {
    posts.push(request.url ?? '')
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await using platform = await Platform.start(folder.path, { OHMSTEAD_RULES_PRIVATE_WEBHOOKS: 'true' })
  const token = await home(platform)
  const { port } = receiver.address() as AddressInfo
  const hook = { kind: 'webhook', url: `http://127.0.0.1:${port}/hook` }
  await platform.api('POST', '/api/sites/home/rules', {
    ...{ id: 'off', name: 'Off', ...rule, actions: [...rule.actions, hook] },
  })
  using bus = await RawMqtt.open(platform.mqttPort, { clientId: 'bus', username: 'home', password: token })
  await bus.subscribe('sites/home/#')

  const range = `from=${begin - 60 * minuteMs}&to=${begin + 60 * minuteMs}`
  const contents = async () => ({
    readings: (await stored(platform, 'home')).series,
    energy: await platform.api('GET', `/api/sites/home/devices/plug/slots?${range}`),
    alerts: await platform.api('GET', '/api/sites/home/alerts'),
    events: await platform.api('GET', '/api/sites/home/events'),
    devices: await platform.api('GET', '/api/sites/home/devices'),
    rules: (await platform.api<{ items: { version: number }[] }>('GET', '/api/sites/home/rules')).items.map(
      ({ version }) => version,
    ),
    audit: await platform.api('GET', '/api/sites/home/audit'),
  })
  await until('the rule runs', async () => {
    const { status } = await platform.api<{ status: { state: string } }>('GET', '/api/sites/home/rules/off')
    return status.state === 'running'
  })
  const before = await contents()
  const { id } = await platform.api<Status>('POST', '/api/sites/home/replays', {
    ...{ from: begin - minuteMs, to: begin + minuteMs, rules: ['off'] },
  })
  await until('its end', async () => {
    const { state } = await platform.api<Status>('GET', `/api/sites/home/replays/${id}`)
    return state === 'done'
  })
  expect(await platform.api('GET', `/api/sites/home/replays/${id}`)).toMatchObject({ said: 3, sent: 0 })
  expect(await contents()).toEqual(before)

  // What listens does hear: a reading of now makes the same rule tell everybody.
  const device = { measurement: 'electricalMeter', fields: { power: 1 } }
  await fetch(`${platform.url}/api/sites/home/devices/plug/readings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(device),
  })
  await until('the webhook', async () => posts.length === 2)
  const topics = (await bus.messages()).map(({ topic }) => topic)
  expect(topics.filter(topic => !topic.endsWith('/slots')).toSorted()).toEqual([
    'sites/home/alerts',
    'sites/home/events/off',
  ])
  receiver.close()
})
