import { fieldInfo } from '@ohmstead/model'
import { memo } from 'react'
import { useFormat, useMessages } from '../i18n/context.tsx'
import { type Format, type Quantity, spoken } from '../i18n/format.ts'
import { useAt } from '../live/context.tsx'
import { isPower, type Sample } from '../live/deviceLive.ts'
import { holds, type Liveness } from '../live/liveness.ts'
import classes from './DeviceNow.module.css'
import { QuantityText } from './QuantityText.tsx'

/** How long ago, going on by itself; the exact time is in the tooltip. */
export function Age({ at, className = classes.age }: { at: number | null; className?: string | undefined }) {
  const format = useFormat()
  const age = useAt(now => (at === null ? '' : format.age(now - at, now)))
  return (
    <span className={className} title={at === null ? undefined : format.dateTime(at)}>
      {age}
    </span>
  )
}

/** A sample in the unit that reads best, and as it was sent. */
export function quantityOf(
  { measurement, field, value }: Pick<Sample, 'measurement' | 'field' | 'value'>,
  format: Format,
): { quantity: Quantity; raw: string; watts: number | null } {
  const unit = fieldInfo(measurement, field)?.unit ?? null
  const watts = isPower(measurement, field) && typeof value === 'number' ? value : null
  return {
    quantity: watts === null ? format.value(value, unit) : format.power(watts),
    raw: `${measurement}.${field} ${spoken({ text: String(value), unit: unit ?? '' })}`,
    watts,
  }
}

/** The value while it may stand for now; afterwards "–" with the last that was known. */
export const ValueNow = memo(function ValueNow({
  sample,
  state,
}: {
  sample: Sample | null
  state: Liveness
}) {
  const { now: text, common } = useMessages()
  const format = useFormat()
  if (sample === null) return <span className={classes.unknown}>{common.unknown}</span>
  const { quantity, raw, watts } = quantityOf(sample, format)
  if (!holds(state))
    return (
      <>
        <span className={classes.unknown}>{common.unknown}</span>
        <span className={classes.note} title={raw}>
          {text.lastKnown(spoken(quantity))}
        </span>
      </>
    )
  return (
    <>
      <QuantityText quantity={quantity} raw={raw} />
      {watts !== null && watts < 0 && <span className={classes.note}>{text.feedsIn}</span>}
    </>
  )
})
