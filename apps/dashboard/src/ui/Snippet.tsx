import { CopyText } from './CopyText.tsx'
import classes from './Snippet.module.css'

/** Something to copy and run. */
export function Snippet({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.snippet}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section aria-label={label} tabIndex={0} className={classes.scroll}>
        <pre>{text}</pre>
      </section>
      <div className={classes.copy}>
        <CopyText text={text} />
      </div>
    </div>
  )
}
