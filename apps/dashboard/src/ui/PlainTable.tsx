import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useMessages } from '../i18n/context.tsx'
import classes from './PlainTable.module.css'

export interface Column {
  /** Empty for what needs no heading, such as buttons. */
  readonly name: string
  /** Stays on one line. */
  readonly keep?: boolean
}

interface Props {
  readonly label: string
  /** Few and short columns stay a table on a phone as well. */
  readonly compact?: boolean
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly key: string | number; readonly cells: readonly ReactNode[] }[]
}

/** As many rows as a phone shows before somebody asks for the others; the style says so too. */
const few = 10

/** A dense table; on a phone each row is a block in which every value says what it is. */
export function PlainTable({ label, columns, rows, compact = false }: Props) {
  const { now, common } = useMessages()
  const [all, setAll] = useState(false)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={`${label}, ${now.showTable}`} tabIndex={0}>
      <table className={classes.table} data-compact={compact || undefined} data-all={all || undefined}>
        <thead>
          <tr>
            {columns.map(({ name }) =>
              name === '' ? (
                <td key={name} />
              ) : (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, at) => {
                const { name, keep } = columns[at]!
                return (
                  <td
                    key={name}
                    className={keep ? classes.keep : undefined}
                    data-label={name === '' ? undefined : name}
                  >
                    {name === '' ? <div className={classes.end}>{cell}</div> : <span>{cell}</span>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > few && !compact && !all && (
        <Button className={classes.more!} size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {common.more}
        </Button>
      )}
    </section>
  )
}
