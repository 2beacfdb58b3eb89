import { fieldInfo } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { homeAssistant } from './homeAssistant.ts'

const meaning = (unit: string, entity: string) => {
  const series = homeAssistant(unit, { domain: 'sensor', entity_id: entity }, 'value')
  return series && `${series.device} ${series.field} ${series.factor}`
}

test.each([
  ['W', 'washer_power', 'washer power 1'],
  ['kW', 'washer_power', 'washer power 1000'],
  ['mW', 'washer_power', 'washer power 0.001'],
  ['Wh', 'washer_energy', 'washer energyImport 1'],
  ['kWh', 'washer_energy', 'washer energyImport 1000'],
  ['MWh', 'washer_total_energy', 'washer energyImport 1000000'],
  ['MJ', 'washer_energy', `washer energyImport ${1e3 / 3.6}`],
  ['V', 'washer_voltage', 'washer voltage 1'],
  ['A', 'washer_current', 'washer current 1'],
  ['mA', 'washer_current', 'washer current 0.001'],
  ['Hz', 'washer_frequency', 'washer frequency 1'],
  ['VA', 'washer_apparent_power', 'washer apparentPower 1'],
  ['var', 'washer_reactive_power', 'washer reactivePower 1'],
  ['kWh', 'grid_energy_import', 'grid energyImport 1000'],
  ['kWh', 'grid_energy_export', 'grid energyExport 1000'],
  ['W', 'grid_power_import', 'grid powerImport 1'],
  ['W', 'grid_power_export', 'grid powerExport 1'],
  ['W', 'solar_power', 'solar powerExport 1'],
  ['kWh', 'roof_pv_production', 'roof-pv energyExport 1000'],
  ['kWh', 'plug_3_summation_delivered', 'plug-3 energyImport 1000'],
  // The Dutch meter's integration.
  ['kW', 'power_consumption', 'power-consumption powerImport 1000'],
  ['kW', 'power_production', 'power-production powerExport 1000'],
  ['kWh', 'energy_consumption_tarif_1', 'energy-consumption-tarif-1 energyImportT1 1000'],
  ['kWh', 'p1_energy_import_tariff_2', 'p1 energyImportT2 1000'],
  ['kWh', 'p1_energy_export_t1', 'p1 energyExportT1 1000'],
  ['W', 'p1_power_phase_l2', 'p1 powerL2 1'],
  ['V', 'p1_voltage_l3', 'p1 voltageL3 1'],
  // Not the reading of an electricity meter.
  ['kWh', 'washer_energy_today', undefined],
  ['kWh', 'energy_yesterday', undefined],
  ['kWh', 'energy_forecast_next_hour', undefined],
  ['kWh', 'gas_energy', undefined],
  ['W', 'battery_power', undefined],
  ['V', 'door_battery_voltage', undefined],
  ['°C', 'washer_temperature', undefined],
  ['%', 'washer_humidity', undefined],
  ['EUR/kWh', 'energy_price', undefined],
  ['constructor', 'washer', undefined],
])('%s of %s is %s', (unit, entity, expected) => expect(meaning(unit, entity)).toBe(expected))

test('one plug is one device, and every field is in the catalogue', () => {
  const entities: [string, string][] = [
    ['W', 'desk_plug_power'],
    ['kWh', 'desk_plug_energy'],
    ['V', 'desk_plug_voltage'],
    ['A', 'desk_plug_current'],
    ['W', 'desk_plug_power_import_l1'],
    ['W', 'desk_plug_power_export_l2'],
    ['kWh', 'desk_plug_energy_export_l3'],
  ]
  for (const [unit, entity_id] of entities) {
    const series = homeAssistant(unit, { domain: 'sensor', entity_id }, 'value')
    expect(series?.device, entity_id).toBe('desk-plug')
    expect(fieldInfo('electricalMeter', series!.field), series!.field).toBeDefined()
  }
})

test('other domains, attributes and points of other senders are not its business', () => {
  const tags = { domain: 'sensor', entity_id: 'washer_power' }
  expect(homeAssistant('W', tags, 'friendly_name_str')).toBeUndefined()
  expect(homeAssistant('W', { ...tags, domain: 'number' }, 'value')).toBeUndefined()
  expect(homeAssistant('W', { domain: 'sensor' }, 'value')).toBeUndefined()
  expect(homeAssistant('W', {}, 'value')).toBeUndefined()
})

test('tags that the export was told to add stay', () => {
  const tags = { domain: 'sensor', entity_id: 'washer_power', source: 'HA' }
  expect(homeAssistant('W', tags, 'value')?.tags).toEqual({ entity_id: 'washer_power', source: 'HA' })
})
