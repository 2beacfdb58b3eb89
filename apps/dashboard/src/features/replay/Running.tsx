import { Button } from '@mantine/core'
import { NotFound } from '@ohmstead/sdk'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Lab } from './Lab.tsx'
import { Live } from './Live.tsx'
import type { OnSearch } from './ReplayPage.tsx'
import classes from './Running.module.css'
import type { ReplaySearch } from './search.ts'
import { useReplay } from './useReplay.ts'

export interface RunningProps {
  readonly site: string
  readonly id: string
  readonly search: ReplaySearch
  readonly onSearch: OnSearch
  readonly lab: ForLab | undefined
  readonly mayStart: boolean
}

/** One replay, as it goes on or as it was. */
export function Running(props: RunningProps) {
  const { replay: text } = useMessages()
  const { site, id, onSearch } = props
  const told = useReplay(site, id)
  const { replay, error } = told
  if (error instanceof NotFound)
    return (
      <Card title={text.gone}>
        <p>{text.goneMeans}</p>
        <Button className={classes.next!} size="sm" onClick={() => onSearch({ fresh: true }, false)}>
          {text.fresh}
        </Button>
      </Card>
    )
  if (error !== null && replay === undefined)
    return (
      <Card>
        <Failure error={error} onRetry={told.again} />
      </Card>
    )
  if (replay === undefined) return <RowsSkeleton rows={4} />
  return replay.mode === 'lab' ? (
    <Lab {...props} replay={replay} said={told.said} />
  ) : (
    <Live {...props} replay={replay} />
  )
}
