import { describe, expect, test } from 'vitest'
import { catalogue, fieldInfo } from './catalogue.ts'

/** The thesis's tables 4.2 to 4.10: measurement, field, unit. */
const powiot: [string, string, string][] = [
  ['powerConsumption', 'accumulatedConsumption', 'kW.h'],
  ['powerConsumption', 'accumulatedCost', '{currency}'],
  ['powerConsumption', 'power', 'W'],
  ['powerConsumption', 'hourlyCost', '{currency}'],
  ['powerConsumption', 'hourlyPower', 'W'],
  ['heatPumpController', 'fanLevel', ''],
  ['heatPumpController', 'humidity', '%'],
  ['heatPumpController', 'mode', ''],
  ['heatPumpController', 'on', ''],
  ['heatPumpController', 'targetTemperature', 'Cel'],
  ['heatPumpController', 'temperature', 'Cel'],
  ['ventilationControl', 'extractAirSpeed', '%'],
  ['ventilationControl', 'extractAirTemperature', 'Cel'],
  ['ventilationControl', 'humidity', '%'],
  ['ventilationControl', 'outdoorTemperature', 'Cel'],
  ['ventilationControl', 'supplyAirFanSpeed', '%'],
  ['ventilationControl', 'supplyAirTemperature', 'Cel'],
  ['ventilationControl', 'temperatureSetpoint', 'Cel'],
  ['airSensor', 'humidity', '%'],
  ['airSensor', 'tvoc', '[ppb]'],
  ['airSensor', 'temperature', 'Cel'],
  ['airSensor', 'eco2', '[ppm]'],
  ['weatherForecast', 'cloudAreaFraction', '%'],
  ['weatherForecast', 'humidity', '%'],
  ['weatherForecast', 'temperature', 'Cel'],
  ['solarRadiation', 'azimuth', 'deg'],
  ['solarRadiation', 'zenith', 'deg'],
  ['solarRadiation', 'diffuseHorizontalIrradiance', 'W/m2'],
  ['solarRadiation', 'directNormalIrradiance', 'W/m2'],
  ['solarRadiation', 'globalHorizontalIrradiance', 'W/m2'],
  ['solarRadiation', 'temperature', 'Cel'],
  ['solarBatterySystem', 'batteryCharge', '%'],
  ['solarBatterySystem', 'batteryPower', 'W'],
  ['solarBatterySystem', 'gridPower', 'W'],
  ['solarBatterySystem', 'powerConsumption', 'W'],
  ['solarBatterySystem', 'solarPower', 'W'],
]

test.each(powiot)('%s.%s is in %s', (measurement, field, unit) => {
  expect(fieldInfo(measurement, field)?.unit).toBe(unit)
})

test('what the ledger uses, and nothing else', () => {
  const used = Object.values(catalogue).flatMap(({ name, fields }) =>
    Object.entries(fields)
      .filter(([, info]) => info.energy)
      .map(([field, { unit, energy }]) => `${name}.${field} ${unit} ${energy!.kind} ${energy!.direction}`),
  )
  expect(used.sort()).toEqual([
    'electricalMeter.energyExport W.h counter export',
    'electricalMeter.energyImport W.h counter import',
    'electricalMeter.power W power both',
    'powerConsumption.accumulatedConsumption kW.h counter import',
    'powerConsumption.hourlyPower W interval both',
    'powerConsumption.power W power both',
    'solarBatterySystem.gridPower W power both',
  ])
})

test('phases have the unit and bounds of the total', () => {
  expect(fieldInfo('electricalMeter', 'voltageL2')).toMatchObject({ unit: 'V', max: 1e6 })
  expect(fieldInfo('electricalMeter', 'energyImportL3')).toMatchObject({ unit: 'W.h', aggregates: 'counter' })
  expect(fieldInfo('electricalMeter', 'powerL1')).not.toHaveProperty('energy')
})

describe('unknown names', () => {
  test.each(['constructor', '__proto__', 'toString', 'nothing'])('%s means nothing', name => {
    expect(fieldInfo(name, name)).toBeUndefined()
    expect(fieldInfo('electricalMeter', name)).toBeUndefined()
  })
})
