import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from '../../test/started.ts'
import { type Dated, Feed, type FeedOptions } from './feed.ts'

const streams = { X: { id: 'int', k: 'string' } }
const epl = `
  select irstream k, count(*) as n, max(id) as newest from X#time(3 sec) group by k`

/** All that a rule says for these events, in the order they are given. */
function rowsOf(events: readonly Dated[], options: FeedOptions) {
  const { engine, take, takeRemoved } = started(epl, streams)
  const feed = new Feed(engine, options)
  const taken = events.filter(event => feed.send(event))
  feed.flush()
  return { rows: [take(), takeRemoved()], taken, feed }
}

const dated = fc.record({
  source: fc.constantFrom('a', 'b'),
  time: fc.integer({ min: 0, max: 20 }).map(n => n * 500),
  delay: fc.integer({ min: 0, max: 2000 }),
})

/** Events as they arrive: each later by its own delay. */
const arrivals = (made: readonly { source: string; time: number; delay: number }[]) => {
  const events = made.map(
    ({ source, time }, id): Dated => ({ source, time, type: 'X', record: { id, k: source } }),
  )
  return events
    .map((event, i) => ({ event, at: event.time + made[i].delay }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ event }) => event)
}

describe('events out of order', () => {
  test('within the allowed lateness give what they would have given in order', () => {
    fc.assert(
      fc.property(fc.array(dated, { maxLength: 30 }), made => {
        const arriving = arrivals(made)
        const { rows, feed } = rowsOf(arriving, { latenessMs: 2000 })
        expect(feed.late.size).toBe(0)
        // Of equal times the one that came first is first.
        const sorted = arriving.toSorted((a, b) => a.time - b.time)
        expect(rows).toEqual(rowsOf(sorted, { latenessMs: 0, idleMs: 0 }).rows)
      }),
    )
  })

  test('that come later are counted, and what is left is in order', () => {
    fc.assert(
      fc.property(fc.array(dated, { maxLength: 30 }), made => {
        const arriving = arrivals(made)
        const { rows, taken, feed } = rowsOf(arriving, { latenessMs: 500 })
        const late = [...feed.late.values()].reduce((sum, count) => sum + count, 0)
        expect(taken.length + late).toBe(arriving.length)
        const sorted = taken.toSorted((a, b) => a.time - b.time)
        expect(rows).toEqual(rowsOf(sorted, { latenessMs: 0, idleMs: 0 }).rows)
      }),
    )
  })
})

const event = (source: string, time: number, id = 0): Dated => ({
  source,
  time,
  type: 'X',
  record: { id, k: source },
})

test('the clock follows the slowest source, and waits no longer for one that is far behind', () => {
  const { engine } = started(epl, streams)
  const feed = new Feed(engine, { latenessMs: 100, idleMs: 5000 })
  feed.send(event('fast', 0))
  feed.send(event('slow', 0))
  feed.send(event('fast', 4000))
  expect(engine.now).toBe(0)
  feed.send(event('slow', 1000))
  expect(engine.now).toBe(900)
  feed.send(event('fast', 7000))
  expect(engine.now).toBe(6900)
})

test('silence of all is noticed by the clock on the wall', () => {
  const { engine, takeRemoved } = started(epl, streams)
  const feed = new Feed(engine, { latenessMs: 100, idleMs: 1000 })
  feed.send(event('a', 0))
  feed.advance(5000)
  expect(engine.now).toBe(4900)
  expect(takeRemoved()).not.toEqual([])
})

test('what is sent again under its name counts once', () => {
  const { engine, take } = started(epl, streams)
  const feed = new Feed(engine, { latenessMs: 1000 })
  for (const id of [1, 2]) feed.send({ ...event('a', 500, id), identity: 'a/500' })
  feed.flush()
  expect(take()).toEqual([{ k: 'a', n: 1, newest: 2 }])
})

test('when too many wait, the oldest go on', () => {
  const { engine } = started(epl, streams)
  const late: number[] = []
  const feed = new Feed(engine, { latenessMs: 10_000, most: 3, onLate: ({ time }) => late.push(time) })
  for (const time of [100, 400, 300, 200, 50]) feed.send(event('a', time))
  expect(feed.waiting).toBeLessThanOrEqual(3)
  expect(late).toEqual([50])
})
