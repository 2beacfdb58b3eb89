import { type Bucket, type By, calendarBuckets, isoLocal, parseTime } from '@ohmstead/model'
import type { Device, Energy, EnergyBucket, EnergyQuery, Place, Site } from '@ohmstead/sdk'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  editsQuery,
  energyQuery,
  type Revision,
  revisionsQuery,
  type SavedEdit,
  type VirtualMeter,
} from '../../api/energy.ts'
import { useAt } from '../../live/context.tsx'
import { type Change, changeOf, counterparts } from './compare.ts'
import { comparedWith, type Period, periodOf, sizesOf, usualSize } from './period.ts'
import type { Comparison, EnergySearch, Grouping } from './search.ts'
import { addKnown, inOrder, type Segment, segmentsOf } from './segments.ts'

/** Above this the server adds up by place: so many devices are neither a stack nor a quick answer. */
const mostDevices = 400

export interface Shown {
  readonly period: Period
  readonly by: By
  readonly sizes: readonly By[]
  readonly grouping: Grouping
  /** Devices were asked for, but there are too many for one picture. */
  readonly crowded: boolean
  readonly comparison: Comparison | null
  /** Epoch ms of each bar. */
  readonly bars: readonly Bucket[]
  /** Index of the chosen bar. */
  readonly bar: number | null
}

/** What of the address is shown: period, bars, and the chosen one. */
export function useShown(search: EnergySearch, zone: string, devices: number): Shown {
  const today = useAt(now => calendarBuckets({ from: now, to: now + 1 }, 'hour', zone)[0]!.start)
  return useMemo(() => {
    const at = search.at === undefined ? today : parseTime(search.at, zone)
    const wanted = { span: search.span ?? 'week', at, from: search.from, to: search.to }
    const period = periodOf(wanted, zone)
    const sizes = sizesOf(period, zone)
    const by = search.by !== undefined && sizes.includes(search.by) ? search.by : usualSize(period, zone)
    const bars = calendarBuckets({ from: period.start, to: period.end }, by, zone)
    const chosen = search.bar === undefined ? Number.NaN : parseTime(search.bar, zone)
    const bar = bars.findIndex(({ start, end }) => chosen >= start && chosen < end)
    const crowded = devices > mostDevices && search.device === undefined && search.place === undefined
    const grouping = search.group ?? 'device'
    const { compare } = search
    return {
      period,
      by,
      sizes,
      bars,
      bar: bar < 0 ? null : bar,
      crowded: crowded && grouping === 'device',
      grouping: crowded && grouping === 'device' ? 'place' : grouping,
      comparison: compare !== undefined && comparedWith(period, compare, zone) !== null ? compare : null,
    }
  }, [search, zone, devices, today])
}

export interface EnergyShown {
  /** Largest first, the rest last; undefined while nothing is known. */
  readonly segments: readonly Segment[] | undefined
  /** Meters without others below them, in whatever time. */
  readonly leaves: readonly string[]
  /** The site's own sum: what came from and went to the grid. */
  readonly whole: readonly EnergyBucket[] | undefined
  /** What was used in the compared time, by bar. */
  readonly compared: readonly (number | null)[] | null
  readonly comparedBy: ReadonlyMap<string, number | null> | null
  readonly change: Change | null
  readonly computed: readonly { meter: VirtualMeter; buckets: readonly EnergyBucket[] }[]
  /** Slots that changed after they were final; null where they are too many to be listed. */
  readonly revisions: readonly Revision[] | null
  /** Corrections in force. */
  readonly edits: readonly SavedEdit[]
  /** Address of what the chart shows. */
  readonly call: string
  readonly loading: boolean
  readonly error: Error | null
  readonly retry: () => void
}

interface Asked {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
  readonly virtual: readonly VirtualMeter[]
}

export function useEnergy({ site, search, shown, devices, virtual }: Asked): EnergyShown {
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const { period, by, comparison } = shown
  const zone = site.timezone
  const open = period.end > now
  const query = queryOf(period, by, zone)
  const byServer = devices.length > mostDevices && search.device === undefined && search.place === undefined
  const main: EnergyQuery =
    search.device !== undefined
      ? { ...query, group: 'device', device: search.device }
      : {
          ...query,
          group: shown.grouping === 'site' ? 'site' : byServer ? 'place' : 'device',
          ...(devices.length > mostDevices && search.place ? { place: search.place } : {}),
        }
  const answer = useQuery(energyQuery(site.id, main, open))
  const whole = useQuery(energyQuery(site.id, { ...query, group: 'site' }, open))
  const other = comparison && comparedWith(period, comparison, zone)
  const before = useQuery({
    ...energyQuery(site.id, { ...main, ...(other ? queryOf(other, by, zone) : {}) }, false),
    enabled: other !== null,
  })
  const revisions = useQuery({
    ...revisionsQuery(site.id, {
      from: query.from!,
      to: query.to!,
      ...(search.device === undefined ? {} : { device: search.device }),
    }),
    placeholderData: keepPreviousData,
  })
  const edits = useQuery(editsQuery(site.id, search.device))
  const virtualIds = virtual.map(({ id }) => id)
  const computed = useQuery({
    ...energyQuery(site.id, { ...query, group: 'device', device: virtualIds.join(',') }, open),
    enabled: virtualIds.length > 0 && search.device === undefined,
  })

  const tree = useMemo(() => treeOf(devices), [devices])
  const split = useMemo(() => {
    const place = search.place
    return (energy: Energy) => {
      if (search.device !== undefined) return energy.groups.map(meterSegment)
      if (shown.grouping === 'site')
        return energy.groups.map(({ key, buckets }) => ({ key, kind: 'site', buckets }) as const)
      if (byServer) return energy.groups.map(({ key, buckets }) => ({ key, kind: 'place', buckets }) as const)
      const all = segmentsOf(
        energy.groups,
        place === undefined ? (shown.grouping as 'device' | 'place') : 'device',
        tree,
      )
      return place === undefined
        ? all
        : all.filter(({ kind, key }) => kind === 'meter' && tree.placeOf(key) === place)
    }
  }, [search.device, search.place, shown.grouping, byServer, tree])

  const segments = useMemo(
    () => (answer.data === undefined ? undefined : inOrder(split(answer.data).filter(isKnown))),
    [answer.data, split],
  )
  const compared = useMemo(() => {
    if (before.data === undefined || other === null || segments === undefined) return null
    const earlier = split(before.data)
    return comparisonOf({ segments, earlier, shown, zone, now })
  }, [before.data, other, segments, split, shown, zone, now])

  const leaves = useMemo(() => {
    const parents = new Set(devices.map(({ submeterOf }) => submeterOf))
    // The server lists every meter that ever had energy, whatever time is asked for.
    return (answer.data?.groups ?? []).map(({ key }) => key).filter(key => !parents.has(key))
  }, [answer.data, devices])

  const firstError = [answer, whole].find(one => one.isError && one.data === undefined)
  return {
    segments,
    leaves,
    whole: whole.data?.groups[0]?.buckets ?? (whole.data === undefined ? undefined : []),
    compared: compared?.byBar ?? null,
    comparedBy: compared?.byKey ?? null,
    change: compared?.change ?? null,
    computed: virtual.flatMap(meter => {
      const group = computed.data?.groups.find(({ key }) => key === meter.id)
      return group === undefined ? [] : [{ meter, buckets: group.buckets }]
    }),
    revisions: revisions.data === undefined ? [] : revisions.data.next === null ? revisions.data.items : null,
    edits: (edits.data ?? []).filter(({ undone }) => undone === null),
    call: `/api/sites/${site.id}/energy?${new URLSearchParams(
      Object.entries(main).map(([name, value]) => [name, String(value)]),
    )}`,
    loading: answer.data === undefined || whole.data === undefined,
    error: firstError?.error ?? null,
    retry: () => {
      void answer.refetch()
      void whole.refetch()
    },
  }
}

function queryOf({ start, end }: Bucket, by: By, zone: string): EnergyQuery {
  return { from: isoLocal(start, zone), to: isoLocal(end, zone), by }
}

const meterSegment = ({ key, buckets }: Energy['groups'][number]): Segment => ({
  key,
  kind: 'meter',
  buckets,
})

/** A meter of which nothing at all is known in this time is not part of the picture. */
function isKnown({ kind, buckets }: Segment): boolean {
  return (
    kind === 'site' ||
    kind === 'meter' ||
    buckets.some(({ importWh, exportWh }) => (importWh ?? 0) > 0 || (exportWh ?? 0) > 0)
  )
}

function treeOf(devices: readonly Device[]) {
  const byId = new Map(devices.map(device => [device.id, device]))
  return {
    parentOf: (id: string) => byId.get(id)?.submeterOf ?? null,
    placeOf: (id: string) => byId.get(id)?.place ?? '',
  }
}

interface Compared {
  readonly segments: readonly Segment[]
  readonly earlier: readonly Segment[]
  readonly shown: Shown
  readonly zone: string
  readonly now: number
}

function comparisonOf({ segments, earlier, shown: { bars, by }, zone, now }: Compared) {
  const buckets = (earlier[0]?.buckets ?? []).map(({ start, end }, at) => ({
    start: Date.parse(start),
    end: Date.parse(end),
    at,
  }))
  const pairs = counterparts(bars, buckets, by, zone)
  const used = (of: readonly Segment[], at: number | undefined) =>
    at === undefined ? null : addKnown(of.map(one => one.buckets[at]?.importWh))
  const byBar = pairs.map(pair => used(earlier, pair?.at))
  const known = bars.map((_, at) => used(segments, at))
  const change = changeOf(
    bars.map(({ end }, at) => ({ end, now: known[at]!, earlier: byBar[at]! })),
    now,
  )
  const keyed = (one: Segment) => `${one.kind} ${one.key}`
  // What is over in both, as the sum above: a device is held against as much time.
  const counted = pairs.flatMap((pair, at) => (pair !== null && bars[at]!.end <= now ? [pair.at] : []))
  const byKey = new Map(
    earlier.map(one => [keyed(one), addKnown(counted.map(at => one.buckets[at]?.importWh))]),
  )
  return { byBar, change, byKey }
}
