import type { ReplayedEvent } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { type Choice, canBeControlled, periodOf, spanText, speedsOf, takesMs } from './period.ts'
import { marksOf, openAt, pressed, saidUntil, seriesOfReplay, shareOf, timeAt } from './scrub.ts'
import { replaySearch } from './search.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 2, 29, 22, 30) // half past midnight in Oslo
const oslo = { now, zone: 'Europe/Oslo' }
const choice = (more: Partial<Choice>): Choice => ({ preset: 'custom', from: '', to: '', ...more })

test('yesterday is the day before, by the calendar of the site', () => {
  expect(periodOf(choice({ preset: 'yesterday' }), oslo)).toMatchObject({
    from: '2026-03-29T00:00:00',
    to: '2026-03-30T00:00:00',
  })
  expect(periodOf(choice({ preset: 'week' }), oslo)).toMatchObject({ from: '-7d', to: 'now' })
})

test('a period of one’s own is said in the site’s time, and what is wrong with it is told', () => {
  const own = choice({ from: '2026-03-01T08:00', to: '2026-03-01T20:00' })
  expect(periodOf(own, oslo)).toEqual({ from: own.from, to: own.to, spanMs: 12 * hour })
  expect(periodOf(choice({ from: '2026-03-01T08:00' }), oslo)).toBe('missing')
  expect(periodOf(choice({ from: own.to, to: own.from }), oslo)).toBe('order')
  expect(periodOf(choice({ from: '2024-03-01T08:00', to: own.to }), oslo)).toBe('long')
})

test('how long it takes is said in words that fit', () => {
  expect(takesMs(24 * hour, 60)).toBe(24 * 60_000)
  expect(takesMs(24 * hour, null)).toBeNull()
  expect([500, 45_000, 24 * 60_000, 3 * hour, 49 * hour].map(ms => spanText(ms, 'en-GB'))).toEqual([
    '1 second',
    '45 seconds',
    '24 minutes',
    '3 hours',
    '2 days',
  ])
})

test('live is no faster than is said, and devices that do something want to be confirmed', () => {
  expect(speedsOf('lab')).toContain(null)
  expect(speedsOf('live')).not.toContain(null)
  expect(canBeControlled({ capabilities: ['meter', 'climate'] })).toBe(false)
  expect(canBeControlled({ capabilities: ['meter', 'switch'] })).toBe(true)
})

test('an address of anybody names a replay and a moment, or none', () => {
  const id = '0b0e6c1e-0c8b-4f0f-9c55-0d8b0a1f2c3d'
  expect(replaySearch({ id, at: 5 })).toEqual({ id, at: 5 })
  expect(replaySearch({ id: '../x', at: 5, fresh: 1 })).toEqual({})
  expect(replaySearch({ fresh: true })).toEqual({ fresh: true })
})

const span = { from: 1000, to: 2000 }
const said = (time: number, kind: ReplayedEvent['kind'], more: Partial<ReplayedEvent> = {}) =>
  ({ time, kind, rule: 'r', key: 'k', device: 'd', row: {}, ...more }) as ReplayedEvent

test('times and places on the axis are the same thing', () => {
  expect([shareOf(1250, span), shareOf(0, span), shareOf(9999, span)]).toEqual([0.25, 0, 1])
  expect([timeAt(0.25, span), timeAt(-1, span), timeAt(2, span)]).toEqual([1250, 1000, 2000])
  expect(shareOf(5, { from: 5, to: 5 })).toBe(1)
})

test('what was said close together has one mark, of what matters most', () => {
  const marks = marksOf(
    [said(1010, 'cleared'), said(1005, 'raised'), said(1500, 'event'), said(2000, 'cleared')],
    span,
    10,
  )
  expect(marks).toEqual([
    { time: 1005, kind: 'raised', count: 2 },
    { time: 1500, kind: 'event', count: 1 },
    { time: 2000, kind: 'cleared', count: 1 },
  ])
})

test('at each moment it is known what was said and what was open', () => {
  const all = [said(1100, 'raised'), said(1200, 'cleared'), said(1300, 'raised', { key: 'other' })]
  expect(saidUntil(all, 1200).map(({ time }) => time)).toEqual([1200, 1100])
  expect(openAt(all, 1150)).toEqual([all[0]])
  expect(openAt(all, 1250)).toEqual([])
  expect(openAt(all, 1300)).toEqual([all[2]])
})

test('keys walk through the period, and from one thing that was said to the next', () => {
  const of = { span, clock: 1800, said: [said(1100, 'raised'), said(1400, 'cleared')] }
  const to = (key: string, at: number, shift = false) => pressed({ key, shift }, at, of)
  expect([to('ArrowRight', 1500), to('ArrowLeft', 1500), to('PageUp', 1950)]).toEqual([1510, 1490, 2000])
  expect([to('Home', 1500), to('End', 1500), to('x', 1500)]).toEqual([1000, 1800, undefined])
  expect([to('ArrowLeft', 1500, true), to('ArrowLeft', 1400, true), to('ArrowRight', 1500, true)]).toEqual([
    1400, 1100, 1500,
  ])
})

test('the series of a replay are those of its rules, each once', () => {
  const power = { measurement: 'electricalMeter', fields: ['device', 'power'] }
  const named = { ...power, devices: ['a', 'b'] }
  const any = { ...power, devices: null }
  const devices = (keys: readonly { device: string }[]) => keys.map(({ device }) => device)
  expect(devices(seriesOfReplay([named, named], []))).toEqual(['a', 'b'])
  expect(seriesOfReplay([any], [])).toEqual([])
  expect(devices(seriesOfReplay([any, named], [said(1, 'raised', { device: 'c' })]))).toEqual(['c', 'a', 'b'])
})
