import { type Bucket, type By, isoLocal } from '@ohmstead/model'
import type { Device, Energy, EnergyBucket, EnergyQuery, Site } from '@ohmstead/sdk'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import {
  editsQuery,
  energyQuery,
  type Revision,
  revisionsQuery,
  type SavedEdit,
  type VirtualMeter,
} from '../../api/energy.ts'
import { useAt } from '../../live/context.tsx'
import { type Change, comparisonOf } from './compare.ts'
import { comparedWith } from './period.ts'
import type { EnergySearch } from './search.ts'
import { inOrder, isKnown, type Segment } from './segments.ts'
import { mostDevices, type Shown } from './shown.ts'
import { splitOf } from './split.ts'

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
  readonly error: Error | null
  readonly retry: () => void
}

interface Asked {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly devices: readonly Device[]
  readonly virtual: readonly VirtualMeter[]
}

/** Everything that the page shows of the period, in as few requests as say it. */
export function useEnergy(asked: Asked): EnergyShown {
  const { site, search, shown, devices, virtual } = asked
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const main = mainQuery(asked)
  const { answer, whole, before, revisions, edits, computed } = useAnswers(asked, main, now)
  const split = useMemo(() => splitOf(search, shown.grouping, devices), [search, shown.grouping, devices])
  const segments = useMemo(
    () => (answer.data === undefined ? undefined : inOrder(split(answer.data).filter(isKnown))),
    [answer.data, split],
  )
  const compared = useMemo(
    () =>
      before.data === undefined || segments === undefined || shown.comparison === null
        ? null
        : comparisonOf({ segments, earlier: split(before.data), shown, zone: site.timezone, now }),
    [before.data, segments, split, shown, site.timezone, now],
  )
  const leaves = useMemo(() => leavesOf(answer.data?.groups ?? [], devices), [answer.data, devices])
  const aside = useMemo(
    () => ({
      whole: whole.data && (whole.data.groups[0]?.buckets ?? []),
      computed: computedOf(virtual, computed.data),
      revisions: revisions.data?.next == null ? (revisions.data?.items ?? []) : null,
      edits: (edits.data ?? []).filter(({ undone }) => undone === null),
    }),
    [whole.data, virtual, computed.data, revisions.data, edits.data],
  )
  const call = callOf(site, main)
  const error = [answer, whole].find(one => one.isError && one.data === undefined)?.error ?? null
  const { refetch } = answer
  const { refetch: refetchWhole } = whole
  const retry = useCallback(() => {
    void refetch()
    void refetchWhole()
  }, [refetch, refetchWhole])
  // The same while nothing is new: a chart is drawn again for whatever is not.
  return useMemo(
    () => ({
      segments,
      leaves,
      compared: compared?.byBar ?? null,
      comparedBy: compared?.byKey ?? null,
      change: compared?.change ?? null,
      ...aside,
      call,
      error,
      retry,
    }),
    [segments, leaves, compared, aside, call, error, retry],
  )
}

function useAnswers({ site, search, shown, virtual }: Asked, main: EnergyQuery, now: number) {
  const { period, by, comparison } = shown
  const { id, timezone } = site
  const isOpen = period.end > now
  const query = queryOf(period, by, timezone)
  const other = comparison && comparedWith(period, comparison, timezone)
  const virtualIds = virtual.map(meter => meter.id).join(',')
  const { device } = search
  const about = { from: query.from!, to: query.to!, ...(device === undefined ? {} : { device }) }
  return {
    answer: useQuery(energyQuery(id, main, isOpen)),
    whole: useQuery(energyQuery(id, { ...query, group: 'site' }, isOpen)),
    before: useQuery({
      ...energyQuery(id, { ...main, ...(other ? queryOf(other, by, timezone) : {}) }, false),
      enabled: other !== null,
    }),
    revisions: useQuery({ ...revisionsQuery(id, about), placeholderData: keepPreviousData }),
    edits: useQuery(editsQuery(id, device)),
    computed: useQuery({
      ...energyQuery(id, { ...query, group: 'device', device: virtualIds }, isOpen),
      enabled: virtualIds !== '' && device === undefined,
    }),
  }
}

function mainQuery({ site, search: { device, place }, shown, devices }: Asked): EnergyQuery {
  const query = queryOf(shown.period, shown.by, site.timezone)
  if (device !== undefined) return { ...query, group: 'device', device }
  if (shown.grouping === 'site') return { ...query, group: 'site' }
  if (devices.length <= mostDevices) return { ...query, group: 'device' }
  if (place === undefined) return { ...query, group: 'place' }
  return { ...query, group: 'device', ...(place === '' ? {} : { place }) }
}

function queryOf({ start, end }: Bucket, by: By, zone: string): EnergyQuery {
  return { from: isoLocal(start, zone), to: isoLocal(end, zone), by }
}

function callOf(site: Site, query: EnergyQuery): string {
  const entries = Object.entries(query).map(([name, value]) => [name, String(value)])
  return `/api/sites/${site.id}/energy?${new URLSearchParams(entries)}`
}

function computedOf(virtual: readonly VirtualMeter[], answer: Energy | undefined) {
  return virtual.flatMap(meter => {
    const group = answer?.groups.find(({ key }) => key === meter.id)
    return group === undefined ? [] : [{ meter, buckets: group.buckets }]
  })
}

/** The server lists every meter that ever had energy, whatever time is asked for. */
function leavesOf(groups: readonly { readonly key: string }[], devices: readonly Device[]): string[] {
  const parents = new Set(devices.map(({ submeterOf }) => submeterOf))
  return groups.map(({ key }) => key).filter(key => !parents.has(key))
}
