import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { started } from '../../test/started.ts'

const iso = (text: string) => Date.parse(text)

/** When `timer:at` fires in a zone, from a moment on. */
function times(fields: string, start: string, zone: string, count: number): string[] {
  const { engine, rule } = started(
    `select current_timestamp() as t from pattern [every timer:at(${fields})]`,
    {},
    {
      zone,
      start: iso(start),
    },
  )
  const fired: string[] = []
  rule.onRows(({ time }) => fired.push(new Date(time).toISOString().replace('.000Z', 'Z')))
  const end = iso(start) + 6 * 366 * 86_400_000
  for (let at = iso(start); fired.length < count && at < end; ) {
    at += 86_400_000
    engine.advanceThrough(at)
  }
  return fired.slice(0, count)
}

describe('timer:at', () => {
  test.each<[string, string, string, string, string[]]>([
    [
      'every day at 8',
      '0, 8, *, *, *',
      '2025-01-01T08:00:00Z',
      'UTC',
      ['2025-01-02T08:00:00Z', '2025-01-03T08:00:00Z'],
    ],
    [
      'every 15 minutes',
      '*/15, *, *, *, *',
      '2025-01-01T00:01:00Z',
      'UTC',
      ['2025-01-01T00:15:00Z', '2025-01-01T00:30:00Z'],
    ],
    [
      'seconds',
      '*, *, *, *, *, [10, 40]',
      '2025-01-01T00:00:20Z',
      'UTC',
      ['2025-01-01T00:00:40Z', '2025-01-01T00:01:10Z'],
    ],
    [
      'a range of hours',
      '0, 8:9, *, *, *',
      '2025-01-01T08:30:00Z',
      'UTC',
      ['2025-01-01T09:00:00Z', '2025-01-02T08:00:00Z'],
    ],
    [
      'Sundays',
      '0, 0, *, *, 0',
      '2025-01-01T00:00:00Z',
      'UTC',
      ['2025-01-05T00:00:00Z', '2025-01-12T00:00:00Z'],
    ],
    [
      'the 13th or a Friday',
      '0, 0, 13, *, 5',
      '2025-01-06T00:00:00Z',
      'UTC',
      ['2025-01-10T00:00:00Z', '2025-01-13T00:00:00Z'],
    ],
    [
      'the last day of the month',
      '0, 0, last, *, *',
      '2024-02-01T00:00:00Z',
      'UTC',
      ['2024-02-29T00:00:00Z', '2024-03-31T00:00:00Z'],
    ],
    [
      'the last Friday',
      '0, 0, *, *, 5 last',
      '2025-01-01T00:00:00Z',
      'UTC',
      ['2025-01-31T00:00:00Z', '2025-02-28T00:00:00Z'],
    ],
    ['a leap day', '0, 0, 29, 2, *', '2025-01-01T00:00:00Z', 'UTC', ['2028-02-29T00:00:00Z']],
    [
      'local time in winter and summer',
      '0, 8, *, *, *',
      '2025-03-28T12:00:00Z',
      'Europe/Berlin',
      ['2025-03-29T07:00:00Z', '2025-03-30T06:00:00Z'],
    ],
    [
      'an hour that does not come runs when the clocks have changed',
      '30, 2, *, *, *',
      '2025-03-29T12:00:00Z',
      'Europe/Berlin',
      ['2025-03-30T01:00:00Z', '2025-03-31T00:30:00Z'],
    ],
    [
      'an hour that comes twice runs once',
      '30, 2, *, *, *',
      '2025-10-25T12:00:00Z',
      'Europe/Berlin',
      ['2025-10-26T00:30:00Z', '2025-10-27T01:30:00Z'],
    ],
    [
      'every hour runs in both hours that look alike',
      '30, *, *, *, *',
      '2025-10-25T23:45:00Z',
      'Europe/Berlin',
      ['2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z', '2025-10-26T02:30:00Z'],
    ],
    [
      'a zone half an hour off',
      '0, 6, *, *, *',
      '2025-01-01T00:00:00Z',
      'Asia/Kolkata',
      ['2025-01-01T00:30:00Z', '2025-01-02T00:30:00Z'],
    ],
  ])('%s', (_, fields, start, zone, expected) => {
    expect(times(fields, start, zone, expected.length)).toEqual(expected)
  })

  test('a date that never comes never fires', () => {
    expect(times('0, 0, 31, 2, *', '2025-01-01T00:00:00Z', 'UTC', 1)).toEqual([])
  })

  test.each(['60, *, *, *, *', '*, 24, *, *, *', '*, *, 0, *, *', '*, *, *, 13, *', '*, *, *, *, 7', '5'])(
    '%s is refused',
    fields => {
      expect(() => times(fields, '2025-01-01T00:00:00Z', 'UTC', 1)).toThrow(/line 1/)
    },
  )

  test('it is the first minute that fits, in any zone', () => {
    const field = (low: number, high: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: low, max: high }).map(String),
        fc.integer({ min: 2, max: 20 }).map(n => `*/${n}`),
      )
    const fits = (text: string, value: number) =>
      text === '*' || (text.startsWith('*/') ? value % Number(text.slice(2)) === 0 : Number(text) === value)
    fc.assert(
      fc.property(
        field(0, 59),
        field(0, 23),
        fc.integer({ min: 0, max: 300 * 24 * 60 }),
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/Bogota'),
        (minutes, hours, offset, zone) => {
          const start = iso('2025-01-01T00:00:00Z') + offset * 60_000
          const local = new Intl.DateTimeFormat('en', {
            timeZone: zone,
            hour: 'numeric',
            minute: 'numeric',
            hourCycle: 'h23',
          })
          let at = start
          for (;;) {
            at += 60_000
            const parts = Object.fromEntries(
              local.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
            )
            if (fits(minutes, parts.minute) && fits(hours, parts.hour)) break
          }
          const [fired] = times(`${minutes}, ${hours}, *, *, *`, new Date(start).toISOString(), zone, 1)
          expect(fired).toBe(new Date(at).toISOString().replace('.000Z', 'Z'))
        },
      ),
      { numRuns: 40 },
    )
  })
})
