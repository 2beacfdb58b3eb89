import { type DeviceId, slug, type Tags } from '@ohmstead/model'
import { homeAssistant } from './homeAssistant.ts'

/** A series of line protocol in our words. */
export interface LineSeries {
  readonly device: DeviceId
  readonly measurement: string
  readonly field: string
  readonly tags: Tags
  /** What its numbers are multiplied by to have the field's unit. */
  readonly factor: number
}

/** Where a series of line protocol belongs: what `homeAssistant` says, else `lineDevice`. Pure. */
export function lineSeries(measurement: string, tags: Tags, field: string): LineSeries {
  const known = homeAssistant(measurement, tags, field)
  if (known) return known
  return { ...lineDevice(measurement, tags), measurement, field, factor: 1 }
}

/** Tags that name a device, the most telling first. */
const deviceTags = [
  'device',
  'device_name',
  'device_id',
  'sensor_name',
  'sensor_id',
  'entity_id',
  'host',
] as const

/**
 * The device that a point of line protocol is of, which has no word for it: what the first of these tags says, as a slug:
 * `device`, `device_name` and `sensor_name` (POWIOT), `device_id`, `sensor_id`, `entity_id` with its `domain` (Home
 * Assistant), `host` (Telegraf); else the measurement. That tag is left out of the series' tags.
 */
export function lineDevice(measurement: string, tags: Tags): { device: DeviceId; tags: Tags } {
  const naming = deviceTags.find(tag => Object.hasOwn(tags, tag))
  if (naming === undefined) return { device: slug(measurement) as DeviceId, tags }
  if (naming === 'entity_id') return entity(tags)
  const { [naming]: name, ...rest } = tags
  return { device: slug(name!) as DeviceId, tags: rest }
}

/** `sensor` is what nearly every entity is; only other domains are part of the name. */
function entity(tags: Tags): { device: DeviceId; tags: Tags } {
  const { entity_id: name, domain, ...rest } = tags
  const full = domain === undefined || domain === 'sensor' ? name! : `${domain} ${name}`
  return { device: slug(full) as DeviceId, tags: rest }
}
