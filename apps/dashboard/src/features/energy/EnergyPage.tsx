import type { Device, Place, Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo } from 'react'
import { virtualMetersQuery } from '../../api/energy.ts'
import { devicesQuery, placesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { Page } from '../../ui/Page.tsx'
import { useBarChart } from './Bars.tsx'
import { ChartPanel } from './ChartPanel.tsx'
import { DeviceDetail } from './DeviceDetail.tsx'
import classes from './EnergyPage.module.css'
import { Figures } from './Figures.tsx'
import { type FlowWords, flowWords } from './flows.ts'
import { labelsOf } from './labels.ts'
import { type Names, namesOf } from './names.ts'
import { PageSkeleton } from './PageSkeleton.tsx'
import { Path } from './Path.tsx'
import { SegmentList } from './SegmentList.tsx'
import type { EnergySearch } from './search.ts'
import { fewer, mostSegments } from './segments.ts'
import { type Shown, useShown } from './shown.ts'
import { Toolbar } from './Toolbar.tsx'
import { type EnergyShown, useEnergy } from './useEnergy.ts'
import { useKeys } from './useKeys.ts'
import { type Go, type Moves, moves } from './view.ts'

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
  // On its way while the figures are asked for.
  useBarChart()
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

function Known({ corrections, toMeters, ...given }: KnownProps) {
  const { site, search, go, devices, virtual } = given
  const { energy: text } = useMessages()
  const format = useFormat()
  const zone = site.timezone
  const labels = useMemo(() => labelsOf(format.locale, zone, text), [format.locale, zone, text])
  const shown = useShown(search, zone, devices.length)
  const energy = useEnergy({ ...given, shown })
  const drawn = useMemo(() => fewer(energy.segments ?? [], mostSegments), [energy.segments])
  const names = useNames(given, energy, drawn.others)
  const words = useWords(given, shown)
  const move = useMemo(() => moves({ search, shown, zone, go }), [search, shown, zone, go])
  const keys = useMoveKeys(move)
  const open = useCallback((next: EnergySearch) => go(next, 'push'), [go])
  if (devices.length === 0) return <Nothing />

  const common = { site, search, shown, energy, names, labels, words }
  return (
    <>
      <Toolbar {...{ search, shown, labels, zone, move, go }} />
      {energy.error === null && <Figures {...common} />}
      <ChartPanel
        {...{ ...common, keys, move, go }}
        drawn={drawn.segments}
        path={<Path {...{ search, shown, names, labels }} go={open} />}
      />
      {energy.error !== null ? null : search.device === undefined ? (
        <SegmentList {...common} go={open} toMeters={toMeters} />
      ) : (
        <DeviceDetail
          {...{ ...common, corrections }}
          key={search.device}
          device={search.device}
          isVirtual={virtual.some(({ id }) => id === search.device)}
          onInside={move.inside}
        />
      )}
    </>
  )
}

type Given = Pick<KnownProps, 'search' | 'devices' | 'places' | 'virtual'>

/** @param others how many segments are drawn as one */
function useNames({ search, devices, places, virtual }: Given, energy: EnergyShown, others: number): Names {
  const { energy: text } = useMessages()
  const { count } = useFormat()
  const { segments, leaves } = energy
  const alone = search.device !== undefined
  return useMemo(() => {
    const rests = (segments ?? []).filter(({ kind }) => kind === 'untracked').length
    return namesOf({ devices, places, virtual, rests, others, count, text, leaves, alone })
  }, [devices, places, virtual, segments, others, count, text, leaves, alone])
}

/** The topmost meter with others below it stands between the site and the grid. */
function useWords({ search: { device }, devices }: Given, shown: Shown): FlowWords {
  const { energy: text } = useMessages()
  const isGrid =
    device === undefined
      ? shown.grouping === 'site'
      : devices.some(({ submeterOf }) => submeterOf === device) &&
        devices.some(({ id, submeterOf }) => id === device && submeterOf === null)
  return useMemo(() => flowWords(text, isGrid), [text, isGrid])
}

function useMoveKeys(move: Moves) {
  return useKeys({
    ArrowLeft: () => move.step(-1),
    ArrowRight: () => move.step(1),
    c: move.nextComparison,
    v: move.nextView,
    g: move.nextGrouping,
    Escape: move.back,
  })
}

function Nothing() {
  const { energy: text } = useMessages()
  return (
    <Card className={classes.empty}>
      <h2 className={classes.emptyTitle}>{text.empty}</h2>
      <p className={classes.emptyHint}>{text.emptyHint}</p>
    </Card>
  )
}
