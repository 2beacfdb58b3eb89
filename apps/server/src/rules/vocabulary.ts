import { catalogue, type Series } from '@ohmstead/model'
import { type Engine, EventType, type Type } from '@ohmstead/streams'
import type { ReadingStore } from '@ohmstead/telemetry'
import { commonFields } from './commonFields.ts'
import { slotStream, slotType } from './slots.ts'

/**
 * The streams that a site's rules can name: the measurements of the catalogue, what the site has stored beyond them, and the
 * slots of its meters.
 */
export function vocabularyOf(store: Pick<ReadingStore, 'select'>, site: string): Map<string, EventType> {
  const streams = new Map<string, Map<string, Type>>()
  for (const { name, fields } of Object.values(catalogue))
    streams.set(
      name,
      new Map(Object.entries(fields).map(([field, { type, unit }]) => [field, typeOf(type, unit)])),
    )
  for (const { measurement, field, type } of store.select({ site })) {
    const fields = streams.get(measurement) ?? new Map<string, Type>()
    streams.set(measurement, fields)
    if (!fields.has(field)) fields.set(field, typeOf(type, ''))
  }
  const types = new Map([...streams].map(([name, fields]) => [name, streamType(name, fields)]))
  return types.set(slotStream, slotType)
}

function typeOf(type: Series['type'], unit: string): Type {
  if (type !== 'number') return { kind: type }
  return unit === '' ? { kind: 'number', integer: false } : { kind: 'number', integer: false, unit }
}

function streamType(name: string, fields: ReadonlyMap<string, Type>): EventType {
  const known = new Set(commonFields.map(field => field.name))
  const own = [...fields].filter(([field]) => !known.has(field))
  return new EventType(name, [...commonFields, ...own.map(([field, type]) => ({ name: field, type }))])
}

/** The same stream with only those of its own fields that are asked for; null for all. */
export function narrowed(type: EventType, fields: ReadonlySet<string> | null): EventType {
  if (fields === null) return type
  const known = new Set(commonFields.map(field => field.name))
  return new EventType(
    type.name,
    type.fields.filter(({ name }) => known.has(name) || fields.has(name)),
  )
}

/** Makes the streams known to an engine. @returns the engine's own types of them, which its events have */
export function declare(engine: Engine, types: Iterable<EventType>): Map<string, EventType> {
  return new Map([...types].map(({ name, fields }) => [name, engine.stream(name, fields)]))
}
