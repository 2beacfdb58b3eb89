import { CopyText } from './CopyText.tsx'
import classes from './Snippet.module.css'

/** Something to copy and run. */
export function Snippet({
  text,
  label,
  copyLabel,
  wrap = false,
}: {
  text: string
  label: string
  copyLabel?: string
  /** Long lines are broken rather than scrolled. */
  wrap?: boolean
}) {
  return (
    <div className={classes.snippet}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className={classes.scroll}>
        <pre data-wrap={wrap || undefined}>{text}</pre>
      </section>
      <div className={classes.copy}>
        <CopyText text={text} {...(copyLabel === undefined ? {} : { label: copyLabel })} />
      </div>
    </div>
  )
}
