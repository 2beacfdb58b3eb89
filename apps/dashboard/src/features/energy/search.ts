import type { By } from '@ohmstead/model'

/** How much time the page shows. `years` are five of them; `custom` is whole days that the reader chose. */
export const spans = ['hour', 'day', 'week', 'month', 'year', 'years', 'custom'] as const
export type Span = (typeof spans)[number]
/** What a period is compared with. */
export const comparisons = ['previous', 'weekday', 'year'] as const
export type Comparison = (typeof comparisons)[number]
export type Grouping = 'device' | 'place' | 'site'
export type View = 'bars' | 'shares' | 'table'

/** What the page shows, as its address says it: a link shows the same to whoever follows it. */
export interface EnergySearch {
  /** `week` when absent. */
  readonly span?: Span
  /** A local date in the period, or the start of an hour; the present when absent. */
  readonly at?: string
  /** Dates of a custom period, both included. */
  readonly from?: string
  readonly to?: string
  readonly by?: By
  /** `device` when absent. */
  readonly group?: Grouping
  /** `bars` when absent. */
  readonly view?: View
  readonly compare?: Comparison
  /** Only this meter. */
  readonly device?: string
  /** Only what is at this place; empty for what is at none. */
  readonly place?: string
  /** Start of the chosen bar. */
  readonly bar?: string
}

const choices = {
  span: spans,
  by: ['slot', 'hour', 'day', 'week', 'month', 'year'],
  group: ['device', 'place', 'site'],
  view: ['bars', 'shares', 'table'],
  compare: comparisons,
} as const satisfies Record<string, readonly string[]>

const time = /^(19|20|21)\d\d-\d\d-\d\d(T\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?)?$/
const patterns = {
  at: time,
  from: /^(19|20|21)\d\d-\d\d-\d\d$/,
  to: /^(19|20|21)\d\d-\d\d-\d\d$/,
  bar: time,
  device: /^[a-z0-9][a-z0-9-]{0,62}$/,
  place: /^([a-z0-9][a-z0-9-]{0,62})?$/,
}

/** What of an address can be understood; the rest is left out. */
export function energySearch(search: Record<string, unknown>): EnergySearch {
  const chosen = Object.entries(choices).filter(([name, all]) =>
    (all as readonly unknown[]).includes(search[name]),
  )
  const written = Object.entries(patterns).filter(([name, pattern]) => {
    const value = search[name]
    return typeof value === 'string' && pattern.test(value) && (!value.includes('-') || isTime(name, value))
  })
  return Object.fromEntries([...chosen, ...written].map(([name]) => [name, search[name]]))
}

function isTime(name: string, value: string): boolean {
  return name === 'device' || name === 'place' || !Number.isNaN(Date.parse(value))
}
