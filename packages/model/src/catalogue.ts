import type { ValueType } from './reading.ts'

/** How values of a field become one value of a longer time. */
export type Aggregation = 'mean' | 'sum' | 'last' | 'counter' | 'state'

/**
 * What the ledger may make of a field. Direction `both`: positive is import, negative is export.
 * - `power`: W at an instant.
 * - `counter`: energy that only grows, until it rolls over, is reset or replaced; `resets: 'midnight'` falls to zero at
 *   each local midnight.
 * - `interval`: the energy of the `intervalMs` that ended at the reading's time, or in W its mean power.
 */
export interface EnergyRole {
  readonly kind: 'power' | 'counter' | 'interval'
  readonly direction: 'import' | 'export' | 'both'
  readonly intervalMs?: number
  readonly resets?: 'midnight'
}

/** `min` and `max` bound what can physically be: a reading outside them is refused. */
export interface FieldInfo {
  readonly description: string
  /** UCUM code; empty for texts and switches. */
  readonly unit: string
  readonly type: ValueType
  readonly min?: number
  readonly max?: number
  readonly aggregates: Aggregation
  readonly energy?: EnergyRole
}

export interface MeasurementInfo {
  readonly name: string
  readonly description: string
  /** Forecasts and prices: their times may lie ahead. */
  readonly ahead: boolean
  /** Without prototype: a name such as `constructor` is not in it. */
  readonly fields: Readonly<Record<string, FieldInfo>>
}

type Extra = Partial<Pick<FieldInfo, 'min' | 'max' | 'aggregates' | 'energy'>>

function number(description: string, unit: string, min: number, max: number, extra: Extra = {}): FieldInfo {
  return Object.freeze({ description, unit, type: 'number', min, max, aggregates: 'mean', ...extra })
}

const counter = (description: string, unit: string, max: number, energy?: EnergyRole): FieldInfo =>
  number(description, unit, 0, max, energy ? { aggregates: 'counter', energy } : { aggregates: 'counter' })

const flag = (description: string): FieldInfo =>
  Object.freeze({ description, unit: '', type: 'boolean', aggregates: 'state' })

const text = (description: string): FieldInfo =>
  Object.freeze({ description, unit: '', type: 'string', aggregates: 'state' })

const maxW = 1e9
const maxWh = 1e15
const power = (description: string, energy?: EnergyRole) =>
  number(description, 'W', -maxW, maxW, energy ? { energy } : {})
const percent = (description: string) => number(description, '%', 0, 100)
/** Sensors read a little above saturation. */
const humidity = (description = 'Relative humidity') => number(description, '%', 0, 110)
/** From colder than any place on Earth to a flue. */
const temperature = (description = 'Temperature') => number(description, 'Cel', -100, 1000)
const irradiance = (description: string) => number(description, 'W/m2', -100, 5000)
const volume = (description: string) => counter(description, 'm3', 1e12)
const flow = (description: string) => number(description, 'm3/h', -1e6, 1e6)
const money = (description: string, extra?: Extra) => number(description, '{currency}', -1e9, 1e9, extra)
const energyPrice = (description: string) => number(description, '{currency}/(kW.h)', -1e5, 1e5)

type Fields = Record<string, FieldInfo>

/**
 * The same quantity for each phase: `power` → `powerL1`, `powerL2`, `powerL3`. `energy` marks totals
 * only: how the ledger makes one of phases, directions and registers when there is no total is its own affair.
 */
function phases(name: string, of: FieldInfo): Fields {
  const { energy: _, ...info } = of
  return Object.fromEntries(
    [1, 2, 3].map(n => [
      `${name}L${n}`,
      Object.freeze({ ...info, description: `${of.description}, phase ${n}` }),
    ]),
  )
}

const total = {
  power: power('Total active power, + imports, − exports', { kind: 'power', direction: 'both' }),
  energyImport: counter('Active energy imported since the meter began', 'W.h', maxWh, {
    kind: 'counter',
    direction: 'import',
  }),
  energyExport: counter('Active energy exported since the meter began', 'W.h', maxWh, {
    kind: 'counter',
    direction: 'export',
  }),
  powerImport: power('Active power drawn, where a meter tells the directions apart'),
  powerExport: power('Active power fed in, where a meter tells the directions apart'),
  reactivePower: number('Reactive power, + inductive', 'V.A{reactive}', -maxW, maxW),
  apparentPower: number('Apparent power', 'V.A', -maxW, maxW),
  voltage: number('Voltage, to neutral', 'V', -1e6, 1e6),
  current: number('Current', 'A', -1e6, 1e6),
  powerFactor: number('Power factor', '1', -1.1, 1.1),
}

const electricalMeter: Fields = {
  ...total,
  ...Object.fromEntries(Object.entries(total).flatMap(([name, info]) => Object.entries(phases(name, info)))),
  currentN: number('Current in the neutral', 'A', -1e6, 1e6),
  voltageL1L2: number('Voltage between phases 1 and 2', 'V', -1e6, 1e6),
  voltageL2L3: number('Voltage between phases 2 and 3', 'V', -1e6, 1e6),
  voltageL3L1: number('Voltage between phases 3 and 1', 'V', -1e6, 1e6),
  frequency: number('Mains frequency', 'Hz', 0, 1000),
  energyImportT1: counter('Active energy imported, tariff register 1', 'W.h', maxWh),
  energyImportT2: counter('Active energy imported, tariff register 2', 'W.h', maxWh),
  energyExportT1: counter('Active energy exported, tariff register 1', 'W.h', maxWh),
  energyExportT2: counter('Active energy exported, tariff register 2', 'W.h', maxWh),
  reactiveEnergyImport: counter('Reactive energy imported', 'V.A.h{reactive}', maxWh),
  reactiveEnergyExport: counter('Reactive energy exported', 'V.A.h{reactive}', maxWh),
  tariff: text('Tariff register in use'),
}

/** What a room's air and light are like; POWIOT's `airSensor` and `roomSensor` share it. */
const climate: Fields = {
  temperature: temperature(),
  humidity: humidity(),
  tvoc: number('Total volatile organic compounds', '[ppb]', 0, 1e6),
  eco2: number('CO₂ equivalent, estimated from volatile compounds', '[ppm]', 0, 1e6),
  co2: number('CO₂', '[ppm]', 0, 1e6),
  pressure: number('Air pressure', 'hPa', 300, 1200),
  pm1: number('Particles up to 1 µm', 'ug/m3', 0, 1e5),
  pm25: number('Particles up to 2.5 µm', 'ug/m3', 0, 1e5),
  pm10: number('Particles up to 10 µm', 'ug/m3', 0, 1e5),
}

const roomSensor: Fields = {
  ...climate,
  luminosity: number('Illuminance', 'lx', 0, 1e6),
  noise: number('Sound pressure level', 'dB[SPL]', -20, 200),
  presence: flag('Someone is there'),
  occupants: number('People counted', '1', 0, 1e5, { aggregates: 'last' }),
  motion: flag('Something moved'),
  shutter: percent('Shutter position, 0 closed, 100 open'),
  window: flag('A window is open'),
  door: flag('A door is open'),
  smoke: flag('Smoke is detected'),
  leak: flag('Water is detected'),
}

const measurements: Record<string, readonly [description: string, fields: Fields]> = {
  airSensor: ['Temperature, humidity and other climate sensor data (POWIOT tables 4.6 and 4.10)', climate],
  powerConsumption: [
    'Power consumption of a house, live and by the hour (POWIOT tables 4.2 and 4.3)',
    {
      power: power('Consumption now', { kind: 'power', direction: 'both' }),
      accumulatedConsumption: counter('Consumption since local midnight', 'kW.h', 1e9, {
        kind: 'counter',
        direction: 'import',
        resets: 'midnight',
      }),
      accumulatedCost: money('Cost of energy since local midnight', { aggregates: 'counter' }),
      hourlyPower: number('Mean power of the last hour', 'W', -maxW, maxW, {
        energy: { kind: 'interval', direction: 'both', intervalMs: 3_600_000 },
      }),
      hourlyCost: money('Cost of the last hour', { aggregates: 'sum' }),
    },
  ],
  ventilationControl: [
    'Control of a ventilation system (POWIOT table 4.5)',
    {
      extractAirSpeed: number('Speed of the extract air fan', '%', 0, 200),
      extractAirTemperature: temperature('Temperature of the extracted air'),
      humidity: humidity(),
      outdoorTemperature: temperature('Temperature outdoors'),
      supplyAirFanSpeed: number('Speed of the supply air fan', '%', 0, 200),
      supplyAirTemperature: temperature('Temperature of the supply air'),
      temperatureSetpoint: temperature('Setpoint of the supply air'),
    },
  ],
  heatPumpController: [
    'Control of a heat pump (POWIOT table 4.4)',
    {
      fanLevel: text('Speed of the fan: low, medium, high, …'),
      humidity: humidity(),
      mode: text('Mode: cool, heat, auto, …'),
      on: flag('The heat pump is on'),
      targetTemperature: temperature('Target temperature'),
      temperature: temperature('Temperature at the unit'),
    },
  ],
  weatherForecast: [
    'Weather forecast of a location (POWIOT table 4.7)',
    {
      cloudAreaFraction: percent('Fraction of the sky covered in clouds'),
      humidity: humidity('Forecast relative humidity'),
      temperature: temperature('Forecast temperature'),
      windSpeed: number('Forecast wind speed', 'm/s', 0, 200),
      precipitation: number('Forecast precipitation', 'mm', 0, 2000, { aggregates: 'sum' }),
    },
  ],
  solarRadiation: [
    'Solar radiation forecast of a location (POWIOT table 4.8)',
    {
      azimuth: number('Solar azimuth angle', 'deg', -360, 360),
      zenith: number('Solar zenith angle', 'deg', -180, 180),
      diffuseHorizontalIrradiance: irradiance('Diffuse horizontal irradiance'),
      directNormalIrradiance: irradiance('Direct normal irradiance'),
      globalHorizontalIrradiance: irradiance('Global horizontal irradiance'),
      temperature: temperature('Forecast temperature'),
    },
  ],
  // One device is one meter: what the house takes from the grid. Solar and battery power are flows behind it.
  solarBatterySystem: [
    'An integrated solar and battery inverter system (POWIOT table 4.9)',
    {
      batteryCharge: percent('State of charge'),
      batteryPower: power('Power of the battery with the sign its vendor gives (Victron: + charges)'),
      gridPower: power('Power taken from the grid, + imports, − exports', {
        kind: 'power',
        direction: 'both',
      }),
      powerConsumption: power('Grid power minus battery power'),
      solarPower: power('Power produced by the solar panels'),
    },
  ],
  electricalMeter: ['An electricity meter or a plug that measures; energies are counters', electricalMeter],
  roomSensor: ['Climate, light, noise, presence and openings of a room', roomSensor],
  electricityPrice: [
    "Price of electricity in the site's currency",
    {
      price: energyPrice('What a consumer pays, all included'),
      spot: energyPrice('Spot price'),
      tax: energyPrice('Taxes and levies'),
      grid: energyPrice('Grid tariff'),
      feedIn: energyPrice('What fed-in energy earns'),
    },
  ],
  carbonIntensity: [
    'Emissions of the electricity of a grid area',
    {
      intensity: number('Life-cycle emissions of what is consumed', 'g/(kW.h)', 0, 1e5),
      renewableShare: percent('Share of renewable sources'),
    },
  ],
  weather: [
    'Weather as observed',
    {
      temperature: temperature(),
      humidity: humidity(),
      pressure: number('Air pressure', 'hPa', 300, 1200),
      windSpeed: number('Wind speed', 'm/s', 0, 200),
      windGust: number('Strongest gust', 'm/s', 0, 200),
      windDirection: number('Direction the wind comes from', 'deg', -360, 360),
      precipitation: number('Precipitation since the previous reading', 'mm', 0, 2000, { aggregates: 'sum' }),
      cloudAreaFraction: percent('Fraction of the sky covered in clouds'),
      globalHorizontalIrradiance: irradiance('Global horizontal irradiance'),
      luminosity: number('Illuminance', 'lx', 0, 1e6),
      uvIndex: number('UV index', '1', 0, 50),
    },
  ],
  gasMeter: [
    'A gas meter',
    { volume: volume('Gas since the meter began'), flow: flow('Gas flow'), temperature: temperature() },
  ],
  waterMeter: [
    'A water meter',
    { volume: volume('Water since the meter began'), flow: flow('Water flow'), temperature: temperature() },
  ],
  heatMeter: [
    'A heat or cold meter; its energy is heat, not electricity',
    {
      energy: counter('Heat since the meter began', 'W.h', maxWh),
      power: power('Heat flow'),
      volume: volume('Heating water since the meter began'),
      flow: flow('Flow of heating water'),
      supplyTemperature: temperature('Supply temperature'),
      returnTemperature: temperature('Return temperature'),
    },
  ],
  status: [
    'What a device says of itself on its status topic; other fields as they come',
    { state: text('`online`, `offline` (its last will) or words of its own') },
  ],
  deviceHealth: [
    'How a device itself is doing',
    {
      battery: percent('Charge of its battery'),
      batteryVoltage: number('Voltage of its battery', 'V', 0, 1000),
      signal: number('Strength of the radio signal', 'dB[mW]', -250, 50),
      uptime: number('Time since it started', 's', 0, 1e10, { aggregates: 'last' }),
      temperature: temperature('Temperature inside it'),
    },
  ],
}

const ahead = new Set(['weatherForecast', 'solarRadiation', 'electricityPrice', 'carbonIntensity'])

function bare<T>(entries: Record<string, T>): Readonly<Record<string, T>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries))
}

/** What the known measurements mean. Everything else is stored as it comes, without special meaning. */
export const catalogue: Readonly<Record<string, MeasurementInfo>> = bare(
  Object.fromEntries(
    Object.entries(measurements).map(([name, [description, fields]]) => [
      name,
      Object.freeze({ name, description, ahead: ahead.has(name), fields: bare(fields) }),
    ]),
  ),
)

/** What is known of a field, or undefined: then it has no unit, no bounds and no part in the ledger. */
export function fieldInfo(measurement: string, field: string): FieldInfo | undefined {
  return catalogue[measurement]?.fields[field]
}
