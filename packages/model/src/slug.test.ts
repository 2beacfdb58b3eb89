import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isId } from './ids.ts'
import { slug } from './slug.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

test.each([
  ['3', '3'],
  ['mill-sense', 'mill-sense'],
  ['Mill Sense (Stue 2)', 'mill-sense-stue-2'],
  ['Kjøkken', 'kjokken'],
  ['Ærøskøbing', 'aeroskobing'],
  ['Straße', 'strasse'],
  ['Café Zoë', 'cafe-zoe'],
  ['24:0A:C4:02:8B:60', '24-0a-c4-02-8b-60'],
  ['sensor.washer_power', 'sensor-washer-power'],
  ['  --x--  ', 'x'],
  ['../../etc', 'etc'],
  ['a/+/#', 'a'],
])('%j becomes %s', (name, id) => expect(slug(name)).toBe(id))

test('names without a usable character, and long ones, stay apart', () => {
  expect(slug('寝室')).not.toBe(slug('居間'))
  expect(slug('')).toMatch(/^x-[a-z0-9]{7}$/)
  expect(slug(`${'a'.repeat(80)}1`)).not.toBe(slug(`${'a'.repeat(80)}2`))
})

test('any name becomes an id, and an id stays as it is', () => {
  fc.assert(
    fc.property(anyText(100), name => {
      const id = slug(name)
      expect(isId(id)).toBe(true)
      expect(slug(id)).toBe(id)
    }),
    { numRuns: 300 },
  )
})
