import { expect, test } from 'vitest'
import type { Saying } from '../api/rules.ts'
import { forLab } from './forLab.ts'

const saying: Saying = { definition: { kind: 'epl', text: 'select 1' }, actions: [{ kind: 'event' }] }

test('what is saved goes to the lab by its id, what is not as it is written', () => {
  const draft = { name: 'This draft', saying }
  const saved = { name: 'Saved version', saying, rule: 'cold' }
  expect(forLab([draft, saved])).toEqual({ rules: ['cold'], draft: { name: 'This draft', ...saying } })
  expect(forLab([saved])).toEqual({ rules: ['cold'], draft: null })
  expect(forLab([])).toEqual({ rules: [], draft: null })
})

test('only what can be kept by the history of the window goes along, and which rule it is a version of', () => {
  const more = { ...saying, id: 'cold', sentence: 'When …', watch: () => {} }
  const lab = forLab([{ name: 'Version 1', saying: more }])
  expect(structuredClone(lab)).toEqual({ rules: [], draft: { name: 'Version 1', id: 'cold', ...saying } })
})
