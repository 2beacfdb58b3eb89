import { expect, test } from 'vitest'
import type { SavedEdit } from '../api/energy.ts'
import { concerns } from './news.ts'

const edit = (fields: object) => ({ edit: fields as SavedEdit['edit'] })

test('a correction of ten to eleven is none of eleven to twelve', () => {
  const tenToEleven = edit({ kind: 'exclude', from: 10, to: 11 })
  expect(concerns(tenToEleven, 9, 10)).toBe(false)
  expect(concerns(tenToEleven, 10, 11)).toBe(true)
  expect(concerns(tenToEleven, 11, 12)).toBe(false)
  expect(concerns(tenToEleven, 0, 24)).toBe(true)
})

test('one of an instant belongs to the bar that begins with it', () => {
  const atEleven = edit({ kind: 'counter', at: 11, importWh: 1, exportWh: null })
  expect(concerns(atEleven, 10, 11)).toBe(false)
  expect(concerns(atEleven, 11, 12)).toBe(true)
})
