import type { Ledger } from '@ohmstead/ledger'
import { type Instant, type Series, type Slot, slotMs, type Value } from '@ohmstead/model'
import { EventType, type Field } from '@ohmstead/streams'
import type {
  Latest,
  QueryLimits,
  ReadingStore,
  SeriesFilter,
  SeriesPoints,
  TimeRange,
} from '@ohmstead/telemetry'
import { commonFields } from './commonFields.ts'

/** The stream of the ledger's slots. */
export const slotStream = 'slots'

/**
 * A slot is told so long after its end. By then a meter that sends every five minutes has sent what makes it final; of one that
 * is slower, slots come late, as late readings do.
 */
const afterEndMs = 5 * 60_000
/** What was known at a moment is looked for so far back. */
const knownMs = 2 * 86_400_000

const instant = { kind: 'number', integer: true } as const
const energy = { kind: 'number', integer: false, unit: 'W.h' } as const
const text = { kind: 'string' } as const

const fields: readonly (Field & { readonly of: (slot: Slot) => Value | null })[] = [
  { name: 'start', type: instant, of: ({ start }) => start },
  { name: 'end', type: instant, of: ({ start }) => start + slotMs },
  { name: 'energyImport', type: energy, of: ({ importMilliWh }) => inWh(importMilliWh) },
  { name: 'energyExport', type: energy, of: ({ exportMilliWh }) => inWh(exportMilliWh) },
  { name: 'coverage', type: { kind: 'number', integer: false }, of: ({ coverage }) => coverage },
  { name: 'quality', type: text, of: ({ quality }) => quality },
  { name: 'source', type: text, of: ({ source }) => source },
  { name: 'revision', type: { kind: 'number', integer: true }, of: ({ revision }) => revision },
]

const inWh = (milliWh: number | null) => (milliWh === null ? null : milliWh / 1000)

export const slotType = new EventType(slotStream, [
  ...commonFields,
  ...fields.map(({ name, type }) => ({ name, type })),
])

/** When a rule hears of a slot. */
export const toldAt = ({ start }: Slot): Instant => start + slotMs + afterEndMs

/** Starts of the slots that rules hear of in a period. */
const startsOf = ({ from, to }: TimeRange): TimeRange => ({
  from: from - slotMs - afterEndMs,
  to: to - slotMs - afterEndMs,
})

/** A slot as the fields of a reading; what is not known is left out. */
export function slotFields(slot: Slot): Record<string, Value> {
  const known = fields.flatMap(({ name, of }) => {
    const value = of(slot)
    return value === null ? [] : [[name, value] as const]
  })
  return Object.fromEntries(known)
}

type Readings = Pick<ReadingStore, 'select' | 'raw' | 'latest'>

/** Final slots of the ledger beside the stored readings: as if each meter sent one of measurement `slots`. */
export class SlotReadings implements Readings {
  readonly #store: Readings
  readonly #ledger: Pick<Ledger, 'meters' | 'finalSlots'>

  constructor(store: Readings, ledger: Pick<Ledger, 'meters' | 'finalSlots'>) {
    this.#store = store
    this.#ledger = ledger
  }

  select(filter: SeriesFilter): Series[] {
    const { site, measurement, devices, fields: only } = filter
    if (measurement !== slotStream || site === undefined) return this.#store.select(filter)
    const meters = this.#ledger.meters(site).filter(meter => !devices || devices.includes(meter))
    const wanted = fields.filter(({ name }) => !only || only.includes(name))
    // No stored series has a negative id.
    return meters.flatMap((device, meter) =>
      wanted.map(({ name, type }, field) => ({
        id: -1 - meter * wanted.length - field,
        ...({ site, device, measurement, field: name } as Pick<
          Series,
          'site' | 'device' | 'measurement' | 'field'
        >),
        tags: {},
        type: type.kind === 'string' ? 'string' : 'number',
      })),
    )
  }

  async *raw(
    series: readonly Series[],
    range: TimeRange,
    limits?: QueryLimits,
  ): AsyncGenerator<SeriesPoints> {
    const stored = series.filter(({ id }) => id >= 0)
    if (stored.length > 0) yield* this.#store.raw(stored, range, limits)
    for (const own of byMeter(series)) {
      limits?.signal?.throwIfAborted()
      const slots = await this.#slots(own[0], startsOf(range))
      for (const one of own) yield pointsOf(one, slots)
    }
  }

  async latest(series: readonly Series[], at: Instant = Number.MAX_SAFE_INTEGER): Promise<Latest[]> {
    const stored = series.filter(({ id }) => id >= 0)
    const found = stored.length === 0 ? [] : await this.#store.latest(stored, at)
    for (const own of byMeter(series)) {
      const slots = await this.#slots(own[0], startsOf({ from: at - knownMs, to: at + 1 }))
      for (const one of own) {
        const { times, values } = pointsOf(one, slots)
        if (times.length > 0) found.push({ series: one, time: times.at(-1)!, value: values.at(-1)! })
      }
    }
    return found
  }

  #slots({ site, device }: Series, range: TimeRange): Promise<Slot[]> {
    return this.#ledger.finalSlots(site, device, range)
  }
}

/** Those of slots, by meter. */
function byMeter(series: readonly Series[]): Series[][] {
  return [
    ...Map.groupBy(
      series.filter(({ id }) => id < 0),
      ({ device }) => device,
    ).values(),
  ]
}

function pointsOf(series: Series, slots: readonly Slot[]): SeriesPoints {
  const { of } = fields.find(({ name }) => name === series.field)!
  const known = slots.filter(slot => of(slot) !== null)
  return { series, times: Float64Array.from(known, toldAt), values: known.map(slot => of(slot)!) }
}
