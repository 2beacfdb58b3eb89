import { Ledger } from '@ohmstead/ledger'
import { deviceId, type Rule, type RuleInput, siteId, type Value } from '@ohmstead/model'
import { openRegistry, type Registry, RegistryUnavailable, system } from '@ohmstead/registry'
import { Batch, StoreUnavailable } from '@ohmstead/telemetry'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EventHub } from '../events.ts'
import type { Receipt } from '../ingest/ingest.ts'
import type { AlertStore } from './alerts/alertStore.ts'
import { openSqliteAlertStore } from './alerts/sqliteAlertStore.ts'
import { RuleService } from './service.ts'

const by = system('test')
const start = Date.UTC(2026, 0, 12)
const minuteMs = 60_000

const cold = (actions: RuleInput['actions'] = [{ kind: 'alert', severity: 'high' }]): RuleInput => ({
  id: 'cold',
  name: 'Freezer is off',
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['freezer', 'cellar'], comparison: 'below', limit: 2, forMinutes: 30 },
  },
  actions,
})
const epl = (id: string, text: string, kind: 'alert' | 'event' = 'event'): RuleInput => ({
  id,
  name: id,
  definition: { kind: 'epl', text },
  actions: [kind === 'alert' ? { kind, severity: 'low' } : { kind }],
})

let clock: FakeClock
let registry: Registry
let store: MemoryStore
let alerts: AlertStore
let ledger: Ledger
/** The store of readings takes none. */
let down = false
/** Readings that rules have brought in. */
let submitted = 0
let service: RuleService
let sent: { topic: string; payload: Record<string, unknown> }[]

function open(): RuleService {
  return new RuleService({
    ...{ registry, store, ledger, alerts, clock, latenessMs: 2_000, secret: 'only for tests' },
    events: new EventHub(start),
    log: pino({ level: 'silent' }),
    ingest: { submit: (_, items, target) => submit(items as Item[], target!.device) },
    send: async (topic, payload) => void sent.push({ topic, payload: JSON.parse(payload) }),
    post: async () => 204,
  })
}

interface Item {
  readonly measurement: string
  readonly time: number
  readonly fields: Record<string, Value>
  readonly tags: Record<string, string>
}

/** As ingest does: durable, and then the rules hear of it. */
async function submit(items: readonly Item[], device: string): Promise<Receipt> {
  if (down) throw new StoreUnavailable('full')
  const batch = new Batch()
  for (const { measurement, time, fields, tags } of items)
    for (const [field, value] of Object.entries(fields)) {
      const key = { site: siteId('home'), device: deviceId(device), measurement, field, tags }
      batch.add(store.resolve(key, typeof value as 'number'), time, value)
    }
  await store.append(batch)
  submitted += items.length
  service.committed(batch)
  return { accepted: items.length, rejected: [] }
}

beforeEach(async () => {
  clock = new FakeClock(start)
  registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' }, { clock })
  await registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  store = new MemoryStore()
  alerts = openSqliteAlertStore(':memory:', () => clock.now())
  ledger = await Ledger.open({
    file: ':memory:',
    source: store,
    clock,
    directory: {
      series: (site, device) => store.select({ site, devices: [device] }),
      device: () => undefined,
      devices: () => [],
      zone: () => 'Europe/Oslo',
    },
    onSlots: change => service.slotsWritten(change),
  })
  sent = []
  down = false
  submitted = 0
  service = open()
  await service.start()
})
afterEach(async () => {
  await service.close()
  alerts[Symbol.dispose]()
  await ledger.close()
  await registry.close()
})

/** As a kill and the next start: nothing of what was in memory is left. */
async function restart(): Promise<void> {
  await service.close()
  service = open()
  await service.start()
}

/** Stores and commits a reading of `minute`; the service hears of it unless it is told not to. */
async function put(
  minute: number,
  device: string,
  fields: Record<string, Value>,
  heard = true,
): Promise<void> {
  const batch = new Batch()
  for (const [field, value] of Object.entries(fields)) {
    const key = {
      site: siteId('home'),
      device: deviceId(device),
      measurement: 'electricalMeter',
      field,
      tags: {},
    }
    batch.add(store.resolve(key, typeof value as 'number'), start + minute * minuteMs, value)
  }
  await store.append(batch)
  if (heard) service.committed(batch)
}

const power = (minute: number, value: number, device = 'freezer') => put(minute, device, { power: value })

/** Moves the wall clock to a minute, tick by tick. */
async function until(minute: number): Promise<void> {
  await clock.advance(start + minute * minuteMs - clock.now())
  await service.settled()
}

/** `32–40 freezer rule`: raised, cleared, about what, by whom. */
function lives(rule?: string): string[] {
  const at = (time: number | null) => (time === null ? '' : (time - start) / minuteMs)
  return alerts
    .alerts('home', rule === undefined ? {} : { rule })
    .map(
      one => `${at(one.raisedAt)}–${at(one.clearedAt)} ${one.key}${one.clearedBy ? ` ${one.clearedBy}` : ''}`,
    )
    .reverse()
}

/** The freezer is off from minute 1 on; on again at 60. */
async function story(from = 0, to = 70): Promise<void> {
  for (let minute = from; minute <= to; minute++) {
    await until(minute)
    await power(minute, minute === 0 || minute >= 60 ? 90 : 1)
  }
  await until(to + 1)
}

const stateOf = (rule: Rule) => service.shown.of('home', [rule])[0].status

/** The rule with what its template adds, judged. */
function checked(rule: RuleInput): RuleInput {
  return { ...rule, definition: service.compile('home', rule as Rule).definition }
}

async function make(rule: RuleInput): Promise<void> {
  await registry.rules.create(by, 'home', checked(rule))
  await service.settled()
}

describe('a rule that runs', () => {
  test('raises one alert while it holds, and clears it', async () => {
    await make(cold())
    await story()
    expect(lives()).toEqual(['31–60 freezer rule'])
    expect(alerts.said('home').map(({ kind }) => kind)).toEqual(['cleared', 'raised'])
  })

  test('has one alert for each device', async () => {
    await make(cold())
    for (let minute = 0; minute <= 40; minute++) {
      await power(minute, 1, 'freezer')
      await power(minute, 1, 'cellar')
      await until(minute)
    }
    expect(lives().sort()).toEqual(['30– cellar', '30– freezer'])
  })

  test('tells the bus once each, events under their topic', async () => {
    await make(
      cold([
        { kind: 'alert', severity: 'high' },
        { kind: 'event', topic: 'kitchen' },
      ]),
    )
    await story()
    expect(sent.map(({ topic, payload }) => `${topic} ${payload.state ?? payload.kind}`)).toEqual([
      'sites/home/alerts raised',
      'sites/home/events/kitchen event',
      'sites/home/alerts cleared',
    ])
  })

  test('a person acknowledges, once, and ends an alert; what comes then is a new one', async () => {
    await make(cold())
    await story(0, 35)
    const [{ id }] = alerts.alerts('home')
    expect(service.deeds.acknowledge('home', id, 'kari')).toMatchObject({ acknowledgedBy: 'kari' })
    expect(service.deeds.acknowledge('home', id, 'ola')).toMatchObject({ acknowledgedBy: 'kari' })
    expect(service.deeds.clear('home', id)).toMatchObject({ clearedBy: 'person' })
    for (let minute = 36; minute <= 70; minute++) {
      await power(minute, 1)
      await until(minute + 1)
    }
    expect(lives().map(one => one.split(' ').slice(1).join(' '))).toEqual(['freezer person', 'freezer'])
    expect(service.deeds.clear('office', id)).toBeUndefined()
  })

  test('learns from the past what is so already, and says nothing of what was over', async () => {
    for (let minute = 0; minute <= 100; minute++)
      await power(minute, (minute >= 2 && minute < 40) || minute >= 50 ? 1 : 90)
    await until(101)
    await make(cold())
    expect(lives()).toEqual(['81– freezer'].map(() => expect.stringMatching(/^8\d– freezer$/)))
  })

  test('readings of the wrong order in the time that it waits are put into order', async () => {
    await make(epl('each', 'select device, power as value from electricalMeter'))
    await until(1)
    await power(1.001, 2)
    await power(1.0, 1)
    await until(2)
    expect(alerts.said('home').map(({ row }) => row.value)).toEqual([2, 1])
  })
})

describe('late readings', () => {
  test('correct what was said: an alert that was none is taken back, one that was missed is raised', async () => {
    await make(cold())
    await story(0, 45)
    expect(lives()).toEqual(['31– freezer'])
    // It was on at 20 all the same: the half hour begins anew then.
    await put(20, 'freezer', { power: 80 })
    await until(46)
    await power(46, 1)
    await until(47)
    expect(lives()).toEqual(['31–31 freezer revised'])
    await story(48, 70)
    expect(lives()).toEqual(['31–31 freezer revised', '51–60 freezer rule'])
  })

  test('the same reading once more changes nothing', async () => {
    await make(cold())
    await story()
    await power(31, 1)
    await power(60, 90)
    await until(80)
    expect(lives()).toEqual(['31–60 freezer rule'])
    expect(alerts.said('home').filter(({ retracted }) => retracted)).toEqual([])
  })

  test('a rule that cannot be judged again counts them', async () => {
    await make(epl('third', 'select count(*) as n from electricalMeter#length(3)'))
    await story(0, 5)
    await power(2.5, 1)
    await until(10)
    const [rule] = await registry.rules.enabled('home')
    expect(stateOf(rule)).toMatchObject({ late: 1, ignored: 1 })
  })
})

test('readings that memory does not hold are read from the store when their time comes', async () => {
  await make(epl('low', 'select device, power as value from electricalMeter(power < 2)'))
  await until(1)
  const batch = new Batch()
  const key = {
    site: siteId('home'),
    device: deviceId('freezer'),
    measurement: 'electricalMeter',
    field: 'power',
    tags: {},
  }
  const series = store.resolve(key, 'number')
  const count = 50_010
  for (let n = 0; n < count; n++)
    batch.add(series, start + minuteMs + 1000 + n, n === 5 || n >= count - 3 ? 1 : 90)
  await store.append(batch)
  service.committed(batch)
  await until(2)
  await until(3)
  expect(
    alerts
      .said('home')
      .map(({ time }) => time - start - minuteMs - 1000)
      .reverse(),
  ).toEqual([5, count - 3, count - 2, count - 1])
})

describe('over a restart', () => {
  test.each([0.5, 10, 31, 32, 45, 60, 61])(
    'at minute %f: no alert is missing and none is double',
    async at => {
      await make(cold([{ kind: 'alert', severity: 'high' }, { kind: 'event' }]))
      const whole = Math.floor(at)
      await story(0, whole)
      await until(whole + 1)
      await restart()
      await story(whole + 1, 75)
      expect(lives()).toEqual(['31–60 freezer rule'])
      expect(alerts.said('home', { kind: 'event' })).toHaveLength(1)
    },
  )

  test('what was stored and not looked at before the end counts', async () => {
    await make(cold())
    await story(0, 20)
    for (let minute = 21; minute <= 70; minute++)
      await put(minute, 'freezer', { power: minute >= 60 ? 90 : 1 }, false)
    await clock.advance(50 * minuteMs)
    await restart()
    await until(75)
    expect(lives()).toEqual(['31–60 freezer rule'])
  })

  test('a late reading that was stored and not looked at corrects what was said', async () => {
    await make(cold())
    await story(0, 45)
    await put(20, 'freezer', { power: 80 }, false)
    await restart()
    expect(lives()).toEqual(['31–31 freezer revised'])
  })

  test('an end by a person counts though nothing was over, after a restart and for late readings', async () => {
    const text =
      "@name('raise') select device from electricalMeter(power >= 10); @name('clear') select device from electricalMeter(power < 10)"
    await make(epl('high', text, 'alert'))
    await put(0, 'freezer', { power: 10 })
    await until(1)
    service.deeds.clear('home', alerts.alerts('home')[0].id)
    await restart()
    await until(2)
    await put(2, 'freezer', { power: 11 })
    await until(3)
    expect(lives()).toHaveLength(2)
    await put(0.5, 'freezer', { power: 12 })
    await until(10)
    await restart()
    expect(lives()).toHaveLength(2)
    expect(lives()[1]).toBe('2– freezer')
  })

  test('the bus is told what it was not told', async () => {
    await make(cold())
    await story()
    const before = sent.length
    await restart()
    await service.close()
    expect(sent).toHaveLength(before)
  })
})

describe('rules that look at what others insert', () => {
  const mean = epl(
    'mean',
    'insert into Mean select device, avg(power) as value from electricalMeter#time(10 min) group by device',
  )
  const high = epl(
    'high',
    "@name('raise') select device, value from Mean(value > 100); @name('clear') select device, value from Mean(value <= 100)",
    'alert',
  )
  const reasonOf = async (id: string) => stateOf(await registry.rules.get('home', id)).reason

  /** 300 W from minute 5 to 25, else nothing: the mean passes 100 W at minute 7 and is below it at 31. */
  async function peak(from: number, to: number): Promise<void> {
    for (let minute = from; minute <= to; minute++) {
      await until(minute)
      await power(minute, minute >= 5 && minute < 25 ? 300 : 0)
    }
    await until(to + 1)
  }

  test('an alert follows from a stream that another rule makes', async () => {
    await make(mean)
    await make(high)
    await peak(0, 40)
    expect(lives()).toEqual(['7–31 freezer rule'])
  })

  test('over a restart, and for readings that come late, as for readings alone', async () => {
    await make(mean)
    await make(high)
    await peak(0, 20)
    await restart()
    await peak(21, 40)
    expect(lives()).toEqual(['7–31 freezer rule'])
    // It was far more, for a moment: the mean was high before, and for longer.
    await put(2.5, 'freezer', { power: 3000 })
    await until(50)
    expect(lives()).toEqual(['2.5–31 freezer rule', '7–7 freezer revised'])
  })

  test('of rules that make one stream all are heard, each with its own names', async () => {
    const part = (id: string, device: string) =>
      epl(
        id,
        `insert into Own select device, power as value from electricalMeter(device = '${device}'); insert into Power select device, value from Own`,
      )
    await make(part('one', 'freezer'))
    await make(part('two', 'cellar'))
    await make(epl('both', 'select device, value from Power'))
    await until(1)
    await power(1, 7, 'freezer')
    await power(1, 8, 'cellar')
    await power(1, 9, 'attic')
    await until(2)
    expect(
      alerts
        .said('home', { rule: 'both' })
        .map(({ row }) => row)
        .reverse(),
    ).toEqual([
      { device: 'cellar', value: 8 },
      { device: 'freezer', value: 7 },
    ])
  })

  test('a change of the one is a change of the other: it learns anew what is so', async () => {
    await make(mean)
    await make(high)
    await peak(0, 20)
    expect(lives()).toEqual(['7– freezer'])
    await registry.rules.update(by, 'home', 'mean', {
      definition: {
        kind: 'epl',
        text: 'insert into Mean select device, min(power) as value from electricalMeter#time(40 min) group by device',
      },
    })
    await service.settled()
    expect(lives()).toEqual([expect.stringMatching(/^7–20\.9\d* freezer changed$/)])
  })

  test('a rule whose maker is switched off or removed says so, and goes on when it is back', async () => {
    await make(mean)
    await make(high)
    await peak(0, 20)
    await registry.rules.update(by, 'home', 'mean', { enabled: false })
    await service.settled()
    expect(await reasonOf('high')).toBe(
      "line 1, column 42: rule 'mean', which makes the stream 'Mean', is switched off",
    )
    await registry.rules.update(by, 'home', 'mean', { enabled: true })
    await service.settled()
    expect(await reasonOf('high')).toBeNull()
    await peak(21, 40)
    expect(lives()).toEqual(['7–31 freezer rule'])
    await registry.rules.remove(by, 'home', 'mean')
    await service.settled()
    expect(await reasonOf('high')).toContain("there is no stream 'Mean'")
  })

  test('a maker that is stopped stops who looks at it, and no other', async () => {
    await make(
      epl(
        'wild',
        'insert into Rows select a.device as device from electricalMeter#keepall as a, electricalMeter#keepall as b, electricalMeter#keepall as c',
      ),
    )
    await make(epl('user', 'select device from Rows'))
    await make(epl('each', 'select device from electricalMeter'))
    for (let at = 0; at < 300; at++) await power(at / 3000, 90)
    await until(2)
    expect(await reasonOf('user')).toMatch(/^rule 'wild', whose stream it looks at, was stopped: /)
    expect(await reasonOf('each')).toBeNull()
  })

  test('types and units of such a stream are checked', async () => {
    await make(mean)
    expect(() => checked(epl('wrong', 'select * from Mean(valeu > 1)'))).toThrow('valeu')
    expect(() =>
      checked(
        epl(
          'wrong',
          'select * from Mean as m, electricalMeter#lastevent as e where m.value > e.energyImport',
        ),
      ),
    ).toThrow(/W with W\.h|unit/)
    await make(epl('other', "insert into Mean select device, 'high' as value from electricalMeter"))
    expect(() => checked(high)).toThrow(
      "rules 'mean' and 'other' insert rows of different fields into 'Mean': 'value' is a number and a text",
    )
  })

  test('circles and names of measurements are refused, with the rules that are meant', async () => {
    await make(epl('a', 'insert into B select device from electricalMeter'))
    await make(epl('b', 'insert into C select device from B'))
    const circle = epl('a', 'insert into B select device from C')
    expect(() => checked(circle)).toThrow("rules cannot feed each other in a circle: 'a' → 'b' → 'a'")
    expect(() => checked(epl('own', 'insert into roomSensor select device from electricalMeter'))).toThrow(
      "'roomSensor' is a measurement",
    )
    expect(service.shown.of('home', [await registry.rules.get('home', 'a')])).toMatchObject([
      { usedBy: ['b'] },
    ])
    expect(() => checked(epl('c', 'select * from commands'))).toThrow(
      'line 1, column 15: commands to devices are not kept yet',
    )
  })

  test('a rule that makes a stream itself looks at no other’s', async () => {
    await make(mean)
    await make(
      epl(
        'own',
        'insert into Mean select device, count(*) as n from electricalMeter#time(1 min) group by device; select n from Mean',
      ),
    )
    await peak(0, 3)
    expect(alerts.said('home', { rule: 'own' })[0].row).toEqual({ n: expect.any(Number) })
    await make({
      ...cold(),
      id: 'peak',
      definition: { kind: 'template', template: 'peak', parameters: { devices: ['freezer'], limitW: 5 } },
    })
    expect(await reasonOf('peak')).toBeNull()
  })
})

describe('slots', () => {
  const much = epl(
    'much',
    "@name('raise') select device, energyImport as value from slots(energyImport > 100); @name('clear') select device, energyImport as value from slots(energyImport <= 100)",
    'alert',
  )
  /** Wh: one a minute, and ten from 15 to 30. */
  const total = (minute: number) => minute + 9 * Math.min(15, Math.max(0, minute - 15))

  async function counter(minute: number, value = total(minute)): Promise<void> {
    await put(minute, 'freezer', { energyImport: value })
    ledger.touch('home', 'freezer', start + minute * minuteMs, start + minute * minuteMs)
    await ledger.settled()
  }

  async function run(from: number, to: number): Promise<void> {
    for (let minute = from; minute <= to; minute++) {
      await until(minute)
      await counter(minute)
    }
    await until(to + 1)
  }

  test('are looked at five minutes after their end', async () => {
    await make(much)
    await run(0, 66)
    expect(lives()).toEqual(['35–50 freezer rule'])
    expect(alerts.alerts('home')[0].row).toEqual({ device: 'freezer', value: 150 })
    const [rule] = await registry.rules.enabled('home')
    expect(stateOf(rule)).toMatchObject({ late: 0, readings: 4 })
  })

  test.each([20, 33, 36, 51])('over a restart at minute %i', async at => {
    await make(much)
    await run(0, at)
    await restart()
    await run(at + 1, 66)
    expect(lives()).toEqual(['35–50 freezer rule'])
  })

  test('that are revised are judged again', async () => {
    await make(much)
    await run(0, 72)
    // It was not before minute 30 that it drew so much.
    for (let minute = 16; minute <= 30; minute++) await counter(minute, minute)
    await until(74)
    expect(lives()).toEqual(['35–35 freezer revised', '50–65 freezer rule'])
  })

  test('have energies in Wh, which is no power', async () => {
    const wrong = 'select * from slots as s, electricalMeter#lastevent as e where s.energyImport > e.power'
    expect(() => checked(epl('wrong', wrong))).toThrow(/W\.h with W/)
  })
})

describe('rows that are stored as readings', () => {
  const total: RuleInput = {
    ...epl(
      'total',
      "select device, power * 2 as power, power > 50 as busy, 'seen' as note, time, place from electricalMeter(device in ('freezer', 'cellar'), power is not null)",
    ),
    actions: [{ kind: 'store', device: 'double', measurement: 'electricalMeter' }],
  }

  beforeEach(() => registry.devices.create(by, 'home', { id: 'double', name: 'Twice' }))

  /** `power of freezer: 0 180, 1 2`: what is stored, by minute. */
  async function stored(): Promise<string[]> {
    const lines: string[] = []
    const range = { from: start, to: start + 1000 * minuteMs }
    for await (const { series, times, values } of store.raw(
      store.select({ site: 'home', devices: ['double'] }),
      range,
    ))
      lines.push(
        `${series.field} of ${series.tags.device}: ${Array.from(times, (time, at) => `${(time - start) / minuteMs} ${values[at]}`).join(', ')}`,
      )
    return lines.sort()
  }

  test('are what the row says at its own time; device and key become tags', async () => {
    await make(total)
    await until(1)
    await power(1, 90)
    await power(1, 3, 'cellar')
    await until(2)
    expect(await stored()).toEqual([
      'busy of cellar: 1 false',
      'busy of freezer: 1 true',
      'note of cellar: 1 seen',
      'note of freezer: 1 seen',
      'power of cellar: 1 6',
      'power of freezer: 1 180',
    ])
    expect(alerts.said('home')).toEqual([])
    expect(service.units[0].compiled.sentence).toContain('store it as electricalMeter of *Twice*')
  })

  test('are stored once over a restart, none is missing, and late readings correct them', async () => {
    await make(total)
    for (let minute = 1; minute <= 5; minute++) {
      await until(minute)
      await power(minute, minute)
    }
    await restart()
    await put(6, 'freezer', { power: 6 }, false)
    await until(7)
    await restart()
    await put(3, 'freezer', { power: 30 })
    await until(8)
    expect((await stored()).at(-1)).toBe('power of freezer: 1 2, 2 4, 3 60, 4 8, 5 10, 6 12')
  })

  test('wait for a store that is down; the rule goes on from where it was', async () => {
    await make(total)
    await until(1)
    down = true
    await power(1, 1)
    await until(2)
    expect(submitted).toBe(0)
    down = false
    await power(2, 2)
    await until(4)
    expect((await stored()).at(-1)).toBe('power of freezer: 1 2, 2 4')
  })

  test('are looked at by other rules', async () => {
    await make(total)
    await make(epl('other', "select power as value from electricalMeter(device = 'double', power > 100)"))
    await until(1)
    await power(1, 90)
    await until(2)
    expect(alerts.said('home').map(({ row }) => row)).toEqual([{ value: 180 }])
  })

  test('a rule that would look at what it stores is refused, by way of others too', async () => {
    const store = (
      id: string,
      text: string,
      device = 'double',
      measurement = 'electricalMeter',
    ): RuleInput => ({
      ...epl(id, text),
      actions: [{ kind: 'store', device, measurement }],
    })
    const refusal = (rule: RuleInput) => expect(() => checked(rule))
    refusal(store('all', 'select power from electricalMeter')).toThrow(
      "the rule looks at electricalMeter of 'double' itself",
    )
    refusal(store('all', 'select energyImport as power from slots')).toThrow("of 'double' itself")
    refusal(store('all', 'select energyImport as value from slots', 'double', 'advice')).not.toThrow()
    refusal(store('nowhere', "select power from electricalMeter(device = 'a')", 'nothing')).toThrow(
      "there is no device 'nothing': make it first",
    )
    await registry.devices.create(by, 'home', { id: 'half', name: 'Half' })
    await make(epl('there', "insert into Doubles select power from electricalMeter(device = 'double')"))
    await make(store('on', 'select power from Doubles', 'half'))
    refusal(store('back', "select power from electricalMeter(device = 'half')")).toThrow(
      "by way of 'on' the rule looks at electricalMeter of 'half' itself",
    )
  })

  test('a rule whose device is removed is stopped, and says why', async () => {
    await make(total)
    await registry.devices.remove(by, 'home', 'double')
    await until(1)
    await power(1, 1)
    await until(2)
    expect(stateOf(await registry.rules.get('home', 'total'))).toMatchObject({
      state: 'stopped',
      reason: "there is no device 'double', whose readings its rows are to be",
    })
  })
})

describe('rules as people see them', () => {
  const shown = async (id: string) => service.shown.of('home', [await registry.rules.get('home', id)])[0]

  test('one that runs looks at what it was judged to look at when it began; devices have the names of today', async () => {
    await registry.devices.create(by, 'home', { id: 'freezer', name: 'Freezer' })
    await make(cold())
    const { sentence, needs, units } = await shown('cold')
    expect(sentence).toContain('When *Freezer* or *cellar* draws')
    expect(units).toMatchObject({ value: 'W' })
    expect(needs).toBe(service.units[0].compiled.needs)
    await registry.devices.update(by, 'home', 'freezer', { name: 'Chest' })
    expect((await shown('cold')).sentence).toContain('When *Chest* or *cellar* draws')
  })

  test('one that is off is judged once, and again when something changes that it looks at', async () => {
    await make(epl('load', 'insert into Load select power as value from electricalMeter'))
    await make({ ...epl('off', 'select value from Load'), enabled: false })
    const first = await shown('off')
    expect(first).toMatchObject({ units: { value: 'W' }, status: { state: 'off' } })
    expect((await shown('off')).needs).toBe(first.needs)
    const text = 'insert into Load select temperature as value from roomSensor'
    await registry.rules.update(by, 'home', 'load', { definition: { kind: 'epl', text } })
    await service.settled()
    expect(await shown('off')).toMatchObject({
      units: { value: 'Cel' },
      needs: [{ measurement: 'roomSensor' }],
    })
    await registry.rules.remove(by, 'home', 'load')
    await service.settled()
    expect(await shown('off')).toMatchObject({
      units: {},
      needs: [],
      sentence: expect.stringContaining('Load'),
    })
  })

  test('one that is off looks at a measurement once there is such a one', async () => {
    await registry.rules.create(by, 'home', { ...epl('off', 'select width from sizes'), enabled: false })
    await service.settled()
    expect(await shown('off')).toMatchObject({ needs: [] })
    const key = { site: siteId('home'), device: deviceId('freezer'), measurement: 'sizes', field: 'width' }
    store.resolve({ ...key, tags: {} }, 'number')
    expect(await shown('off')).toMatchObject({ needs: [{ measurement: 'sizes' }] })
  })

  test('one that cannot be read any more has its name', async () => {
    const definition = { kind: 'template' as const, template: 'of-old', parameters: {} }
    await registry.rules.create(by, 'home', { ...cold(), definition })
    await service.settled()
    expect(await shown('cold')).toMatchObject({
      ...{ sentence: 'Freezer is off', epl: 'of-old', needs: [], units: {} },
      status: { state: 'failed', reason: expect.stringContaining('definition.template') },
    })
  })
})

describe('changes', () => {
  test('a rule that is switched off or removed ends its alerts', async () => {
    await make(cold())
    await make({ ...cold(), id: 'second' })
    await story(0, 40)
    await registry.rules.update(by, 'home', 'cold', { enabled: false })
    await registry.rules.remove(by, 'home', 'second')
    await service.settled()
    expect(alerts.alerts('home').map(({ clearedBy }) => clearedBy)).toEqual(['changed', 'changed'])
  })

  test('another version keeps what still holds and ends what does not', async () => {
    await make(cold())
    await story(0, 45)
    const definition = (limit: number) => ({
      kind: 'template' as const,
      template: 'threshold',
      parameters: { devices: ['freezer'], comparison: 'below', limit, forMinutes: 10 },
    })
    await registry.rules.update(by, 'home', 'cold', { definition: definition(5) })
    await service.settled()
    expect(lives()).toEqual(['31– freezer'])
    await registry.rules.update(by, 'home', 'cold', { definition: definition(0.5) })
    await service.settled()
    expect(lives()).toEqual([expect.stringContaining('freezer changed')])
  })

  test('a runaway rule is stopped by itself, with its reason', async () => {
    await make(cold())
    await make(
      epl(
        'wild',
        'select a.device as device from electricalMeter#keepall as a, electricalMeter#keepall as b, electricalMeter#keepall as c',
      ),
    )
    for (let at = 0; at < 3000; at++) await power(at / 3000, 90)
    await until(2)
    const [, wild] = await registry.rules.enabled('home')
    expect(stateOf(wild)).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/looked at more than|said more than/),
    })
    const unit = service.units.find(({ rule }) => rule.id === 'wild')!
    expect(unit.waiting).toBe(0)
    await power(2.1, 90)
    expect(unit.waiting).toBe(0)
    await story(3, 70)
    expect(lives('cold')).toEqual([expect.stringMatching(/60 freezer rule$/)])
  })

  test('of one rule leave the others as they run, however many there are, and are followed by that rule alone', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `other-${at}`)
    for (const id of ids) await registry.rules.create(by, 'home', checked({ ...cold(), id }))
    await service.settled()
    const before = new Set(service.units)
    const all = vi.spyOn(registry.rules, 'all')
    const get = vi.spyOn(registry.rules, 'get')
    await make(cold())
    await registry.rules.update(by, 'home', 'other-7', { enabled: false })
    await service.settled()
    expect(all).not.toHaveBeenCalled()
    expect(get.mock.calls).toEqual([
      ['home', 'cold'],
      ['home', 'other-7'],
    ])
    expect([...before].filter(unit => !service.units.includes(unit)).map(({ rule }) => rule.id)).toEqual([
      'other-7',
    ])
    expect(service.units.filter(unit => !before.has(unit)).map(({ rule }) => rule.id)).toEqual(['cold'])
    await story()
    expect(lives('other-6')).toEqual(['31–60 freezer rule'])
    expect(lives('other-7')).toEqual([])
  })

  /** Readings of single rules wait until they are let go. */
  function hold() {
    const { promise, resolve: release } = Promise.withResolvers<void>()
    const { get } = registry.rules
    const held = vi.spyOn(registry.rules, 'get').mockImplementation(async (...of) => {
      await promise
      return get(...of)
    })
    return { release, calls: held.mock.calls }
  }

  test('that wait for one another are one', async () => {
    await make(cold())
    const { release, calls } = hold()
    for (const name of ['a', 'b', 'c', 'd']) await registry.rules.update(by, 'home', 'cold', { name })
    await registry.rules.update(by, 'home', 'cold', { enabled: false })
    release()
    await service.settled()
    expect(calls).toHaveLength(2)
    expect(service.units).toEqual([])
  })

  test('a rule that is removed and made anew under its id, before the first was followed, is another one', async () => {
    await make(cold())
    await story(0, 45)
    expect(lives()).toEqual(['31– freezer'])
    const definition = {
      kind: 'template' as const,
      template: 'threshold',
      parameters: { devices: ['freezer'], comparison: 'below', limit: 0.5 },
    }
    const anew = checked({ ...cold(), definition })
    const { release } = hold()
    await registry.rules.remove(by, 'home', 'cold')
    await registry.rules.create(by, 'home', anew)
    release()
    await service.settled()
    expect(lives()).toEqual([expect.stringMatching(/^31–\S+ freezer changed$/)])
    expect(service.units.map(({ compiled }) => compiled.sentence)).toEqual([
      expect.stringContaining('less than 0.5 W'),
    ])
  })

  test('that cannot be read are read when they can', async () => {
    await make(cold())
    vi.spyOn(registry.rules, 'get').mockRejectedValueOnce(new RegistryUnavailable('away'))
    await registry.rules.update(by, 'home', 'cold', { enabled: false })
    await service.settled()
    expect(service.units).toHaveLength(1)
    await clock.advance(5_000)
    await service.settled()
    expect(service.units).toEqual([])
  })

  test('a rule that another one keeps from storing its rows runs when that is gone', async () => {
    const store = (id: string, from: string, device: string): RuleInput => ({
      ...epl(id, `select power from electricalMeter(device = '${from}')`),
      actions: [{ kind: 'store', device, measurement: 'electricalMeter' }],
    })
    for (const id of ['one', 'two']) await registry.devices.create(by, 'home', { id, name: id })
    await make(store('forth', 'one', 'two'))
    // As no request could make it: beside the first it would go on for ever.
    await registry.rules.create(by, 'home', store('back', 'two', 'one'))
    await service.settled()
    const state = async (id: string) => stateOf(await registry.rules.get('home', id))
    expect(await state('back')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining("'forth'"),
    })
    await registry.rules.remove(by, 'home', 'forth')
    await service.settled()
    expect(await state('back')).toMatchObject({ state: 'running', reason: null })
  })

  test('a removed site takes all of it', async () => {
    await make(cold())
    await story(0, 40)
    await registry.sites.remove(by, 'home')
    await service.settled()
    expect(alerts.alerts('home')).toEqual([])
    expect(service.units).toEqual([])
  })
})
