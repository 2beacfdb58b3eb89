import { SegmentedControl, Skeleton } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import type { ReactNode } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { Bars } from './Bars.tsx'
import { ChartFoot } from './ChartFoot.tsx'
import classes from './ChartPanel.module.css'
import { EnergyTable } from './EnergyTable.tsx'
import { Legend } from './Legend.tsx'
import { InPlace, type Pictured, pictureHeight } from './picture.tsx'
import { Shares } from './Shares.tsx'
import type { EnergySearch, Grouping, View } from './search.ts'
import type { useKeys } from './useKeys.ts'
import { type Go, type Moves, viewOf, viewsOf } from './view.ts'

interface Props extends Pictured {
  readonly site: Site
  readonly search: EnergySearch
  readonly keys: ReturnType<typeof useKeys>
  readonly move: Moves
  readonly go: Go
  readonly path: ReactNode
}

/** The picture, with everything that every chart has: table, file, API call. */
export function ChartPanel(props: Props) {
  const { search, shown, path } = props
  const { energy: text } = useMessages()
  const title =
    search.device === undefined ? text.by[shown.grouping] : text.of(props.names.device(search.device))
  return (
    <Card aria-label={title}>
      <header className={classes.header}>
        {path}
        <Controls {...props} />
      </header>
      {shown.crowded && <p className={classes.note}>{text.crowded}</p>}
      <Picture {...props} title={title} />
      {viewOf(search) === 'bars' && <Legend {...props} />}
      <ChartFoot {...props} />
    </Card>
  )
}

function Controls({ search, shown, go }: Pick<Props, 'search' | 'shown' | 'go'>) {
  const { energy: text } = useMessages()
  return (
    <div className={classes.controls}>
      {search.device === undefined && search.place === undefined && (
        <SegmentedControl
          size="xs"
          aria-label={text.group}
          value={shown.grouping}
          onChange={value => go({ ...search, group: value as Grouping }, 'replace')}
          data={(['device', 'place', 'site'] as const).map(value => ({ value, label: text.groups[value] }))}
        />
      )}
      <SegmentedControl
        size="xs"
        aria-label={text.view}
        value={viewOf(search)}
        onChange={value => go({ ...search, view: value as View }, 'replace')}
        data={viewsOf(search).map(value => ({ value, label: text.views[value] }))}
      />
    </div>
  )
}

function Picture(props: Props & { title: string }) {
  const { search, energy } = props
  const { energy: text } = useMessages()
  const { segments } = energy
  if (energy.error !== null)
    return (
      <InPlace>
        <Failure error={energy.error} onRetry={energy.retry} />
      </InPlace>
    )
  if (segments === undefined) return <Skeleton height={pictureHeight} />
  if (segments.length === 0) return <InPlace>{text.emptyTime}</InPlace>
  switch (viewOf(search)) {
    case 'table':
      return <EnergyTable {...props} segments={segments} />
    case 'shares':
      return <Shares {...props} height={pictureHeight} />
    case 'bars':
      return <Bars {...props} />
  }
}
