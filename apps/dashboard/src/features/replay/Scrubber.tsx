import { useElementSize } from '@mantine/hooks'
import type { ReplayedEvent } from '@ohmstead/sdk'
import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { KindShape } from '../../parts/said/KindMark.tsx'
import { axisTime } from '../../ui/chart/axisTime.ts'
import { Rail } from './Rail.tsx'
import classes from './Scrubber.module.css'
import { marksOf, pressed, type Span, shareOf, timeAt } from './scrub.ts'

interface Props {
  readonly span: Span
  /** Where the replay's clock stands. */
  readonly clock: number
  /** The moment that is looked at. */
  readonly at: number
  readonly said: readonly ReplayedEvent[]
  /** While a hand moves it. */
  readonly onMove: (at: number) => void
  /** The hand has let go. */
  readonly onRest: (at: number) => void
}

/** Room that one mark takes. */
const markPx = 16

/** The period as an axis: what is played of it, the clock on its way, what was said, and the moment that is looked at. */
export function Scrubber({ span, clock, at, said, onMove, onRest }: Props) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const track = useRef<HTMLDivElement>(null)
  const { ref: row, width } = useElementSize()
  const places = Math.max(8, Math.floor(width / markPx))
  const { from, to } = span
  const marks = useMemo(() => marksOf(said, { from, to }, places), [said, from, to, places])
  const timeOf = ({ clientX }: PointerEvent) => {
    const { left, width } = track.current!.getBoundingClientRect()
    return timeAt((clientX - left) / width, span)
  }
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(timeOf(event))
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = pressed({ key: event.key, shift: event.shiftKey }, at, { span, clock, said })
    if (next === undefined) return
    event.preventDefault()
    onRest(next)
  }
  return (
    <div className={classes.scrubber}>
      <div ref={row} className={classes.marks} aria-hidden="true">
        {marks.map(({ time, kind, count }) => (
          <span
            key={time}
            className={classes.mark}
            data-kind={kind}
            style={{ left: percent(shareOf(time, span)) }}
            title={`${format.dateTime(time)} · ${text.marks(count, format.count(count))}`}
          >
            <KindShape kind={kind} />
          </span>
        ))}
      </div>
      <div
        className={classes.track}
        role="slider"
        tabIndex={0}
        aria-label={text.moment}
        aria-valuemin={span.from}
        aria-valuemax={span.to}
        aria-valuenow={Math.round(at)}
        aria-valuetext={format.dateTime(at)}
        aria-describedby="replay-keys"
        onKeyDown={press}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          onMove(timeOf(event))
        }}
        onPointerMove={move}
        onPointerUp={event => onRest(timeOf(event))}
      >
        <Rail ref={track} played={shareOf(clock, span)}>
          <span className={classes.thumb} style={{ left: percent(shareOf(at, span)) }} />
        </Rail>
      </div>
      <Axis span={span} />
      <p id="replay-keys" className={classes.keys}>
        {text.keys}
      </p>
    </div>
  )
}

const percent = (share: number) => `${share * 100}%`
const quarters = [0, 0.25, 0.5, 0.75, 1]

/** Times along a period. */
export function Axis({ span }: { span: Span }) {
  const format = useFormat()
  const nameOf = useMemo(() => axisTime(format), [format])
  const stepMs = (span.to - span.from) / (quarters.length - 1)
  return (
    <div className={classes.axis} aria-hidden="true">
      {quarters.map(share => (
        <span key={share}>{nameOf(timeAt(share, span), stepMs)}</span>
      ))}
    </div>
  )
}
