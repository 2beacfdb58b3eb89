import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { InvalidInput, type Revision } from '@ohmstead/model'
import { FakeClock } from '@ohmstead/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { Ledger, LedgerClosed, LedgerNotOpened, NotInLedger } from '../src/index.ts'
import { MemoryDirectory, MemoryReadings, memoryLedger } from './memory.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 0, 15, 12)
type Row = [number, number]

/** One reading a minute from `from` to `to`, both included. */
function minutely(from: number, to: number, value: (minutes: number) => number): Row[] {
  const rows: Row[] = []
  for (let at = from; at <= to; at += minute) rows.push([at, value((at - from) / minute)])
  return rows
}

const wh = (slots: readonly { importMilliWh: number | null }[]) =>
  slots.map(slot => slot.importMilliWh && slot.importMilliWh / 1000)

/** A ledger whose meter used 15 Wh in each slot from noon to two. */
async function twoHours() {
  const revisions: Revision[] = []
  const all = await memoryLedger(noon + 2 * hour, { onRevisions: more => revisions.push(...more) })
  const counter = all.directory.seriesOf('plug', 'energyImport')
  await all.store(
    counter,
    minutely(noon, noon + 2 * hour, i => 1000 + i),
  )
  const slots = (from = noon, to = noon + 2 * hour) => all.ledger.slots('home', 'plug', { from, to })
  return { ...all, counter, revisions, slots }
}

describe('what was stored behind the ledger’s back', () => {
  test('is in the first answer, without waiting for the job', async () => {
    await using all = await memoryLedger(noon + 2 * hour)
    const counter = all.directory.seriesOf('plug', 'energyImport')
    all.readings.put(
      counter,
      minutely(noon, noon + hour, i => 1000 + i),
    )
    all.ledger.recover('home', 'plug', noon, noon + hour)
    const query = { site: 'home', from: noon, to: noon + hour, by: 'hour', group: 'site' } as const
    expect((await all.ledger.energy(query)).groups[0]!.buckets[0]!.importWh).toBe(60)
    const slots = await all.ledger.slots('home', 'plug', { from: noon, to: noon + hour })
    expect(wh(slots)).toEqual([15, 15, 15, 15])
  })

  test('is not guessed at while readings cannot be read', async () => {
    await using all = await memoryLedger(noon + 2 * hour)
    all.directory.seriesOf('plug', 'energyImport')
    all.ledger.recover('home', 'plug', noon, noon + hour)
    all.readings.failing = new Error('away')
    const slots = () => all.ledger.slots('home', 'plug', { from: noon, to: noon + hour })
    await expect(slots()).rejects.toThrow('away')
    expect(await all.ledger.slots('home', 'other', { from: noon, to: noon + hour })).toHaveLength(4)
    all.readings.failing = null
    expect(await slots()).toHaveLength(4)
  })
})

describe('final slots', () => {
  const told = async (all: Awaited<ReturnType<typeof memoryLedger>>, from: number, to: number) =>
    (await all.ledger.finalSlots('home', 'plug', { from, to })).map(({ start }) => (start - noon) / minute)

  test('are told once, when a reading after them has come, and again when a late one changes them', async () => {
    const settled: [number, number | null][] = []
    await using all = await memoryLedger(noon + 2 * hour, {
      onSlots: change => {
        for (const { start, importMilliWh } of change.settled)
          settled.push([(start - noon) / minute, importMilliWh])
      },
    })
    const counter = all.directory.seriesOf('plug', 'energyImport')
    await all.store(
      counter,
      minutely(noon, noon + 44 * minute, i => 1000 + i),
    )
    expect(settled).toEqual([
      [0, 15_000],
      [15, 15_000],
    ])
    expect(await told(all, noon - hour, noon + 2 * hour)).toEqual([0, 15])
    await all.store(counter, [[noon + 45 * minute, 1045]])
    expect(settled.slice(2)).toEqual([[30, 15_000]])
    await all.clock.advance(hour)
    await all.store(counter, [[noon + 15 * minute, 1015.5]])
    expect(settled.slice(3)).toEqual([
      [0, 15_500],
      [15, 14_500],
    ])
    expect(await told(all, noon + 15 * minute, noon + 45 * minute)).toEqual([15, 30])
  })

  test('slots of which nothing is known are none', async () => {
    await using all = await memoryLedger(noon + 2 * hour)
    all.directory.seriesOf('plug', 'energyImport')
    expect(await told(all, noon, noon + hour)).toEqual([])
    expect(await all.ledger.finalSlots('home', 'other', { from: noon, to: noon + hour })).toEqual([])
  })
})

describe('a slot that was final and changes leaves a revision', () => {
  test('slots that grow with live readings do not', async () => {
    await using all = await twoHours()
    for (let i = 1; i <= 40; i++) {
      await all.clock.advance(minute)
      await all.store(all.counter, [[noon + 2 * hour + i * minute, 1120 + i]])
    }
    expect(all.revisions).toEqual([])
    expect(wh(await all.slots(noon + 2 * hour, noon + 2 * hour + 45 * minute))).toEqual([15, 15, 10])
  })

  test('the reading that ends an outage does not', async () => {
    await using all = await twoHours()
    await all.clock.advance(5 * hour)
    await all.store(all.counter, [[noon + 7 * hour, 1320]])
    expect(all.revisions).toEqual([])
    expect(wh(await all.slots(noon + 6 * hour, noon + 6.5 * hour))).toEqual([10, 10])
  })

  test('a reading that settles a fall does not', async () => {
    await using all = await twoHours()
    for (let i = 1; i <= 30; i++)
      await all.store(all.counter, [[noon + 2 * hour + i * minute, i < 20 ? 0 : 1120 + i]])
    expect(all.revisions).toEqual([])
  })

  test('a late reading does: before, after, when and why', async () => {
    const revisions: Revision[] = []
    await using all = await memoryLedger(noon + 2 * hour, { onRevisions: more => revisions.push(...more) })
    const counter = all.directory.seriesOf('plug', 'energyImport')
    const rows = minutely(noon, noon + 2 * hour, i => 1000 + i)
    await all.store(
      counter,
      rows.filter(([time]) => time !== noon + hour),
    )
    await all.store(counter, [[noon + hour, 1060.9]])
    const slot = { coverage: 1, quality: 'measured', source: 'counter', exportMilliWh: null }
    expect(revisions).toMatchObject([
      {
        start: noon + 45 * minute,
        before: { ...slot, importMilliWh: 15_000, revision: 0 },
        after: { ...slot, importMilliWh: 15_900, revision: 1 },
      },
      { start: noon + hour, before: { importMilliWh: 15_000 }, after: { importMilliWh: 14_100 } },
    ])
    for (const revision of revisions)
      expect(revision).toMatchObject({
        site: 'home',
        device: 'plug',
        cause: 'late-reading',
        time: noon + 2 * hour,
        who: null,
      })
    expect(
      (await all.ledger.slots('home', 'plug', { from: noon, to: noon + 2 * hour })).map(one => one.revision),
    ).toEqual([0, 0, 0, 1, 1, 0, 0, 0])
  })

  test('a reading with the time of another and a new value is a correction', async () => {
    await using all = await twoHours()
    await all.store(all.counter, [[noon + hour, 1060.5]])
    expect(all.revisions.map(({ start, cause }) => [start, cause])).toEqual([
      [noon + 45 * minute, 'corrected-reading'],
      [noon + hour, 'corrected-reading'],
    ])
  })

  test('a reading that changes nothing leaves none', async () => {
    await using all = await twoHours()
    await all.store(all.counter, [
      [noon + hour, 1060],
      [noon + hour + 30_000, 1060.5],
    ])
    expect(all.revisions).toEqual([])
  })

  test('readings of an outage of days that come later do', async () => {
    await using all = await memoryLedger(noon + 96 * hour)
    const power = all.directory.seriesOf('plug', 'power')
    await all.store(
      power,
      minutely(noon, noon + hour, () => 60),
    )
    await all.store(
      power,
      minutely(noon + 72 * hour, noon + 73 * hour, () => 60),
    )
    await all.store(
      power,
      minutely(noon + 40 * hour, noon + 41 * hour, () => 60),
    )
    const revisions = all.ledger.revisions({ site: 'home', device: 'plug' })
    expect(revisions.map(({ start }) => start)).toEqual(
      [3, 2, 1, 0].map(i => noon + 40 * hour + i * 15 * minute),
    )
    expect(revisions[0]).toMatchObject({
      before: { quality: 'missing', importMilliWh: null },
      after: { importMilliWh: 15_000 },
    })
  })

  test('a past that is loaded beneath a meter that is live already does not', async () => {
    await using all = await twoHours()
    const past = noon - 40 * 24 * hour
    await all.store(
      all.counter,
      minutely(past, noon - minute, i => i / 100),
    )
    expect(all.revisions).toEqual([])
    expect(wh(await all.slots(past, past + hour))).toEqual([0.15, 0.15, 0.15, 0.15])
  })

  test('a rule that changes does', async () => {
    await using all = await memoryLedger(noon + 3 * hour)
    const counter = all.directory.seriesOf('plug', 'energyImport')
    await all.store(
      counter,
      minutely(noon, noon + 2 * hour, i => 1000 + i + (i > 60 ? 700 : 0)),
    )
    all.directory.add('plug', { ratedPowerW: 2300 })
    await all.ledger.rulesChanged('home', 'plug', 'eva')
    expect(all.ledger.revisions({ site: 'home' })).toMatchObject([
      {
        start: noon + hour,
        cause: 'rule',
        who: 'eva',
        before: { importMilliWh: 715_000 },
        after: { importMilliWh: 14_000 },
      },
    ])
  })

  test('they are listed newest first, page by page', async () => {
    await using all = await twoHours()
    for (let i = 0; i < 5; i++) await all.store(all.counter, [[noon + hour, 1060.1 + i / 10]])
    const first = all.ledger.revisions({ site: 'home', device: 'plug', limit: 4 })
    const second = all.ledger.revisions({ site: 'home', device: 'plug', limit: 4, before: first.at(-1)!.id })
    expect(first.map(one => one.id)).toEqual([10, 9, 8, 7])
    expect(second.map(one => one.id)).toEqual([6, 5, 4, 3])
    expect(all.ledger.revisions({ site: 'home', from: noon + hour, to: noon + 2 * hour }).length).toBe(5)
    expect(all.ledger.revisions({ site: 'elsewhere' })).toEqual([])
  })
})

describe('touched ranges', () => {
  /** Lets the ledger's own job work: it rests between meters, so the clock has to move. */
  async function untilCurrent({
    ledger,
    clock,
  }: Pick<Awaited<ReturnType<typeof memoryLedger>>, 'ledger' | 'clock'>) {
    for (let i = 0; ledger.waiting > 0 && i < 1000; i++) await clock.advance(50)
    expect(ledger.waiting).toBe(0)
  }

  test('are rebuilt by themselves, all that came in a second together', async () => {
    await using all = await memoryLedger(noon + hour)
    const counter = all.directory.seriesOf('plug', 'energyImport')
    all.readings.put(
      counter,
      minutely(noon, noon + hour, i => i),
    )
    for (let i = 0; i <= 60; i++) all.ledger.touch('home', 'plug', noon + i * minute, noon + i * minute)
    await all.clock.advance(900)
    expect(all.ledger.lag()).toBe(900)
    expect(all.ledger.waiting).toBe(1)
    expect(all.readings.asked).toBe(0)
    await untilCurrent(all)
    expect(all.ledger.lag()).toBe(0)
    expect(all.readings.asked).toBe(1)
    expect(wh(await all.ledger.slots('home', 'plug', { from: noon, to: noon + hour }))).toEqual([
      15, 15, 15, 15,
    ])
  })

  test('in the past come before those that only grow', async () => {
    const written: string[] = []
    await using all = await memoryLedger(noon + 3 * hour, { onSlots: ({ device }) => written.push(device) })
    for (const device of ['a', 'b', 'c']) {
      const rows = minutely(noon, noon + hour, i => i)
      await all.store(all.directory.seriesOf(device, 'energyImport'), rows)
    }
    await all.clock.advance(minute)
    written.length = 0
    for (const [device, at] of [
      ['a', noon + 2 * hour],
      ['b', noon + 2 * hour],
      ['c', noon + 90_000],
    ] as const) {
      all.readings.put(all.directory.seriesOf(device, 'energyImport'), [
        [at, at === noon + 90_000 ? 1.25 : 120],
      ])
      all.ledger.touch('home', device, at, at)
    }
    await untilCurrent(all)
    expect(written[0]).toBe('c')
    expect(new Set(written)).toEqual(new Set(['a', 'b', 'c']))
  })

  test('of a live meter ask the store for what is new only', async () => {
    await using all = await twoHours()
    const before = all.readings.given
    for (let i = 1; i <= 10; i++) {
      await all.clock.advance(minute)
      await all.store(all.counter, [[noon + 2 * hour + i * minute, 1120 + i]])
    }
    expect(all.readings.given - before).toBe(10)
    expect(wh(await all.slots(noon + 2 * hour, noon + 2.25 * hour))).toEqual([10])
  })

  test('of a source that fails are kept and tried again', async () => {
    const errors: unknown[] = []
    await using all = await memoryLedger(noon + hour, { onError: error => errors.push(error) })
    const counter = all.directory.seriesOf('plug', 'energyImport')
    all.readings.put(
      counter,
      minutely(noon, noon + hour, i => i),
    )
    all.readings.failing = new Error('the disk is full')
    all.ledger.touch('home', 'plug', noon, noon + hour)
    await expect(all.ledger.settled()).rejects.toThrow('the disk is full')
    expect(all.ledger.waiting).toBe(1)
    all.readings.failing = null
    await all.ledger.settled()
    expect(all.ledger.waiting).toBe(0)
    expect((await all.ledger.slots('home', 'plug', { from: noon, to: noon + hour })).length).toBe(4)
  })

  test('of a source that fails for one meter do not keep the others from being rebuilt', async () => {
    await using all = await memoryLedger(noon + hour, { onError: () => {} })
    for (const device of ['plug', 'boiler']) {
      const rows = minutely(noon, noon + hour, i => i)
      all.readings.put(all.directory.seriesOf(device, 'energyImport'), rows)
      all.ledger.touch('home', device, noon, noon + hour)
    }
    const { window } = all.readings
    all.readings.window = function (series, range, around) {
      if (series.device === 'plug') throw new Error('a block is damaged')
      return window.call(this, series, range, around)
    }
    await expect(all.ledger.settled()).rejects.toThrow('a block is damaged')
    expect(all.ledger.waiting).toBe(1)
    expect((await all.ledger.slots('home', 'boiler', { from: noon, to: noon + hour })).length).toBe(4)
  })

  test('of things that are no meters cost nothing', async () => {
    await using all = await memoryLedger(noon + hour)
    all.directory.seriesOf('sensor', 'temperature', {}, 'airSensor')
    all.ledger.touch('home', 'sensor', noon, noon)
    all.ledger.touch('home', 'unheard-of', noon, noon)
    await all.ledger.settled()
    expect(all.readings.asked).toBe(0)
    expect(all.ledger.meters('home')).toEqual([])
    expect(all.ledger.counts()).toEqual({ meters: 0, days: 0, revisions: 0, edits: 0, virtualMeters: 0 })
  })

  test('after close are not rebuilt, and closing twice is harmless', async () => {
    await using all = await memoryLedger(noon)
    all.ledger.touch('home', 'plug', noon, noon)
    await all.ledger.close()
    await all.ledger.close()
    await expect(all.ledger.settled()).rejects.toThrow(LedgerClosed)
  })
})

describe('edits', () => {
  test('do what their preview says and can be undone', async () => {
    await using all = await twoHours()
    const before = await all.slots()
    const edit = {
      site: 'home',
      device: 'plug',
      body: { kind: 'energy', from: noon + hour, to: noon + 1.5 * hour, importWh: 55 },
    } as const
    const preview = await all.ledger.preview(edit)
    expect(preview.sums).toEqual({
      before: { importWh: 30, exportWh: null },
      after: { importWh: 55, exportWh: null },
    })
    expect(wh(preview.before)).toEqual([15, 15])
    expect(wh(preview.after)).toEqual([27.5, 27.5])
    expect(await all.slots()).toEqual(before)

    const saved = await all.ledger.apply({ ...edit, note: 'read off the display' }, 'eva')
    expect(wh(await all.slots())).toEqual([15, 15, 15, 15, 27.5, 27.5, 15, 15])
    expect(all.revisions.map(({ cause, who, start }) => [cause, who, start])).toEqual([
      ['edit', 'eva', noon + hour],
      ['edit', 'eva', noon + hour + 15 * minute],
    ])
    expect(await all.ledger.previewUndo('home', saved.id)).toMatchObject({
      sums: { after: { importWh: 30 } },
    })

    await all.ledger.undo('home', saved.id, 'olav')
    expect((await all.slots()).map(({ revision: _, ...slot }) => slot)).toEqual(
      before.map(({ revision: _, ...slot }) => slot),
    )
    expect(all.revisions.slice(2).map(({ cause, who }) => [cause, who])).toEqual([
      ['undo', 'olav'],
      ['undo', 'olav'],
    ])
    expect(all.ledger.edits('home', 'plug')).toMatchObject([
      { note: 'read off the display', who: 'eva', undone: { who: 'olav' } },
    ])
    await expect(all.ledger.undo('home', saved.id, 'olav')).rejects.toThrow(NotInLedger)
    await expect(all.ledger.undo('cabin', saved.id, 'olav')).rejects.toThrow(NotInLedger)
    await expect(all.ledger.previewUndo('home', saved.id)).rejects.toThrow(NotInLedger)
  })

  test('stay while readings go on coming', async () => {
    await using all = await twoHours()
    await all.ledger.apply(
      { site: 'home', device: 'plug', body: { kind: 'exclude', from: noon + hour, to: noon + 75 * minute } },
      'eva',
    )
    await all.store(
      all.counter,
      minutely(noon + hour, noon + 74 * minute, i => 5000 + i),
    )
    expect(wh(await all.slots()).reduce((sum, energy) => sum! + energy!, 0)).toBe(120)
    expect((await all.slots(noon + hour, noon + 75 * minute))[0]!.quality).toBe('interpolated')
  })

  const refused = [
    ['to', { kind: 'exclude', from: noon, to: noon }],
    ['to', { kind: 'exclude', from: 0, to: noon }],
    ['from', { kind: 'exclude', from: 0.5, to: noon }],
    ['at', { kind: 'replaced', at: Number.NaN }],
    ['final.importWh', { kind: 'replaced', at: noon, final: { importWh: -1 } }],
    ['initial.exportWh', { kind: 'replaced', at: noon, initial: { exportWh: Number.POSITIVE_INFINITY } }],
    ['importWh', { kind: 'counter', at: noon }],
    ['from', { kind: 'energy', from: noon + 1, to: noon + hour, importWh: 1 }],
    ['to', { kind: 'energy', from: noon, to: noon + hour + 1, importWh: 1 }],
    ['importWh', { kind: 'energy', from: noon, to: noon + hour, importWh: null }],
  ] as const
  for (const [field, body] of refused) {
    test(`${JSON.stringify(body)} is refused for its ${field}`, async () => {
      await using all = await twoHours()
      const error = await all.ledger
        .apply({ site: 'home', device: 'plug', body }, 'eva')
        .catch(reason => reason)
      expect(error).toBeInstanceOf(InvalidInput)
      expect(error.field).toBe(field)
      await expect(all.ledger.preview({ site: 'home', device: 'plug', body })).rejects.toThrow(InvalidInput)
      expect(all.ledger.edits('home')).toEqual([])
    })
  }

  test('of a device that is not there are refused', async () => {
    await using all = await twoHours()
    const edit = {
      site: 'home',
      device: 'ghost',
      body: { kind: 'exclude', from: noon, to: noon + hour },
    } as const
    await expect(all.ledger.apply(edit, 'eva')).rejects.toThrow(InvalidInput)
  })
})

describe('why a slot is what it is', () => {
  test('a gap of power, a spread step of a counter, an edit', async () => {
    await using all = await memoryLedger(noon + 4 * hour)
    const power = [
      ...minutely(noon, noon + hour, () => 60),
      ...minutely(noon + 2 * hour, noon + 3 * hour, () => 60),
    ]
    await all.store(all.directory.seriesOf('plug', 'power'), power)
    const counter = [
      ...minutely(noon, noon + hour, i => i),
      ...minutely(noon + 2 * hour, noon + 3 * hour, i => 120 + i),
    ]
    await all.store(all.directory.seriesOf('plug', 'energyImport'), counter)
    const body = { kind: 'energy', from: noon + hour, to: noon + 75 * minute, importWh: 1 } as const
    await all.ledger.apply({ site: 'home', device: 'plug', body }, 'eva')
    const gap = { from: noon + hour, to: noon + 2 * hour }
    expect(await all.ledger.explain('home', 'plug', noon + hour)).toMatchObject({
      slot: { quality: 'edited', importMilliWh: 1000 },
      series: [
        {
          field: 'energyImport',
          kind: 'counter',
          samples: 1,
          steps: [{ ...gap, energyWh: 60, certainty: 'spread', verdict: 'continuous', direction: 'import' }],
          gaps: [],
        },
        { field: 'power', kind: 'power', samples: 1, steps: [], gaps: [gap] },
      ],
      edits: [{ who: 'eva' }],
    })
    expect(await all.ledger.explain('home', 'plug', noon)).toMatchObject({
      series: [{ steps: [] }, { gaps: [] }],
      edits: [],
    })
  })

  test('a restart', async () => {
    await using all = await memoryLedger(noon + 4 * hour)
    const rows = [
      ...minutely(noon, noon + hour, i => 900 + i),
      ...minutely(noon + 61 * minute, noon + 2 * hour, i => i),
    ]
    await all.store(all.directory.seriesOf('plug', 'energyImport'), rows)
    const { series } = await all.ledger.explain('home', 'plug', noon + hour)
    expect(series[0]!.steps).toMatchObject([{ verdict: 'reset', certainty: 'measured', energyWh: 0 }])
  })
})

describe('readings that are no longer kept', () => {
  test('leave their slots as they were', async () => {
    await using all = await memoryLedger(noon + 72 * hour)
    const counter = all.directory.seriesOf('plug', 'energyImport')
    await all.store(
      counter,
      minutely(noon, noon + 72 * hour, i => i),
    )
    const before = await all.ledger.slots('home', 'plug', { from: noon, to: noon + 72 * hour })
    all.directory.keptFrom = noon + 24 * hour
    all.readings.set(counter, new Float64Array(0), new Float64Array(0))
    await all.store(
      counter,
      minutely(noon + 24 * hour, noon + 72 * hour, i => 1440 + i),
    )
    await all.ledger.rebuild('home', 'plug', { from: noon, to: noon + 72 * hour })
    expect(await all.ledger.slots('home', 'plug', { from: noon, to: noon + 72 * hour })).toEqual(before)
    const body = { kind: 'exclude', from: noon, to: noon + hour } as const
    await expect(all.ledger.apply({ site: 'home', device: 'plug', body }, 'eva')).rejects.toThrow(
      InvalidInput,
    )
  })
})

describe('a device or a site that is removed', () => {
  test('leaves nothing behind', async () => {
    await using all = await twoHours()
    await all.store(
      all.directory.seriesOf('other', 'power'),
      minutely(noon, noon + hour, () => 60),
    )
    await all.ledger.apply(
      { site: 'home', device: 'plug', body: { kind: 'counter', at: noon, importWh: 1 } },
      'eva',
    )
    await all.ledger.remove('home', 'plug')
    expect(all.ledger.meters('home')).toEqual(['other'])
    expect(all.ledger.edits('home')).toEqual([])
    expect((await all.slots()).every(slot => slot.quality === 'missing')).toBe(true)
    await all.ledger.remove('home')
    expect(all.ledger.counts()).toEqual({ meters: 0, days: 0, revisions: 0, edits: 0, virtualMeters: 0 })
  })
})

describe('the file of the ledger', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ohmstead-ledger-'))
  afterEach(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `ledger.db${end}`), { force: true })
  })
  const readings = new MemoryReadings()
  const directory = new MemoryDirectory()
  const counter = directory.seriesOf('plug', 'energyImport')
  readings.put(
    counter,
    minutely(noon, noon + hour, i => i),
  )
  const open = (file = join(folder, 'ledger.db')) =>
    Ledger.open({ file, source: readings, directory, clock: new FakeClock(noon + hour) })

  test('keeps slots, edits, revisions and virtual meters', async () => {
    const first = await open()
    first.touch('home', 'plug', noon, noon + hour)
    await first.settled()
    await first.apply(
      { site: 'home', device: 'plug', body: { kind: 'counter', at: noon, importWh: 2 } },
      'eva',
    )
    first.putVirtualMeter('home', { id: 'sum', name: 'Sum', plus: ['plug'], minus: [] })
    const kept = [
      await first.slots('home', 'plug', { from: noon, to: noon + hour }),
      first.edits('home'),
      first.revisions({ site: 'home' }),
    ]
    await first.close()
    await using second = await open()
    expect([
      await second.slots('home', 'plug', { from: noon, to: noon + hour }),
      second.edits('home'),
      second.revisions({ site: 'home' }),
    ]).toEqual(kept)
    expect(second.virtualMeters('home')).toEqual([{ id: 'sum', name: 'Sum', plus: ['plug'], minus: [] }])
    expect(second.meters('home')).toEqual(['plug'])
  })

  test('is written now and then while slots grow, and at once when somebody relies on it', async () => {
    const file = join(folder, 'ledger.db')
    const clock = new FakeClock(noon + hour)
    await using ledger = await Ledger.open({ file, source: readings, directory, clock })
    ledger.touch('home', 'plug', noon, noon + hour)
    for (let i = 0; ledger.waiting > 0 && i < 100; i++) await clock.advance(100)
    expect(ledger.counts().days).toBe(0)
    expect(wh(await ledger.slots('home', 'plug', { from: noon, to: noon + hour }))).toEqual([15, 15, 15, 15])
    await clock.advance(30_000)
    expect(ledger.counts().days).toBe(1)
  })

  test('finishes at the next start what an edit began', async () => {
    const first = await open()
    first.touch('home', 'plug', noon, noon + hour)
    await first.settled()
    readings.failing = new Error('the process ends here')
    const body = { kind: 'energy', from: noon, to: noon + hour, importWh: 100 } as const
    await expect(first.apply({ site: 'home', device: 'plug', body }, 'eva')).rejects.toThrow('ends here')
    await first.close()
    readings.failing = null
    await using second = await open()
    await second.settled()
    expect(wh(await second.slots('home', 'plug', { from: noon, to: noon + hour }))).toEqual([25, 25, 25, 25])
    expect(second.revisions({ site: 'home' })).toMatchObject([
      { who: 'eva' },
      { who: 'eva' },
      { who: 'eva' },
      { who: 'eva' },
    ])
  })

  test('of a newer version is refused and left as it was', async () => {
    const file = join(folder, 'ledger.db')
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE later (a); PRAGMA user_version = 99')
    database.close()
    await expect(open()).rejects.toThrow(LedgerNotOpened)
    const again = new DatabaseSync(file)
    expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    again.close()
  })

  test('that is no ledger, or not there to write, is refused', async () => {
    await expect(open(join(folder, 'no', 'such', 'folder.db'))).rejects.toThrow(LedgerNotOpened)
    await expect(open(import.meta.filename)).rejects.toThrow(LedgerNotOpened)
  })

  test('has one owner', async () => {
    await using first = await open()
    expect(first.waiting).toBe(0)
    await expect(open()).rejects.toThrow(LedgerNotOpened)
  })
})
