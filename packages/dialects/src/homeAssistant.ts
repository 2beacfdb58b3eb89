import { convert, type DeviceId, slug, type Tags, unitCode } from '@ohmstead/model'
import type { LineSeries } from './lineSeries.ts'

/**
 * What Home Assistant's InfluxDB export means, where it is electricity. It writes an entity's state as field `value` of a
 * measurement named for its unit, with tags `domain` and `entity_id`:
 * `kWh,domain=sensor,entity_id=washer_energy value=12.3,friendly_name_str="Washer"`.
 *
 * - W, kW, … become `electricalMeter.power`, Wh, kWh, MJ, … the counter `energyImport`; V, A, Hz, VA, var their own fields.
 * - The last words of the entity that only say so are taken off, so that one plug's power, energy and voltage are one
 *   device and count once: `washer_power`, `washer_energy` → `washer`. `entity_id` stays a tag.
 * - Words for feeding in and producing (`export`, `return`, `production`, `solar`, …) choose `powerExport`, `energyExport`; those
 *   for drawing (`import`, `consumption`, …) `powerImport`; `l1`…`l3` a phase, `tarif_1`, `t2` a tariff's register.
 * - Entities that are not a meter's reading (of today, last month, a forecast, a battery, gas, heat, …) are left as they are.
 *
 * Answers undefined for everything else: `lineDevice` then says whose it is.
 */
export function homeAssistant(measurement: string, tags: Tags, field: string): LineSeries | undefined {
  if (field !== 'value' || tags.domain !== 'sensor' || tags.entity_id === undefined) return undefined
  const quantity = quantities.get(measurement)
  if (!quantity) return undefined
  const words = tags.entity_id.toLowerCase().split(/[_.\s]+/)
  if (words.some(word => strangers.has(word))) return undefined
  const name = fieldOf(quantity.name, words)
  if (!name) return undefined
  const { domain: _, ...rest } = tags
  return {
    device: deviceOf(words),
    measurement: 'electricalMeter',
    field: name,
    tags: rest,
    factor: quantity.factor,
  }
}

type Name = 'power' | 'energy' | 'voltage' | 'current' | 'frequency' | 'apparentPower' | 'reactivePower'

/** Units of each quantity; the first one is the catalogue's. */
const unitsOf: Record<Name, readonly string[]> = {
  power: ['W', 'mW', 'kW', 'MW', 'GW'],
  energy: ['Wh', 'mWh', 'kWh', 'MWh', 'GWh', 'MJ', 'GJ'],
  voltage: ['V', 'mV', 'kV'],
  current: ['A', 'mA'],
  frequency: ['Hz'],
  apparentPower: ['VA', 'kVA'],
  reactivePower: ['var', 'kvar'],
}

const quantities = new Map(
  (Object.entries(unitsOf) as [Name, readonly string[]][]).flatMap(([name, [base, ...others]]) =>
    [base!, ...others].map(
      unit => [unit, { name, factor: convert(1, unitCode(unit)!, unitCode(base!)!) }] as const,
    ),
  ),
)

const list = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Words of entities whose unit is a meter's but which are none. */
const strangers = list(
  'today daily yesterday week weekly month monthly year yearly annual hour hourly last previous cost price ' +
    'max maximum peak min minimum average avg mean forecast predicted estimate estimated remaining tomorrow next ' +
    'target limit rated nominal setpoint threshold battery gas heat thermal district water difference saved savings',
)
const exporting = list(
  'export exported exporting return returned feed feedin injection injected production produced producing ' +
    'generation generated yield solar pv photovoltaic',
)
const importing = list('import imported importing consumption consumed delivered usage used')
/** Words at an entity's end that say what is measured, not of what. */
const measuring = new Set([
  ...list(
    'power energy electricity voltage current frequency apparent reactive active real total summation sum meter',
  ),
  ...list('tarif tariff rate t1 t2 1 2 l1 l2 l3 phase in to from'),
  ...[...exporting].filter(word => !['solar', 'pv', 'photovoltaic'].includes(word)),
  ...importing,
])

/** The field of `electricalMeter`; undefined when the words do not fit together. */
function fieldOf(name: Name, words: readonly string[]): string | undefined {
  const phase = words.find(word => /^l[123]$/.test(word))?.toUpperCase() ?? ''
  if (name === 'energy') return energyField(words, phase)
  if (name !== 'power') return `${name}${phase}`
  if (words.some(word => exporting.has(word))) return `powerExport${phase}`
  return words.some(word => importing.has(word)) ? `powerImport${phase}` : `power${phase}`
}

function energyField(words: readonly string[], phase: string): string | undefined {
  const name = words.some(word => exporting.has(word)) ? 'energyExport' : 'energyImport'
  const register = /_(?:(?:tariff?|rate)_?|t)([12])(?:_|$)/.exec(`_${words.join('_')}`)?.[1]
  if (register && phase) return undefined
  return register ? `${name}T${register}` : `${name}${phase}`
}

function deviceOf(words: readonly string[]): DeviceId {
  let length = words.length
  while (length > 0 && measuring.has(words[length - 1]!)) length--
  // An entity that is called nothing but `power_consumption` keeps its name.
  return slug((length === 0 ? words : words.slice(0, length)).join(' ')) as DeviceId
}
