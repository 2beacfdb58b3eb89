import { expect, test } from 'vitest'
import { patterns, stylesOf } from './seriesStyles.ts'

const named = (count: number) => Array.from({ length: count }, (_, at) => `device-${at}`)
const text = ({ colour, pattern }: { colour: string; pattern: string }) => `${colour} ${pattern}`

test('no two of the first forty look the same, and the first eight differ in colour alone', () => {
  expect(new Set([...stylesOf(named(40)).values()].map(text)).size).toBe(40)
  const few = [...stylesOf(named(8)).values()]
  expect(new Set(few.map(({ colour }) => colour)).size).toBe(8)
  expect(few.every(({ pattern }) => pattern === patterns[0])).toBe(true)
})

test('a style belongs to the device, in whatever order it is listed', () => {
  const keys = named(12)
  expect([...stylesOf(keys.toReversed())].toSorted()).toEqual([...stylesOf(keys)].toSorted())
})

test('one more device changes the style of few others', () => {
  const before = stylesOf(named(6))
  const after = stylesOf([...named(6), 'zz-new'])
  const same = [...before].filter(([key, style]) => text(after.get(key)!) === text(style))
  expect(same).toHaveLength(6)
})

test('hundreds of devices still have a style each', () => {
  expect(stylesOf(named(500)).size).toBe(500)
})
