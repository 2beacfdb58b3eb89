import { useQuery } from '@tanstack/react-query'
import { devicesQuery, quarantineQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { RefusedTable } from '../../ui/RefusedTable.tsx'
import classes from './SettingsPage.module.css'

/** What was refused lately, of all devices. */
export function RefusedSection({ site }: { site: string }) {
  const { settings: text, problems } = useMessages()
  const list = useQuery(quarantineQuery(site))
  const devices = useQuery(devicesQuery(site))
  const nameOf = (id: string | null) => devices.data?.find(device => device.id === id)?.name ?? id ?? '–'
  return (
    <Card title={text.names.refused}>
      {list.data === undefined ? (
        list.isError ? (
          <Failure error={list.error} onRetry={() => list.refetch()} />
        ) : (
          <RowsSkeleton rows={4} rowHeight={48} />
        )
      ) : list.data.length === 0 ? (
        <p className={classes.lead}>{text.refusedNone}</p>
      ) : (
        <>
          <p className={classes.lead}>{problems.refusedMeans}</p>
          <RefusedTable entries={list.data} nameOf={nameOf} />
        </>
      )}
    </Card>
  )
}
