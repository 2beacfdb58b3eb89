import { expect, test } from 'vitest'
import { energyUnit, labelled } from './ticks.ts'

const places = (shown: boolean[]) => shown.flatMap((is, at) => (is ? [at] : []))
const alike = (count: number) => Array.from({ length: count }, (_, order) => ({ major: false, order }))

test('as many labels as have room, at the distances of a clock', () => {
  expect(places(labelled(alike(24), 960, 40))).toHaveLength(24)
  expect(places(labelled(alike(24), 300, 44))).toEqual([0, 4, 8, 12, 16, 20])
  expect(places(labelled(alike(0), 300, 44))).toEqual([])
})

test('midnights carry the labels of a week of hours; where they are too many, fewer', () => {
  const week = Array.from({ length: 168 }, (_, at) => ({ major: at % 24 === 0, order: at }))
  expect(places(labelled(week, 700, 44))).toEqual([0, 24, 48, 72, 96, 120, 144])
  expect(places(labelled(week, 200, 44))).toEqual([0, 48, 96, 144])
})

test('the axis speaks the unit of its largest bar', () => {
  expect(energyUnit(999)).toEqual({ factor: 1, unit: 'Wh' })
  expect(energyUnit(2e6).unit).toBe('MWh')
})

test('on a day of 25 hours labels keep to even hours, and two o’clock has one', () => {
  const hours = [0, 1, 2, 2, 3, 4, 5, 6].map(order => ({ major: false, order }))
  expect(places(labelled(hours, 240, 44))).toEqual([0, 2, 5, 7])
})
