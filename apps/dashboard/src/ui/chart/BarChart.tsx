import type { EChartsType } from 'echarts/core'
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { CheckIcon } from '../icons.tsx'
import classes from './BarChart.module.css'
import { colourReader, decalOf, hatch, init, type Option } from './echarts.ts'
import { useDark } from './scheme.ts'
import type { SeriesStyle } from './seriesStyles.ts'
import { energyUnit, labelled } from './ticks.ts'

/** A place on the time axis. */
export interface Bar {
  readonly key: string
  /** Under the bar, where there is room. */
  readonly tick: string
  /** What a clock or calendar counts: labels stand at even ones. */
  readonly order: number
  /** Labels stand at these first. */
  readonly major: boolean
  /** What a screen reader hears. */
  readonly label: string
  /** Above the bar: people corrected it, or its energy changed afterwards. */
  readonly mark: 'edited' | 'changed' | null
  /** Nothing is known of it although it has been. */
  readonly unknown: boolean
}

/** One colour of the stack, Wh by bar; null is unknown. */
export interface BarSeries {
  readonly key: string
  readonly style: SeriesStyle
  readonly above: readonly (number | null)[]
  /** Energy that flows the other way; drawn downwards. */
  readonly below: readonly (number | null)[]
  readonly hatching: readonly ('none' | 'some' | 'most')[]
}

interface Props {
  readonly bars: readonly Bar[]
  readonly series: readonly BarSeries[]
  /** Wh by bar of the time that is compared with; drawn beside. */
  readonly compared: readonly (number | null)[] | null
  readonly height: number
  readonly formatNumber: (value: number) => string
  /** What upwards and downwards mean, in words. */
  readonly words: { readonly above: string; readonly below: string }
  readonly selected: number | null
  readonly label: string
  readonly tooltip: (at: number) => ReactNode
  readonly onSelect: (at: number) => void
  /** An arrow key beyond the first or last bar. */
  readonly onBeyond: (direction: -1 | 1) => void
}

const edge = { left: 52, right: 4, top: 28, bottom: 40 } as const

/**
 * Stacked energy over time. The picture is a canvas; over each bar lies a button, so that fingers, keys and screen
 * readers meet the same bars.
 */
export default function BarChart(props: Props) {
  const { bars, series, compared, height, formatNumber, words, selected, label, onSelect, onBeyond } = props
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const [width, setWidth] = useState(0)
  const [pointed, setPointed] = useState<number | null>(null)
  const scheme = useDark()
  const { factor, unit } = useMemo(() => energyUnit(largest(series, compared)), [series, compared])
  const hasBelow = useMemo(() => series.some(one => one.below.some(wh => (wh ?? 0) > 0)), [series])

  useLayoutEffect(() => {
    const element = box.current!
    const measure = () => setWidth(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    const made = init(canvas.current!, null, { renderer: 'canvas' })
    chart.current = made
    return () => {
      made.dispose()
      chart.current = null
    }
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has new colours
  useEffect(() => {
    if (chart.current === null || width === 0) return
    chart.current.resize({ width, height })
    const colour = colourReader(box.current!)
    chart.current.setOption(
      optionOf({ bars, series, compared, width, factor, colour, formatNumber, hasBelow }),
      { notMerge: true },
    )
  }, [bars, series, compared, width, height, factor, formatNumber, hasBelow, scheme])

  const column = (width - edge.left - edge.right) / Math.max(1, bars.length)
  const focusable = selected ?? bars.findLastIndex(bar => !bar.unknown)
  const shown = pointed !== null && pointed < bars.length ? pointed : null
  return (
    <div ref={box} className={classes.box} style={{ height }}>
      <div ref={canvas} className={classes.canvas} aria-hidden="true" />
      <span className={classes.unit} aria-hidden="true">
        {unit}
      </span>
      {hasBelow && (
        <>
          <span className={classes.above} aria-hidden="true">
            ↑ {words.above}
          </span>
          <span className={classes.below} aria-hidden="true">
            ↓ {words.below}
          </span>
        </>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would ask for a legend that is seen */}
      <div
        role="group"
        aria-label={label}
        className={classes.columns}
        style={{ left: edge.left, right: edge.right }}
        onPointerLeave={() => setPointed(null)}
        onBlur={() => setPointed(null)}
        onKeyDown={event => walk(event, bars.length, onBeyond)}
      >
        {bars.map((bar, at) => (
          <button
            key={bar.key}
            type="button"
            className={classes.column}
            data-bar={bar.key}
            data-unknown={bar.unknown || undefined}
            aria-pressed={at === selected}
            aria-label={bar.label}
            tabIndex={at === Math.max(0, focusable) ? 0 : -1}
            onPointerEnter={event => event.pointerType === 'mouse' && setPointed(at)}
            onFocus={event => event.currentTarget.matches(':focus-visible') && setPointed(at)}
            onClick={() => onSelect(at)}
          >
            {bar.mark !== null && (
              <span className={classes.mark} data-mark={bar.mark}>
                {column >= 14 && bar.mark === 'edited' ? <CheckIcon size={10} /> : null}
              </span>
            )}
            {bar.unknown && column >= 10 && <span className={classes.none}>–</span>}
          </button>
        ))}
      </div>
      {shown !== null && (
        <div
          className={classes.tooltip}
          aria-hidden="true"
          style={
            edge.left + (shown + 0.5) * column < width / 2
              ? { left: edge.left + (shown + 1) * column + 8 }
              : { right: width - edge.left - shown * column + 8 }
          }
        >
          {props.tooltip(shown)}
        </div>
      )}
    </div>
  )
}

/** Arrow keys go from bar to bar, and past the ends to the time beside. */
function walk(event: React.KeyboardEvent<HTMLElement>, count: number, onBeyond: Props['onBeyond']): void {
  const moves: Record<string, (at: number) => number> = {
    ArrowLeft: at => at - 1,
    ArrowRight: at => at + 1,
    Home: () => 0,
    End: () => count - 1,
  }
  const move = moves[event.key]
  if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  event.stopPropagation()
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const next = move(buttons.indexOf(document.activeElement as HTMLButtonElement))
  if (next < 0) onBeyond(-1)
  else if (next >= count) onBeyond(1)
  else buttons[next]?.focus()
}

function largest(series: readonly BarSeries[], compared: Props['compared']): number {
  let most = 0
  for (const flow of ['above', 'below'] as const)
    for (let at = 0; at < (series[0]?.[flow].length ?? 0); at++)
      most = Math.max(
        most,
        series.reduce((sum, one) => sum + (one[flow][at] ?? 0), 0),
      )
  return Math.max(most, ...(compared ?? []).map(wh => wh ?? 0))
}

interface Drawn extends Pick<Props, 'bars' | 'series' | 'compared' | 'formatNumber'> {
  readonly width: number
  readonly factor: number
  readonly colour: (name: string) => string
  readonly hasBelow: boolean
}

function optionOf({ bars, series, compared, width, factor, colour, formatNumber, hasBelow }: Drawn): Option {
  const plot = width - edge.left - edge.right
  const labels = labelled(
    bars,
    plot,
    bars.some(bar => bar.tick.length > 5 && !bar.tick.includes('\n')) ? 56 : 44,
  )
  const text = {
    color: colour('--mantine-color-dimmed'),
    fontFamily: colour('--mantine-font-family'),
    fontSize: 12,
  }
  const surface = colour('--ohm-surface')
  const bar = plot / Math.max(1, bars.length)
  const stacked = series.flatMap(one => {
    const style = {
      color: colour(one.style.colour),
      borderColor: surface,
      borderWidth: bar >= 6 ? 0.5 : 0,
    }
    const plain = decalOf(one.style.pattern, surface)
    const points = (values: readonly (number | null)[], sign: 1 | -1) =>
      values.map((wh, at) => {
        if (wh === null || wh === 0) return '-'
        const density = one.hatching[at]!
        const decal = density === 'none' ? plain : hatch(density, surface)
        return { value: (sign * wh) / factor, itemStyle: { ...style, ...(decal && { decal }) } }
      })
    const common = {
      type: 'bar' as const,
      stack: 'now',
      itemStyle: { ...style, ...(plain && { decal: plain }) },
      barMaxWidth: 56,
      barCategoryGap: bar >= 10 ? '24%' : '8%',
      silent: true,
    }
    return [
      { ...common, data: points(one.above, 1) },
      ...(one.below.some(wh => (wh ?? 0) > 0) ? [{ ...common, data: points(one.below, -1) }] : []),
    ]
  })
  const beside = {
    type: 'bar' as const,
    stack: 'compared',
    barMaxWidth: 56,
    barGap: '8%',
    silent: true,
    itemStyle: { color: colour('--ohm-compare') },
    data: (compared ?? []).map(wh => (wh === null ? '-' : wh / factor)),
  }
  return {
    animation: false,
    grid: { ...edge, containLabel: false },
    xAxis: {
      type: 'category',
      data: bars.map((one, at) => (labels[at] ? one.tick : '')),
      axisLabel: { ...text, interval: 0, hideOverlap: false, lineHeight: 16, margin: 6 },
      axisTick: { show: false },
      axisLine: { show: true, onZero: true, lineStyle: { color: colour('--mantine-color-dimmed') } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      ...(hasBelow ? {} : { min: 0 }),
      axisLabel: { ...text, formatter: (value: number) => formatNumber(Math.abs(value)) },
      splitLine: { lineStyle: { color: colour('--ohm-grid') } },
    },
    series: compared === null ? stacked : [beside, ...stacked],
  }
}
