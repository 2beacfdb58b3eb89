import { memo } from 'react'
import classes from './Sparkline.module.css'
import type { Points } from './series.ts'
import { sparkPath } from './sparkPath.ts'

const width = 120
const height = 28

/** The shape of a few hours at a glance; the value beside it says the rest. */
export const Sparkline = memo(function Sparkline({
  points,
  from,
  to,
  leastMs,
}: {
  points: Points
  from: number
  to: number
  leastMs: number
}) {
  const { line, area, zero } = sparkPath(points, { from, to, leastMs, width, height })
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <line x1="0" x2={width} y1={zero} y2={zero} className={classes.zero} />
      <path d={area} className={classes.area} />
      <path d={line} className={classes.line} />
    </svg>
  )
})
