import type { Pattern, SeriesStyle } from './chart/seriesStyles.ts'
import classes from './Swatch.module.css'

const drawn: Readonly<Record<Pattern, string>> = {
  plain: '',
  dots: 'M4 4h.01M10 4h.01M7 7h.01M4 10h.01M10 10h.01',
  level: 'M0 4h14M0 7.500h14M0 11h14',
  upright: 'M3.500 0v14M7 0v14M10.500 0v14',
  checks: 'M1 3.500h4M7.500 3.500h4M4.500 10.500h4M11 10.500h3M0 10.500h1',
}

/** The colour and pattern of a series, beside its name. */
export function Swatch({ style: { colour, pattern } }: { style: SeriesStyle }) {
  return (
    <svg
      className={classes.swatch}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="14" height="14" fill={`var(${colour})`} />
      <path
        d={drawn[pattern]}
        stroke="var(--ohm-surface)"
        strokeWidth={{ plain: 0, dots: 2, level: 1.2, upright: 1.2, checks: 4 }[pattern]}
        strokeLinecap={pattern === 'dots' ? 'round' : 'butt'}
        fill="none"
      />
    </svg>
  )
}
