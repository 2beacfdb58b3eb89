import type { Device } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { differing } from '../../ui/useDraft.ts'
import { changeOf, factsOf, identitiesOf } from './facts.ts'

const device: Device = {
  id: 'washer',
  site: 'home',
  name: 'Washer',
  type: null,
  place: 'cellar',
  description: '',
  identities: { mac: '3c:61:05:ab:00:12', serial: 'A 7' },
  capabilities: ['meter'],
  ratedPowerW: 2200,
  counterModulusWh: 100_000_000,
  submeterOf: null,
  enabled: true,
}

test('a form that nobody touched changes nothing', () => {
  const facts = factsOf(device)
  expect(changeOf(differing({}, facts))).toEqual({})
  expect(changeOf(differing({ ...facts }, facts))).toEqual({})
})

test('all of it comes back as it was', () => {
  const { id: _, site: __, ...all } = device
  expect(changeOf(factsOf(device))).toEqual(all)
})

test('what is emptied is taken away, a counter is told in Wh', () => {
  expect(changeOf({ type: ' ', ratedPowerW: '', modulusKWh: '', place: null })).toEqual({
    type: null,
    ratedPowerW: null,
    counterModulusWh: null,
    place: null,
  })
  expect(changeOf({ modulusKWh: '999.9', type: ' smart plug ' })).toEqual({
    counterModulusWh: 999_900,
    type: 'smart plug',
  })
})

test('identities are read line by line, and a line that is none is not guessed at', () => {
  expect(identitiesOf('mac: 3c:61:05\n\n serial = A 7 ')).toEqual({ mac: '3c:61:05', serial: 'A 7' })
  expect(identitiesOf('mac')).toBeNull()
  expect(identitiesOf('')).toEqual({})
})
