import { deviceId, type Series, siteId, type Value } from '@ohmstead/model'
import { openRegistry, type Principal, type Registry, system } from '@ohmstead/registry'
import { Batch } from '@ohmstead/telemetry'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Config } from '../config/config.ts'
import { EventHub } from '../events.ts'
import { Health } from '../health.ts'
import { Overloaded } from '../ingest/errors.ts'
import { type OpenIngest, openIngest } from '../ingest/openIngest.ts'
import { Metrics } from '../metrics.ts'
import { PresenceBoard } from '../presence.ts'
import { openSqliteAlertStore } from './alerts/sqliteAlertStore.ts'
import { type LiveInput, type LiveParts, LiveReplay } from './liveReplay.ts'
import { Replays } from './replays.ts'
import { Sandbox } from './sandbox.ts'

const now = Date.UTC(2026, 5, 1, 12)
const then = Date.UTC(2026, 0, 1)
const minuteMs = 60_000
const by = system('test')
const principal: Principal = {
  kind: 'person',
  id: 'kari',
  email: 'kari@example.org',
  admin: false,
  roles: new Map([['sandbox', 'operator']]),
}

let clock: FakeClock
let registry: Registry
let store: MemoryStore
let open: OpenIngest

beforeEach(async () => {
  clock = new FakeClock(now)
  registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' }, { clock })
  for (const id of ['home', 'sandbox'])
    await registry.sites.create(by, { id, name: id, timezone: 'Europe/Oslo' })
  await registry.devices.create(by, 'home', {
    ...{ id: 'main', name: 'Main meter', ratedPowerW: 11_000, counterModulusWh: 1e8 },
    capabilities: ['meter'],
  })
  await registry.devices.create(by, 'home', {
    ...{ id: 'plug', name: 'Plug', submeterOf: 'main' },
    capabilities: ['meter', 'switch'],
  })
  store = new MemoryStore()
  open = openIngest({
    ...{ config: Config.parse({}), clock, store, registry, log: pino({ level: 'silent' }) },
    ...{ events: new EventHub(now), health: new Health(() => {}) },
    ...{ metrics: new Metrics({ process: false }), presence: new PresenceBoard(() => {}) },
    ledger: { touch: () => {} },
  })
})
afterEach(async () => {
  await open.close()
  await registry.close()
})

type Point = readonly [time: number, value: Value]

async function put(
  device: string,
  field: string,
  points: readonly Point[],
  tags: Record<string, string> = {},
) {
  const key = { site: siteId('home'), device: deviceId(device), measurement: 'electricalMeter', field, tags }
  const series = store.resolve(key, typeof points[0][1] as Series['type'])
  const batch = new Batch()
  for (const [time, value] of points) batch.add(series, time, value)
  await store.append(batch)
}

/** All that a site holds: `plug.relay{}` → its points. */
async function held(site: string): Promise<Record<string, Point[]>> {
  const found: Record<string, Point[]> = {}
  for await (const { series, times, values } of store.raw(store.select({ site }), { from: 0, to: 8e15 }))
    found[`${series.device}.${series.field}${JSON.stringify(series.tags)}`] = [...times].map((time, at) => [
      time,
      series.type === 'boolean' ? values[at] === true || values[at] === 1 : values[at],
    ])
  return found
}

const aDay: Partial<LiveInput> = { from: then, to: then + 10 * minuteMs }

function start(input: Partial<LiveInput> = {}, parts: Partial<LiveParts> = {}): LiveReplay {
  const all = { site: 'sandbox', source: 'home', speed: 1, principal, ...aDay, ...input } as LiveInput
  const sandbox = new Sandbox({ registry, by, ...all })
  return new LiveReplay(all, {
    ...{ store, ingest: open.ingest, clock, reasonToStop: async () => null },
    makeDevice: device => sandbox.make(device),
    ...parts,
  })
}

/** Moves the clock step by step, so that what is sent is stored before the next is due. */
async function pass(ms: number, stepMs = 500): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) await clock.advance(stepMs)
}

/** Until it has reckoned what there is and waits for the clock. */
async function ready(replay: LiveReplay): Promise<void> {
  while (replay.status.state === 'running' && replay.status.total === null) await clock.advance(0)
  for (let turn = 0; turn < 20; turn++) await clock.advance(0)
}

const shifted = (points: readonly Point[], shift: (time: number) => number) =>
  points.map(([time, value]) => [shift(time), value])

describe('a live replay', () => {
  const power: Point[] = [0, 61_000, 61_500, 300_000].map((at, n) => [then + at, n * 10])
  const relay: Point[] = [
    [then, true],
    [then + 61_000, false],
  ]
  const phase: Point[] = [[then + 200_000, 3.5]]
  const state: Point[] = [[then + 599_999, 'standby']]
  beforeEach(async () => {
    await put(
      'main',
      'energyImport',
      [0, 1, 2, 3, 4].map(n => [then + n * minuteMs, 1000 + n]),
    )
    await put('plug', 'power', power)
    await put('plug', 'relay', relay)
    await put('plug', 'current', phase, { phase: 'l1' })
    await put('plug', 'state', state)
    await put('plug', 'power', [
      [then - 1, 1],
      [then + 10 * minuteMs, 1],
    ])
  })

  test('stores every value again, at its own interval, with the present time, and counters as they are', async () => {
    const before = await held('home')
    const replay = start()
    await ready(replay)
    await pass(10 * minuteMs + 1000)
    await replay.over
    expect(replay.status).toMatchObject({
      ...{ mode: 'live', state: 'done', source: 'home', site: 'sandbox', progress: 1, reason: null },
      ...{ sent: 13, total: 13, rejected: 0, readings: 11 },
    })
    const shift = (time: number) => time - then + now
    expect(await held('sandbox')).toEqual({
      'main.energyImport{}': [0, 1, 2, 3, 4].map(n => [now + n * minuteMs, 1000 + n]),
      'plug.power{}': shifted(power, shift),
      'plug.relay{}': shifted(relay, shift),
      'plug.current{"phase":"l1"}': shifted(phase, shift),
      'plug.state{}': shifted(state, shift),
    })
    expect(await held('home')).toEqual(before)
  })

  test('sends a reading when its time has come, and not before', async () => {
    const replay = start()
    await ready(replay)
    await pass(60_500)
    expect((await held('sandbox'))['plug.power{}']).toEqual([[now, 0]])
    await pass(1000)
    expect((await held('sandbox'))['plug.power{}']).toEqual([
      [now, 0],
      [now + 61_000, 10],
      [now + 61_500, 20],
    ])
    expect(replay.status).toMatchObject({ state: 'running', through: then + 61_500 })
    expect(replay.status.sent).toBeLessThan(replay.status.total!)
    await replay.stop()
  })

  test('at ten times the speed, intervals are a tenth', async () => {
    const replay = start({ speed: 10 })
    await ready(replay)
    await pass(minuteMs + 1000, 50)
    await replay.over
    expect((await held('sandbox'))['plug.power{}']).toEqual(shifted(power, time => now + (time - then) / 10))
  })

  test('readings of one line never fall on one millisecond, however fast', async () => {
    await put(
      'main',
      'power',
      Array.from({ length: 1000 }, (_, n) => [then + n * 100, n] as const),
    )
    const replay = start({ speed: 3600 })
    await ready(replay)
    await pass(2000, 10)
    await replay.over
    const stored = (await held('sandbox'))['main.power{}']
    expect(stored.map(([, value]) => value)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
    expect(new Set(stored.map(([time]) => time)).size).toBe(1000)
  })

  test('makes the devices, marked, with what energy is judged by and without what can be controlled', async () => {
    const replay = start()
    await ready(replay)
    expect(registry.devices.known('sandbox', 'plug')).toMatchObject({
      ...{ name: 'Plug', submeterOf: 'main', capabilities: ['meter'], ratedPowerW: null },
      description: 'Replayed from home/plug',
    })
    expect(registry.devices.known('sandbox', 'main')).toMatchObject({
      ratedPowerW: 11_000,
      counterModulusWh: 1e8,
    })
    await replay.stop()
  })

  test('leaves a device that is there as it is', async () => {
    await registry.devices.create(by, 'sandbox', { id: 'plug', name: 'Mine' })
    const replay = start()
    await ready(replay)
    expect(registry.devices.known('sandbox', 'plug')).toMatchObject({ name: 'Mine', description: '' })
    await replay.stop()
  })

  test('stops when it is told to: what was sent stays, nothing more comes', async () => {
    const replay = start()
    await ready(replay)
    await pass(62_000)
    await replay.stop()
    const then = await held('sandbox')
    expect(replay.status).toMatchObject({ state: 'stopped', reason: null })
    await pass(10 * minuteMs, 10_000)
    expect(await held('sandbox')).toEqual(then)
  })

  test('ends with the reason when its rights are gone', async () => {
    let reason: string | null = null
    const replay = start({}, { reasonToStop: async () => reason })
    await ready(replay)
    await pass(20_000)
    expect(replay.status.state).toBe('running')
    reason = 'who started it may no longer do so'
    await pass(20_000)
    await replay.over
    expect(replay.status).toMatchObject({ state: 'stopped', reason })
  })

  test('waits for ingest that has enough to do, sends the same again, and tells how late it is', async () => {
    let isFull = true
    const sizes: number[] = []
    const replay = start(
      {},
      {
        ingest: {
          submit(origin, items, target) {
            sizes.push(items.length)
            return isFull ? Promise.reject(new Overloaded()) : open.ingest.submit(origin, items, target)
          },
        },
      },
    )
    await ready(replay)
    await pass(30_000)
    expect(replay.status).toMatchObject({
      state: 'running',
      sent: 0,
      reason: expect.stringMatching(/more readings arrive/),
    })
    expect(replay.status.lateMs).toBeGreaterThan(20_000)
    const asked = sizes.length
    expect(asked).toBeLessThan(20)
    isFull = false
    await pass(10 * minuteMs)
    await replay.over
    expect(replay.status).toMatchObject({ state: 'done', sent: 13, reason: null })
    expect((await held('sandbox'))['plug.power{}']).toEqual(shifted(power, time => time - then + now))
  })

  test('counts what ingest refuses, and goes on', async () => {
    await registry.devices.create(by, 'sandbox', { id: 'plug', name: 'Plug', enabled: false })
    const replay = start()
    await ready(replay)
    await pass(10 * minuteMs + 1000)
    await replay.over
    expect(replay.status).toMatchObject({ state: 'done', rejected: 6 })
    expect(Object.keys(await held('sandbox'))).toEqual(['main.energyImport{}'])
    expect(open.ingest.quarantine('sandbox')[0]).toMatchObject({ via: 'replay', reason: 'is disabled' })
  })

  test('one that a restart has cut short is found again, and says so', async () => {
    using notes = openSqliteAlertStore(':memory:', () => clock.now())
    const input = { site: 'sandbox', source: 'home', speed: 1, principal, ...aDay } as LiveInput
    const sandbox = new Sandbox({ registry, by, ...input })
    const parts = {
      ...{ store, ingest: open.ingest, reasonToStop: async () => null },
      makeDevice: (device: string) => sandbox.make(device),
    }
    const first = new Replays(clock, notes).startLive(input, parts)
    await ready(first)
    await pass(62_000)

    // As after a kill: nobody has said goodbye.
    const after = new Replays(clock, notes)
    expect(after.list('sandbox')).toMatchObject([
      { id: first.id, state: 'stopped', reason: expect.stringMatching(/restarted while it ran/), total: 13 },
    ])
    expect(after.list('sandbox')[0].sent).toBeGreaterThan(0)
    expect(after.get('sandbox', first.id)).toMatchObject({ status: { state: 'stopped' } })
    expect(after.get('home', first.id)).toBeUndefined()
    await first.stop()
    expect(() => after.startLive(input, parts)).not.toThrow()
    expect(() => after.startLive(input, parts)).toThrow(/runs already/)
    await after.close()
    expect(after.list('sandbox').map(({ state }) => state)).toEqual(['stopped', 'stopped'])
  })
})
