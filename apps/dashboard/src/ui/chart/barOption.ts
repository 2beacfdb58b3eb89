import type { Bar, BarSeries } from './BarChart.tsx'
import { decalOf, hatch, type Option } from './echarts.ts'
import { labelled } from './ticks.ts'

/** Room around the bars for the axes, px. */
export const edge = { left: 52, right: 4, top: 28, bottom: 40 } as const

export interface Drawn {
  readonly bars: readonly Bar[]
  readonly series: readonly BarSeries[]
  readonly compared: readonly (number | null)[] | null
  readonly width: number
  /** Wh of one unit of the axis. */
  readonly factor: number
  readonly hasBelow: boolean
  /** A colour of the page by its CSS variable. */
  readonly colour: (name: string) => string
  readonly formatNumber: (value: number) => string
}

/** What ECharts draws: the stack, beside it what it is compared with, and two axes. */
export function barOption(drawn: Drawn): Option {
  const { series, compared, colour } = drawn
  const text = {
    color: colour('--mantine-color-dimmed'),
    fontFamily: colour('--mantine-font-family'),
    fontSize: 12,
  }
  const stack = series.flatMap(one => layersOf(one, drawn))
  return {
    animation: false,
    grid: { ...edge, containLabel: false },
    xAxis: timeAxis(drawn, text),
    yAxis: energyAxis(drawn, text),
    series: compared === null ? stack : [beside(compared, drawn), ...stack],
  }
}

const plotOf = (width: number) => width - edge.left - edge.right

function timeAxis({ bars, width, colour }: Drawn, text: object): NonNullable<Option['xAxis']> {
  const isLong = bars.some(bar => bar.tick.length > 5 && !bar.tick.includes('\n'))
  const labels = labelled(bars, plotOf(width), isLong ? 56 : 44)
  return {
    type: 'category',
    data: bars.map((one, at) => (labels[at] ? one.tick : '')),
    axisLabel: { ...text, interval: 0, hideOverlap: false, lineHeight: 16, margin: 6 },
    axisTick: { show: false },
    axisLine: { show: true, onZero: true, lineStyle: { color: colour('--mantine-color-dimmed') } },
  }
}

function energyAxis({ hasBelow, colour, formatNumber }: Drawn, text: object): NonNullable<Option['yAxis']> {
  return {
    type: 'value',
    splitNumber: 4,
    ...(hasBelow ? {} : { min: 0 }),
    axisLabel: { ...text, formatter: (value: number) => formatNumber(Math.abs(value)) },
    splitLine: { lineStyle: { color: colour('--ohm-grid') } },
  }
}

const common = { type: 'bar', silent: true, barMaxWidth: 56 } as const

function beside(compared: readonly (number | null)[], { factor, colour }: Drawn) {
  return {
    ...common,
    stack: 'compared',
    barGap: '8%',
    itemStyle: { color: colour('--ohm-compare') },
    data: compared.map(wh => (wh === null ? '-' : wh / factor)),
  }
}

const densities = ['none', 'some', 'most'] as const

/**
 * One segment as up to six series: each direction with each hatching. A bar with a style of its own would be drawn with
 * a pattern of its own, and a year of days would take seconds.
 */
export function layersOf(one: BarSeries, { bars, width, factor, colour }: Drawn) {
  const surface = colour('--ohm-surface')
  const bar = plotOf(width) / Math.max(1, bars.length)
  const plain = decalOf(one.style.pattern, surface)
  return densities.flatMap(density => {
    const decal = density === 'none' ? plain : hatch(density, surface)
    const itemStyle = {
      color: colour(one.style.colour),
      borderColor: surface,
      borderWidth: bar >= 6 ? 0.5 : 0,
      ...(decal && { decal }),
    }
    const layer = (values: readonly (number | null)[], sign: 1 | -1) => {
      const isDrawn = (wh: number | null, at: number) => (wh ?? 0) > 0 && one.hatching[at] === density
      if (!values.some(isDrawn)) return []
      const data = values.map((wh, at) => (isDrawn(wh, at) ? (sign * wh!) / factor : '-'))
      return [{ ...common, stack: 'now', barCategoryGap: bar >= 10 ? '24%' : '8%', itemStyle, data }]
    }
    return [...layer(one.above, 1), ...layer(one.below, -1)]
  })
}
