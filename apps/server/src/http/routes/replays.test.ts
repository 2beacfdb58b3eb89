import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Role, Scope } from '@ohmstead/model'
import { system } from '@ohmstead/registry'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Fixture, fixture, site, start, store } from '../fixture.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const definition = (limit: number) => ({
  kind: 'template',
  template: 'threshold',
  parameters: { devices: ['fridge'], comparison: 'below', limit, forMinutes: 30 },
})

let the: Fixture
let home: Awaited<ReturnType<typeof site>>

/** A day of the fridge: off for an hour from 4:00 on, for ten minutes from 8:00 on. */
const day = Array.from({ length: 1440 }, (_, minute) => {
  const isOff = (minute >= 240 && minute < 300) || (minute >= 480 && minute < 490)
  return [start - dayMs + minute * minuteMs, isOff ? 1 : 90] as const
})
const at = (minute: number) => start - dayMs + minute * minuteMs

beforeEach(async () => {
  the = await fixture()
  home = await site(the, 'home')
  await store(the, ['home', 'fridge', 'electricalMeter', 'power'], day)
})
afterEach(() => the[Symbol.asyncDispose]())

const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: Record<string, unknown>) => {
  const answer = await the.api.inject({
    method,
    url: `/api/sites/home${path}`,
    headers: home.operator,
    ...(payload && { payload }),
  })
  return answer
}
const lines = (body: string) =>
  body
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('a trial says what a rule would have done, two side by side, and does none of it', async () => {
  const heard: unknown[] = []
  the.events.subscribe('home', event => heard.push(event))
  const answer = await ask('POST', '/rules/try', {
    from: '-24h',
    rules: [
      { definition: definition(2) },
      { definition: { ...definition(2), parameters: { ...definition(2).parameters, forMinutes: 5 } } },
    ],
  })
  expect(answer.statusCode).toBe(200)
  const told = lines(answer.body)
  const said = told.filter(({ type }) => type === 'said')
  expect(said.filter(({ rule }) => rule === 0)).toMatchObject([
    { kind: 'raised', key: 'fridge', time: at(270) },
    { kind: 'cleared', time: at(300) },
  ])
  expect(told.filter(({ type }) => type === 'done')).toMatchObject([
    { rule: 0, raised: 1, cleared: 1, open: [], stopped: null },
    { rule: 1, raised: 2, cleared: 2 },
  ])
  expect(told.some(({ type }) => type === 'progress')).toBe(true)
  expect(the.services.alerts.alerts('home')).toEqual([])
  expect(heard).toEqual([])
})

test('trials and replays look at streams of other rules too', async () => {
  await ask('POST', '/rules', {
    ...{ id: 'low', name: 'Low', actions: [{ kind: 'event' }] },
    definition: { kind: 'epl', text: 'insert into Low select device from electricalMeter(power < 2)' },
  })
  const trial = { definition: { kind: 'epl', text: 'select device from Low' }, actions: [{ kind: 'event' }] }
  const tried = lines((await ask('POST', '/rules/try', { from: '-24h', rules: [trial] })).body)
  expect(tried.at(-1)).toMatchObject({ type: 'done', events: 70, stopped: null })
  const { id } = (await ask('POST', '/replays', { from: '-24h', trials: [trial] })).json()
  await the.services.replays.get('home', id)!.over
  expect((await ask('GET', `/replays/${id}`)).json()).toMatchObject({ state: 'done', said: 70 })
})

test('a trial of a new version of a rule is judged as that rule, which is then no other one', async () => {
  const make = (id: string, text: string, action: object = { kind: 'event' }) =>
    ask('POST', '/rules', { id, name: id, definition: { kind: 'epl', text }, actions: [action] })
  const tryIt = (text: string, more: object = {}) =>
    ask('POST', '/rules/try', { from: '-1h', rules: [{ definition: { kind: 'epl', text }, ...more }] })

  await make('a', 'insert into B select device from electricalMeter(power < 2)')
  await make('b', 'insert into C select device from B')
  const next = 'select device from C'
  expect((await tryIt(next)).statusCode).toBe(200)
  expect((await tryIt(next, { id: 'a' })).json()).toMatchObject({
    status: 422,
    detail: expect.stringMatching(/^rule 'b', whose stream it looks at, cannot run: .* no stream 'B'/),
  })
  const trials = [{ id: 'a', definition: { kind: 'epl', text: next } }]
  expect((await ask('POST', '/replays', { from: '-1h', trials })).statusCode).toBe(422)

  const store = (device: string) => ({ kind: 'store', device, measurement: 'electricalMeter' })
  const from = (device: string) => `select power from electricalMeter(device = '${device}')`
  await make('copy', from('fridge'), store('heater'))
  const back = { actions: [store('fridge')] }
  expect((await tryIt(from('heater'), back)).json()).toMatchObject({
    status: 400,
    detail: expect.stringContaining("by way of 'copy'"),
  })
  expect((await tryIt(from('heater'), { ...back, id: 'copy' })).statusCode).toBe(200)
})

test('trials look at slots as well', async () => {
  const trial = {
    definition: { kind: 'epl', text: 'select * from slots(energyImport > 20)' },
    actions: [{ kind: 'event' }],
  }
  const tried = lines((await ask('POST', '/rules/try', { from: '-24h', rules: [trial] })).body)
  const first = tried.find(({ type }) => type === 'said')
  expect(first).toMatchObject({
    row: { device: 'fridge', quality: 'measured', energyImport: 22.5, start: first.time - 20 * minuteMs },
  })
  // The last slot of the day is heard of later; five are of times when it was off.
  expect(tried.at(-1)).toMatchObject({ readings: 95, events: 90, stopped: null })
})

test('a trial of what cannot be run, or of too long a period, is refused', async () => {
  const wrong = { kind: 'epl', text: 'select' }
  expect(
    (await ask('POST', '/rules/try', { from: '-1d', rules: [{ definition: wrong }] })).json(),
  ).toMatchObject({
    code: 'OHM_RULE_FAULT',
    line: 1,
  })
  const long = await ask('POST', '/rules/try', { from: '-500d', rules: [{ definition: definition(2) }] })
  expect(long.json()).toMatchObject({ status: 400, field: 'from' })
})

/** Everything that is stored or told anywhere, as one number for each place. */
async function contents(): Promise<Record<string, string>> {
  const range = { from: start - 3 * dayMs, to: start + 10 * dayMs }
  const { alerts } = the.services
  const { registry, store, ledger, ingest, told } = the
  const ruleCursor = alerts.cursor('home', 'off')
  const all = {
    readings: await Array.fromAsync(store.raw(store.select({}), range), ({ series, times, values }) => [
      ...[series.site, series.device, series.measurement, series.field, series.tags],
      ...[[...times], [...values]],
    ]),
    energy: await ledger.slots('home', 'fridge', range),
    alerts: [alerts.alerts('home', { limit: 500 }), alerts.openCount()],
    events: [alerts.said('home', { limit: 500 }), alerts.lastSeq, ruleCursor],
    registry: [registry.sites.all(), registry.devices.all('home'), (await registry.rules.list('home')).items],
    audit: (await registry.audit.list()).items,
    bus: told.topics,
    webhooks: told.posts,
    ingest: [ingest.submitted, ingest.written],
    replays: alerts.notedReplays(),
  }
  const hashed = ([place, held]: [string, unknown]) =>
    [place, createHash('sha256').update(JSON.stringify(held)).digest('hex')] as const
  return Object.fromEntries(Object.entries(all).map(hashed))
}

test('a replay of a day drives a rule and touches nothing else', async () => {
  await ask('POST', '/rules', {
    id: 'off',
    name: 'Off',
    definition: definition(2),
    actions: [
      { kind: 'alert', severity: 'low' },
      { kind: 'event' },
      { kind: 'webhook', url: 'https://example.org' },
    ],
  })
  await the.services.rules.settled()
  const before = await contents()
  const heard: unknown[] = []
  the.events.subscribe('home', event => heard.push(event))
  const started = await ask('POST', '/replays', { from: '-24h', rules: ['off'] })
  expect(started.statusCode).toBe(201)
  const { id } = started.json()
  const replay = the.services.replays.get('home', id)!
  await replay.over
  expect((await ask('GET', `/replays/${id}`)).json()).toMatchObject({
    state: 'done',
    progress: 1,
    said: 3,
    rules: [{ id: 'off', stopped: null }],
  })
  expect(replay.said).toMatchObject([
    { kind: 'raised', time: at(270) },
    { kind: 'event', time: at(270) },
    { kind: 'cleared', time: at(300) },
  ])
  const { body } = await ask('GET', `/replays/${id}/stream`)
  expect(body.match(/^event: said$/gm)).toHaveLength(3)
  expect(await contents()).toEqual(before)
  expect(heard).toEqual([])

  // The same rule, when it is not replayed, does touch all of that: what is compared can tell.
  await store(the, ['home', 'fridge', 'electricalMeter', 'power'], [[start - 40 * minuteMs, 1]])
  await the.services.rules.start()
  the.services.alerts.record(
    { site: 'home', rule: 'off', version: 1, severity: 'low', sentence: '' },
    replay.said.map((one, at) => ({ ...one, id: `${at}`, site: 'home', version: 1 })),
    start,
  )
  the.services.rules.outlets.webhooks.wake('home')
  await the.registry.devices.create(system('test'), 'home', { id: 'new', name: 'New' })
  const after = await contents()
  for (const place of ['readings', 'alerts', 'events', 'registry', 'audit', 'webhooks'])
    expect(after[place], place).not.toBe(before[place])
})

test('a replay keeps its speed on the virtual clock, tells how far it is, and can be stopped', async () => {
  const { id } = (
    await ask('POST', '/replays', { from: '-24h', speed: 3600, trials: [{ definition: definition(2) }] })
  ).json()
  const replay = the.services.replays.get('home', id)!
  const events: string[] = []
  const moved = new EventTarget()
  replay.listen(({ type }) => {
    events.push(type)
    moved.dispatchEvent(new Event(type))
  })
  for (let step = 0; step < 50; step++) {
    const progress = once(moved, 'progress')
    await the.clock.advance(100)
    await progress
  }
  // Five seconds are five hours.
  expect(replay.status).toMatchObject({ state: 'running', through: at(300) })
  expect(replay.status.progress).toBeCloseTo(5 / 24)
  expect(events.filter(type => type === 'said')).toHaveLength(2)
  expect((await ask('DELETE', `/replays/${id}`)).statusCode).toBe(204)
  expect((await ask('GET', '/replays')).json().items).toMatchObject([{ id, state: 'stopped' }])
})

test('only so many replays run, and one of another site is not there', async () => {
  const input = { from: '-24h', speed: 1, trials: [{ definition: definition(2) }] }
  const ids: string[] = []
  for (let count = 0; count < 4; count++) ids.push((await ask('POST', '/replays', input)).json().id)
  expect((await ask('POST', '/replays', input)).json()).toMatchObject({
    status: 429,
    code: 'OHM_TOO_MANY_REPLAYS',
  })
  expect(the.services.replays.get('office', ids[0])).toBeUndefined()
  expect((await ask('POST', '/replays', { from: '-24h' })).json()).toMatchObject({ field: 'rules' })
})

test('a replay stands still, goes on, changes its speed and skips ahead', async () => {
  const { id } = (
    await ask('POST', '/replays', { from: '-24h', speed: 3600, trials: [{ definition: definition(2) }] })
  ).json()
  const replay = the.services.replays.get('home', id)!
  const change = async (payload: Record<string, unknown>) =>
    (
      await the.api.inject({
        method: 'PATCH',
        url: `/api/sites/home/replays/${id}`,
        headers: home.operator,
        payload,
      })
    ).json()
  /** The replay's clock once that much time has passed and it stands there at the least. */
  const after = async (ms: number, least: number) => {
    const moved = Promise.withResolvers<void>()
    const look = () => replay.status.through >= least && moved.resolve()
    const unlisten = replay.listen(look)
    await the.clock.advance(ms)
    look()
    await moved.promise
    unlisten()
    return replay.status.through
  }
  expect(await after(100, at(6))).toBe(at(6))
  expect(await change({ paused: true })).toMatchObject({ paused: true, state: 'running', through: at(6) })
  await the.clock.advance(60_000)
  expect(replay.status.through).toBe(at(6))

  expect(await change({ paused: false, speed: 60, through: at(240) })).toMatchObject({
    paused: false,
    speed: 60,
  })
  expect(await after(100, at(240) + 6000)).toBe(at(240) + 6000)
  // What lies between was played: nothing had happened yet.
  expect(replay.status.said).toBe(0)
  await change({ speed: null })
  await replay.over
  expect(replay.status).toMatchObject({ state: 'done', said: 2, progress: 1 })
  expect(await change({ paused: true })).toMatchObject({ state: 'done', paused: false })
})

describe('a live replay', () => {
  const body = { mode: 'live', source: 'home', from: '-24h' }
  let sandbox: Awaited<ReturnType<typeof site>>
  /** Reads home and works on the sandbox. */
  let both: { authorization: string }

  const play = (payload: object = {}, headers: Record<string, string> = both, into = 'sandbox') =>
    the.api.inject({
      method: 'POST',
      url: `/api/sites/${into}/replays`,
      headers,
      payload: { ...body, ...payload },
    })
  const member = async (inHome: Role | null, inSandbox: Role | null, scopes: Scope[] = ['read', 'write']) => {
    const by = system('test')
    const email = `${inHome}-${inSandbox}-${scopes.join('-')}@example.org`
    const { id } = await the.registry.people.create(by, { email, name: email })
    if (inHome) await the.registry.members.set(by, 'home', id, inHome)
    if (inSandbox) await the.registry.members.set(by, 'sandbox', id, inSandbox)
    const { text } = await the.registry.tokens.create(by, { name: 'test', owner: id, scopes })
    return { authorization: `Bearer ${text}` }
  }

  beforeEach(async () => {
    sandbox = await site(the, 'sandbox')
    both = await member('viewer', 'operator')
  })

  test('tells its mode, source and speed, sends through ingest as who started it, and is audited', async () => {
    const started = await play({ speed: 3600 })
    expect(started.statusCode).toBe(201)
    expect(started.json()).toMatchObject({
      ...{ mode: 'live', site: 'sandbox', source: 'home', speed: 3600, state: 'running' },
      ...{ rules: [], said: 0, rejected: 0, lateMs: 0, reason: null },
    })
    const { id } = started.json()
    const replay = the.services.replays.get('sandbox', id)!
    while (replay.status.state === 'running') await the.clock.advance(1000)
    const { origin, items } = the.ingest.submitted[0]
    expect(origin).toMatchObject({ via: 'replay', principal: { kind: 'token' } })
    expect(items[0]).toEqual({
      ...{ site: 'sandbox', device: 'fridge', measurement: 'electricalMeter', tags: {} },
      ...{ fields: { power: 90 }, time: expect.any(Number) },
    })
    expect(the.ingest.submitted.flatMap(({ items }) => items)).toHaveLength(1440)
    const status = (await the.api.inject({ url: `/api/sites/sandbox/replays/${id}`, headers: both })).json()
    expect(status).toMatchObject({ state: 'done', sent: 1440, total: 1440, progress: 1 })
    const { items: audit } = await the.registry.audit.list()
    expect(audit[0]).toMatchObject({ action: 'replay.start', site: 'sandbox', after: { source: 'home' } })
  })

  test.each([
    ['the source cannot be read', null, 'operator', 404],
    ['the target can only be read', 'owner', 'viewer', 403],
    ['the target is not theirs', 'owner', null, 404],
  ] as const)('is refused when %s', async (_name, inHome, inSandbox, status) => {
    expect((await play({}, await member(inHome, inSandbox))).statusCode).toBe(status)
    expect(the.services.replays.list('sandbox')).toEqual([])
  })

  test('is refused to a token that may only read, and to strangers', async () => {
    expect((await play({}, await member('owner', 'owner', ['read']))).statusCode).toBe(403)
    expect((await play({}, {})).statusCode).toBe(401)
    expect((await play({}, sandbox.token)).statusCode).toBe(404)
  })

  test('of a site into itself is refused', async () => {
    const answer = await play({}, await member('owner', 'owner'), 'home')
    expect(answer.json()).toMatchObject({ status: 400, field: 'source' })
  })

  test.each([
    ['source', { source: undefined }],
    ['speed', { speed: 0.5 }],
    ['speed', { speed: 4000 }],
    ['rules', { rules: ['off'] }],
    ['from', { from: '-500d' }],
  ])('is refused with a wrong %s: %o', async (field, change) => {
    expect((await play(change)).json()).toMatchObject({ status: 400, field })
  })

  test('into a site that can be controlled is refused, unless it is confirmed', async () => {
    const by = system('test')
    await the.registry.devices.update(by, 'sandbox', 'fridge', { capabilities: ['meter', 'climate'] })
    expect((await play()).statusCode).toBe(201)
    await the.services.replays.close()
    await the.registry.devices.update(by, 'sandbox', 'heater', { capabilities: ['meter', 'switch'] })
    const refused = await play()
    expect(refused.json()).toMatchObject({
      ...{ status: 409, code: 'OHM_SITE_HAS_ACTUATORS', field: 'confirm' },
      detail: expect.stringContaining('heater'),
    })
    expect((await play({ confirm: true })).statusCode).toBe(201)
    await the.services.replays.close()
    // Who may not control is not asked to confirm.
    const viewer = await member('owner', 'viewer')
    expect((await play({ confirm: true }, viewer)).statusCode).toBe(403)
  })

  test('keeps its pace', async () => {
    const { id } = (await play()).json()
    const answer = await the.api.inject({
      method: 'PATCH',
      url: `/api/sites/sandbox/replays/${id}`,
      headers: both,
      payload: { paused: true },
    })
    expect(answer.json()).toMatchObject({ status: 409, code: 'OHM_CONFLICT' })
    expect(the.services.replays.get('sandbox', id)!.status.paused).toBe(false)
  })

  test('runs one at a time into a site', async () => {
    expect((await play()).statusCode).toBe(201)
    expect((await play()).json()).toMatchObject({ status: 409, code: 'OHM_CONFLICT' })
  })

  test.each<[string, RegExp, () => Promise<unknown>]>([
    ['is demoted', /no longer/, () => demote('viewer')],
    ['is no member any more', /no longer/, () => demote(null)],
    [
      'loses the token',
      /no longer/,
      async () => {
        const { items } = await the.registry.tokens.list()
        for (const { id } of items) await the.registry.tokens.revoke(system('test'), id)
      },
    ],
    [
      'gets a device to control there',
      /nobody has confirmed/,
      () => the.registry.devices.update(system('test'), 'sandbox', 'heater', { capabilities: ['switch'] }),
    ],
    ['loses the source', /'home' was removed/, () => the.registry.sites.remove(system('test'), 'home')],
  ])('ends by itself when its starter %s', async (_name, reason, change) => {
    const { id } = (await play()).json()
    const replay = the.services.replays.get('sandbox', id)!
    while (replay.status.total === null) await the.clock.advance(0)
    await the.clock.advance(16_000)
    expect(replay.status.state).toBe('running')
    await change()
    for (let turn = 0; turn < 100 && replay.status.state === 'running'; turn++) await the.clock.advance(500)
    expect(replay.status).toMatchObject({ state: 'stopped', reason: expect.stringMatching(reason) })
  })

  async function demote(role: Role | null): Promise<void> {
    const { items } = await the.registry.people.list()
    const { id } = items.find(({ email }) => email.startsWith('viewer-operator'))!
    if (role) await the.registry.members.set(system('test'), 'sandbox', id, role)
    else await the.registry.members.remove(system('test'), 'sandbox', id)
  }
})
