import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from '../../test/started.ts'

const minutes = (n: number) => n * 60_000

describe('what people ask of their devices', () => {
  test('a device that is silent for a while is told once, and again after it has spoken', () => {
    const { engine, take } = started(`
      select a.device as device from pattern [
        every a=Power -> (timer:interval(10 min) and not Power(device = a.device))]`)
    engine.send('Power', { device: 'fridge', watts: 80 })
    for (let n = 5; n <= 15; n += 5) {
      engine.advanceThrough(minutes(n))
      engine.send('Power', { device: 'fridge', watts: 80 })
      engine.send('Power', { device: 'oven', watts: 0 })
    }
    expect(take()).toEqual([])
    engine.advanceThrough(minutes(60))
    expect(take()).toEqual([{ device: 'fridge' }, { device: 'oven' }])
    engine.advanceThrough(minutes(120))
    expect(take()).toEqual([])
  })

  test('a freezer that gets warm while its door is open', () => {
    const { engine, take } = started(`
      select d.device as door, c.celsius as celsius from pattern [
        every d=Door(open = true) -> (c=Climate(celsius > -12) and not Door(device = d.device, open = false))
          where timer:within(30 min)]`)
    engine.send('Door', { device: 'freezer', open: true })
    engine.send('Climate', { room: 'freezer', celsius: -18 })
    engine.send('Door', { device: 'freezer', open: false })
    engine.send('Climate', { room: 'freezer', celsius: -10 })
    expect(take()).toEqual([])
    engine.advance(minutes(60))
    engine.send('Door', { device: 'freezer', open: true })
    engine.advanceThrough(minutes(75))
    engine.send('Climate', { room: 'freezer', celsius: -11 })
    expect(take()).toEqual([{ door: 'freezer', celsius: -11 }])
    engine.send('Door', { device: 'freezer', open: true })
    engine.advanceThrough(minutes(105))
    engine.send('Climate', { room: 'freezer', celsius: -11 })
    expect(take()).toEqual([])
  })

  test('less than 2 W for 30 minutes is told once a spell, for each device', () => {
    const { engine, take } = started(`
      create context Idle
        context ByDevice partition by device from Power,
        context Spell start Power(watts < 2) as low end Power(watts >= 2);
      context Idle select context.low.device as device, current_timestamp() / 60000 as minute
        from pattern [timer:interval(30 min)]`)
    const send = (n: number, device: string, watts: number) => {
      engine.advanceThrough(minutes(n))
      engine.send('Power', { device, watts })
    }
    for (let n = 0; n < 100; n++) {
      send(n, 'washer', n < 10 || n === 30 || n === 80 ? 300 : 1)
      send(n, 'lamp', n < 20 ? 40 : 0)
    }
    expect(take()).toEqual([
      { device: 'lamp', minute: 50 },
      { device: 'washer', minute: 61 },
    ])
  })

  test('an appliance has finished: a run of high readings and then low ones', () => {
    const { engine, take } = started(`
      select * from Power match_recognize (
        partition by device
        measures B.device as device, count(A.watts) as minutes
        pattern (A{3,} B)
        define A as A.watts > 100, B as B.watts <= 100)`)
    for (const watts of [5, 200, 200, 5, 200, 210, 220, 230, 4, 3])
      engine.send('Power', { device: 'washer', watts })
    expect(take()).toEqual([{ device: 'washer', minutes: 4 }])
  })
})

/** What a pattern should match, found by looking at the whole history. */
const histories: Record<string, (events: readonly Seen[]) => string[]> = {
  'every a=Power -> b=Door(device = a.device)': events =>
    events.flatMap((b, j) =>
      b.type !== 'Door'
        ? []
        : events.slice(0, j).flatMap((a, i) => {
            const answered = events
              .slice(i + 1, j)
              .some(one => one.type === 'Door' && one.device === b.device)
            return a.type === 'Power' && a.device === b.device && !answered ? [`${i}-${j}`] : []
          }),
    ),
  'every (a=Power -> b=Door)': events => {
    const found: string[] = []
    let open = -1
    events.forEach(({ type }, i) => {
      if (open < 0 && type === 'Power') open = i
      else if (open >= 0 && type === 'Door') {
        found.push(`${open}-${i}`)
        open = -1
      }
    })
    return found
  },
  'every a=Power -> (b=Door and not Power)': events =>
    events.flatMap((b, j) => (b.type === 'Door' && events[j - 1]?.type === 'Power' ? [`${j - 1}-${j}`] : [])),
}

interface Seen {
  readonly type: 'Power' | 'Door'
  readonly device: string
}

describe('a pattern matches what the whole history says', () => {
  const seen = fc.record({
    type: fc.constantFrom('Power' as const, 'Door' as const),
    device: fc.constantFrom('a', 'b'),
  })
  test.each(Object.entries(histories))('%s', (pattern, expected) => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 14 }), events => {
        const streams = { Power: { id: 'int', device: 'string' }, Door: { id: 'int', device: 'string' } }
        const { engine, take } = started(`select a.id as a, b.id as b from pattern [${pattern}]`, streams)
        for (const [id, { type, device }] of events.entries()) engine.send(type, { id, device })
        const found = take().map(({ a, b }) => `${a}-${b}`)
        expect(found.sort()).toEqual(expected(events).sort())
      }),
    )
  })
})

test('a guard looks at each match and ends with the first that does not fit', () => {
  const { engine, take } = started('select a.watts as w from pattern [(every a=Power) while (a.watts < 5)]')
  for (const watts of [1, 2, 9, 3]) engine.send('Power', { device: 'a', watts })
  expect(take()).toEqual([{ w: 1 }, { w: 2 }])
})

test.each([
  ['select * from pattern [every timer:never(5)]', 'timer:never is not part of the supported language'],
  ['select * from pattern [a=Power where timer:without(5)]', 'timer:without is not part of'],
  ['select * from pattern [timer:interval()]', 'timer:interval needs a length of time'],
])('%s', (epl, words) => {
  expect(() => started(epl)).toThrow(words)
})
