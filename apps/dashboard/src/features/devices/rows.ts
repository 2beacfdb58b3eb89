import type { Device } from '@ohmstead/sdk'
import type { DeviceLive } from '../../live/deviceLive.ts'
import { unheard } from '../../live/deviceLive.ts'
import { type Liveness, liveness } from '../../live/liveness.ts'

export const listOrders = ['name', 'place', 'heard'] as const
export type ListOrder = (typeof listOrders)[number]
export const states: readonly Liveness[] = ['live', 'late', 'silent', 'off', 'new']

/** What the reader asks of the list; it is in the address, so that it can be sent to somebody. */
export interface DevicesSearch {
  readonly q?: string
  readonly state?: Liveness
  readonly order?: ListOrder
}

/** @param search of an address, which anybody may have written */
export function devicesSearch(search: Record<string, unknown>): DevicesSearch {
  const { q, state, order } = search
  return {
    ...(typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {}),
    ...(states.includes(state as Liveness) ? { state: state as Liveness } : {}),
    ...(listOrders.includes(order as ListOrder) ? { order: order as ListOrder } : {}),
  }
}

/** One line of the list; `heading` where a new place begins. */
export interface Row {
  readonly device: Device
  readonly place: string
  readonly heading: boolean
}

interface With {
  readonly search: DevicesSearch
  readonly states: ReadonlyMap<string, Liveness>
  readonly heardAt: (id: string) => number | null
  readonly placeName: (device: Device) => string
  readonly locale: string
}

/** The devices that are asked for, in the order that is asked for; by place those without one come last. */
export function rowsOf(
  devices: readonly Device[],
  { search: { q = '', state, order = 'name' }, states, heardAt, placeName, locale }: With,
): Row[] {
  const words = q.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean)
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  const rows = devices
    .map(device => ({ device, place: placeName(device) }))
    .filter(({ device, place }) => {
      if (state !== undefined && states.get(device.id) !== state) return false
      if (words.length === 0) return true
      const text = `${device.name} ${device.id} ${device.type ?? ''} ${place}`.toLocaleLowerCase(locale)
      return words.every(word => text.includes(word))
    })
  type Plain = (typeof rows)[number]
  const byName = (a: Plain, b: Plain) =>
    compare(a.device.name, b.device.name) || compare(a.device.id, b.device.id)
  const byPlace = (a: Plain, b: Plain) =>
    Number(a.place === '') - Number(b.place === '') || compare(a.place, b.place) || byName(a, b)
  const byHeard = (a: Plain, b: Plain) =>
    (heardAt(b.device.id) ?? 0) - (heardAt(a.device.id) ?? 0) || byName(a, b)
  const sorted = rows.sort(order === 'place' ? byPlace : order === 'heard' ? byHeard : byName)
  return sorted.map((row, at) => ({
    ...row,
    heading: order === 'place' && row.place !== sorted[at - 1]?.place,
  }))
}

/** Each device's state at one moment. */
export function statesAt(
  devices: readonly Device[],
  live: (id: string) => DeviceLive | undefined,
  now: number,
): Map<string, Liveness> {
  return new Map(devices.map(({ id, enabled }) => [id, liveness(live(id) ?? unheard(id), { enabled, now })]))
}
