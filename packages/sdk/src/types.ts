import type { Device, Place, Quality, Role, Site, Tags, Value } from '@ohmstead/model'

export type { Device, Place, Quality, Role, Scope, Site, Tags, Value } from '@ohmstead/model'

/** RFC 9457, with the members that Ohmstead adds. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  /** Stable; callers branch on it, never on the words. */
  readonly code?: string
  readonly field?: string
  readonly errors?: { readonly field: string; readonly reason: string }[]
}

/** A page of a list; `next` asks for the one after it, null at the end. */
export interface Page<Item> {
  readonly items: Item[]
  readonly next: string | null
}

export interface NewSite
  extends Pick<Site, 'id' | 'name' | 'timezone'>,
    Partial<Pick<Site, 'currency' | 'priceArea'>> {}
export interface NewPlace extends Pick<Place, 'id' | 'name' | 'kind'>, Partial<Pick<Place, 'parent'>> {}
export interface NewDevice
  extends Pick<Device, 'id' | 'name'>,
    Partial<Omit<Device, 'id' | 'name' | 'site'>> {}

/** Values of one measurement at one instant, as they are sent. Without `time`: when it arrives. */
export interface NewReading {
  readonly measurement: string
  /** ISO 8601 (without an offset: the site's local time) or epoch ms. */
  readonly time?: string | number
  readonly fields: Readonly<Record<string, Value>>
  readonly tags?: Tags
}

/** What became of readings that were sent. Accepted ones are durable. */
export interface Receipt {
  readonly accepted: number
  readonly rejected: { readonly index: number; readonly field: string; readonly reason: string }[]
}

/** Points of one series as columns of equal length, oldest first. `times` in epoch ms. */
export interface SeriesOut {
  readonly site: string
  readonly device: string
  readonly measurement: string
  readonly field: string
  readonly tags: Tags
  /** UCUM; null when nobody has said. */
  readonly unit: string | null
  readonly resolution: string
  readonly times: number[]
  readonly values: Value[]
}

/** The newest point of a series. */
export interface LatestOut extends SeriesOut {
  readonly time: number
  readonly value: Value
  /** How long ago by the server's clock, ms. */
  readonly ageMs: number
}

/** Which series; several ids or names are separated by commas, all match when absent. */
export interface SeriesQuery {
  readonly device?: string
  readonly place?: string
  readonly measurement?: string
  readonly field?: string
}

export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'count' | 'first' | 'last'

/** Times: ISO 8601, epoch ms, `now`, or before now as `-24h`. */
export interface ReadingsQuery extends SeriesQuery {
  readonly from?: string
  readonly to?: string
  readonly resolution?: string
  readonly aggregate?: Aggregate
  readonly points?: number
}

export type By = 'slot' | 'hour' | 'day' | 'week' | 'month' | 'year'

export interface EnergyQuery {
  readonly from: string
  readonly to: string
  readonly by: By
  readonly group?: 'site' | 'place' | 'device'
  readonly device?: string
}

/** Energy between two instants (ISO, with the site's offset). null is unknown, never zero. */
export interface EnergyBucket {
  readonly start: string
  readonly end: string
  readonly importWh: number | null
  readonly exportWh: number | null
  /** Share of the bucket that readings account for, 0–1. */
  readonly completeness: number
  /** Share of the bucket's slots by quality; they add up to 1. */
  readonly quality: Readonly<Partial<Record<Quality, number>>>
}

export interface Energy {
  readonly by: By
  readonly timezone: string
  readonly groups: { readonly key: string; readonly buckets: EnergyBucket[] }[]
}

/** A reading that was refused. */
export interface Quarantined {
  readonly id: number
  readonly time: number
  readonly device: string | null
  readonly via: string
  readonly field: string
  readonly reason: string
  readonly sample: string
}

/** Who is signed in. */
export interface Profile {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly username: string | null
  /** Looks after the whole platform. */
  readonly admin: boolean
  readonly emailVerified: boolean
  readonly twoFactor: boolean
  /** Site → role. */
  readonly roles: Readonly<Record<string, Role>>
}

/** `secondFactor`: the password was right, a code is still to be sent; `person` is null until then. */
export interface Login {
  readonly person: Profile | null
  readonly secondFactor: boolean
}

export interface NewPerson {
  readonly email: string
  readonly name: string
  readonly password: string
}
