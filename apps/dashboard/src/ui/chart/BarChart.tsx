import type { EChartsType } from 'echarts/core'
import {
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { CheckIcon } from '../icons.tsx'
import classes from './BarChart.module.css'
import { barOption, edge } from './barOption.ts'
import { colourReader, init } from './echarts.ts'
import { useDark } from './scheme.ts'
import type { SeriesStyle } from './seriesStyles.ts'
import { energyUnit } from './ticks.ts'

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

/**
 * Stacked energy over time. The picture is a canvas; over each bar lies a button, so that fingers, keys and screen
 * readers meet the same bars.
 */
export default function BarChart(props: Props) {
  const { bars, series, compared, height, words, tooltip } = props
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const [pointed, setPointed] = useState<number | null>(null)
  const { factor, unit } = useMemo(() => energyUnit(largest(series, compared)), [series, compared])
  const hasBelow = useMemo(() => series.some(one => one.below.some(wh => (wh ?? 0) > 0)), [series])
  const column = (width - edge.left - edge.right) / Math.max(1, bars.length)
  const shown = pointed !== null && pointed < bars.length ? pointed : null
  return (
    <div ref={box} className={classes.box} style={{ height }}>
      {width > 0 && <Picture {...props} width={width} factor={factor} hasBelow={hasBelow} />}
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
      <Columns {...props} wide={column >= 14} onPoint={setPointed} />
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
          {tooltip(shown)}
        </div>
      )}
    </div>
  )
}

/** The element's width in px; 0 until it is measured. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const measured = element.current!
    const measure = () => setWidth(measured.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(measured)
    return () => observer.disconnect()
  }, [element])
  return width
}

interface PictureProps extends Pick<Props, 'bars' | 'series' | 'compared' | 'height' | 'formatNumber'> {
  readonly width: number
  readonly factor: number
  readonly hasBelow: boolean
}

/** The canvas. It is drawn once for each change: to resize a chart draws it too, so what is new has to be there first. */
const Picture = memo(function Picture(props: PictureProps) {
  const { bars, series, compared, width, height, factor, hasBelow, formatNumber } = props
  const canvas = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const scheme = useDark()
  useEffect(
    () => () => {
      chart.current?.dispose()
      chart.current = null
    },
    [],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has new colours
  useEffect(() => {
    chart.current ??= init(canvas.current!, null, { renderer: 'canvas', width, height })
    const made = chart.current
    const colour = colourReader(canvas.current!)
    const option = barOption({ bars, series, compared, width, factor, hasBelow, colour, formatNumber })
    const fits = made.getWidth() === width && made.getHeight() === height
    made.setOption(option, { notMerge: true, lazyUpdate: !fits })
    if (!fits) made.resize({ width, height })
  }, [bars, series, compared, width, height, factor, formatNumber, hasBelow, scheme])
  return <div ref={canvas} className={classes.canvas} aria-hidden="true" />
})

interface ColumnsProps extends Pick<Props, 'bars' | 'selected' | 'label' | 'onSelect' | 'onBeyond'> {
  /** Whether marks have room for what they mean. */
  readonly wide: boolean
  readonly onPoint: (at: number | null) => void
}

const Columns = memo(function Columns(props: ColumnsProps) {
  const { bars, selected, label, wide, onPoint, onSelect, onBeyond } = props
  const focusable = Math.max(0, selected ?? bars.findLastIndex(bar => !bar.unknown))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would ask for a legend that is seen
    <div
      role="group"
      aria-label={label}
      className={classes.columns}
      style={{ left: edge.left, right: edge.right }}
      onPointerLeave={() => onPoint(null)}
      onBlur={() => onPoint(null)}
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
          tabIndex={at === focusable ? 0 : -1}
          onPointerEnter={event => event.pointerType === 'mouse' && onPoint(at)}
          onFocus={event => event.currentTarget.matches(':focus-visible') && onPoint(at)}
          onClick={() => onSelect(at)}
        >
          {bar.mark !== null && (
            <span className={classes.mark} data-mark={bar.mark}>
              {wide && bar.mark === 'edited' ? <CheckIcon size={10} /> : null}
            </span>
          )}
          {bar.unknown && wide && <span className={classes.none}>–</span>}
        </button>
      ))}
    </div>
  )
})

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
