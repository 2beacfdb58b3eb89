import type { Type } from './types.ts'

/** What a field holds: number, text, boolean, null, an event, a list of these, or an open record. */
export type Value = unknown

/** A named value of an event type. */
export interface Field {
  readonly name: string
  readonly type: Type
}

/** What events of a stream look like: named fields in a fixed order, so that a value is found by its place. */
export class EventType {
  readonly name: string
  readonly fields: readonly Field[]
  readonly places: ReadonlyMap<string, number>
  /** Fields that hold events, or lists of them. */
  readonly nested: readonly number[]
  /** Places of the fields that say when an event starts and when it ends, where it has such. */
  readonly times: { readonly start: number; readonly end: number } | undefined

  /** The type whose stream its events belong to as well: its fields are the first of these. */
  readonly parent: EventType | undefined

  constructor(name: string, fields: readonly Field[], times?: EventType['times'], parent?: EventType) {
    this.name = name
    this.parent = parent
    this.fields = fields
    this.times = times
    this.places = new Map(fields.map((field, i) => [field.name, i]))
    this.nested = fields.flatMap((field, i) => (holdsEvents(field.type) ? [i] : []))
  }

  /** Whether its events belong to a stream. */
  isA(stream: string): boolean {
    return this.name === stream || (this.parent?.isA(stream) ?? false)
  }

  placeOf(field: string): number {
    return this.places.get(field) ?? -1
  }
}

/** One event: never changed once made. `values` stand in the order of its type's fields; missing is null. */
export class Event {
  readonly type: EventType
  readonly values: readonly Value[]
  constructor(type: EventType, values: readonly Value[]) {
    this.type = type
    this.values = values
  }

  /** A field by name, or undefined when the type has no such field. */
  get(name: string): Value {
    const place = this.type.places.get(name)
    return place === undefined ? undefined : this.values[place]
  }

  /** As a plain record; events in it become records too. */
  toObject(): Record<string, Value> {
    const object: Record<string, Value> = Object.create(null)
    const { fields } = this.type
    for (let i = 0; i < fields.length; i++) object[fields[i].name] = plain(this.values[i])
    return object
  }
}

function plain(value: Value): Value {
  if (value instanceof Event) return value.toObject()
  return Array.isArray(value) ? value.map(plain) : value
}

/** @param record missing fields become null; fields that the type does not have are left out */
export function eventOf(type: EventType, record: Readonly<Record<string, Value>>): Event {
  const { fields } = type
  const values: Value[] = new Array(fields.length)
  for (let i = 0; i < fields.length; i++) values[i] = record[fields[i].name] ?? null
  for (const place of type.nested) values[place] = eventsIn(values[place], fields[place].type)
  return new Event(type, values)
}

/** Records where events are expected, as events. */
function eventsIn(value: Value, type: Type): Value {
  if (value === null || value instanceof Event) return value
  if (type.kind === 'array') return Array.isArray(value) ? value.map(item => eventsIn(item, type.of)) : null
  return type.kind === 'event' && typeof value === 'object'
    ? eventOf(type.of, value as Record<string, Value>)
    : value
}

const holdsEvents = (type: Type): boolean =>
  type.kind === 'event' || (type.kind === 'array' && holdsEvents(type.of))
