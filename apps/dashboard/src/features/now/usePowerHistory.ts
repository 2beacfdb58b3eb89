import type { Device, ReadingsQuery } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { readingsQuery } from '../../api/queries.ts'
import { useLive, useSignal } from '../../live/context.tsx'
import { isPower } from '../../live/deviceLive.ts'
import type { Points } from '../../ui/series.ts'
import { byDevice } from './history.ts'

const minute = 60_000
/** Beyond this many devices a point every five minutes has to do. */
const fine = 60

export interface PowerHistory {
  readonly devices: ReadonlyMap<string, Points>
  readonly query: ReadingsQuery
  readonly stepMs: number
  readonly loading: boolean
  readonly error: unknown
  readonly retry: () => void
}

/** Power of each device over the last three hours, asked for once for the whole page. */
export function usePowerHistory(site: string, devices: readonly Device[]): PowerHistory {
  const fields = usePowerFields(devices)
  const stepMs = devices.length <= fine ? minute : 5 * minute
  const query = useMemo<ReadingsQuery>(
    () => ({
      from: '-3h',
      field: fields,
      resolution: stepMs === minute ? 'PT1M' : 'PT5M',
      aggregate: 'mean',
    }),
    [fields, stepMs],
  )
  const { data, isPending, error, refetch } = useQuery({
    ...readingsQuery(site, query, minute),
    enabled: fields !== '',
  })
  return useMemo(
    () => ({
      devices: byDevice((data ?? []).filter(one => isPower(one.measurement, one.field))),
      query,
      stepMs,
      loading: isPending && fields !== '',
      error: data === undefined ? error : null,
      retry: () => void refetch(),
    }),
    [data, query, stepMs, isPending, fields, error, refetch],
  )
}

/** Names of the fields by which the devices tell their power, as `gridPower,power`. */
function usePowerFields(devices: readonly Device[]): string {
  const live = useLive()
  const version = useSignal(live.version)
  // A new meter may speak by another field; that is worth a look once in a while, not with each frame.
  const look = version === 0 ? 0 : 1 + Math.floor(version / 600)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for the state of `live`
  return useMemo(() => {
    const names = new Set<string>()
    for (const { id } of devices) {
      for (const { measurement, field } of live.device(id)?.values.values() ?? []) {
        if (isPower(measurement, field)) names.add(field)
      }
    }
    return [...names].sort().join(',')
  }, [devices, live, look])
}
