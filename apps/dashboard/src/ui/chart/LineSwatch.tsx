import { colourOf, dashOf } from './dashes.ts'

/** A piece of the line, as the chart draws it. */
export function LineSwatch({ at }: { at: number }) {
  return (
    <svg width="28" height="12" viewBox="0 0 28 12" aria-hidden="true" focusable="false">
      <line
        x1="1"
        x2="27"
        y1="6"
        y2="6"
        stroke={`var(${colourOf(at)})`}
        strokeWidth="2.500"
        strokeDasharray={dashOf(at).join(' ')}
      />
    </svg>
  )
}
