import type { ReactNode } from 'react'
import classes from './FieldGrid.module.css'

/** Inputs in two columns, on a phone in one. */
export function FieldGrid({ className = '', children }: { className?: string; children: ReactNode }) {
  return <div className={`${classes.fields} ${className}`}>{children}</div>
}
