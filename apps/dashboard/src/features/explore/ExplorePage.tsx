import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { devicesQuery, placesQuery, seriesHeadsQuery } from '../../api/queries.ts'
import { seriesText } from '../../api/seriesKey.ts'
import { Signal } from '../../api/signal.ts'
import { useFormat, useMessages, useReader } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { maxSeries } from '../../ui/chart/dashes.ts'
import { SeriesChart } from '../../ui/chart/SeriesChart.tsx'
import { panned, type TimeWindow, zoomed } from '../../ui/chart/timeWindow.ts'
import { useLines, type Wanted } from '../../ui/chart/useLines.ts'
import { Failure } from '../../ui/Failure.tsx'
import { ChevronIcon, MinusIcon, PlusIcon } from '../../ui/icons.tsx'
import { Page } from '../../ui/Page.tsx'
import { placeNames } from '../../ui/placeNames.ts'
import classes from './ExplorePage.module.css'
import { optionsOf } from './find.ts'
import { Legend } from './Legend.tsx'
import { PointsTable } from './PointsTable.tsx'
import { SeriesPicker } from './SeriesPicker.tsx'
import { type ExploreSearch, keysOf, type SpanName, spanOf, spans, wantedOf } from './search.ts'
import { Take } from './Take.tsx'

const height = 360
/** About two for each pixel of a wide screen. */
const points = 2000

interface Props {
  readonly site: string
  readonly search: ExploreSearch
  /** `replace`: a step on the way, that the back button need not stop at. */
  readonly onSearch: (search: ExploreSearch, replace: boolean) => void
}

/** Any series of the site over each other, from years down to seconds, to look at and to take along. */
export default function ExplorePage({ site, search, onSearch }: Props) {
  const { nav, explore: text } = useMessages()
  const options = useOptions(site)
  const keys = keysOf(search)
  const names = useMemo(
    () => new Map(options.list.map(({ key, name }) => [seriesText(key), name])),
    [options.list],
  )
  const toggle = (series: string) => {
    const { s = [], ...rest } = search
    const next = s.includes(series) ? s.filter(one => one !== series) : [...s, series].slice(0, maxSeries)
    onSearch(next.length === 0 ? rest : { ...rest, s: next }, true)
  }
  return (
    <Page title={nav.explore} lead={text.lead}>
      <Card title={text.series}>
        {options.error === null || options.list.length > 0 ? (
          <SeriesPicker
            options={options.list}
            loading={options.loading}
            chosen={search.s ?? []}
            onToggle={toggle}
          />
        ) : (
          <Failure error={options.error} onRetry={options.retry} />
        )}
      </Card>
      {keys.length === 0 ? (
        <Card className={classes.empty}>
          <p>{text.choose}</p>
        </Card>
      ) : (
        <>
          <Picture site={site} search={search} onSearch={onSearch} onRemove={toggle} names={names} />
          <Take site={site} keys={keys} names={names} wanted={wantedOf(search)} span={spanOf(search)} />
        </>
      )}
    </Page>
  )
}

function useOptions(site: string) {
  const { locale } = useReader()
  const heads = useQuery(seriesHeadsQuery(site))
  const devices = useQuery(devicesQuery(site))
  const places = useQuery(placesQuery(site))
  const list = useMemo(
    () =>
      heads.data && devices.data
        ? optionsOf(heads.data, devices.data, placeNames(places.data ?? []), locale)
        : [],
    [heads.data, devices.data, places.data, locale],
  )
  return {
    list,
    loading: heads.isPending || devices.isPending,
    error: heads.error ?? devices.error,
    retry: () => void Promise.all([heads.refetch(), devices.refetch()]),
  }
}

type PictureProps = Props & {
  /** Of the devices, by series. */
  readonly names: ReadonlyMap<string, string>
  readonly onRemove: (series: string) => void
}

function Picture({ site, search, onSearch, names, onRemove }: PictureProps) {
  const { explore: text, site: siteText } = useMessages()
  const format = useFormat()
  // The legend alone follows the pointer: the page need not be drawn again for it.
  const [pointer] = useState(() => new Signal<number | null>(null))
  const keys = keysOf(search)
  const wanted = wantedOf(search)
  const lines = useLines(site, keys, wanted, points)
  const drawn = lines.series.some(({ times }) => times.length > 0)
  const window = useWindow(wanted)
  const show = (next: TimeWindow) =>
    onSearch({ ...search, from: Math.round(next.from), to: Math.round(next.to) }, true)
  const range = `${format.dateTime(window.from)} – ${format.dateTime(window.to)}`
  return (
    <Card title={text.chart} aside={<Tools search={search} onSearch={onSearch} />}>
      <div className={classes.line}>
        <p className={classes.range}>
          {range} · {siteText.zone(format.zone)}
          {lines.refining && <span role="status"> · {text.refining}</span>}
        </p>
        <Moves window={window} onWindow={show} />
      </div>
      {lines.error !== null && drawn && <Failure error={lines.error} onRetry={lines.retry} />}
      {search.view === 'table' ? (
        <PointsTable keys={keys} names={names} lines={lines.series} window={window} />
      ) : (
        <SeriesChart
          lines={lines}
          window={window}
          height={height}
          label={`${text.chart}: ${keys.map(key => `${names.get(seriesText(key)) ?? key.device} ${key.field}`).join(', ')}. ${range}. ${text.keys}`}
          empty={text.nothing}
          onTime={pointer.set}
          onWindow={show}
        />
      )}
      <Legend keys={keys} names={names} lines={lines.series} pointer={pointer} onRemove={onRemove} />
      {search.view !== 'table' && <p className={classes.hint}>{text.hint}</p>}
    </Card>
  )
}

/** Which stretch before now, and how it is shown. */
function Tools({ search, onSearch }: Pick<Props, 'search' | 'onSearch'>) {
  const { explore: text, now } = useMessages()
  const choose = (span: SpanName) => {
    const { to: _, ...rest } = search
    onSearch({ ...rest, from: span }, false)
  }
  const show = (view: string) => {
    const { view: _, ...rest } = search
    onSearch(view === 'table' ? { ...rest, view: 'table' } : rest, true)
  }
  return (
    <div className={classes.tools}>
      <SegmentedControl
        size="xs"
        aria-label={text.range}
        value={'lastMs' in wantedOf(search) ? spanOf(search) : ''}
        onChange={choice => choose(choice as SpanName)}
        data={(Object.keys(spans) as SpanName[]).map(value => ({ value, label: text.spans[value] }))}
      />
      <SegmentedControl
        size="xs"
        aria-label={now.view}
        value={search.view ?? 'chart'}
        onChange={show}
        data={[
          { value: 'chart', label: now.showChart },
          { value: 'table', label: now.showTable },
        ]}
      />
    </div>
  )
}

/** A span before now goes on with the time, by about a pixel at a time. */
function useWindow(wanted: Wanted): TimeWindow {
  const lastMs = 'lastMs' in wanted ? wanted.lastMs : null
  const step = lastMs === null ? 1 : lastMs / 1000
  const now = useAt(at => (lastMs === null ? 0 : Math.ceil(at / step) * step))
  return lastMs === null ? (wanted as TimeWindow) : { from: now - lastMs, to: now }
}

/** What hands do on the picture, as buttons. */
function Moves({ window, onWindow }: { window: TimeWindow; onWindow: (window: TimeWindow) => void }) {
  const { explore: text } = useMessages()
  const moves = [
    [text.earlier, <ChevronIcon key="icon" turn={90} />, () => panned(window, -0.5)],
    [text.later, <ChevronIcon key="icon" turn={-90} />, () => panned(window, 0.5)],
    [text.closer, <PlusIcon key="icon" />, () => zoomed(window, 0.5)],
    [text.wider, <MinusIcon key="icon" />, () => zoomed(window, 2)],
  ] as const
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own
    <div className={classes.moves} role="group" aria-label={text.moves}>
      {moves.map(([name, icon, next]) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          aria-label={name}
          title={name}
          onClick={() => onWindow(next())}
        >
          {icon}
        </Button>
      ))}
    </div>
  )
}
