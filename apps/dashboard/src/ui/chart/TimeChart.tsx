import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { aligned } from './aligned.ts'
import { colourOf, dashOf } from './dashes.ts'
import type { Line } from './gaps.ts'
import { followGestures } from './gestures.ts'
import classes from './LineChart.module.css'
import { useDark } from './scheme.ts'
import { drawSpans, type TimeSpan } from './spans.ts'
import { panned, type TimeWindow, zoomed } from './timeWindow.ts'

export interface TimeSeries extends Line {
  readonly id: string
  /** UCUM code; series of one unit share an axis. */
  readonly unit: string
}

export interface TimeChartProps {
  readonly series: readonly TimeSeries[]
  /** Stretches of time that are marked behind the lines. */
  readonly spans?: readonly TimeSpan[] | undefined
  /** What is in sight. */
  readonly window: TimeWindow
  readonly height: number
  readonly formatValue: (value: number, unit: string) => string
  /** A label of the time axis; `stepMs` is the distance to the next one. */
  readonly formatTime: (at: number, stepMs: number) => string
  /** IANA zone in which the axis is labelled. */
  readonly zone: string
  /** What a screen reader hears of the picture. */
  readonly label: string
  /** A moment that is marked by a line, epoch ms. */
  readonly mark?: number | undefined
  /** The time under pointer or arrow keys, epoch ms; null when there is none. */
  readonly onTime: (at: number | null) => void
  /** After the reader has moved or zoomed; without it the window cannot be changed. */
  readonly onWindow?: ((window: TimeWindow) => void) | undefined
}

/** How long a hand has to rest before what it chose is asked for, ms. */
const restMs = 120

/**
 * Lines of several series over time, an axis for each unit. A drag moves, a wheel (with Ctrl, or once the chart has the
 * focus) and two fingers zoom; arrow keys walk, with Shift they move, + and − zoom. While a hand moves the picture, React
 * is not asked.
 */
export default function TimeChart(props: TimeChartProps) {
  const { series, spans, window, height, zone, label } = props
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const shown = useRef(window)
  const latest = useRef(props)
  latest.current = props
  const dark = useDark()
  const layout = series.map(({ id, unit }) => `${id} ${unit}`).join('|')

  // biome-ignore lint/correctness/useExhaustiveDependencies: `layout` stands for the series, `dark` for the colours
  useEffect(() => {
    const box = host.current!
    const chart = new uPlot(optionsOf(box, latest, shown), aligned(latest.current.series), box)
    plot.current = chart
    let width = box.clientWidth
    const resize = new ResizeObserver(() => {
      if (box.clientWidth === width) return
      width = box.clientWidth
      chart.setSize({ width, height })
    })
    resize.observe(box)
    let timer: ReturnType<typeof setTimeout> | undefined
    const endGestures = followGestures(chart.over, {
      movable: () => latest.current.onWindow !== undefined,
      window: () => shown.current,
      width: () => chart.over.clientWidth,
      focused: () => document.activeElement === box,
      // A press on a canvas does not move the focus by itself.
      focus: () => box.focus({ preventScroll: true }),
      show: next => {
        shown.current = next
        chart.setScale('x', { min: next.from, max: next.to })
        clearTimeout(timer)
        timer = setTimeout(() => latest.current.onWindow?.(shown.current), restMs)
      },
    })
    return () => {
      clearTimeout(timer)
      endGestures()
      resize.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [height, zone, layout, dark])

  useEffect(() => {
    const chart = plot.current
    if (chart === null) return
    for (const [at, line] of series.entries()) chart.series[at + 1]!.width = widthOf(line)
    chart.setData(aligned(series), false)
    chart.setScale('x', { min: shown.current.from, max: shown.current.to })
  }, [series])

  // biome-ignore lint/correctness/useExhaustiveDependencies: they are drawn from what is latest
  useEffect(() => plot.current?.redraw(false), [spans])

  useEffect(() => {
    shown.current = { from: window.from, to: window.to }
    plot.current?.setScale('x', { min: window.from, max: window.to })
  }, [window.from, window.to])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark is drawn with the rest
  useEffect(() => plot.current?.redraw(false, false), [props.mark])

  return (
    <div
      ref={host}
      className={classes.chart}
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys walk along the lines, move and zoom
      tabIndex={0}
      role="img"
      aria-label={label}
      onKeyDown={event => press(event, plot.current, shown.current, latest.current.onWindow)}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    />
  )
}

function press(
  event: React.KeyboardEvent,
  chart: uPlot | null,
  window: TimeWindow,
  onWindow: TimeChartProps['onWindow'],
): void {
  if (chart === null || event.ctrlKey || event.metaKey || event.altKey) return
  const walk = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key]
  const zoom = { '+': 0.5, '=': 0.5, '-': 2 }[event.key]
  if (zoom !== undefined) onWindow?.(zoomed(window, zoom))
  else if (walk !== undefined && event.shiftKey) onWindow?.(panned(window, walk / 4))
  else if (walk !== undefined) step(chart, walk)
  else return
  event.preventDefault()
}

/** A hundredth of the window further. */
function step(chart: uPlot, steps: number): void {
  const width = chart.over.clientWidth
  const left = chart.cursor.left ?? -1
  const from = left < 0 ? (steps < 0 ? width : 0) : left
  chart.setCursor({ left: Math.min(width, Math.max(0, from + (steps * width) / 100)), top: 0 })
}

type Latest = { readonly current: TimeChartProps }

function optionsOf(box: HTMLElement, latest: Latest, shown: { readonly current: TimeWindow }): uPlot.Options {
  const { series, height, zone } = latest.current
  const style = getComputedStyle(box)
  const of = (name: string) => style.getPropertyValue(name).trim()
  const units = [...new Set(series.map(({ unit }) => unit))]
  const axis = {
    stroke: of('--mantine-color-dimmed'),
    font: `12px ${style.fontFamily}`,
    ticks: { show: false },
    gap: 6,
  }
  const { from, to } = shown.current
  return {
    width: box.clientWidth,
    height,
    ms: 1,
    // Half of the last label stands beyond the picture.
    padding: [8, units.length > 1 ? 0 : 24, 0, 0],
    legend: { show: false },
    tzDate: at => uPlot.tzDate(new Date(at), zone),
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: true, auto: false, min: from, max: to },
      ...Object.fromEntries(units.map(unit => [scaleOf(unit), { range: rangeOf(unit) }])),
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 80,
        grid: { show: false },
        values: (_, splits) =>
          splits.map((at, index) =>
            latest.current.formatTime(at, (splits[index + 1] ?? at) - at || at - (splits[index - 1] ?? at)),
          ),
      },
      ...units.map((unit, at) => ({
        ...axis,
        scale: scaleOf(unit),
        side: at % 2 === 0 ? 3 : 1,
        size: 64,
        space: 36,
        grid: { show: at === 0, stroke: of('--ohm-grid'), width: 1 },
        values: (_: uPlot, splits: number[]) => splits.map(value => latest.current.formatValue(value, unit)),
      })),
    ],
    series: [
      {},
      ...series.map((line, at) => ({
        scale: scaleOf(line.unit),
        stroke: of(colourOf(at)),
        width: widthOf(line),
        dash: [...dashOf(at)],
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: {
      drawClear: [chart => drawSpans(chart, latest.current.spans ?? [], of)],
      draw: [chart => drawMark(chart, latest.current.mark, of('--mantine-color-text'))],
      setCursor: [
        chart => {
          const { left } = chart.cursor
          latest.current.onTime(left === undefined || left < 0 ? null : chart.posToVal(left, 'x'))
        },
      ],
    },
  }
}

function drawMark(chart: uPlot, at: number | undefined, colour: string): void {
  if (at === undefined) return
  const { ctx, bbox } = chart
  const x = chart.valToPos(at, 'x', true)
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = 2 * devicePixelRatio
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/**
 * Where points lie closer than pixels a thin line shows more, and without a graphics processor a wide one takes several frames to
 * draw. CSS pixels.
 */
const widthOf = ({ times }: TimeSeries) => (times.length > 1000 ? 1 : 1.75)

const scaleOf = (unit: string) => `y ${unit}`

/** Power shows zero, because its height then means what it seems to mean; temperatures and counters show their change. */
function rangeOf(unit: string) {
  return (_: uPlot, min: number | null, max: number | null): [number, number] => {
    const zero = unit === 'W' || unit === 'V.A' || unit === ''
    const low = zero ? Math.min(0, min ?? 0) : (min ?? 0)
    const high = zero ? Math.max(0, max ?? 0) : (max ?? 1)
    const air = (high - low || Math.abs(high) * 0.1 || 1) * 0.08
    return [zero && low === 0 ? 0 : low - air, zero && high === 0 && low < 0 ? 0 : high + air]
  }
}
