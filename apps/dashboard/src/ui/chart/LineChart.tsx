import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import classes from './LineChart.module.css'
import { useDark } from './scheme.ts'

export interface LineChartProps {
  /** Epoch ms, rising. */
  readonly times: readonly number[]
  readonly lines: readonly { readonly values: readonly (number | null)[]; readonly dashed?: boolean }[]
  readonly height: number
  readonly formatValue: (value: number) => string
  readonly formatTime: (at: number) => string
  /** IANA zone in which the axis is labelled. */
  readonly zone: string
  /** What a screen reader hears of the picture. */
  readonly label: string
  /** The point under pointer or arrow keys; null when there is none. */
  readonly onPoint: (index: number | null) => void
}

/** Lines over time. Arrow keys walk along them. */
export default function LineChart({
  times,
  lines,
  height,
  formatValue,
  formatTime,
  zone,
  label,
  onPoint,
}: LineChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ times, lines, onPoint })
  latest.current = { times, lines, onPoint }
  const scheme = useDark()

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has new colours
  useEffect(() => {
    const box = host.current!
    const colours = coloursOf(box)
    const { lines } = latest.current
    const chart = new uPlot(
      {
        width: box.clientWidth,
        height,
        ms: 1,
        // Half of the last label stands beyond the picture.
        padding: [8, 24, 0, 0],
        legend: { show: false },
        tzDate: at => uPlot.tzDate(new Date(at), zone),
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, fill: colours.accent } },
        scales: { x: { time: true }, y: { range: rangeWithZero } },
        axes: [
          {
            ...axis(colours),
            values: (_, splits) => splits.map(formatTime),
            size: 28,
            space: 72,
            grid: { show: false },
          },
          { ...axis(colours), values: (_, splits) => splits.map(formatValue), size: 64, space: 36 },
        ],
        series: [
          {},
          ...lines.map(({ dashed }) => ({
            stroke: colours.accent,
            width: 1.75,
            spanGaps: false,
            points: { show: false },
            ...(dashed ? { dash: [2, 4] } : { fill: colours.soft }),
          })),
        ],
        hooks: { setCursor: [({ cursor }) => latest.current.onPoint(cursor.idx ?? null)] },
      },
      dataOf(latest.current),
      box,
    )
    plot.current = chart
    const resize = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height }))
    resize.observe(box)
    return () => {
      resize.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [height, zone, formatValue, formatTime, scheme])

  useEffect(() => {
    plot.current?.setData(dataOf({ times, lines }))
  }, [times, lines])

  return (
    <div
      ref={host}
      className={classes.chart}
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk along the line
      tabIndex={0}
      role="img"
      aria-label={label}
      onKeyDown={event => walk(event, plot.current)}
      onBlur={() => leave(plot.current)}
    />
  )
}

function walk(event: React.KeyboardEvent, chart: uPlot | null): void {
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key]
  if (step === undefined || chart === null) return
  event.preventDefault()
  const last = chart.data[0].length - 1
  const at = Math.min(last, Math.max(0, (chart.cursor.idx ?? last + 1) + step))
  chart.setCursor({ left: chart.valToPos(chart.data[0][at]!, 'x'), top: 0 })
}

function leave(chart: uPlot | null): void {
  chart?.setCursor({ left: -10, top: -10 })
}

function dataOf({ times, lines }: Pick<LineChartProps, 'times' | 'lines'>): uPlot.AlignedData {
  return [times, ...lines.map(line => line.values)] as uPlot.AlignedData
}

/** Zero is always in sight: the height of a line then means what it seems to mean. */
function rangeWithZero(_: uPlot, min: number | null, max: number | null): [number, number] {
  const low = Math.min(0, min ?? 0)
  const high = Math.max(0, max ?? 0)
  const air = (high - low || 100) * 0.08
  return [low < 0 ? low - air : 0, high > 0 || low === 0 ? high + air : 0]
}

interface Colours {
  readonly accent: string
  readonly soft: string
  readonly grid: string
  readonly text: string
  readonly font: string
}

/** A canvas knows no CSS variables: they are read once per colour scheme. */
function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return {
    accent: of('--ohm-accent'),
    soft: of('--ohm-accent-soft'),
    grid: of('--ohm-grid'),
    text: of('--mantine-color-dimmed'),
    font: style.fontFamily,
  }
}

function axis({ text, grid, font }: Colours): uPlot.Axis {
  return {
    stroke: text,
    font: `12px ${font}`,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    gap: 6,
  }
}
