import { Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'

interface Alert {
  readonly id: string
  readonly device: string
  readonly state: string
  readonly sentence: string
}

test('a rule over HTTP, readings over MQTT: one alert, on the stream and on the bus, then it clears', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/home/devices', { id: 'freezer', name: 'Freezer' })
  const login = await platform.api<{ username: string; password: string }>(
    'POST',
    '/api/sites/home/devices/freezer/credentials',
    {},
  )
  const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
    name: 'reader',
    site: 'home',
    scopes: ['read', 'write'],
  })
  const rule = await platform.api<{ sentence: string }>('POST', '/api/sites/home/rules', {
    id: 'freezer-off',
    name: 'Freezer is off',
    definition: {
      kind: 'template',
      template: 'threshold',
      parameters: { devices: ['freezer'], comparison: 'below', limit: 2, forMinutes: 0.01 },
    },
    actions: [{ kind: 'alert', severity: 'high' }, { kind: 'event' }],
  })
  expect(rule.sentence).toMatch(/^When \*Freezer\* draws less than 2 W for 0.6 s, alert \*high\*/)

  using reader = await RawMqtt.open(platform.mqttPort, {
    clientId: 'reader',
    username: 'home',
    password: token,
  })
  await reader.subscribe('sites/home/alerts')
  await reader.subscribe('sites/home/events/#')
  using device = await RawMqtt.open(platform.mqttPort, { clientId: 'freezer', ...login })
  const say = (power: number) =>
    device.publish(
      'sites/home/devices/freezer/readings',
      `{"measurement":"electricalMeter","fields":{"power":${power}}}`,
    )
  const alerts = () => platform.api<{ items: Alert[] }>('GET', '/api/sites/home/alerts')

  await until('an alert', async () => {
    await say(1)
    return (await alerts()).items.length > 0
  })
  await until('the end of the alert', async () => {
    await say(90)
    return (await alerts()).items[0].state === 'cleared'
  })
  const { items } = await alerts()
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({ device: 'freezer', state: 'cleared', sentence: rule.sentence })

  await until('both alerts on the bus', async () => (await reader.messages()).length >= 3)
  const heard = (await reader.messages()).map(({ topic, payload }) => {
    const { state, kind } = JSON.parse(String(payload))
    return `${topic} ${state ?? kind}`
  })
  expect(heard).toEqual([
    'sites/home/alerts raised',
    'sites/home/events/freezer-off event',
    'sites/home/alerts cleared',
  ])
  const metrics = await (await fetch(`${platform.url}/metrics`)).text()
  expect(metrics).toContain('ohmstead_rules_running 1')
})

test('what devices say of themselves reaches rules upon rules, and rows come back as readings of a virtual device', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  for (const id of ['freezer', 'summary'])
    await platform.api('POST', '/api/sites/home/devices', { id, name: id })
  const login = await platform.api<{ username: string; password: string }>(
    'POST',
    '/api/sites/home/devices/freezer/credentials',
    {},
  )
  using device = await RawMqtt.open(platform.mqttPort, { clientId: 'freezer', ...login })
  // A field of its own can be named once it was stored.
  await device.publish('sites/home/devices/freezer/status', '{"state":"online","battery":90}')
  const make = (id: string, text: string, action: object) =>
    platform.api('POST', '/api/sites/home/rules', {
      ...{ id, name: id, definition: { kind: 'epl', text }, actions: [action] },
    })
  await make('away', "insert into Away select device, battery from status(state = 'offline')", {
    kind: 'event',
  })
  await make('note', 'select device, battery as level, true as isAway from Away', {
    ...{ kind: 'store', device: 'summary', measurement: 'absences' },
  })
  await device.publish('sites/home/devices/freezer/status', '{"state":"offline","battery":40}')
  const stored = async () => {
    const latest = await platform.api<{ series: Record<string, unknown>[] }>(
      'GET',
      '/api/sites/home/readings/latest?device=summary',
    )
    return latest.series.map(({ measurement, field, tags, value }) => ({ measurement, field, tags, value }))
  }
  await until('the rows are readings', async () => (await stored()).length === 2)
  const tags = { device: 'freezer' }
  expect(await stored()).toEqual([
    { measurement: 'absences', field: 'isAway', tags, value: true },
    { measurement: 'absences', field: 'level', tags, value: 40 },
  ])
})
