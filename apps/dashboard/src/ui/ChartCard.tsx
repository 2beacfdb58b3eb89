import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useMessages } from '../i18n/context.tsx'
import { Card } from './Card.tsx'
import classes from './ChartCard.module.css'
import { CopyText } from './CopyText.tsx'

export interface ChartTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

interface Props {
  readonly title: string
  /** What the pointer is on, or the present. */
  readonly readout: ReactNode
  /** Address under which the same points can be had. */
  readonly call: string
  /** Made only when it is asked for. */
  readonly table: () => ChartTable
  readonly children: ReactNode
}

/** A chart with what every chart has: its points as a table, as a file and as an API call. */
export function ChartCard({ title, readout, call, table, children }: Props) {
  const { now } = useMessages()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  return (
    <Card
      title={title}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={`${title}, ${now.view}`}
          value={view}
          onChange={choice => setView(choice as 'chart' | 'table')}
          data={[
            { value: 'chart', label: now.showChart },
            { value: 'table', label: now.showTable },
          ]}
        />
      }
    >
      {view === 'chart' ? (
        <>
          <div className={classes.readout}>{readout}</div>
          {children}
        </>
      ) : (
        <Table table={table()} label={`${title}, ${now.showTable}`} />
      )}
      <div className={classes.actions}>
        <a className={classes.action} href={`${call}&format=csv`} download>
          {now.download}
        </a>
        <CopyText
          text={`curl -H "Authorization: Bearer $OHMSTEAD_TOKEN" "${location.origin}${call}"`}
          label={now.copyCall}
        />
      </div>
    </Card>
  )
}

function Table({ table: { head, rows }, label }: { table: ChartTable; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {head.map(cell => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row[0]}>
              {row.map((cell, at) => (
                <td key={head[at]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
