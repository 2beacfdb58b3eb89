import { fieldInfo, type Instant, type Value } from '@ohmstead/model'

/** A value and when it was true. */
export interface Sample {
  readonly measurement: string
  readonly field: string
  readonly time: Instant
  readonly value: Value
}

/** What is known of one device at this moment. Immutable: a device that did not change keeps its object. */
export interface DeviceLive {
  readonly device: string
  /** The newest value of each `measurement.field`. */
  readonly values: ReadonlyMap<string, Sample>
  readonly heardAt: Instant | null
  /** Times between the last few readings, ms, oldest first. */
  readonly intervals: readonly number[]
  /** Whether it holds a connection; null when it does not use one or nobody has said. */
  readonly connected: boolean | null
}

/** A reading as it arrives, whatever the way. */
export interface Heard {
  readonly measurement: string
  readonly time: Instant
  readonly fields: Readonly<Record<string, Value>>
}

const keptIntervals = 7

export function unheard(device: string): DeviceLive {
  return { device, values: new Map(), heardAt: null, intervals: [], connected: null }
}

/** The device after these readings, in any order; a late reading never hides a newer value. */
export function hear(before: DeviceLive, readings: readonly Heard[]): DeviceLive {
  const values = new Map(before.values)
  let { heardAt, intervals } = before
  for (const { measurement, time, fields } of readings) {
    for (const [field, value] of Object.entries(fields)) {
      const key = `${measurement}.${field}`
      const known = values.get(key)
      if (known === undefined || known.time <= time) values.set(key, { measurement, field, time, value })
    }
    if (heardAt !== null && time <= heardAt) continue
    if (heardAt !== null) intervals = [...intervals, time - heardAt].slice(-keptIntervals)
    heardAt = time
  }
  return { ...before, values, heardAt, intervals }
}

/** How often the device speaks, ms: the median of the last intervals; null until it has been heard twice. */
export function cadenceMs({ intervals }: Pick<DeviceLive, 'intervals'>): number | null {
  if (intervals.length === 0) return null
  return intervals.toSorted((a, b) => a - b)[intervals.length >> 1]!
}

/** The newest power of the device, W, + draws, − feeds in; null when it measures none. */
export function powerOf({ values }: Pick<DeviceLive, 'values'>): (Sample & { value: number }) | null {
  let newest: (Sample & { value: number }) | null = null
  for (const sample of values.values()) {
    if (!isPower(sample.measurement, sample.field) || typeof sample.value !== 'number') continue
    if (newest === null || sample.time > newest.time) newest = sample as Sample & { value: number }
  }
  return newest
}

export function isPower(measurement: string, field: string): boolean {
  return fieldInfo(measurement, field)?.energy?.kind === 'power'
}

/** What a device without power is best known by, in this order; any other value comes after. */
const telling = ['temperature', 'co2', 'eco2', 'humidity', 'presence', 'luminosity', 'power']

/** The one value that stands for the device: its power, else what it senses. */
export function headline(live: DeviceLive): Sample | null {
  const power = powerOf(live)
  if (power !== null) return power
  const samples = [...live.values.values()]
  const rank = ({ field }: Sample) => (telling.includes(field) ? telling.indexOf(field) : telling.length)
  return samples.toSorted((a, b) => rank(a) - rank(b) || a.field.localeCompare(b.field))[0] ?? null
}
