import { type Refusal, slug } from '@ohmstead/model'

/** One reading of a POWIOT device, addressed in our words. */
export interface PowiotReading {
  /** `house_id` as an id; undefined when the message does not say: then it is the sender's own site. */
  readonly site: string | undefined
  readonly device: string
  /** For readReading, which is yet to check it. */
  readonly item: unknown
}

/** What POWIOT devices publish on; `sensors/<name>`. */
export const powiotFilter = 'sensors/#'
const topicPrefix = 'sensors/'

/**
 * A message of a POWIOT device: the readings in it, in their order, or why there are none. Topic `sensors/<name>`, payload
 * as its Python clients write it, one reading or an array of them:
 * `{"measurement": "airSensor", "tags": {"house_id": "3", "location": "Soverom", "sensor_name": "mill-sense"},
 * "fields": {"temperature": 19.7, "humidity": 40.3}, "time": "2023-05-23T14:05:09.123456"}`.
 *
 * Site is `house_id`; device is `device_name`, else `sensor_name`, else what the topic says after `sensors/`; each made an
 * id by `slug`. Tags that became an address are tags no longer, the others stay. Never throws.
 */
export function powiot(topic: string, payload: Uint8Array): PowiotReading[] | Refusal {
  const message = parse(payload)
  if (message === undefined) return { field: '', reason: 'is not JSON' }
  return (Array.isArray(message) ? message : [message]).map(item => address(topic, item))
}

function address(topic: string, item: unknown): PowiotReading {
  const byTopic = slug(topic.startsWith(topicPrefix) ? topic.slice(topicPrefix.length) : topic)
  if (!isRecord(item) || !isRecord(item.tags)) return { site: undefined, device: byTopic, item }
  const { tags } = item
  const house = nameOf(tags, 'house_id')
  const naming = (['device_name', 'sensor_name'] as const).find(tag => nameOf(tags, tag) !== undefined)
  const used = new Set<string | undefined>([house === undefined ? undefined : 'house_id', naming])
  // A sensor that is called what its device is called says nothing more.
  if (naming === 'device_name' && tags.sensor_name === tags.device_name) used.add('sensor_name')
  const rest = Object.entries(tags).filter(([name]) => !used.has(name))
  return {
    site: house === undefined ? undefined : slug(house),
    device: naming === undefined ? byTopic : slug(nameOf(tags, naming)!),
    // fromEntries defines: a tag that is called __proto__ is still only a tag, and refused later.
    item: { ...item, tags: Object.fromEntries(rest) },
  }
}

/** Python clients write ids as numbers, too. */
function nameOf(tags: Readonly<Record<string, unknown>>, tag: string): string | undefined {
  const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const notNumbers = /([:,[]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g

function parse(payload: Uint8Array): unknown {
  try {
    const text = utf8.decode(payload)
    // Python's json writes NaN, which JSON has not: as null it costs its own field, not the whole message.
    return parseJson(text) ?? parseJson(text.replace(notNumbers, '$1null'))
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
