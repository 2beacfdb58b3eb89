import { expect, test } from 'vitest'
import { actionKey, differences, thingOf } from './differences.ts'

test('a change is told by the fields that differ', () => {
  const before = { name: 'A', place: null, capabilities: ['meter'], ratedPowerW: 10 }
  const after = { name: 'B', place: 'attic', capabilities: [], ratedPowerW: 10 }
  expect(differences(before, after)).toEqual([
    { field: 'name', before: 'A', after: 'B' },
    { field: 'place', before: '–', after: 'attic' },
    { field: 'capabilities', before: '["meter"]', after: '[]' },
  ])
})

test('what was made or removed has no before and after', () => {
  expect(differences(null, { name: 'A' })).toEqual([])
  expect(differences({ name: 'A' }, null)).toEqual([])
})

test('actions and things are named', () => {
  expect(actionKey('device.update')).toBe('deviceUpdate')
  expect(actionKey('person.second-factor-on')).toBe('personSecondFactorOn')
  expect(thingOf('sites/home/devices/plug-1')).toBe('plug-1')
})
