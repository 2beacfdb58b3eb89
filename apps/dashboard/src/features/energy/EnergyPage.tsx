import type { Device, Place, Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { virtualMetersQuery } from '../../api/energy.ts'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { Page } from '../../ui/Page.tsx'
import { ChartPanel } from './ChartPanel.tsx'
import { DeviceDetail } from './DeviceDetail.tsx'
import classes from './EnergyPage.module.css'
import { Figures } from './Figures.tsx'
import { flowWords } from './flows.ts'
import { labelsOf } from './labels.ts'
import { namesOf } from './names.ts'
import { PageSkeleton } from './PageSkeleton.tsx'
import { Path } from './Path.tsx'
import { SegmentList } from './SegmentList.tsx'
import type { EnergySearch } from './search.ts'
import { fewer, mostSegments } from './segments.ts'
import { useShown } from './shown.ts'
import { Toolbar } from './Toolbar.tsx'
import { useEnergy } from './useEnergy.ts'
import { useKeys } from './useKeys.ts'
import { type Go, moves } from './view.ts'

/** A device and the time of it that is shown. */
export interface About {
  readonly device: { readonly id: string; readonly name: string }
  /** Epoch ms. */
  readonly start: number
  readonly end: number
  /** Whether it is computed from others and so has nothing of its own to correct. */
  readonly isVirtual: boolean
}

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly go: Go
  /** What people can correct about a device's time, and what has changed of it. */
  readonly corrections: (about: About) => ReactNode
  /** Leads to where sub-meters and computed meters are arranged. */
  readonly toMeters: ReactNode
}

/** How much energy, of what, when, and how well it is known. */
export default function EnergyPage(props: Props) {
  const { site } = props
  const { energy: text, site: siteText } = useMessages()
  const devices = useQuery(devicesQuery(site.id))
  const places = useQuery(placesQuery(site.id))
  const virtual = useQuery(virtualMetersQuery(site.id))
  const failed = [devices, places, virtual].find(one => one.isError && one.data === undefined)
  const known =
    devices.data !== undefined && places.data !== undefined && virtual.data !== undefined
      ? { devices: devices.data, places: places.data, virtual: virtual.data }
      : null
  return (
    <Page title={text.title} aside={<p className={classes.zone}>{siteText.zone(site.timezone)}</p>}>
      {failed !== undefined ? (
        <Card>
          <Failure error={failed.error} onRetry={() => failed.refetch()} />
        </Card>
      ) : known === null ? (
        <PageSkeleton />
      ) : (
        <Known {...props} {...known} />
      )}
    </Page>
  )
}

interface KnownProps extends Props {
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
  readonly virtual: Parameters<typeof useEnergy>[0]['virtual']
}

function Known({ site, search, go, corrections, toMeters, devices, places, virtual }: KnownProps) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const zone = site.timezone
  const labels = useMemo(() => labelsOf(format.locale, zone, text), [format.locale, zone, text])
  const shown = useShown(search, zone, devices.length)
  const energy = useEnergy({ site, search, shown, devices, virtual })
  const { segments } = energy
  const drawn = useMemo(() => fewer(segments ?? [], mostSegments), [segments])
  const names = useMemo(
    () =>
      namesOf({
        devices,
        places,
        virtual,
        rests: (segments ?? []).filter(({ kind }) => kind === 'untracked').length,
        others: drawn.others,
        count: format.count,
        text,
        leaves: energy.leaves,
        alone: search.device !== undefined,
      }),
    [devices, places, virtual, segments, drawn.others, format, text, energy.leaves, search.device],
  )
  const move = useMemo(() => moves({ search, shown, zone, go }), [search, shown, zone, go])
  const keys = useKeys({
    ArrowLeft: () => move.step(-1),
    ArrowRight: () => move.step(1),
    c: move.nextComparison,
    v: move.nextView,
    g: move.nextGrouping,
    Escape: move.back,
  })
  const open = useCallback((next: EnergySearch) => go(next, 'push'), [go])

  // The topmost meter with others below it stands between the site and the grid.
  const isGrid =
    search.device === undefined
      ? shown.grouping === 'site'
      : devices.some(({ submeterOf }) => submeterOf === search.device) &&
        devices.some(({ id, submeterOf }) => id === search.device && submeterOf === null)
  const words = useMemo(() => flowWords(text, isGrid), [text, isGrid])

  const nothing = devices.length === 0
  if (nothing)
    return (
      <Card className={classes.empty}>
        <h2 className={classes.emptyTitle}>{text.empty}</h2>
        <p className={classes.emptyHint}>{text.emptyHint}</p>
      </Card>
    )
  return (
    <>
      <Toolbar search={search} shown={shown} labels={labels} zone={zone} move={move} go={go} />
      {energy.error === null && (
        <Figures site={site} search={search} shown={shown} energy={energy} words={words} />
      )}
      <ChartPanel
        site={site}
        search={search}
        shown={shown}
        energy={energy}
        drawn={drawn.segments}
        names={names}
        labels={labels}
        words={words}
        keys={keys}
        move={move}
        go={go}
        path={<Path search={search} shown={shown} names={names} labels={labels} go={open} />}
      />
      {energy.error !== null ? null : search.device === undefined ? (
        <SegmentList
          site={site}
          search={search}
          shown={shown}
          energy={energy}
          names={names}
          labels={labels}
          go={open}
          toMeters={toMeters}
        />
      ) : (
        <DeviceDetail
          key={search.device}
          site={site}
          device={search.device}
          shown={shown}
          energy={energy}
          names={names}
          labels={labels}
          words={words}
          corrections={corrections}
          isVirtual={virtual.some(({ id }) => id === search.device)}
          onInside={move.inside}
        />
      )}
    </>
  )
}
