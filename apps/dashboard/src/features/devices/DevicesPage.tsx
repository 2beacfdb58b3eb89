import { Button, SegmentedControl, TextInput } from '@mantine/core'
import type { Device, Place } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useMemo } from 'react'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages, useReader } from '../../i18n/context.tsx'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { FlatCell, FlatHead, FlatRow, FlatTable } from '../../ui/FlatTable.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Page } from '../../ui/Page.tsx'
import { placeNames } from '../../ui/placeNames.ts'
import { useGrowing } from '../../ui/useGrowing.ts'
import classes from './DevicesPage.module.css'
import { ListRow } from './ListRow.tsx'
import { type DevicesSearch, type ListOrder, listOrders, type Row, rowsOf, statesAt } from './rows.ts'
import { StateFilter } from './StateFilter.tsx'

interface Props {
  readonly site: string
  readonly search: DevicesSearch
  readonly onSearch: (search: DevicesSearch) => void
  /** Leads to connecting a device; null where the reader may not. */
  readonly connect: ((emphasis: 'main' | 'aside') => ReactNode) | null
}

/** Every device of the site: is it heard, since when not, what does it say. */
export default function DevicesPage(props: Props) {
  const { nav } = useMessages()
  const devices = useQuery(devicesQuery(props.site))
  const places = useQuery(placesQuery(props.site))
  const live = useLive()
  const ready = useSignal(live.ready)
  const trouble = useSignal(live.trouble)
  const shownOnly = devices.data !== undefined && devices.data.length > 0
  return (
    <Page title={nav.devices} aside={shownOnly && props.connect?.('aside')}>
      {devices.isError && devices.data === undefined ? (
        <Card>
          <Failure error={devices.error} onRetry={() => devices.refetch()} />
        </Card>
      ) : !ready && trouble !== null ? (
        <Card>
          <Failure error={trouble} onRetry={live.retryNow} />
        </Card>
      ) : devices.data === undefined || !ready ? (
        <RowsSkeleton rows={8} rowHeight={57} />
      ) : devices.data.length === 0 ? (
        <Empty connect={props.connect} />
      ) : (
        <List {...props} devices={devices.data} places={places.data ?? []} />
      )}
    </Page>
  )
}

function List({
  site,
  devices,
  places,
  search,
  onSearch,
}: Props & { devices: readonly Device[]; places: readonly Place[] }) {
  const { devices: text, now } = useMessages()
  const format = useFormat()
  const { rows, counts } = useRows(devices, places, search)
  const shown = useGrowing(rows.length, 60)
  const set = (change: Partial<Record<keyof DevicesSearch, unknown>>) =>
    onSearch(Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value)))
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          type="search"
          className={classes.search!}
          aria-label={text.search}
          placeholder={text.search}
          value={search.q ?? ''}
          onChange={event => set({ q: event.currentTarget.value })}
        />
        <SegmentedControl
          aria-label={text.order}
          value={search.order ?? 'name'}
          onChange={choice => set({ order: choice === 'name' ? undefined : (choice as ListOrder) })}
          data={listOrders.map(value => ({ value, label: text.orders[value] }))}
        />
      </div>
      <StateFilter
        counts={counts}
        all={devices.length}
        value={search.state}
        onChange={state => set({ state })}
      />
      <Card flush>
        <FlatTable aria-label={now.devices} aria-rowcount={rows.length + 1}>
          <FlatRow className={`${classes.row} ${classes.head}`}>
            {[now.device, text.place, now.state, now.value].map(head => (
              <FlatHead key={head}>{head}</FlatHead>
            ))}
          </FlatRow>
          {rows.slice(0, shown).map(row => (
            <Lines key={row.device.id} site={site} row={row} grouped={search.order === 'place'} />
          ))}
        </FlatTable>
        <p className={classes.foot} role="status">
          {rows.length === 0
            ? text.noMatch
            : text.shownOf(devices.length, format.count(rows.length), format.count(devices.length))}
          {rows.length < devices.length && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => set({ q: undefined, state: undefined })}
            >
              {text.reset}
            </Button>
          )}
        </p>
      </Card>
    </>
  )
}

function Lines({ site, row, grouped }: { site: string; row: Row; grouped: boolean }) {
  const { devices: text } = useMessages()
  return (
    <>
      {row.heading && (
        <FlatRow className={classes.heading}>
          <FlatCell>{row.place === '' ? text.noPlace : row.place}</FlatCell>
        </FlatRow>
      )}
      <ListRow site={site} device={row.device} place={grouped ? '' : row.place} />
    </>
  )
}

const judgedEveryMs = 5000

/** Rows in order, and how many devices are in each state; judged anew every few seconds, the marks are at once. */
function useRows(devices: readonly Device[], places: readonly Place[], search: DevicesSearch) {
  const { locale } = useReader()
  const live = useLive()
  const wanted = useDeferredValue(search)
  const placeName = useMemo(() => placeNames(places), [places])
  const tick = useAt(now => Math.floor(now / judgedEveryMs))
  const states = useMemo(
    () => statesAt(devices, id => live.device(id), Math.max(ticker.now.get(), tick * judgedEveryMs)),
    [devices, live, tick],
  )
  // Rows that jump cannot be read: by time of hearing they are put in order once a minute.
  const minute = useAt(now => Math.floor(now / 60_000))
  const turn = wanted.order === 'heard' ? minute : 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` stands for when devices were heard
  const rows = useMemo(
    () =>
      rowsOf(devices, {
        search: wanted,
        states,
        heardAt: id => live.device(id)?.heardAt ?? null,
        placeName,
        locale,
      }),
    [devices, wanted, wanted.state === undefined ? null : states, turn, placeName, locale, live],
  )
  const counts = useMemo(() => {
    const counts = new Map<string, number>()
    for (const state of states.values()) counts.set(state, (counts.get(state) ?? 0) + 1)
    return counts
  }, [states])
  return { rows, counts }
}

function Empty({ connect }: Pick<Props, 'connect'>) {
  const { now } = useMessages()
  return (
    <Card className={classes.empty}>
      <h2 className={classes.emptyTitle}>{now.empty}</h2>
      <p className={classes.emptyHint}>{connect === null ? now.noRight : now.emptyHint}</p>
      {connect?.('main')}
    </Card>
  )
}
