import type { ReactNode } from 'react'
import { WarnIcon } from './icons.tsx'
import classes from './Notice.module.css'

/** Says in this order what happened, what it means, what to do. */
export function Notice({
  tone,
  title,
  children,
  action,
}: {
  tone: 'info' | 'warn' | 'bad'
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={classes.notice} data-tone={tone} role="status">
      <span className={classes.icon}>
        <WarnIcon size={18} />
      </span>
      <div className={classes.text}>
        <p className={classes.title}>{title}</p>
        {children}
      </div>
      {action}
    </div>
  )
}
