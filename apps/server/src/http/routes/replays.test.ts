import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

/** Everything that is stored, as one number. */
async function contents(): Promise<string> {
  const hash = createHash('sha256')
  const range = { from: start - 3 * dayMs, to: start + 10 * dayMs }
  for await (const { series, times, values } of the.store.raw(the.store.select({}), range))
    hash.update(JSON.stringify([series.id, [...times], [...values]]))
  const slots = await the.ledger.slots('home', 'fridge', range)
  const { alerts } = the.services
  hash.update(JSON.stringify([slots, alerts.alerts('home'), alerts.said('home'), alerts.lastSeq]))
  hash.update(JSON.stringify((await the.registry.audit.list()).items))
  return hash.digest('hex')
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
  expect(await contents()).toBe(before)
  expect(heard).toEqual([])
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
  const after = async (ms: number) => {
    const moved = Promise.withResolvers<void>()
    const unlisten = replay.listen(({ type }) => type === 'progress' && moved.resolve())
    await the.clock.advance(ms)
    await moved.promise
    unlisten()
    return replay.status.through
  }
  expect(await after(100)).toBe(at(6))
  expect(await change({ paused: true })).toMatchObject({ paused: true, state: 'running', through: at(6) })
  await the.clock.advance(60_000)
  expect(replay.status.through).toBe(at(6))

  expect(await change({ paused: false, speed: 60, through: at(240) })).toMatchObject({
    paused: false,
    speed: 60,
  })
  expect(await after(100)).toBe(at(240) + 6000)
  // What lies between was played: nothing had happened yet.
  expect(replay.status.said).toBe(0)
  await change({ speed: null })
  await replay.over
  expect(replay.status).toMatchObject({ state: 'done', said: 2, progress: 1 })
  expect(await change({ paused: true })).toMatchObject({ state: 'done', paused: false })
})
