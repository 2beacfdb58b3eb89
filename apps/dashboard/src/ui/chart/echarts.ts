import type { BarSeriesOption, PieSeriesOption } from 'echarts/charts'
import { BarChart, PieChart } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import { GridComponent } from 'echarts/components'
import { type ComposeOption, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { Pattern } from './seriesStyles.ts'

// Only what is used: the whole library is three times as large.
use([BarChart, PieChart, GridComponent, CanvasRenderer])

export type Option = ComposeOption<BarSeriesOption | PieSeriesOption | GridComponentOption>
export { init }

/** A pattern over a colour, as ECharts describes it. */
export type Decal = NonNullable<NonNullable<BarSeriesOption['itemStyle']>['decal']>

/** Colours of the page as it looks now, by the names of its CSS variables. */
export function colourReader(element: Element): (name: string) => string {
  const style = getComputedStyle(element)
  return name => style.getPropertyValue(name).trim()
}

export function decalOf(pattern: Pattern, colour: string): Decal | undefined {
  const base = { color: colour, symbolSize: 1, maxTileWidth: 256, maxTileHeight: 256 } as const
  switch (pattern) {
    case 'plain':
      return undefined
    case 'dots':
      return {
        ...base,
        symbol: 'circle',
        symbolSize: 0.7,
        dashArrayX: [
          [4, 4],
          [0, 4, 4, 0],
        ],
        dashArrayY: [4, 0],
      }
    case 'level':
      return { ...base, symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1.5, 4] }
    case 'upright':
      return { ...base, symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [1.5, 4], rotation: Math.PI / 2 }
    case 'checks':
      return {
        ...base,
        symbol: 'rect',
        dashArrayX: [
          [4, 4],
          [0, 4, 4, 0],
        ],
        dashArrayY: [4, 0],
      }
  }
}

/** Slanted lines belong to what was not measured, and to nothing else. */
export function hatch(density: 'some' | 'most', colour: string): Decal {
  return {
    color: colour,
    symbol: 'rect',
    symbolSize: 1,
    dashArrayX: [1, 0],
    dashArrayY: density === 'most' ? [2.5, 3] : [1.5, 9],
    rotation: -Math.PI / 4,
    maxTileWidth: 256,
    maxTileHeight: 256,
  }
}
