import { type ComponentProps, useId } from 'react'
import classes from './Card.module.css'

type Props = ComponentProps<'section'> & { title?: string; aside?: React.ReactNode; flush?: boolean }

/** A surface with at most one heading; `flush` lets its content reach the edges. */
export function Card({ title, aside, flush = false, children, className, ...rest }: Props) {
  const heading = useId()
  return (
    <section
      className={[classes.card, flush ? classes.flush : '', className].filter(Boolean).join(' ')}
      {...(title === undefined ? {} : { 'aria-labelledby': heading })}
      {...rest}
    >
      {title !== undefined && (
        <header className={classes.header}>
          <h2 id={heading} className={classes.title}>
            {title}
          </h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  )
}
