import { expect, test } from 'vitest'
import { byParameter, defaultsOf, fieldsOf, missingOf, numbersIn, sentOf, unitBeside } from './fields.ts'
import { fitted, type Head, suitedTo } from './suited.ts'

const id = '^[a-z0-9][a-z0-9-]{0,62}$'
const name = '^[A-Za-z_][A-Za-z0-9_]{0,59}$'
const schema = {
  properties: {
    devices: { type: 'array', items: { type: 'string', pattern: id } },
    presence: { type: 'string', pattern: id, description: 'Who is there' },
    measurement: { type: 'string', pattern: name, default: 'electricalMeter' },
    comparison: { type: 'string', enum: ['above', 'below'] },
    forMinutes: {
      default: 0,
      anyOf: [
        { type: 'number', exclusiveMinimum: 0, maximum: 9 },
        { type: 'number', const: 0 },
      ],
    },
    days: { type: 'integer', minimum: 3, maximum: 60, default: 28 },
    loud: { type: 'boolean', default: false },
    note: { type: 'string' },
  },
  required: ['devices', 'presence', 'comparison'],
}
const fields = fieldsOf(schema)

test('each parameter has the input that its schema asks for', () => {
  expect(fields.map(({ kind }) => kind)).toEqual([
    'devices',
    'device',
    'measurement',
    'choice',
    'number',
    'number',
    'switch',
    'text',
  ])
  expect(fields[4]).toMatchObject({ min: 0, max: 9, whole: false, required: false })
  expect(fields[5]).toMatchObject({ min: 3, max: 60, whole: true, default: 28 })
  expect(fields[1]).toMatchObject({ description: 'Who is there', required: true })
  expect(fieldsOf({})).toEqual([])
})

test('a form begins with the defaults; what is needed and empty is missing', () => {
  const parameters = defaultsOf(fields)
  expect(parameters).toEqual({
    devices: [],
    measurement: 'electricalMeter',
    comparison: 'above',
    forMinutes: 0,
    days: 28,
    loud: false,
  })
  expect(missingOf(fields, parameters)).toEqual(['devices', 'presence'])
  expect(missingOf(fields, { ...parameters, devices: ['a'], presence: 'b', days: '' })).toEqual(['days'])
  expect(sentOf({ ...parameters, note: '', loud: false })).toEqual({
    measurement: 'electricalMeter',
    comparison: 'above',
    forMinutes: 0,
    days: 28,
    loud: false,
  })
})

test.each([
  ['limitW', 'W'],
  ['aboveC', '°C'],
  ['limitA', 'A'],
  ['forMinutes', 'min'],
  ['hours', 'h'],
  ['days', ''],
  ['least', ''],
])('beside %s stands %s', (name, unit) => {
  expect(unitBeside(name, {})).toBe(unit)
})

test('the unit of a limit is that of its field', () => {
  expect(unitBeside('limit', { measurement: 'roomSensor', field: 'temperature' })).toBe('°C')
  expect(unitBeside('limit', { measurement: 'own', field: 'thing' })).toBe('')
})

test('reasons of the server stand at their parameter', () => {
  const refused = {
    'definition.parameters.limit': 'too big',
    'definition.parameters.devices.0': 'no id',
    'actions.0.url': 'no address',
  }
  expect(byParameter(refused)).toEqual({ limit: 'too big', devices: 'no id' })
})

const head = (device: string, measurement: string, field: string, value: unknown = 1): Head => ({
  device,
  measurement,
  field,
  value,
})
const heads = [
  head('fridge', 'electricalMeter', 'power'),
  head('plug', 'smartPlug', 'power'),
  head('air', 'roomSensor', 'temperature'),
  head('air', 'roomSensor', 'presence', true),
]

test('devices that measure what is asked for are told from the others', () => {
  expect([...suitedTo('device', { measurement: 'electricalMeter', aboveW: 10 }, heads)]).toEqual(['fridge'])
  expect([...suitedTo('presence', { measurement: 'electricalMeter' }, heads)]).toEqual(['air'])
  expect([...suitedTo('freezer', { measurement: 'roomSensor' }, heads)]).toEqual(['air'])
})

test('who chooses a device of another measurement looks at what it sends', () => {
  const parameters = { devices: ['plug'], measurement: 'electricalMeter', field: 'power' }
  expect(fitted('devices', parameters, heads)).toEqual({ ...parameters, measurement: 'smartPlug' })
  const air = { ...parameters, devices: ['air'] }
  expect(fitted('devices', air, heads)).toEqual({ ...air, measurement: 'roomSensor', field: 'temperature' })
  // One of them sends it: that is what is meant.
  const both = { ...parameters, devices: ['air', 'fridge'] }
  expect(fitted('devices', both, heads)).toBe(both)
  const power = { device: 'air', measurement: 'electricalMeter', aboveW: 10 }
  expect(fitted('device', power, heads)).toBe(power)
  expect(fitted('presence', { ...power, presence: 'air' }, heads)).toMatchObject({
    measurement: 'electricalMeter',
  })
})

test('the fields that can have a limit are the numbers of a measurement', () => {
  const streams = [
    {
      name: 'roomSensor',
      fields: [
        { name: 'device', kind: 'string' },
        { name: 'time', kind: 'number' },
        { name: 'temperature', kind: 'number' },
        { name: 'door', kind: 'boolean' },
      ],
    },
  ]
  expect(numbersIn({ streams }, 'roomSensor')).toEqual(['temperature'])
  expect(numbersIn({ streams }, 'other')).toEqual([])
})
