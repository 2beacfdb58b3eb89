import { type Instant, isoLocal, parseTime } from '@ohmstead/model'
import type { Swap } from './siteDay.ts'
import { demoSites } from './sites/index.ts'

/** [from, to) */
interface Span {
  readonly from: Instant
  readonly to: Instant
}

/** What goes wrong in the demo's year, so that one can see what becomes of it. */
export interface Incidents {
  /** Nothing at all comes from the site: its router is dead, its meters go on counting. */
  readonly outages: readonly (Span & { site: string })[]
  /** A sensor shows one value whatever happens. */
  readonly stuck: readonly (Span & { site: string; device: string; field: string; value: number })[]
  /** A device says zero for some seconds, as after a reset of its radio. */
  readonly zeros: readonly { site: string; device: string; at: Instant }[]
  /** A meter is exchanged for another. Silent from `offAt` till the new one runs. */
  readonly swaps: readonly (Swap & { site: string; offAt: Instant })[]
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** @param loadedAt when the year was first loaded: incidents lie so many days before it */
export function incidentsBefore(loadedAt: Instant): Incidents {
  const local = (site: string, daysBefore: number, time: string) => {
    const zone = demoSites.find(({ id }) => id === site)!.timezone
    return parseTime(`${isoLocal(loadedAt - daysBefore * dayMs, zone).slice(0, 10)}T${time}`, zone)
  }
  const swapAt = local('demo-oslo', 143, '14:03:00')
  const darkAt = local('demo-adelaide', 88, '17:20:00')
  return {
    swaps: [{ site: 'demo-oslo', device: 'mains', at: swapAt, offAt: swapAt - 22 * minuteMs, startWh: 370 }],
    outages: [{ site: 'demo-adelaide', from: darkAt, to: darkAt + 5 * 60 * minuteMs }],
    stuck: [
      {
        site: 'demo-paris',
        device: 'living-room-air',
        field: 'temperature',
        value: 20.84,
        from: local('demo-paris', 61, '09:40:00'),
        to: local('demo-paris', 56, '18:05:00'),
      },
    ],
    zeros: [
      { site: 'demo-oslo', device: 'fridge', at: local('demo-oslo', 31, '04:17:11') },
      { site: 'demo-berlin', device: 'server-rack', at: local('demo-berlin', 12, '11:42:36') },
    ],
  }
}

/** Whether nothing comes from the device at `at`. */
export function silent({ outages, swaps }: Incidents, site: string, device: string, at: Instant): boolean {
  return (
    outages.some(outage => outage.site === site && at >= outage.from && at < outage.to) ||
    swaps.some(swap => swap.site === site && swap.device === device && at >= swap.offAt && at < swap.at)
  )
}

/** What a stuck sensor shows instead of the truth, or undefined. */
export function stuckValue({ stuck }: Incidents, site: string, device: string, field: string, at: Instant) {
  return stuck.find(
    one => one.site === site && one.device === device && one.field === field && at >= one.from && at < one.to,
  )?.value
}
