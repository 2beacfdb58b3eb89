import { expect, test } from 'vitest'
import type { Bar, BarSeries } from './BarChart.tsx'
import { barOption, type Drawn, layersOf } from './barOption.ts'

const bars = ['Mon', 'Tue', 'Wed', 'Thu'].map(
  (tick, order): Bar => ({ key: tick, tick, order, major: false, label: tick, mark: null, unknown: false }),
)
const series: BarSeries = {
  key: 'heater',
  style: { colour: '--blue', pattern: 'plain' },
  above: [1000, 2000, null, 0],
  below: [null, null, null, 500],
  hatching: ['none', 'most', 'none', 'none'],
}
const drawn: Drawn = {
  bars,
  series: [series],
  compared: null,
  width: 600,
  factor: 1000,
  hasBelow: true,
  colour: name => name,
  formatNumber: String,
}

test('each direction and each hatching is a layer; unknown is nothing and no zero', () => {
  const layers = layersOf(series, drawn)
  expect(layers.map(({ data }) => data)).toEqual([
    [1, '-', '-', '-'],
    ['-', '-', '-', -0.5],
    ['-', 2, '-', '-'],
  ])
  expect(layers.map(({ itemStyle }) => 'decal' in itemStyle)).toEqual([false, false, true])
})

test('no bar has a style of its own: a year of days is drawn as fast as a week', () => {
  const { series: all } = barOption({ ...drawn, compared: [1, null, 2, 3] })
  for (const { data } of all as { data: unknown[] }[])
    for (const value of data) expect(typeof value).not.toBe('object')
})
