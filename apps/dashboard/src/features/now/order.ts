import type { Device } from '@ohmstead/sdk'
import { type DeviceLive, powerOf } from '../../live/deviceLive.ts'
import { holds, liveness } from '../../live/liveness.ts'

export const orders = ['power', 'name', 'place'] as const
export type Order = (typeof orders)[number]

interface With {
  readonly order: Order
  readonly live: (id: string) => DeviceLive | undefined
  readonly placeName: (device: Device) => string
  readonly locale: string
  readonly now: number
}

/** Largest power first (what feeds in counts by its size), then meters whose power is not known, sensors, by name. */
export function ordered(devices: readonly Device[], { order, live, placeName, locale, now }: With): Device[] {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  const byName = (a: Device, b: Device) => compare(a.name, b.name) || compare(a.id, b.id)
  if (order === 'name') return devices.toSorted(byName)
  if (order === 'place')
    return devices.toSorted((a, b) => compare(placeName(a), placeName(b)) || byName(a, b))
  const rank = new Map(devices.map(device => [device, size(live(device.id), device.enabled, now)]))
  return devices.toSorted((a, b) => rank.get(b)! - rank.get(a)! || byName(a, b))
}

function size(live: DeviceLive | undefined, enabled: boolean, now: number): number {
  const power = live && powerOf(live)
  if (live === undefined || !power) return -2
  return holds(liveness(live, { enabled, now })) ? Math.abs(power.value) : -1
}
