import type { ReactNode } from 'react'
import classes from './Page.module.css'

interface Props {
  readonly title: string
  /** One line under the title. */
  readonly lead?: ReactNode
  /** What stands above the title, such as the way back. */
  readonly above?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One page of a site: its only first-level heading, and cards below each other. */
export function Page({ title, lead, above, aside, children }: Props) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.words}>
          {above}
          <h1 className={classes.title}>{title}</h1>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  )
}
