import { type By, calendarBuckets } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { energy as text } from '../../i18n/energy/en.ts'
import { axisOf } from './axis.ts'
import { labelsOf } from './labels.ts'

const zone = 'Europe/Oslo'
const labels = labelsOf('en-GB', zone, text)
const axis = (from: string, to: string, by: By) =>
  axisOf(calendarBuckets({ from: Date.parse(from), to: Date.parse(to) }, by, zone), by, labels, zone)
const majors = (from: string, to: string, by: By) =>
  axis(from, to, by).flatMap(({ tick, major }) => (major ? [tick] : []))

test('hours of a week are labelled by their days; one of 25 hours says so', () => {
  expect(majors('2026-10-24T00:00+02:00', '2026-10-27T00:00+01:00', 'hour')).toEqual([
    '24\nSat',
    '25\n25 h',
    '26\nMon',
  ])
})

test('hours of one day are labelled by themselves, on a day of 25 hours too', () => {
  expect(majors('2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', 'hour')).toEqual([])
})

test('days of a year are labelled by their months, from the first whole one on', () => {
  expect(majors('2026-01-20T00:00+01:00', '2026-05-01T00:00+02:00', 'day')).toEqual(['Feb', 'Mar', 'Apr'])
  expect(majors('2026-11-01T00:00+01:00', '2026-12-01T00:00+01:00', 'day')).toEqual([])
})

test('months of five years are labelled by their years', () => {
  expect(majors('2024-01-01T00:00+01:00', '2027-01-01T00:00+01:00', 'month')).toEqual([
    '2024',
    '2025',
    '2026',
  ])
  expect(majors('2026-01-01T00:00+01:00', '2027-01-01T00:00+01:00', 'month')).toEqual([])
})
