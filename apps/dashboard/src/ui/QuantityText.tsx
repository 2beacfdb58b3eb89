import type { Quantity } from '../i18n/format.ts'
import classes from './QuantityText.module.css'

/** A number with its unit set smaller; the raw value, where given, is in the tooltip. */
export function QuantityText({
  quantity,
  big = false,
  raw,
}: {
  quantity: Quantity
  big?: boolean
  raw?: string | undefined
}) {
  return (
    <span className={big ? classes.big : classes.plain} title={raw}>
      {quantity.text}
      {quantity.unit !== '' && <span className={classes.unit}> {quantity.unit}</span>}
    </span>
  )
}
