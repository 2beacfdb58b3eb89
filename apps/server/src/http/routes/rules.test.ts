import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fixture, fixture, site, start, store } from '../fixture.ts'

const rule = {
  id: 'fridge-off',
  name: 'Fridge is off',
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['fridge'], comparison: 'below', limit: 2, forMinutes: 30 },
  },
  actions: [{ kind: 'alert', severity: 'high' }],
}
const minuteMs = 60_000

let the: Fixture
let home: Awaited<ReturnType<typeof site>>

beforeEach(async () => {
  the = await fixture()
  home = await site(the, 'home')
})
afterEach(() => the[Symbol.asyncDispose]())

type Who = { authorization: string }
const ask = async (
  who: Who,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: Record<string, unknown>,
) => {
  const answer = await the.api.inject({
    method,
    url: `/api/sites/home${path}`,
    headers: { authorization: who.authorization },
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

test('a rule is made, shown with its sentence and its EPL, changed, and removed', async () => {
  const made = await ask(home.operator, 'POST', '/rules', rule)
  expect(made).toMatchObject({
    status: 201,
    body: {
      version: 1,
      sentence: 'When *Fridge* draws less than 2 W for 30 min, alert *high*.',
      epl: expect.stringContaining('timer:interval'),
      definition: { parameters: { measurement: 'electricalMeter' } },
    },
  })
  await the.services.rules.settled()
  const { body } = await ask(home.viewer, 'GET', '/rules')
  expect(body.items).toMatchObject([{ id: 'fridge-off', status: { state: 'running', reason: null } }])
  const definition = { ...rule.definition, parameters: { ...rule.definition.parameters, limit: 5 } }
  expect(await ask(home.operator, 'PATCH', '/rules/fridge-off', { definition })).toMatchObject({
    status: 200,
    body: { version: 2, sentence: expect.stringContaining('5 W') },
  })
  expect((await ask(home.viewer, 'GET', '/rules/fridge-off/versions')).body.items).toHaveLength(2)
  expect((await ask(home.operator, 'PATCH', '/rules/fridge-off', { enabled: false })).body).toMatchObject({
    enabled: false,
    version: 2,
  })
  await the.services.rules.settled()
  expect((await ask(home.viewer, 'GET', '/rules/fridge-off')).body.status.state).toBe('off')
  expect((await ask(home.operator, 'DELETE', '/rules/fridge-off')).status).toBe(204)
  expect((await ask(home.viewer, 'GET', '/rules/fridge-off')).status).toBe(404)
})

test('what cannot be run is refused with its place and what could stand there', async () => {
  const definition = { kind: 'epl', text: 'select device\nform electricalMeter' }
  expect(await ask(home.operator, 'POST', '/rules', { ...rule, definition })).toMatchObject({
    status: 422,
    body: { code: 'OHM_RULE_FAULT', line: 2, expected: expect.any(Array) },
  })
  const units = { kind: 'epl', text: 'select * from electricalMeter(power > energyImport)' }
  expect(await ask(home.viewer, 'POST', '/rules/check', { definition: units })).toMatchObject({
    status: 422,
    body: { code: 'OHM_RULE_FAULT', line: 1, detail: expect.stringContaining('W with W.h') },
  })
  const parameters = { ...rule.definition.parameters, devices: 'fridge' }
  expect(
    await ask(home.operator, 'POST', '/rules', { ...rule, definition: { ...rule.definition, parameters } }),
  ).toMatchObject({ status: 400, body: { field: 'definition.parameters.devices' } })
  expect((await ask(home.viewer, 'GET', '/rules')).body.items).toEqual([])
})

test('commands to devices are refused in words', async () => {
  const command = { ...rule, actions: [{ kind: 'command', device: 'heater', value: 1 }] }
  expect(await ask(home.operator, 'POST', '/rules', command)).toMatchObject({
    status: 400,
    body: {
      field: 'actions.0.kind',
      detail: expect.stringContaining('rules cannot send commands to devices yet'),
    },
  })
})

test('a check says what a rule would be and looks at', async () => {
  const { body } = await ask(home.viewer, 'POST', '/rules/check', { definition: rule.definition })
  expect(body.needs).toEqual([
    { measurement: 'electricalMeter', devices: ['fridge'], fields: expect.arrayContaining(['power']) },
  ])
  expect(body.units).toMatchObject({ value: 'W' })
})

test('a check names the rules whose streams are looked at; the list, who looks at a rule’s and who lost it', async () => {
  const epl = (id: string, text: string) => ({
    ...{ id, name: id, definition: { kind: 'epl', text } },
    actions: [{ kind: 'event' }],
  })
  const text = 'select device from Low'
  await ask(
    home.operator,
    'POST',
    '/rules',
    epl('low', 'insert into Low select device from electricalMeter(power < 2)'),
  )
  expect(
    (await ask(home.viewer, 'POST', '/rules/check', { definition: { kind: 'epl', text } })).body,
  ).toMatchObject({
    streams: [{ stream: 'Low', rules: ['low'] }],
    needs: [{ measurement: 'electricalMeter' }],
  })
  expect((await ask(home.operator, 'POST', '/rules', epl('user', text))).status).toBe(201)
  const circle = { definition: { kind: 'epl', text: 'insert into Low select device from Low2' } }
  await ask(home.operator, 'PATCH', '/rules/user', {
    definition: { kind: 'epl', text: 'insert into Low2 select device from Low' },
  })
  expect(await ask(home.operator, 'PATCH', '/rules/low', circle)).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining("'low' → 'user' → 'low'") },
  })
  expect((await ask(home.viewer, 'POST', '/rules/check', { ...circle, id: 'low' })).status).toBe(422)
  expect((await ask(home.viewer, 'GET', '/rules/low')).body.usedBy).toEqual(['user'])
  expect((await ask(home.operator, 'DELETE', '/rules/low')).status).toBe(204)
  await the.services.rules.settled()
  expect((await ask(home.viewer, 'GET', '/rules/user')).body.status).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining("there is no stream 'Low'"),
  })
})

test('alerts are listed, acknowledged by an operator, and ended', async () => {
  await ask(home.operator, 'POST', '/rules', rule)
  await the.services.rules.settled()
  await the.clock.advance(1)
  const minutes = Array.from({ length: 60 }, (_, minute) => minute)
  await store(
    the,
    ['home', 'fridge', 'electricalMeter', 'power'],
    minutes.map(minute => [start - (60 - minute) * minuteMs, 1] as const),
  )
  await ask(home.operator, 'PATCH', '/rules/fridge-off', {
    actions: [{ kind: 'alert', severity: 'medium' }],
  })
  await the.services.rules.settled()
  const { items } = (await ask(home.viewer, 'GET', '/alerts?open=true')).body
  expect(items).toMatchObject([{ device: 'fridge', severity: 'medium', state: 'raised' }])
  const path = `/alerts/${items[0].id}`
  const streamed: unknown[] = []
  the.events.subscribe('home', ({ type, data }) => streamed.push([type, (data as { state: string }).state]))
  expect((await ask(home.viewer, 'POST', `${path}/acknowledge`)).status).toBe(403)
  expect((await ask(home.operator, 'POST', `${path}/acknowledge`)).body).toMatchObject({
    state: 'acknowledged',
  })
  expect((await ask(home.operator, 'POST', `${path}/clear`)).body).toMatchObject({ state: 'cleared' })
  expect((await ask(home.operator, 'POST', '/alerts/nothing/clear')).status).toBe(404)
  expect(streamed).toEqual([
    ['alert', 'acknowledged'],
    ['alert', 'cleared'],
  ])
  expect((await ask(home.viewer, 'GET', '/alerts?open=true')).body.items).toEqual([])
  expect(
    (await ask(home.viewer, 'GET', '/events')).body.items.map(({ kind }: { kind: string }) => kind),
  ).toEqual(['cleared', 'raised'])
})

test('viewers see, operators change, others know nothing', async () => {
  expect((await ask(home.viewer, 'POST', '/rules', rule)).status).toBe(403)
  expect((await ask(home.viewer, 'GET', '/webhook-key')).status).toBe(403)
  expect((await ask(home.operator, 'GET', '/webhook-key')).body.key).toHaveLength(43)
  const office = await site(the, 'office')
  for (const path of ['/rules', '/alerts', '/events'])
    expect((await ask(office.owner, 'GET', path)).status).toBe(404)
})

test('templates come with the schemas of their forms', async () => {
  const answer = await the.api.inject({ url: '/api/rule-templates', headers: home.viewer })
  const { items } = answer.json()
  expect(items).toHaveLength(9)
  expect(items[0].parameters.properties.comparison.enum).toEqual(['above', 'below'])
})

test('the names that a rule can use are told: streams with their units, and the words of the language', async () => {
  const text =
    'insert into Load select device, sum(power) as total from electricalMeter#time(1 min) group by device'
  await ask(home.operator, 'POST', '/rules', {
    ...{ id: 'load', name: 'Load', definition: { kind: 'epl', text }, actions: [{ kind: 'event' }] },
  })
  const { status, body } = await ask(home.viewer, 'GET', '/rule-vocabulary')
  expect(status).toBe(200)
  const fieldsOf = (stream: string) =>
    body.streams
      .find(({ name }: { name: string }) => name === stream)
      .fields.map(({ name, unit }: { name: string; unit: string | null }) => `${name} ${unit ?? ''}`.trim())
  expect(fieldsOf('Load')).toEqual(['device', 'total W'])
  expect(fieldsOf('slots')).toEqual(expect.arrayContaining(['start', 'energyImport W.h', 'quality']))
  expect(fieldsOf('status')).toContain('state')
  const meter = body.streams.find(({ name }: { name: string }) => name === 'electricalMeter')
  expect(meter.fields).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'device', kind: 'string', unit: null }),
      expect.objectContaining({ name: 'power', kind: 'number', unit: 'W', description: expect.any(String) }),
    ]),
  )
  expect(body.windows).toContain('time')
  expect(body.aggregates).toContain('avg')
  expect(body.functions).toContain('coalesce')
  expect(body.keywords).toEqual(expect.arrayContaining(['select', 'pattern', 'every', 'timer']))
})

test('a rule tells what it looks at, and the units of what it says', async () => {
  const { body } = await ask(home.operator, 'POST', '/rules', rule)
  expect(body.units).toMatchObject({ value: 'W' })
  expect(body.needs).toMatchObject([
    { measurement: 'electricalMeter', devices: ['fridge'], fields: expect.arrayContaining(['power']) },
  ])
  const text =
    'select device, avg(power) as mean, count(*) as readings from electricalMeter#time(5 min) group by device'
  const definition = { kind: 'epl', text }
  const own = await ask(home.operator, 'POST', '/rules', { ...rule, id: 'own', definition })
  expect(own.body.units).toEqual({ mean: 'W' })
})

test('events are listed by when they became known, or by the time of the data, of one device or of all', async () => {
  const said = (id: string, device: string, time: number) =>
    ({ id, site: 'home', rule: 'r', version: 1, kind: 'event', key: device, device, time, row: {} }) as const
  const of = { site: 'home', rule: 'r', version: 1, severity: null, sentence: '' }
  the.services.alerts.record(of, [said('a', 'fridge', 3000), said('b', 'oven', 1000)], 3000)
  the.services.alerts.record(of, [said('late', 'fridge', 2000), said('d', 'fridge', 1000)], 3000)
  const ids = async (query: string) =>
    (await ask(home.viewer, 'GET', `/events?${query}`)).body.items.map(({ id }: { id: string }) => id)
  expect(await ids('')).toEqual(['d', 'late', 'b', 'a'])
  expect(await ids('order=time')).toEqual(['a', 'late', 'd', 'b'])
  expect(await ids('order=time&device=fridge')).toEqual(['a', 'late', 'd'])
  const [, late] = (await ask(home.viewer, 'GET', '/events?order=time&limit=2')).body.items
  expect(await ids(`order=time&before=${late.seq}`)).toEqual(['d', 'b'])
})
