import type { Series, SeriesKey, ValueType } from '@ohmstead/model'
import { tagsKey } from '@ohmstead/model'
import { openRegistry, type Principal, type Registry, system } from '@ohmstead/registry'
import { type Batch, SeriesTypeMismatch, StoreUnavailable } from '@ohmstead/telemetry'
import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { EventHub } from '../events.ts'
import { Health } from '../health.ts'
import { Metrics } from '../metrics.ts'
import { PresenceBoard } from '../presence.ts'
import { Overloaded } from './errors.ts'
import type { Origin } from './ingest.ts'
import { type OpenIngest, openIngest } from './openIngest.ts'

const now = Date.UTC(2026, 5, 1, 12)

/** A store that keeps what it is given, and fails when told to. */
class Shelf {
  rows: { key: string; time: number; value: number | string }[] = []
  fault: Error | undefined
  /** Commits do not end before this does. */
  stall: Promise<void> | undefined
  appends = 0
  #series = new Map<string, Series>()

  resolve(key: SeriesKey, type: ValueType): Series {
    const text = `${key.site}/${key.device} ${key.measurement}.${key.field}${tagsKey(key.tags)}`
    const known = this.#series.get(text)
    if (known && known.type !== type) throw new SeriesTypeMismatch(key, known.type, type)
    const series = known ?? { ...key, id: this.#series.size, type }
    this.#series.set(text, series)
    return series
  }

  async append(batch: Batch): Promise<void> {
    this.appends++
    await this.stall
    if (this.fault) throw this.fault
    for (let at = 0; at < batch.length; at++) {
      const { device, measurement, field, tags } = batch.series[at]
      const key = `${device} ${measurement}.${field}${tagsKey(tags)}`
      this.rows.push({ key, time: batch.times[at], value: batch.texts.get(at) ?? batch.numbers[at] })
    }
  }
}

let registry: Registry
let shelf: Shelf
let clock: FakeClock
let events: EventHub
let health: Health
let touched: string[]
let open: OpenIngest
let presence: PresenceBoard

const device: Principal = { kind: 'device', site: 'home', device: 'plug' }
const token: Principal = {
  kind: 'token',
  id: 't',
  site: 'home',
  device: null,
  scopes: new Set(['write'] as const),
  owner: null,
}
const from = (principal: Principal, via: Origin['via'] = 'http'): Origin => ({ principal, via })
const reading = (fields: object, more: object = {}) => ({ measurement: 'electricalMeter', fields, ...more })

beforeEach(async () => {
  clock = new FakeClock(now)
  registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' }, { clock })
  const by = system('test')
  await registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  await registry.sites.create(by, { id: '3', name: 'House 3', timezone: 'Europe/Oslo' })
  await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
  await registry.devices.create(by, 'home', { id: 'retired', name: 'Retired', enabled: false })
  shelf = new Shelf()
  events = new EventHub(now)
  health = new Health(() => {})
  touched = []
  presence = new PresenceBoard(() => {})
  open = openIngest({
    config: loadConfig({ file: 'none.yaml', env: { OHMSTEAD_INGEST_COMMIT_EVERY_MS: '0' }, flags: {} }),
    clock,
    log: pino({ level: 'silent' }),
    store: shelf,
    registry,
    events,
    metrics: new Metrics({ process: false }),
    presence,
    health,
    ledger: { touch: (...args) => void touched.push(args.join(' ')) },
  })
})
afterEach(async () => {
  await open.close()
  await registry.close()
})

describe('readings', () => {
  test('are stored, the ledger hears of energy, and watchers see them after the commit', async () => {
    const seen: unknown[] = []
    events.subscribe('home', event => seen.push(event.data))
    const receipt = await open.ingest.submit(from(device), [reading({ power: 12.5 }, { time: now - 5000 })], {
      site: 'home',
      device: 'plug',
    })
    expect(receipt).toEqual({ accepted: 1, rejected: [] })
    expect(shelf.rows).toEqual([{ key: 'plug electricalMeter.power{}', time: now - 5000, value: 12.5 }])
    expect(touched).toEqual([`home plug ${now - 5000} ${now - 4999}`])
    expect(seen).toEqual([
      [expect.objectContaining({ device: 'plug', fields: { power: 12.5 }, time: now - 5000 })],
    ])
  })

  test('a bad field costs itself, a bad reading costs itself, and each is named', async () => {
    const items = [
      reading({ power: 1, voltage: 'high' }),
      reading({ power: 2 }, { time: 'yesterday' }),
      'nonsense',
      reading({ power: 3 }),
    ]
    const { accepted, rejected } = await open.ingest.submit(from(token), items, {
      site: 'home',
      device: 'plug',
    })
    expect(accepted).toBe(2)
    expect(rejected.map(({ index, field }) => `${index} ${field}`)).toEqual([
      '0 fields.voltage',
      '1 time',
      '2 ',
    ])
    expect(shelf.rows.map(row => row.value)).toEqual([1, 3])
    expect(open.ingest.quarantine('home').map(entry => entry.field)).toEqual(['', 'time', 'fields.voltage'])
  })

  test('nothing acceptable is no commit', async () => {
    const { accepted } = await open.ingest.submit(from(token), [{}], { site: 'home', device: 'plug' })
    expect([accepted, shelf.appends]).toEqual([0, 0])
  })

  test('a series keeps the type of its first value', async () => {
    const strange = (value: unknown) => ({ measurement: 'lab', fields: { state: value } })
    await open.ingest.submit(from(token), [strange(1)], { site: 'home', device: 'plug' })
    const { accepted, rejected } = await open.ingest.submit(from(token), [strange('on'), strange(2)], {
      site: 'home',
      device: 'plug',
    })
    expect(accepted).toBe(1)
    expect(rejected).toEqual([
      { index: 0, field: 'fields.state', reason: expect.stringContaining('holds numbers') },
    ])
  })
})

describe('who may write what', () => {
  const at = (site: string, device: string) => ({ site, device })
  const cases: [
    name: string,
    principal: Principal,
    target: { site: string; device: string },
    field: string | null,
  ][] = [
    ['a device, its own', device, at('home', 'plug'), null],
    ['a device, another', device, at('home', 'other'), 'site'],
    ['a device, a foreign site', device, at('3', 'plug'), 'site'],
    ['a token, a device of its site', token, at('home', 'plug'), null],
    ['a token, a new device of its site', token, at('home', 'brand-new'), null],
    ['a token, a foreign site', token, at('3', 'plug'), 'site'],
    ['a token, a site that is not there', token, at('nowhere', 'plug'), 'site'],
    ['a token, a disabled device', token, at('home', 'retired'), 'device'],
    ['a token that reads', { ...token, scopes: new Set(['read'] as const) }, at('home', 'plug'), 'site'],
    ['nobody', { kind: 'anonymous' }, at('home', 'plug'), 'site'],
  ]
  test.each(cases)('%s', async (_name, principal, target, field) => {
    const { accepted, rejected } = await open.ingest.submit(from(principal), [reading({ power: 1 })], target)
    expect(accepted).toBe(field === null ? 1 : 0)
    expect(rejected.map(rejection => rejection.field)).toEqual(field === null ? [] : [field])
  })

  test('a foreign site and one that is not there are refused in the same words', async () => {
    const reasons = await Promise.all(
      ['3', 'nowhere'].map(site =>
        open.ingest.submit(from(token), [reading({ power: 1 })], { site, device: 'x' }),
      ),
    )
    expect(reasons[0].rejected[0].reason).toBe(reasons[1].rejected[0].reason)
    expect(open.ingest.quarantine('3')).toEqual([])
  })

  test('a device seen for the first time is made once and keeps all its readings', async () => {
    const items = [1, 2, 3].map(power => ({
      ...reading({ power }, { time: now - power }),
      site: 'home',
      device: 'fresh',
    }))
    const receipt = await open.ingest.submit(from(token), [
      ...items,
      { ...reading({ power: 9 }), site: 'home', device: 'plug' },
    ])
    expect(receipt).toEqual({ accepted: 4, rejected: [] })
    expect(registry.devices.known('home', 'fresh')).toBeDefined()
    expect(shelf.rows.filter(row => row.key.startsWith('fresh')).length).toBe(3)
  })

  test('a site that takes no strangers says so', async () => {
    await registry.sites.update(system('test'), 'home', { newDevices: 'never' })
    const { rejected } = await open.ingest.submit(from(token), [reading({ power: 1 })], {
      site: 'home',
      device: 'fresh',
    })
    expect(rejected[0].field).toBe('device')
    expect(registry.devices.known('home', 'fresh')).toBeUndefined()
  })
})

describe('line protocol', () => {
  const write = (text: string, precision = 'ms') =>
    open.ingest.lines(from(token, 'line'), Buffer.from(text), { site: 'home', precision })

  test('makes devices on first sight and stores every value', async () => {
    const receipt = await write(
      `electricalMeter,device=boiler,phase=1 power=3,voltage=230 ${now}\nlab,device=plug state="on" ${now}`,
    )
    expect(receipt).toEqual({ accepted: 2, rejected: [] })
    // The body is read twice when it has a stranger in it; the store is idempotent.
    expect([...new Set(shelf.rows.map(({ key, value }) => `${key} ${value}`))].sort()).toEqual([
      'boiler electricalMeter.power{"phase":"1"} 3',
      'boiler electricalMeter.voltage{"phase":"1"} 230',
      'plug lab.state{} on',
    ])
  })

  test('names the bad lines by number and keeps the others', async () => {
    const { accepted, rejected } = await write(
      `lab,device=plug a=1 ${now}\nbroken\nlab,device=plug a=2 1\nlab,device=plug a=3 ${now + 1}`,
    )
    expect(accepted).toBe(2)
    expect(rejected.map(({ index }) => index)).toEqual([2, 3])
  })

  test('a foreign site takes nothing', async () => {
    const receipt = await open.ingest.lines(from(token, 'line'), Buffer.from('lab,device=a x=1'), {
      site: '3',
      precision: 'ns',
    })
    expect(receipt.accepted).toBe(0)
    expect(registry.devices.known('3', 'a')).toBeUndefined()
  })
})

test('the example of the POWIOT thesis ends where it says', async () => {
  const owner: Principal = { ...token, site: '3' }
  const payload = `{"measurement": "airSensor", "tags": {"house_id": "3", "location": "Soverom", "sensor_name": "mill-sense"},
    "fields": {"temperature": 19.7, "humidity": 40.3}, "time": "2026-06-01T13:59:58.123456"}`
  const receipt = await open.ingest.powiot(from(owner, 'powiot'), 'sensors/mill-sense', Buffer.from(payload))
  expect(receipt).toEqual({ accepted: 1, rejected: [] })
  expect(shelf.rows).toEqual([
    {
      key: 'mill-sense airSensor.temperature{"location":"Soverom"}',
      time: Date.UTC(2026, 5, 1, 11, 59, 58, 123),
      value: 19.7,
    },
    {
      key: 'mill-sense airSensor.humidity{"location":"Soverom"}',
      time: Date.UTC(2026, 5, 1, 11, 59, 58, 123),
      value: 40.3,
    },
  ])
})

describe('when the store cannot commit', () => {
  test('HTTP is told so and nothing is acknowledged', async () => {
    shelf.fault = new StoreUnavailable('disk full')
    const refused = open.ingest.submit(from(token), [reading({ power: 1 })], { site: 'home', device: 'plug' })
    await expect(refused).rejects.toThrow(StoreUnavailable)
    expect(health.ready).toBe(false)
  })

  test('messages of the bus are held and stored once it is back', async () => {
    shelf.fault = new StoreUnavailable('disk full')
    let acknowledged = false
    const message = {
      topic: 'sites/home/devices/plug/readings',
      payload: Buffer.from(JSON.stringify(reading({ power: 7 }))),
    }
    const stored = open.mqtt.store(device, [message]).then(() => (acknowledged = true))
    await clock.advance(3000)
    expect(acknowledged).toBe(false)
    shelf.fault = undefined
    await clock.advance(1000)
    await clock.advance(100)
    await stored
    expect(shelf.rows.map(row => row.value)).toEqual([7])
    expect(health.ready).toBe(true)
  })

  test('messages that were held too long go back to their client', async () => {
    shelf.fault = new StoreUnavailable('disk full')
    const message = {
      topic: 'sites/home/devices/plug/readings',
      payload: Buffer.from(JSON.stringify(reading({ power: 7 }))),
    }
    const stored = open.mqtt.store(device, [message])
    const outcome = stored.catch(error => error)
    await clock.advance(61_000)
    shelf.fault = undefined
    await clock.advance(2000)
    shelf.fault = new StoreUnavailable('again')
    expect(
      await Promise.race([outcome.then(() => 'settled'), clock.advance(5000).then(() => 'waiting')]),
    ).toBe('settled')
  })
})

describe('what a device says of itself', () => {
  const say = (payload: string) =>
    open.mqtt.store(device, [{ topic: 'sites/home/devices/plug/status', payload: Buffer.from(payload) }])
  const stored = () => shelf.rows.map(({ key, value, time }) => `${key} ${value} ${time - now}`)

  test('is stored as readings of `status` when it comes', async () => {
    expect(open.mqtt.claims('sites/home/devices/plug/status')).toBe(true)
    expect(open.mqtt.claims('sites/home/devices/plug/results')).toBe(false)
    await say('{"state":"online","battery":80,"charging":true,"time":5,"radio":{"rssi":-70},"note":null}')
    await clock.advance(5000)
    await say('{"state":"offline"}')
    await clock.advance(5000)
    await say('"asleep"')
    expect(stored()).toEqual([
      'plug status.state{} online 0',
      'plug status.battery{} 80 0',
      'plug status.charging{} 1 0',
      'plug status.state{} offline 5000',
      'plug status.state{} asleep 10000',
    ])
  })

  test('is free: what cannot be stored is no fault, and the device was heard', async () => {
    for (const text of ['', 'up and running', '[1]', 'null', '{}', '{"radio":{"rssi":-70}}']) await say(text)
    expect(shelf.rows).toEqual([])
    expect(open.ingest.quarantine('home')).toEqual([])
    expect(presence.list('home')).toEqual([{ device: 'plug', lastSeen: now, connected: null }])
  })
})

test('poison is refused for good and counted, never thrown', async () => {
  const poison = [
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '[[[[]]]]',
    `{"a":${'['.repeat(50_000)}`,
    '{"__proto__":{"x":1}}',
    '\u0000',
  ]
  for (const text of poison)
    await open.mqtt.store(device, [{ topic: 'sites/home/devices/plug/readings', payload: Buffer.from(text) }])
  await open.mqtt.store(device, [
    { topic: 'sites/home/devices/plug/readings', payload: Buffer.from([0xff, 0xfe]) },
  ])
  expect(shelf.rows).toEqual([])
  expect(({} as { x?: number }).x).toBeUndefined()
  expect(open.ingest.quarantine('home', { limit: 1000 }).length).toBeGreaterThanOrEqual(poison.length - 1)
})

test('beyond what may wait a submission is refused at once and as a whole; all that were taken are stored', async () => {
  const stall = Promise.withResolvers<void>()
  shelf.stall = stall.promise
  let acknowledged = 0
  const submit = async (time: number) => {
    const receipt = await open.ingest.submit(from(device), [reading({ power: 1 }, { time: now - time })], {
      site: 'home',
      device: 'plug',
    })
    acknowledged += receipt.accepted
  }
  const taken: Promise<void>[] = []
  while (!open.ingest.full) taken.push(submit(taken.length))
  expect(taken.length).toBe(8192)
  await expect(submit(taken.length)).rejects.toThrow(Overloaded)
  const line = Buffer.from('electricalMeter,device=plug power=1')
  await expect(open.ingest.lines(from(token), line, { site: 'home', precision: 'ms' })).rejects.toThrow(
    Overloaded,
  )
  expect(acknowledged).toBe(0)
  stall.resolve()
  await Promise.all(taken)
  expect(acknowledged).toBe(8192)
  expect(shelf.rows.length).toBe(8192)
  expect(open.ingest.full).toBe(false)
  await submit(8192)
})

test('a submission that failed makes room for another', async () => {
  shelf.fault = new StoreUnavailable('disk full')
  const submit = () =>
    open.ingest.submit(from(device), [reading({ power: 1 })], { site: 'home', device: 'plug' })
  await expect(submit()).rejects.toThrow(StoreUnavailable)
  const taken = Array.from({ length: 8192 }, submit)
  expect(open.ingest.full).toBe(true)
  await Promise.allSettled(taken)
  expect(open.ingest.full).toBe(false)
})
