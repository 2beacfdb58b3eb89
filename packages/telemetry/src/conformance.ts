import { deviceId, type Instant, type SeriesKey, siteId, type Value } from '@ohmstead/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Batch } from './batch.ts'
import { QueryTooLarge, SeriesTypeMismatch } from './errors.ts'
import type { Aggregate, ReadingStore, SeriesPoints } from './store.ts'

/** How to get at a store to be tested. */
export interface Subject {
  readonly name: string
  /** A new, empty store. */
  open(): Promise<ReadingStore>
  /** Closes the store and opens it again; left out where nothing outlives it. */
  reopen?(store: ReadingStore): Promise<ReadingStore>
  /** Throws the store away. */
  discard(store: ReadingStore): Promise<void>
}

type Point = readonly [time: Instant, value: Value]

const minute = 60_000
const day = 86_400_000
const start = Date.UTC(2026, 2, 1)
const always = { from: -8.64e15, to: 8.64e15 }

export function key(field: string, over: Partial<Omit<SeriesKey, 'field'>> = {}): SeriesKey {
  return {
    site: siteId('home'),
    device: deviceId('meter'),
    measurement: 'electricalMeter',
    tags: {},
    ...over,
    field,
  }
}

const typeOf = (value: Value) => typeof value as 'number' | 'boolean' | 'string'

export async function put(
  store: ReadingStore,
  seriesKey: SeriesKey,
  points: readonly Point[],
): Promise<void> {
  const batch = new Batch()
  for (const [time, value] of points) batch.add(store.resolve(seriesKey, typeOf(value)), time, value)
  await store.append(batch)
}

export async function take(store: ReadingStore, seriesKey: SeriesKey, range = always): Promise<Point[]> {
  const series = store.find(seriesKey)
  if (series === undefined) return []
  const points: Point[] = []
  for await (const chunk of store.raw([series], range)) points.push(...pointsOf(chunk))
  return points
}

function pointsOf({ times, values }: Pick<SeriesPoints, 'times' | 'values'>): Point[] {
  return Array.from(times, (time, i) => [time, values[i]] as const)
}

const only = (found: readonly SeriesPoints[]): Point[] => found.flatMap(pointsOf)

/** What every reading store does, whatever is behind it. */
export function conformance(subject: Subject): void {
  const { name, open, discard } = subject
  const check = (title: string, body: (store: ReadingStore) => Promise<void>) =>
    test(title, async () => {
      const store = await open()
      try {
        await body(store)
      } finally {
        await discard(store)
      }
    })

  describe(`${name}: series`, () => {
    check('are found by their key, whatever the order of tags', async store => {
      const series = store.resolve(key('power', { tags: { a: '1', b: '2' } }), 'number')
      expect(store.find(key('power', { tags: { b: '2', a: '1' } }))).toBe(series)
      expect(store.resolve(key('power', { tags: { b: '2', a: '1' } }), 'number')).toBe(series)
      expect(store.find(key('power'))).toBeUndefined()
    })

    check('keep the type they were first seen with', async store => {
      store.resolve(key('power'), 'number')
      expect(() => store.resolve(key('power'), 'string')).toThrow(SeriesTypeMismatch)
    })

    check('are selected by site, device, measurement, field and tags', async store => {
      const a = store.resolve(key('power', { tags: { phase: 'l1', room: 'hall' } }), 'number')
      const b = store.resolve(key('voltage'), 'number')
      const c = store.resolve(key('power', { device: deviceId('plug') }), 'number')
      const d = store.resolve(key('power', { site: siteId('office'), measurement: 'other' }), 'number')
      expect(new Set(store.select({}))).toEqual(new Set([a, b, c, d]))
      expect(store.select({ site: 'office' })).toEqual([d])
      expect(new Set(store.select({ site: 'home', fields: ['power'] }))).toEqual(new Set([a, c]))
      expect(store.select({ devices: ['plug', 'plug', 'nobody'] })).toEqual([c])
      expect(store.select({ measurement: 'other' })).toEqual([d])
      expect(store.select({ tags: { phase: 'l1' } })).toEqual([a])
      expect(store.select({ tags: { phase: 'l2' } })).toEqual([])
      expect(store.select({ tags: { constructor: 'x' } })).toEqual([])
    })

    check('with names like SQL are names', async store => {
      const nasty = ["'; DROP TABLE series; --", '"\n\\', 'ü€😀', "' OR 1=1 --", '$1', '%s{}', '__proto__']
      for (const [i, text] of nasty.entries()) {
        const nastyKey = key(text, { measurement: text, tags: { [text]: text } })
        await put(store, nastyKey, [[start, i]])
        expect(await take(store, nastyKey)).toEqual([[start, i]])
        expect(store.select({ measurement: text, fields: [text], tags: { [text]: text } })).toHaveLength(1)
      }
      expect(store.select({})).toHaveLength(nasty.length)
    })
  })

  describe(`${name}: values`, () => {
    check('of each type come back as they went in', async store => {
      const numbers: Point[] = [0, -0.1, 1e-300, 1.7e308, 2 ** 53].map((value, i) => [start + i, value])
      const switches: Point[] = [true, false, true].map((value, i) => [start + i, value])
      const texts: Point[] = ['', 'on', 'ü€😀', 'x'.repeat(5000), "'"].map((value, i) => [start + i, value])
      await put(store, key('power'), numbers)
      await put(store, key('relay'), switches)
      await put(store, key('state'), texts)
      expect(await take(store, key('power'))).toEqual(numbers)
      expect(await take(store, key('relay'))).toEqual(switches)
      expect(await take(store, key('state'))).toEqual(texts)
    })

    check('of all types go into one batch', async store => {
      const batch = new Batch(1)
      for (let i = 0; i < 5000; i++) {
        batch.add(store.resolve(key('power'), 'number'), start + i, i)
        batch.add(store.resolve(key('relay'), 'boolean'), start + i, i % 2 === 0)
        if (i % 2 === 0) batch.add(store.resolve(key('state'), 'string'), start + i, `s${i}`)
      }
      await store.append(batch)
      expect((await take(store, key('power'))).at(-1)).toEqual([start + 4999, 4999])
      expect(await take(store, key('relay'))).toHaveLength(5000)
      expect((await take(store, key('state'))).slice(0, 2)).toEqual([
        [start, 's0'],
        [start + 2, 's2'],
      ])
    })

    check('that are not finite are refused with their whole batch', async store => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        await expect(
          put(store, key('power'), [
            [start, 1],
            [start + 1, value],
          ]),
        ).rejects.toThrow(/fields\.power/)
      }
      await expect(put(store, key('power'), [[Number.NaN, 1]])).rejects.toThrow(/time/)
      expect(await take(store, key('power'))).toEqual([])
    })

    check('of another type than their series are refused', async store => {
      const batch = new Batch()
      batch.add(store.resolve(key('power'), 'number'), start, 'off')
      await expect(store.append(batch)).rejects.toThrow(SeriesTypeMismatch)
    })

    check('sent again replace what was there: in a batch, between batches, after compaction', async store => {
      await put(store, key('power'), [
        [start, 1],
        [start + 1, 1],
        [start, 2],
      ])
      expect(await take(store, key('power'))).toEqual([
        [start, 2],
        [start + 1, 1],
      ])
      await put(store, key('power'), [[start, 3]])
      expect(await take(store, key('power'))).toEqual([
        [start, 3],
        [start + 1, 1],
      ])
      await store.compact()
      await put(store, key('power'), [[start + 1, 4]])
      expect(await take(store, key('power'))).toEqual([
        [start, 3],
        [start + 1, 4],
      ])
      await store.compact()
      expect(await take(store, key('power'))).toEqual([
        [start, 3],
        [start + 1, 4],
      ])
    })

    check('may be months and decades apart, in any order', async store => {
      const times = [
        start,
        start - 90 * day,
        0,
        -400 * day,
        start + 3 * day,
        start - 89 * day,
        start - 40 * 366 * day,
      ]
      const points = times.map((time, i): Point => [time, i])
      const inOrder = [...points].sort(([a], [b]) => a - b)
      for (const point of points) await put(store, key('power'), [point])
      expect(await take(store, key('power'))).toEqual(inOrder)
      await store.compact()
      expect(await take(store, key('power'))).toEqual(inOrder)
    })

    check('appended at the same time are all there', async store => {
      await Promise.all(Array.from({ length: 20 }, (_, i) => put(store, key('power'), [[start + i, i]])))
      expect(await take(store, key('power'))).toHaveLength(20)
    })
  })

  describe(`${name}: ranges`, () => {
    check('include their start and exclude their end', async store => {
      await put(store, key('power'), [
        [start, 1],
        [start + 1, 2],
        [start + 2, 3],
      ])
      expect(await take(store, key('power'), { from: start, to: start + 2 })).toEqual([
        [start, 1],
        [start + 1, 2],
      ])
      expect(await take(store, key('power'), { from: start + 3, to: start })).toEqual([])
    })

    check('give series after series, each in time order', async store => {
      for (const field of ['b', 'a'])
        await put(store, key(field), [
          [start + 1, 1],
          [start, 0],
        ])
      const series = ['a', 'b'].map(field => store.find(key(field))!)
      const seen: [string, Point[]][] = []
      for await (const points of store.raw(series, always)) seen.push([points.series.field, pointsOf(points)])
      const both: Point[] = [
        [start, 0],
        [start + 1, 1],
      ]
      expect(seen).toEqual([
        ['a', both],
        ['b', both],
      ])
    })

    check('beyond the limit of points are refused', async store => {
      await put(
        store,
        key('power'),
        Array.from({ length: 100 }, (_, i): Point => [start + i, i]),
      )
      const series = [store.find(key('power'))!]
      const limits = { maxPoints: 99 }
      await expect(Array.fromAsync(store.raw(series, always, limits))).rejects.toThrow(QueryTooLarge)
      await expect(store.aggregate(series, always, { everyMs: 10 }, 'mean', limits)).rejects.toThrow(
        QueryTooLarge,
      )
      await expect(store.shape(series, always, 10, limits)).rejects.toThrow(QueryTooLarge)
      expect(await Array.fromAsync(store.raw(series, always, { maxPoints: 100 }))).toHaveLength(1)
    })

    check('stop when cancelled', async store => {
      await put(store, key('power'), [[start, 1]])
      const signal = AbortSignal.abort(new Error('enough'))
      const reading = Array.fromAsync(store.raw([store.find(key('power'))!], always, { signal }))
      await expect(reading).rejects.toThrow('enough')
    })
  })

  describe(`${name}: buckets`, () => {
    const points: Point[] = [
      [start + 1 * minute, 4],
      [start + 2 * minute, 1],
      [start + 3 * minute, 7],
      [start + 31 * minute, 10],
      [start + 90 * minute, 2],
    ]
    const half = 30 * minute
    const expected: Record<Aggregate, number[]> = {
      mean: [4, 10, 2],
      sum: [12, 10, 2],
      min: [1, 10, 2],
      max: [7, 10, 2],
      count: [3, 1, 1],
      first: [4, 10, 2],
      last: [7, 10, 2],
    }

    check('of one length, each aggregate, empty ones left out', async store => {
      await put(store, key('power'), points)
      for (const pass of ['fresh', 'compacted']) {
        for (const [kind, values] of Object.entries(expected)) {
          const found = await store.aggregate(
            [store.find(key('power'))!],
            always,
            { everyMs: half },
            kind as Aggregate,
          )
          const times = [start, start + half, start + 3 * half]
          expect(only(found), `${pass} ${kind}`).toEqual(times.map((time, i) => [time, values[i]]))
        }
        await store.compact()
      }
    })

    check('between edges, such as days of 23 hours; outside them nothing counts', async store => {
      await put(store, key('power'), points)
      const edges = [start + 2 * minute, start + 31 * minute, start + 89 * minute, start + 90 * minute]
      const found = await store.aggregate([store.find(key('power'))!], always, { edges }, 'sum')
      expect(only(found)).toEqual([
        [edges[0], 8],
        [edges[1], 10],
      ])
    })

    check('count only what the range holds', async store => {
      await put(store, key('power'), points)
      const range = { from: start + 2 * minute, to: start + 31 * minute }
      const found = await store.aggregate([store.find(key('power'))!], range, { everyMs: half }, 'count')
      expect(only(found)).toEqual([[start, 2]])
    })

    check('take booleans as 0 and 1; of texts there is first, last and count', async store => {
      await put(store, key('relay'), [
        [start, true],
        [start + 1, false],
        [start + 2, true],
        [start + 3, true],
      ])
      await put(store, key('state'), [
        [start, 'on'],
        [start + 1, 'off'],
      ])
      const ask = (field: string, kind: Aggregate) =>
        store.aggregate([store.find(key(field))!], always, { everyMs: half }, kind)
      expect(only(await ask('relay', 'mean'))).toEqual([[start, 0.75]])
      expect(only(await ask('state', 'last'))).toEqual([[start, 'off']])
      expect(only(await ask('state', 'count'))).toEqual([[start, 2]])
      expect(only(await ask('state', 'mean'))).toEqual([])
    })

    check('of a dense month are exact, whole cells or not, with late values in them', async store => {
      const every = 5_000
      const count = (3 * day) / every
      await put(
        store,
        key('power'),
        Array.from({ length: count }, (_, i): Point => [start + i * every, i % 1000]),
      )
      await store.compact()
      await put(store, key('power'), [
        [start + day + 1, 1e6],
        [start + every, -1e6],
        [start + 4 * day, 5],
      ])
      const model = new Map(Array.from({ length: count }, (_, i) => [start + i * every, i % 1000]))
      for (const [time, value] of [
        [start + day + 1, 1e6],
        [start + every, -1e6],
        [start + 4 * day, 5],
      ])
        model.set(time, value)
      for (const everyMs of [15 * minute, 60 * minute, 7 * minute]) {
        for (const kind of ['sum', 'min', 'max', 'count', 'first', 'last'] as const) {
          const range = { from: start + 12_345, to: start + 5 * day }
          const found = await store.aggregate([store.find(key('power'))!], range, { everyMs }, kind)
          expect(only(found), `${kind} every ${everyMs}`).toEqual(modelBuckets(model, range, everyMs, kind))
        }
      }
    })
  })

  describe(`${name}: shape`, () => {
    check('of few points is the points', async store => {
      const points = Array.from({ length: 50 }, (_, i): Point => [start + i, i])
      await put(store, key('power'), points)
      expect(only(await store.shape([store.find(key('power'))!], always, 50))).toEqual(points)
    })

    check('of many points keeps first, last, smallest and largest at their own times', async store => {
      const count = 200_000
      const points = Array.from({ length: count }, (_, i): Point => [start + i * 1000, Math.sin(i / 5000)])
      points[77_777] = [start + 77_777_000, -50]
      points[123_456] = [start + 123_456_000, 50]
      for (let at = 0; at < count; at += 50_000) await put(store, key('power'), points.slice(at, at + 50_000))
      const series = [store.find(key('power'))!]
      for (const pass of ['fresh', 'compacted']) {
        const found = only(await store.shape(series, always, 400))
        expect(found.length, pass).toBeGreaterThan(100)
        expect(found.length, pass).toBeLessThanOrEqual(400)
        expect(found, pass).toContainEqual(points[0])
        expect(found, pass).toContainEqual(points[count - 1])
        expect(found, pass).toContainEqual(points[77_777])
        expect(found, pass).toContainEqual(points[123_456])
        const all = new Map(points)
        expect(
          found.every(([time, value]) => all.get(time) === value),
          pass,
        ).toBe(true)
        await store.compact()
      }
    })

    check('is never more points than asked for', async store => {
      const points = Array.from(
        { length: 3000 },
        (_, i): Point => [start + 500 + i * 1000, (i * 7919) % 1000],
      )
      await put(store, key('power'), points)
      const series = [store.find(key('power'))!]
      for (const most of [1, 2, 3, 5, 8, 11, 50, 99, 1000]) {
        const found = only(await store.shape(series, always, most))
        expect(found.length, `${most}`).toBeLessThanOrEqual(most)
        expect(found.at(-1), `${most}`).toEqual(points.at(-1))
        if (most > 1) expect(found[0], `${most}`).toEqual(points[0])
      }
    })

    check('leaves gaps empty', async store => {
      const points = Array.from(
        { length: 4000 },
        (_, i): Point => [start + i * 1000 + (i < 2000 ? 0 : 20 * day), i],
      )
      await put(store, key('power'), points)
      await store.compact()
      const found = only(await store.shape([store.find(key('power'))!], always, 100))
      expect(found.filter(([time]) => time > start + day && time < start + 19 * day)).toEqual([])
    })
  })

  describe(`${name}: latest`, () => {
    check('is the newest by time, not by arrival', async store => {
      await put(store, key('power'), [[start + 10, 1]])
      await store.compact()
      await put(store, key('power'), [[start, 2]])
      await put(store, key('state'), [
        [start, 'on'],
        [start + 5, 'off'],
      ])
      store.resolve(key('silent'), 'number')
      const found = await store.latest(store.select({}))
      const byField = found.map(({ series, time, value }) => [series.field, time, value])
      expect(new Set(byField)).toEqual(
        new Set([
          ['power', start + 10, 1],
          ['state', start + 5, 'off'],
        ]),
      )
      await put(store, key('power'), [[start + 10, 3]])
      expect((await store.latest([store.find(key('power'))!]))[0].value).toBe(3)
    })

    check('at an instant is the newest then', async store => {
      const points = Array.from({ length: 100 }, (_, i): Point => [start + i * day, i])
      await put(store, key('power'), points)
      await put(
        store,
        key('state'),
        points.map(([time, value]): Point => [time, `s${value}`]),
      )
      for (const pass of ['fresh', 'compacted']) {
        const at = async (time: Instant) =>
          (await store.latest(store.select({}), time)).map(({ value }) => value)
        expect(await at(start - 1), pass).toEqual([])
        expect(new Set(await at(start)), pass).toEqual(new Set([0, 's0']))
        expect(new Set(await at(start + 42.5 * day)), pass).toEqual(new Set([42, 's42']))
        expect(new Set(await at(start + 1000 * day)), pass).toEqual(new Set([99, 's99']))
        await store.compact()
      }
    })
  })

  describe(`${name}: window`, () => {
    check('reaches so many points before and after, wherever they lie', async store => {
      const points = Array.from({ length: 200 }, (_, i): Point => [start + i * 7 * 60 * minute, i])
      await put(
        store,
        key('power'),
        points.filter((_, i) => i % 3 !== 1),
      )
      await store.compact()
      await put(
        store,
        key('power'),
        points.filter((_, i) => i % 3 === 1),
      )
      const series = store.find(key('power'))!
      const ask = async (from: number, to: number, before: number, after: number) =>
        pointsOf(await store.window(series, { from: points[from][0], to: points[to][0] }, { before, after }))
      expect(await ask(100, 110, 3, 2)).toEqual(points.slice(97, 112))
      expect(await ask(0, 2, 5, 1)).toEqual(points.slice(0, 3))
      expect(await ask(150, 150, 1, 0)).toEqual(points.slice(149, 150))
      expect(await ask(198, 199, 150, 50)).toEqual(points.slice(48))
      expect(await ask(10, 10, 0, 0)).toEqual([])
    })

    check('of texts and of series without points', async store => {
      await put(store, key('state'), [
        [start, 'a'],
        [start + 10, 'b'],
        [start + 20, 'c'],
      ])
      const ask = (field: string) =>
        store.window(store.find(key(field))!, { from: start + 10, to: start + 11 }, { before: 1, after: 1 })
      expect(pointsOf(await ask('state')).map(([, value]) => value)).toEqual(['a', 'b', 'c'])
      await store.compact()
      expect(pointsOf(await ask('state')).map(([, value]) => value)).toEqual(['a', 'b', 'c'])
      store.resolve(key('silent'), 'number')
      expect(pointsOf(await ask('silent'))).toEqual([])
    })
  })

  describe(`${name}: forgetting`, () => {
    check('what is before an instant, compacted or not', async store => {
      const points = Array.from({ length: 100 }, (_, i): Point => [start + i * day, i])
      await put(store, key('power'), points)
      await store.compact()
      await put(store, key('power'), [
        [start + 1, 1],
        [start + 200 * day, 2],
      ])
      await store.retain(start + 50 * day)
      expect(await take(store, key('power'))).toEqual([...points.slice(50), [start + 200 * day, 2]])
      expect(await store.latest([store.find(key('power'))!], start + 49 * day)).toEqual([])
      await store.compact()
      expect(await take(store, key('power'))).toEqual([...points.slice(50), [start + 200 * day, 2]])
    })

    check('a removed series, of which others notice nothing', async store => {
      for (const field of ['power', 'voltage'])
        await put(store, key(field), [
          [start, 1],
          [start + 40 * day, 2],
        ])
      await put(store, key('state'), [[start, 'on']])
      await store.compact()
      for (const field of ['power', 'voltage']) await put(store, key(field), [[start + 1, 3]])
      const removed = store.select({ fields: ['power', 'state'] })
      await store.remove(removed)
      expect(store.find(key('power'))).toBeUndefined()
      expect(store.select({}).map(({ field }) => field)).toEqual(['voltage'])
      expect(await Array.fromAsync(store.raw(removed, always))).toEqual([])
      expect(await store.latest(removed)).toEqual([])
      expect(await take(store, key('voltage'))).toEqual([
        [start, 1],
        [start + 1, 3],
        [start + 40 * day, 2],
      ])
      await put(store, key('power'), [[start + 9, 'now a text']])
      expect(await take(store, key('power'))).toEqual([[start + 9, 'now a text']])
    })

    check('a series of which a batch is on its way begins anew', async store => {
      const batch = new Batch()
      const series = store.resolve(key('power'), 'number')
      await put(store, key('power'), [[start, 1]])
      batch.add(series, start + 1, 2)
      await store.remove([series])
      await store.append(batch)
      expect(await take(store, key('power'))).toEqual([[start + 1, 2]])
    })
  })

  describe(`${name}: status`, () => {
    check('counts values and knows their span', async store => {
      expect(await store.status()).toMatchObject({ series: 0, values: 0, earliest: null, latest: null })
      await put(store, key('power'), [
        [start, 1],
        [start + day, 2],
      ])
      expect(await store.status()).toMatchObject({
        series: 1,
        values: 2,
        earliest: start,
        latest: start + day,
      })
      await store.compact()
      const status = await store.status()
      expect(status).toMatchObject({ values: 2, uncompacted: 0, earliest: start, latest: start + day })
      expect(status.bytes).toBeGreaterThan(0)
    })
  })

  describe(`${name}: against a plain map`, () => {
    test('any order of batches, compactions and restarts', () => againstMap(subject), 120_000)
  })
}

function modelBuckets(
  model: ReadonlyMap<number, number>,
  range: { from: number; to: number },
  everyMs: number,
  kind: Aggregate,
): Point[] {
  const buckets = new Map<number, number[]>()
  const inside = [...model]
    .filter(([time]) => time >= range.from && time < range.to)
    .sort(([a], [b]) => a - b)
  for (const [time, value] of inside) {
    const bucket = Math.floor(time / everyMs) * everyMs
    const known = buckets.get(bucket)
    if (known === undefined) buckets.set(bucket, [value])
    else known.push(value)
  }
  const fold: Record<Aggregate, (values: number[]) => number> = {
    mean: values => values.reduce((a, b) => a + b) / values.length,
    sum: values => values.reduce((a, b) => a + b),
    min: values => values.reduce((a, b) => Math.min(a, b)),
    max: values => values.reduce((a, b) => Math.max(a, b)),
    count: values => values.length,
    first: values => values[0],
    last: values => values[values.length - 1],
  }
  return [...buckets].map(([bucket, values]) => [bucket, fold[kind](values)])
}

const fields = ['a', 'b', 'c', 'text'] as const
type Step = { readonly batch: readonly (readonly [number, number, number])[] } | 'compact' | 'reopen'

/** Times are drawn from few, so that duplicates and late values are many, and lie hours to months apart. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        batch: fc.array(fc.tuple(fc.nat(3), fc.nat(40), fc.nat(9)), { maxLength: 40 }),
      }),
    },
    { weight: 2, arbitrary: fc.constant('compact' as const) },
    { weight: 1, arbitrary: fc.constant('reopen' as const) },
  ),
  { maxLength: 12 },
)

const timeOf = (index: number) => start + (index % 5) * 1000 + Math.floor(index / 5) * 5 * day

/** Random batches, compactions and restarts: whatever happened, every answer is that of a plain map. */
export async function againstMap(subject: Subject): Promise<void> {
  const run = async (plan: readonly Step[]) => {
    let store = await subject.open()
    try {
      const model = new Map<string, Map<Instant, Value>>(fields.map(field => [field, new Map()]))
      for (const step of plan) {
        if (step === 'compact') await store.compact()
        else if (step === 'reopen') store = (await subject.reopen?.(store)) ?? store
        else await appendBoth(store, model, step.batch)
        await sameAsModel(store, model)
      }
    } finally {
      await subject.discard(store)
    }
  }
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: Number(process.env.OHMSTEAD_PROPERTY_RUNS ?? 15) })
}

async function appendBoth(
  store: ReadingStore,
  model: Map<string, Map<Instant, Value>>,
  points: readonly (readonly [number, number, number])[],
): Promise<void> {
  const batch = new Batch(1)
  for (const [fieldIndex, timeIndex, number] of points) {
    const field = fields[fieldIndex]
    const value = field === 'text' ? `t${number}` : number
    batch.add(store.resolve(key(field), typeOf(value)), timeOf(timeIndex), value)
    model.get(field)?.set(timeOf(timeIndex), value)
  }
  await store.append(batch)
}

async function sameAsModel(store: ReadingStore, model: Map<string, Map<Instant, Value>>): Promise<void> {
  for (const [field, points] of model) {
    const inOrder = [...points].sort(([a], [b]) => a - b)
    expect(await take(store, key(field))).toEqual(inOrder)
    const series = store.find(key(field))
    if (series === undefined) continue
    const latest = await store.latest([series])
    expect(latest.map(({ time, value }) => [time, value])).toEqual(inOrder.slice(-1))
    const counts = await store.aggregate([series], always, { everyMs: day }, 'count')
    expect(only(counts).reduce((sum, [, count]) => sum + Number(count), 0)).toBe(inOrder.length)
    const middle = inOrder[Math.floor(inOrder.length / 2)]?.[0] ?? start
    const window = await store.window(series, { from: middle, to: middle + 1 }, { before: 2, after: 2 })
    const at = inOrder.findIndex(([time]) => time === middle)
    expect(pointsOf(window)).toEqual(inOrder.slice(Math.max(0, at - 2), at + 3))
  }
}
