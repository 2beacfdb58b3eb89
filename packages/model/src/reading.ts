import type { Instant } from './clock.ts'
import type { DeviceId, SiteId } from './ids.ts'

export type Value = number | boolean | string
export type ValueType = 'number' | 'boolean' | 'string'

/** Names to values that tell series of one device and field apart; order has no meaning. */
export type Tags = Readonly<Record<string, string>>

/** Values of one measurement of one device at one instant. */
export interface Reading {
  readonly site: SiteId
  readonly device: DeviceId
  readonly measurement: string
  readonly time: Instant
  readonly fields: Readonly<Record<string, Value>>
  readonly tags: Tags
}

/** What tells one series from every other. */
export interface SeriesKey {
  readonly site: SiteId
  readonly device: DeviceId
  readonly measurement: string
  readonly field: string
  readonly tags: Tags
}

/** A series that a store knows; `id` is the store's own and means nothing outside it. */
export interface Series extends SeriesKey {
  readonly id: number
  readonly type: ValueType
}

/** Points of one series, oldest first, as columns of equal length. `values` is a typed array for numbers. */
export interface Points {
  readonly times: Float64Array
  readonly values: Float64Array | readonly Value[]
}

/** One text for equal tags, whatever their order: `{"a":"1","b":"2"}`. */
export function tagsKey(tags: Tags): string {
  const names = Object.keys(tags)
  if (names.length === 0) return '{}'
  names.sort()
  return JSON.stringify(Object.fromEntries(names.map(name => [name, tags[name]])))
}
