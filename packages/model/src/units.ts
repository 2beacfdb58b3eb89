import { InvalidInput } from './errors.ts'

/** Units that share a dimension convert into each other. */
export type Dimension =
  | 'number'
  | 'power'
  | 'reactive-power'
  | 'apparent-power'
  | 'energy'
  | 'reactive-energy'
  | 'apparent-energy'
  | 'voltage'
  | 'current'
  | 'charge'
  | 'resistance'
  | 'frequency'
  | 'temperature'
  | 'temperature-difference'
  | 'irradiance'
  | 'irradiation'
  | 'illuminance'
  | 'sound-pressure-level'
  | 'signal-power'
  | 'angle'
  | 'length'
  | 'speed'
  | 'area'
  | 'volume'
  | 'volume-flow'
  | 'mass'
  | 'mass-concentration'
  | 'pressure'
  | 'time'
  | 'rotation'
  | 'money'
  | 'energy-price'
  | 'carbon-intensity'
  | 'heating-value'

/** A unit by its UCUM code. A value in it times `factor`, plus `offset`, is in the dimension's base unit. */
export interface UnitInfo {
  readonly code: string
  /** What people read: `kWh`, `°C`. */
  readonly symbol: string
  readonly dimension: Dimension
  readonly factor: number
  /** 0 but for temperatures on a shifted scale. */
  readonly offset: number
}

type Row = [code: string, symbol: string, factor: number, offset?: number]

/** Base units have factor 1. UCUM has no currencies: those are annotations, and the site says which currency it is. */
const rows: Record<Dimension, Row[]> = {
  number: [
    ['1', '', 1],
    ['%', '%', 1e-2],
    ['[ppth]', '‰', 1e-3],
    ['[ppm]', 'ppm', 1e-6],
    ['[ppb]', 'ppb', 1e-9],
  ],
  power: [
    ['W', 'W', 1],
    ['uW', 'µW', 1e-6],
    ['mW', 'mW', 1e-3],
    ['kW', 'kW', 1e3],
    ['MW', 'MW', 1e6],
    ['GW', 'GW', 1e9],
    ['[HP]', 'hp', 745.6998715822702],
  ],
  'reactive-power': [
    ['V.A{reactive}', 'var', 1],
    ['kV.A{reactive}', 'kvar', 1e3],
    ['MV.A{reactive}', 'Mvar', 1e6],
  ],
  'apparent-power': [
    ['V.A', 'VA', 1],
    ['kV.A', 'kVA', 1e3],
    ['MV.A', 'MVA', 1e6],
  ],
  energy: [
    ['W.h', 'Wh', 1],
    ['mW.h', 'mWh', 1e-3],
    ['kW.h', 'kWh', 1e3],
    ['MW.h', 'MWh', 1e6],
    ['GW.h', 'GWh', 1e9],
    ['W.min', 'W·min', 1 / 60],
    ['J', 'J', 1 / 3600],
    ['kJ', 'kJ', 1 / 3.6],
    ['MJ', 'MJ', 1e3 / 3.6],
    ['GJ', 'GJ', 1e6 / 3.6],
    ['cal', 'cal', 4.184 / 3600],
    ['kcal', 'kcal', 4.184 / 3.6],
    ['[Btu]', 'BTU', 1055.05585262 / 3600],
  ],
  'reactive-energy': [
    ['V.A.h{reactive}', 'varh', 1],
    ['kV.A.h{reactive}', 'kvarh', 1e3],
  ],
  'apparent-energy': [
    ['V.A.h', 'VAh', 1],
    ['kV.A.h', 'kVAh', 1e3],
  ],
  voltage: [
    ['V', 'V', 1],
    ['uV', 'µV', 1e-6],
    ['mV', 'mV', 1e-3],
    ['kV', 'kV', 1e3],
  ],
  current: [
    ['A', 'A', 1],
    ['mA', 'mA', 1e-3],
    ['kA', 'kA', 1e3],
  ],
  charge: [
    ['A.h', 'Ah', 1],
    ['mA.h', 'mAh', 1e-3],
  ],
  resistance: [
    ['Ohm', 'Ω', 1],
    ['kOhm', 'kΩ', 1e3],
  ],
  frequency: [
    ['Hz', 'Hz', 1],
    ['mHz', 'mHz', 1e-3],
    ['kHz', 'kHz', 1e3],
    ['MHz', 'MHz', 1e6],
    ['GHz', 'GHz', 1e9],
  ],
  temperature: [
    ['K', 'K', 1],
    ['Cel', '°C', 1, 273.15],
    ['[degF]', '°F', 5 / 9, 459.67 * (5 / 9)],
  ],
  'temperature-difference': [['K{difference}', 'K', 1]],
  irradiance: [
    ['W/m2', 'W/m²', 1],
    ['kW/m2', 'kW/m²', 1e3],
  ],
  irradiation: [
    ['W.h/m2', 'Wh/m²', 1],
    ['kW.h/m2', 'kWh/m²', 1e3],
    ['J/cm2', 'J/cm²', 1e4 / 3600],
  ],
  illuminance: [
    ['lx', 'lx', 1],
    ['klx', 'klx', 1e3],
  ],
  'sound-pressure-level': [['dB[SPL]', 'dB', 1]],
  'signal-power': [['dB[mW]', 'dBm', 1]],
  angle: [
    ['deg', '°', 1],
    ['rad', 'rad', 180 / Math.PI],
  ],
  length: [
    ['m', 'm', 1],
    ['mm', 'mm', 1e-3],
    ['cm', 'cm', 1e-2],
    ['km', 'km', 1e3],
    ['[in_i]', 'in', 0.0254],
    ['[ft_i]', 'ft', 0.3048],
  ],
  speed: [
    ['m/s', 'm/s', 1],
    ['km/h', 'km/h', 1 / 3.6],
    ['mm/h', 'mm/h', 1e-3 / 3600],
    ['[mi_i]/h', 'mph', 1609.344 / 3600],
    ['[kn_i]', 'kn', 1852 / 3600],
  ],
  area: [['m2', 'm²', 1]],
  volume: [
    ['m3', 'm³', 1],
    ['L', 'L', 1e-3],
    ['mL', 'mL', 1e-6],
    ['[cft_i]', 'ft³', 0.3048 ** 3],
    ['[gal_us]', 'gal', 0.003785411784],
  ],
  'volume-flow': [
    ['m3/h', 'm³/h', 1],
    ['m3/s', 'm³/s', 3600],
    ['L/h', 'L/h', 1e-3],
    ['L/min', 'L/min', 0.06],
    ['L/s', 'L/s', 3.6],
  ],
  mass: [
    ['kg', 'kg', 1],
    ['g', 'g', 1e-3],
    ['t', 't', 1e3],
  ],
  'mass-concentration': [
    ['g/m3', 'g/m³', 1],
    ['mg/m3', 'mg/m³', 1e-3],
    ['ug/m3', 'µg/m³', 1e-6],
  ],
  pressure: [
    ['Pa', 'Pa', 1],
    ['hPa', 'hPa', 1e2],
    ['kPa', 'kPa', 1e3],
    ['mbar', 'mbar', 1e2],
    ['bar', 'bar', 1e5],
    ['[psi]', 'psi', 6894.757293168361],
    ['mm[Hg]', 'mmHg', 133.322387415],
  ],
  time: [
    ['s', 's', 1],
    ['ms', 'ms', 1e-3],
    ['us', 'µs', 1e-6],
    ['ns', 'ns', 1e-9],
    ['min', 'min', 60],
    ['h', 'h', 3600],
    ['d', 'd', 86_400],
  ],
  rotation: [['{revolution}/min', 'rpm', 1]],
  money: [['{currency}', '¤', 1]],
  'energy-price': [
    ['{currency}/(kW.h)', '¤/kWh', 1],
    ['{currency}/(MW.h)', '¤/MWh', 1e-3],
  ],
  'carbon-intensity': [
    ['g/(kW.h)', 'g/kWh', 1],
    ['kg/(MW.h)', 'kg/MWh', 1],
    ['kg/(kW.h)', 'kg/kWh', 1e3],
  ],
  'heating-value': [
    ['kW.h/m3', 'kWh/m³', 1],
    ['MJ/m3', 'MJ/m³', 1 / 3.6],
  ],
}

const units = new Map<string, UnitInfo>()
const codes = new Map<string, string>()
for (const dimension of Object.keys(rows) as Dimension[]) {
  for (const [code, symbol, factor, offset = 0] of rows[dimension]) {
    units.set(code, Object.freeze({ code, symbol, dimension, factor, offset }))
    if (!codes.has(symbol)) codes.set(symbol, code)
  }
}

/** Other spellings that devices and platforms use, beside each unit's own symbol. */
const spellings: Record<string, string> = {
  l: 'L',
  ml: 'mL',
  'l/h': 'L/h',
  'l/min': 'L/min',
  'l/s': 'L/s',
  VAr: 'V.A{reactive}',
  VAR: 'V.A{reactive}',
  kVAr: 'kV.A{reactive}',
  kVAR: 'kV.A{reactive}',
  kvarh: 'kV.A.h{reactive}',
  kVArh: 'kV.A.h{reactive}',
  C: 'Cel',
  degC: 'Cel',
  '℃': 'Cel',
  F: '[degF]',
  '℉': '[degF]',
  'W/m^2': 'W/m2',
  'Wh/m^2': 'W.h/m2',
  'm^3': 'm3',
  'm^3/h': 'm3/h',
  'μg/m³': 'ug/m3',
  'µg/m3': 'ug/m3',
  'μg/m3': 'ug/m3',
  'mg/m3': 'mg/m3',
  lux: 'lx',
  dBA: 'dB[SPL]',
  'dB(A)': 'dB[SPL]',
  dB: 'dB[SPL]',
  hrs: 'h',
  in: '[in_i]',
}

/** What is known of a UCUM code. */
export function unitInfo(code: string): UnitInfo | undefined {
  return units.get(code)
}

/** Every unit, by dimension. */
export function allUnits(): readonly UnitInfo[] {
  return [...units.values()]
}

/** The UCUM code for a code, symbol or common spelling: `kWh` → `kW.h`, `°C` → `Cel`. */
export function unitCode(text: string): string | undefined {
  if (units.has(text)) return text
  return codes.get(text) ?? (Object.hasOwn(spellings, text) ? spellings[text] : undefined)
}

/**
 * `value` in another unit of the same dimension; both are UCUM codes.
 * @throws InvalidInput for an unknown code or unlike dimensions
 */
export function convert(value: number, from: string, to: string): number {
  const source = known(from, 'from')
  const target = known(to, 'to')
  if (source.dimension !== target.dimension) {
    throw new InvalidInput('to', `'${to}' is ${target.dimension}, '${from}' is ${source.dimension}`)
  }
  if (source === target) return value
  return scaled(value, source.factor, target.factor) + (source.offset - target.offset) / target.factor
}

// One operation with the exact one of two ratios: 12.5 kWh is 12 500 Wh, not 12 500.000 000 000 002.
function scaled(value: number, from: number, to: number): number {
  return from >= to ? value * (from / to) : value / (to / from)
}

function known(code: string, field: string): UnitInfo {
  const info = units.get(code)
  if (info) return info
  throw new InvalidInput(
    field,
    `'${code}' is not a unit that is known here (UCUM codes, such as W, kW.h, Cel)`,
  )
}
