import { Ledger } from '@ohmstead/ledger'
import { deviceId, siteId } from '@ohmstead/model'
import { openRegistry, type Registry, system } from '@ohmstead/registry'
import { Batch } from '@ohmstead/telemetry'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { FakeClock } from '@ohmstead/testkit'
import fc from 'fast-check'
import pino from 'pino'
import { expect, test } from 'vitest'
import { EventHub } from '../events.ts'
import type { AlertStore } from './alerts/alertStore.ts'
import { openSqliteAlertStore } from './alerts/sqliteAlertStore.ts'
import { compileRule } from './compile.ts'
import { levelOf } from './levels.ts'
import { RuleService } from './service.ts'
import { vocabularyOf } from './vocabulary.ts'

const start = Date.UTC(2026, 0, 12)
const by = system('test')

const level = (raise: string, clear: string, columns = 'device, power as value') =>
  `@name('raise') select ${columns} from electricalMeter(${raise});\n@name('clear') select ${columns} from electricalMeter(${clear})`

const judged = (text: string) => {
  const vocabulary = vocabularyOf(new MemoryStore(), 'home')
  const around = { zone: 'UTC', vocabulary, names: { device: (id: string) => id } }
  return levelOf(compileRule({ definition: { kind: 'epl', text }, actions: [{ kind: 'event' }] }, around))
}

test('what compares a field of each reading with numbers can be judged without the engine', () => {
  expect(
    judged(level("device in ('a', 'b'), power < -2.5", "device = 'a' and power >= 1, power < 9")),
  ).toEqual({
    measurement: 'electricalMeter',
    field: 'power',
    raise: { devices: new Set(['a', 'b']), tests: [{ op: '<', limit: -2.5, field: 'power' }] },
    clear: {
      devices: new Set(['a']),
      tests: [
        { op: '>=', limit: 1, field: 'power' },
        { op: '<', limit: 9, field: 'power' },
      ],
    },
  })
})

test.each([
  [
    'a window',
    "@name('raise') select device from electricalMeter(power > 1)#time(1 min);\n@name('clear') select device from electricalMeter(power <= 1)",
  ],
  ['an aggregate', level('power > 1', 'power <= 1', 'device, count(*) as n')],
  ['a computed column', level('power > 1', 'power <= 1', 'device, power * 2 as value')],
  ['a column of another field', level('power > 1', 'power <= 1', 'device, voltage')],
  ['another key', level('power > 1', 'power <= 1', 'device, power as key')],
  ['no device', level('power > 1', 'power <= 1', 'power')],
  ['different fields', level('power > 1', 'voltage > 1')],
  ['two fields compared', level('power > power * 2', 'power <= 1')],
  ['an alternative', level('power > 1 or power < 0', 'power = 0')],
  ['no comparison', level('power is null', 'power <= 1')],
  ['no end', 'select device, power from electricalMeter(power > 1)'],
  ['a where clause', `${level('power > 1', 'power <= 1')} where power < 0`],
  ['a group', `${level('power > 1', 'power <= 1')} group by device`],
  ['an output rate', `${level('power > 1', 'power <= 1')} output every 5 events`],
  [
    'a pattern',
    "@name('raise') select a.device as device from pattern [every a=electricalMeter(power > 1)];\n@name('clear') select device from electricalMeter(power <= 1)",
  ],
  [
    'another statement',
    `${level('power > 1', 'power <= 1')};\ninsert into more select device from electricalMeter`,
  ],
])('%s cannot', (_what, text) => expect(judged(text)).toBeUndefined())

interface World extends AsyncDisposable {
  readonly clock: FakeClock
  readonly alerts: AlertStore
  service(): RuleService
  restart(): Promise<void>
  put(device: string, time: number, power: number, tags?: Record<string, string>): Promise<void>
}

async function world(rules: readonly (readonly [id: string, text: string])[]): Promise<World> {
  const clock = new FakeClock(start)
  const registry: Registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' }, { clock })
  await registry.sites.create(by, { id: 'home', name: 'Home', timezone: 'UTC' })
  for (const [id, text] of rules)
    await registry.rules.create(by, 'home', {
      ...{ id, name: id, definition: { kind: 'epl', text }, actions: [{ kind: 'alert', severity: 'low' }] },
    })
  const store = new MemoryStore()
  const alerts = openSqliteAlertStore(':memory:', () => clock.now())
  const ledger = await Ledger.open({
    ...{ file: ':memory:', source: store, clock },
    directory: {
      series: (site, device) => store.select({ site, devices: [device] }),
      device: () => undefined,
      devices: () => [],
      zone: () => 'UTC',
    },
  })
  const open = () =>
    new RuleService({
      ...{ registry, store, ledger, alerts, clock, latenessMs: 2000, secret: 'only for tests' },
      ingest: { submit: async () => ({ accepted: 0, rejected: [] }) },
      ...{ events: new EventHub(start), log: pino({ level: 'silent' }) },
      send: async () => {},
      post: async () => 204,
    })
  let service = open()
  await service.start()
  return {
    clock,
    alerts,
    service: () => service,
    async restart() {
      await service.close()
      service = open()
      await service.start()
    },
    async put(device, time, power, tags = {}) {
      const batch = new Batch()
      const key = { site: siteId('home'), device: deviceId(device), measurement: 'electricalMeter', tags }
      batch.add(store.resolve({ ...key, field: 'power' }, 'number'), time, power)
      batch.add(store.resolve({ ...key, field: 'voltage' }, 'number'), time, 230)
      await store.append(batch)
      service.committed(batch)
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      alerts[Symbol.dispose]()
      await ledger.close()
      await registry.close()
    },
  }
}

const pairs = [
  level('power > 10', 'power <= 10'),
  level('power >= 10', 'power < 10'),
  level("device = 'a', power < 5", "device = 'a', power >= 5"),
  // With a stretch that is on neither side, and one that is on both.
  level('power > 15', 'power < 5'),
  level('power > 5', 'power < 15'),
  level('power = 10', 'power != 10'),
]
/** The same for the engine, and nothing that can be judged without it. */
const inFull = (text: string) =>
  text.replaceAll('power ', 'power * 1 ').replaceAll('power * 1 as', 'power as')
const rules = pairs.flatMap((text, at) => [
  [`level-${at}`, text] as const,
  [`full-${at}`, inFull(text)] as const,
])

function lives({ alerts }: World, rule: string): string[] {
  return alerts
    .alerts('home', { rule, limit: 10_000 })
    .filter(({ clearedBy }) => clearedBy !== 'revised')
    .map(({ key, raisedAt, clearedAt, clearedBy, row }) => {
      // A person ends what is open where the rule's clock stands, which waits for late readings only if it was given some.
      const ended = clearedBy === 'person' || clearedAt === null ? '' : clearedAt - start
      return [key, raisedAt - start, ended, clearedBy, row.value].join(' ')
    })
    .toSorted()
}

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      device: fc.constantFrom('a', 'b'),
      power: fc.constantFrom(0, 4, 5, 7, 10, 12, 15, 20),
      lateMs: fc.constant(0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      device: fc.constantFrom('a', 'b'),
      power: fc.constantFrom(0, 7, 10, 12, 20),
      lateMs: fc.constantFrom(500, 1000, 1500, 4000, 30_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      device: fc.constant('a'),
      power: fc.constantFrom(0, 20),
      lateMs: fc.constantFrom(-3000, -90_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      device: fc.constant('b'),
      power: fc.constantFrom(0, 20),
      lateMs: fc.constant(0),
      phase: fc.constant('l2'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('restart' as const, 'clear' as const, 'pause' as const) },
)

test('rules say the same, whether readings are passed over or all given to them', {
  timeout: 120_000,
}, async () => {
  expect(rules.map(([, text]) => judged(text) !== undefined)).toEqual(pairs.flatMap(() => [true, false]))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async steps => {
      await using the = await world(rules)
      for (const one of steps) {
        if (one === 'restart') await the.restart()
        else if (one === 'pause') await the.clock.advance(7000)
        else if (one === 'clear') await clearAll(the)
        else {
          const tags = 'phase' in one ? { phase: one.phase } : {}
          await the.put(one.device, the.clock.now() - one.lateMs, one.power, tags as Record<string, string>)
        }
        await the.clock.advance(500)
      }
      // Until what was ahead has come, and the past was judged again.
      for (let turn = 0; turn < 40; turn++) {
        await the.clock.advance(5000)
        await the.service().settled()
      }
      for (const at of pairs.keys())
        expect(lives(the, `level-${at}`), pairs[at]).toEqual(lives(the, `full-${at}`))
    }),
    // To make a history shorter takes longer than a test may.
    { numRuns: 25, endOnFailure: true },
  )
})

/** By a person, once the clocks of all rules, which wait for late readings, are past all that was stored. */
async function clearAll(the: World): Promise<void> {
  for (let turn = 0; turn < 14; turn++) {
    await the.clock.advance(5000)
    await the.service().settled()
  }
  for (const { id } of the.alerts.alerts('home', { open: true, limit: 1000 }))
    the.service().deeds.clear('home', id)
}

test('readings that are passed over are counted', async () => {
  await using the = await world(rules.slice(0, 1))
  for (let at = 0; at < 10; at++) {
    await the.put('a', the.clock.now(), 20)
    await the.clock.advance(1000)
  }
  await the.clock.advance(5000)
  await the.service().settled()
  const [{ rule }] = the.service().units
  expect(the.service().shown.of('home', [rule])[0].status).toMatchObject({ readings: 10, held: 0 })
  expect(lives(the, 'level-0')).toEqual(['a 0   20'])
})
