import type { ReactNode, Ref } from 'react'
import classes from './Rail.module.css'

interface Props {
  readonly ref?: Ref<HTMLDivElement>
  /** How much is played, 0–1. */
  readonly played: number
  readonly children?: ReactNode
}

/** The period as a bar, with what is played of it and the clock at its end. */
export function Rail({ ref, played, children }: Props) {
  const share = `${played * 100}%`
  return (
    <div ref={ref} className={classes.rail}>
      <span className={classes.played} style={{ width: share }} />
      <span className={classes.clock} style={{ left: share }} />
      {children}
    </div>
  )
}
