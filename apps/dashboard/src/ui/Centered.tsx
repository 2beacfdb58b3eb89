import type { ReactNode } from 'react'
import { Card } from './Card.tsx'
import classes from './Centered.module.css'
import { Logo } from './Logo.tsx'

/** A page with one thing to do. */
export function Centered({
  title,
  lead,
  above,
  below,
  children,
  wide = false,
}: {
  title: string
  lead?: ReactNode
  above?: ReactNode
  below?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  return (
    <main className={classes.main} id="content">
      <div className={classes.column} data-wide={wide || undefined}>
        <Logo />
        {above}
        <Card className={classes.card}>
          <h1 className={classes.title}>{title}</h1>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
          {children}
        </Card>
        {below}
      </div>
    </main>
  )
}
