import type { Value } from '@ohmstead/model'

/** Names that every reading has for itself. */
const taken = new Set(['device', 'place', 'time'])

/**
 * What a device says of itself on its status topic, as a reading's measurement and fields: the numbers, booleans and texts of the
 * JSON, or the one value that it is, as `state`. Undefined when nothing of it can be kept: a status has free fields, so that is no fault.
 */
export function statusReading(
  status: unknown,
): { measurement: 'status'; fields: Record<string, Value> } | undefined {
  if (isValue(status)) return { measurement: 'status', fields: { state: String(status) } }
  if (typeof status !== 'object' || status === null || Array.isArray(status)) return undefined
  const fields = Object.entries(status).filter(([name, value]) => !taken.has(name) && isValue(value))
  return fields.length === 0 ? undefined : { measurement: 'status', fields: Object.fromEntries(fields) }
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
