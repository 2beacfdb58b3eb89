import {
  type DeviceId,
  type Series,
  type SiteId,
  type Tags,
  tagsKey,
  type Value,
  type ValueType,
} from '@ohmstead/model'
import { type ReadingStore, SeriesTypeMismatch } from '@ohmstead/telemetry'

type Fields = Map<string, Series>

/** The series that readings go to, found without making a key of text for each value. */
export class SeriesIndex {
  readonly #store: Pick<ReadingStore, 'resolve'>
  /** Site and device → measurement and tags → field. */
  #devices = new Map<string, Map<string, Fields>>()

  constructor(store: Pick<ReadingStore, 'resolve'>) {
    this.#store = store
  }

  /** The series of one measurement and tag set of a device, by field. */
  fields(site: string, device: string, measurement: string, tags: Tags): Fields {
    const key = `${site}/${device}`
    let groups = this.#devices.get(key)
    if (!groups) this.#devices.set(key, (groups = new Map()))
    const group = hasAny(tags) ? `${measurement}${tagsKey(tags)}` : measurement
    let fields = groups.get(group)
    if (!fields) groups.set(group, (fields = new Map()))
    return fields
  }

  /** The series of a field, made when new; a text says why the value cannot go there. */
  series(fields: Fields, at: Place, field: string, type: ValueType): Series | string {
    let series = fields.get(field)
    if (!series) {
      const made = this.#resolve(at, field, type)
      if (typeof made === 'string') return made
      fields.set(field, (series = made))
    }
    return series.type === type ? series : wrongType(series.type, type)
  }

  #resolve(at: Place, field: string, type: ValueType): Series | string {
    try {
      const { measurement, tags } = at
      return this.#store.resolve(
        { site: at.site as SiteId, device: at.device as DeviceId, measurement, field, tags },
        type,
      )
    } catch (error) {
      if (error instanceof SeriesTypeMismatch) return wrongType(error.expected, type)
      throw error
    }
  }

  /** Forgets a device, or a whole site: their series may be gone from the store. */
  forget(site: string, device?: string): void {
    if (device !== undefined) this.#devices.delete(`${site}/${device}`)
    else for (const key of this.#devices.keys()) if (key.startsWith(`${site}/`)) this.#devices.delete(key)
  }
}

/** Where a value belongs, but for its field. */
export interface Place {
  readonly site: string
  readonly device: string
  readonly measurement: string
  readonly tags: Tags
}

export const typeOf = (value: Value) => typeof value as ValueType

function wrongType(expected: ValueType, got: ValueType): string {
  return `this series holds ${expected}s, got a ${got}`
}

function hasAny(tags: Tags): boolean {
  for (const _ in tags) return true
  return false
}
