import { useFormat, useMessages } from '../../i18n/context.tsx'
import classes from './said.module.css'
import { type Units, valuesOf } from './values.ts'

/** What a rule gave, with its units. */
export function ValuesList({ row, units }: { row: Readonly<Record<string, unknown>>; units: Units }) {
  const { events: text } = useMessages()
  const format = useFormat()
  const names: Readonly<Record<string, string>> = text.columns
  const values = valuesOf(row, units, format)
  if (values.length === 0) return <p className={classes.none}>{text.noValues}</p>
  return (
    <dl className={classes.values} aria-label={text.values}>
      {values.map(({ name, text }) => (
        <div key={name} className={classes.value}>
          <dt>{names[name] ?? name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
