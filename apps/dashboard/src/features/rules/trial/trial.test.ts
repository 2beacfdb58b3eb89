import { expect, test } from 'vitest'
import type { Told } from '../../../api/rules.ts'
import { devicesSaid, seriesOf, spansOf } from './drawn.ts'
import { type Period, rangeOf } from './period.ts'
import { beginning, heard, heldOf, progressOf, type Said, stretches, type Trial, toldTo } from './trial.ts'

const said = (time: number, kind: Said['kind'], key = 'a'): Said => ({
  time,
  kind,
  key,
  device: key,
  row: { n: time },
})
const told = (rule: number, one: Said): Told => ({ type: 'said', rule, ...one })
const done = (rule: number): Told => ({
  ...{ type: 'done', rule, sentence: '', readings: 5, raised: 1, cleared: 0, events: 0 },
  ...{ open: ['a'], stopped: null, tookMs: 3 },
})

test('a trial gathers what each of its rules says, and how far it is', () => {
  const start = beginning({ from: 0, to: 100 }, 2)
  expect(progressOf(start)).toBe(0)
  const half = heard(start, [told(0, said(10, 'raised')), { type: 'progress', rule: 0, through: 60 }])
  expect(progressOf(half)).toBeCloseTo(0.3)
  const one = heard(half, [done(0), told(1, said(20, 'event'))])
  expect(one.lanes.map(lane => lane.said.map(({ time }) => time))).toEqual([[10], [20]])
  expect(one.lanes[0]!.done).toMatchObject({ readings: 5, open: ['a'] })
  expect(progressOf(one)).toBeCloseTo(0.5)
  // What was shown before is not changed behind its back.
  expect(start.lanes[0]!.said).toEqual([])
})

test('stretches go from raised to cleared; ends that are not known stay open', () => {
  const lines = [
    said(5, 'cleared', 'b'),
    said(10, 'raised'),
    said(20, 'raised', 'c'),
    said(30, 'cleared'),
    said(40, 'event', 'd'),
  ]
  expect(stretches(lines)).toEqual([
    { key: 'b', device: 'b', from: null, to: 5, row: null },
    { key: 'a', device: 'a', from: 10, to: 30, row: { n: 10 } },
    { key: 'c', device: 'c', from: 20, to: null, row: { n: 20 } },
  ])
})

const trial: Trial = {
  from: 0,
  to: 100,
  lanes: [
    { said: [said(5, 'cleared', 'b'), said(10, 'raised')], done: null, through: 50 },
    { said: [said(40, 'event', 'c')], done: null, through: 0 },
  ],
}

test('what is open reaches to where the trial has come, and an event is a moment', () => {
  expect(spansOf(trial)).toEqual([
    { from: 0, to: 5, lane: 0 },
    { from: 10, to: 50, lane: 0 },
    { from: 40, to: 40, lane: 1 },
  ])
  expect(devicesSaid(trial)).toEqual(['b', 'a', 'c'])
})

test('the series drawn are the numbers that are looked at, those spoken of first, eight at most', () => {
  const head = (device: string, field: string, value: unknown = 1) => ({
    device,
    measurement: 'electricalMeter',
    field,
    value,
    tags: {},
  })
  const heads = [head('x', 'power'), head('a', 'power'), head('a', 'text', 'on'), head('a', 'voltage')]
  const needs = [{ measurement: 'electricalMeter', devices: null, fields: ['power', 'text'] }]
  const { keys, all } = seriesOf(needs, heads, ['a'])
  expect(keys.map(({ device, field }) => `${device}.${field}`)).toEqual(['a.power', 'x.power'])
  expect(all).toBe(2)
  const only = [{ measurement: 'electricalMeter', devices: ['x'], fields: null }]
  expect(seriesOf(only, heads, []).keys).toHaveLength(1)
  const many = Array.from({ length: 20 }, (_, at) => head(`d${at}`, 'power'))
  expect(seriesOf(needs, many, [])).toMatchObject({ all: 20, keys: { length: 8 } })
})

const now = Date.parse('2026-04-10T12:00:00Z')
const range = (period: Period) => rangeOf(period, 'Europe/Oslo', now)

test('a period is the last days, or whole days of the site', () => {
  expect(range({ last: 'week' })).toEqual({ from: now - 7 * 86_400_000, to: now })
  // 29 March has 23 hours in Oslo.
  expect(range({ first: '2026-03-29', until: '2026-03-29' })).toEqual({
    from: Date.parse('2026-03-29T00:00:00+01:00'),
    to: Date.parse('2026-03-30T00:00:00+02:00'),
  })
  expect(range({ first: '2026-04-10', until: '2026-04-10' })).toMatchObject({ to: now })
})

test.each([
  ['incomplete', { first: '2026-03-29', until: '' }],
  ['reversed', { first: '2026-03-29', until: '2026-03-27' }],
  ['reversed', { first: '2026-05-01', until: '2026-05-02' }],
  ['long', { first: '2024-03-29', until: '2026-03-27' }],
] as const)('a period is refused as %s: %o', (fault, period) => {
  expect(range(period)).toBe(fault)
})

test('of a trial that said more than is told, only what is told is marked, and up to when that is is known', () => {
  const start = beginning({ from: 0, to: 100 }, 1)
  const lines = [said(10, 'raised'), said(20, 'cleared'), said(30, 'raised')]
  const all = { ...done(0), raised: 7, cleared: 7 } as Told
  const [cut] = heard(start, [...lines.map(one => told(0, one)), all]).lanes
  expect(toldTo(cut!)).toBe(30)
  expect(heldOf(cut!)).toEqual([{ key: 'a', device: 'a', from: 10, to: 20, row: { n: 10 } }])
  const [whole] = heard(start, [told(0, lines[0]!), done(0)]).lanes
  expect(toldTo(whole!)).toBeNull()
  expect(heldOf(whole!)).toHaveLength(1)
})
