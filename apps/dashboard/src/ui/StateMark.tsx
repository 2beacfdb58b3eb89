import { memo } from 'react'
import { useMessages } from '../i18n/context.tsx'
import type { Liveness } from '../live/liveness.ts'
import { LateShape, LiveShape, NewShape, OffShape, SilentShape } from './icons.tsx'
import classes from './StateMark.module.css'

const shapes = {
  live: LiveShape,
  late: LateShape,
  silent: SilentShape,
  off: OffShape,
  new: NewShape,
} as const

/** Shape and word of a device's state; the colour only repeats them. */
export const StateMark = memo(function StateMark({ state }: { state: Liveness }) {
  const { liveness } = useMessages()
  const Shape = shapes[state]
  return (
    <span className={classes.mark} data-state={state} title={liveness.explain[state]}>
      <Shape />
      {liveness[state]}
    </span>
  )
})
