import type { Value, ValueType } from '@ohmstead/model'
import { storedAt } from './battery.ts'
import { targetTemperature } from './loads/heating.ts'
import { fanSpeed } from './loads/office.ts'
import { perWh, stepAt, wattsAt } from './profile.ts'
import { hash, noise } from './random.ts'
import { peopleIn, roomValueAt } from './room.ts'
import { counted, replacementAt, type SiteDay } from './siteDay.ts'
import type { DeviceSpec } from './spec.ts'

/** One field that a device reports, and what it shows at a second of a day. */
export interface FieldSource {
  readonly measurement: string
  readonly field: string
  readonly type: ValueType
  value(day: SiteDay, second: number): Value
}

type Show = FieldSource['value']

const rounded = (value: number, step: number) => Math.round(value / step) / Math.round(1 / step)

const from =
  (measurement: string) =>
  (field: string, value: Show, type: ValueType = 'number'): FieldSource => ({
    measurement,
    field,
    value,
    type,
  })

const meter = from('electricalMeter')
const room = from('roomSensor')
const heatPump = from('heatPumpController')
const ventilation = from('ventilationControl')
const solarBattery = from('solarBatterySystem')
const weather = from('weather')

/** Everything a device reports, in its own resolution. */
export function fieldsOf(device: DeviceSpec): FieldSource[] {
  const { id, part } = device
  const watts: Show = (day, second) => wattsAt(day.meters.get(id)!.power, second)
  const power = meter('power', watts)
  const energy = [meter('energyImport', register(device, 'imported'))]
  const both = [...energy, meter('energyExport', register(device, 'exported'))]
  switch (part.kind) {
    case 'load':
      return [power, ...energy]
    case 'mains':
      return [meter('power', (day, second) => Math.round(watts(day, second) as number)), ...both, ...grid(id)]
    case 'solar':
      return [power, both[1]]
    case 'battery':
      return [power, ...both, solarBattery('batteryPower', watts), charge(id, part.battery)]
    case 'heat-pump':
      return [power, ...energy, ...controller(id, part.pump)]
    case 'ventilation':
      return [power, ...energy, ...fans()]
    case 'room':
      return [
        ...air(id),
        room('presence', (day, second) => peopleIn(part.room, day.world, second) > 0.3, 'boolean'),
      ]
    case 'outdoor':
      return sky()
  }
}

/** What the counter shows: whole steps, never rounded up. Wh. */
function register(device: DeviceSpec, direction: 'imported' | 'exported'): Show {
  const { startWh, stepWh } = device.counter ?? { startWh: 0, stepWh: 1 }
  // The far smaller register of a two-way meter began at zero.
  const begin = direction === 'imported' || device.part.kind === 'solar' ? startWh : Math.floor(startWh / 5)
  return (day, second) => {
    const replacement = replacementAt(day, device.id, second)
    const since = counted(day, device.id, direction, second) - (replacement?.[direction] ?? 0)
    const first = replacement ? replacement.startWh : begin
    return Math.floor((first + since / perWh) / stepWh) * stepWh
  }
}

function grid(id: string): FieldSource[] {
  const own = hash(id)
  const now = (day: SiteDay, second: number) => day.day.start / 1000 + second
  return [
    meter('voltage', (day, second) => {
      const sag = (wattsAt(day.meters.get(id)!.power, second) / 1000) * 0.35
      return rounded(231.5 + 2.4 * noise(own, now(day, second) / 5400) - sag, 0.1)
    }),
    meter('frequency', (day, second) => rounded(50 + 0.03 * noise(own ^ 5, now(day, second) / 240), 0.001)),
  ]
}

function charge(id: string, battery: Parameters<typeof storedAt>[0]): FieldSource {
  return solarBattery('batteryCharge', (day, second) => {
    const stored = day.meters.get(id)!.battery!
    const wh = storedAt(battery, stored, second, stepAt(stored.power, second))
    return rounded(Math.max(0, Math.min(100, (wh / battery.capacityWh) * 100)), 0.1)
  })
}

function controller(id: string, pump: Parameters<typeof targetTemperature>[0]): FieldSource[] {
  return [
    heatPump('on', (day, second) => wattsAt(day.meters.get(id)!.power, second) > 50, 'boolean'),
    heatPump(
      'mode',
      (day, second) =>
        pump.coolAbove !== null && day.world.weather(second).temperature > pump.coolAbove - 3
          ? 'cool'
          : 'heat',
      'string',
    ),
    heatPump('targetTemperature', (day, second) => targetTemperature(pump, day.world, second)),
  ]
}

function fans(): FieldSource[] {
  const percent: Show = (day, second) => Math.round(fanSpeed(day.world, second) * 100)
  return [
    ventilation('supplyAirFanSpeed', percent),
    ventilation('extractAirSpeed', percent),
    ventilation('outdoorTemperature', (day, second) => rounded(day.world.weather(second).temperature, 0.1)),
    ventilation('supplyAirTemperature', (day, second) =>
      rounded(Math.max(17, Math.min(22, day.world.weather(second).temperature)), 0.1),
    ),
  ]
}

function air(id: string): FieldSource[] {
  return [
    room('temperature', (day, second) => rounded(roomValueAt(day.rooms.get(id)!.temperature, second), 0.01)),
    room('humidity', (day, second) => rounded(roomValueAt(day.rooms.get(id)!.humidity, second), 0.1)),
    room('co2', (day, second) => Math.round(roomValueAt(day.rooms.get(id)!.co2, second))),
  ]
}

function sky(): FieldSource[] {
  return [
    weather('temperature', (day, second) => rounded(day.world.weather(second).temperature, 0.1)),
    weather('humidity', (day, second) => rounded(day.world.weather(second).humidity, 0.1)),
    weather('globalHorizontalIrradiance', (day, second) => Math.round(day.world.irradiance(second))),
  ]
}

/** A message as the device sends it: its fields by measurement. */
export interface Report {
  readonly measurement: string
  readonly fields: Readonly<Record<string, Value>>
}

export function reportsAt(sources: readonly FieldSource[], day: SiteDay, second: number): Report[] {
  const reports = new Map<string, Record<string, Value>>()
  for (const source of sources) {
    const fields = reports.get(source.measurement) ?? {}
    fields[source.field] = source.value(day, second)
    reports.set(source.measurement, fields)
  }
  return [...reports].map(([measurement, fields]) => ({ measurement, fields }))
}
