import { expect, test } from 'vitest'
import { Quarantine, sampleText } from './quarantine.ts'

const refused = {
  site: 'home',
  device: 'plug',
  via: 'mqtt',
  field: 'time',
  reason: 'no time',
  sample: {},
} as const

test('the newest refusals come first, and only so many are kept', () => {
  const quarantine = new Quarantine()
  for (let at = 0; at < 5000; at++) quarantine.add(refused, at)
  const list = quarantine.list('home', { limit: 10_000 })
  expect(list.length).toBe(1000)
  expect(list[0].time).toBe(4999)
  expect(list.at(-1)?.time).toBe(4000)
  expect(quarantine.list('other')).toEqual([])
})

test('one device can be asked for', () => {
  const quarantine = new Quarantine()
  quarantine.add(refused, 1)
  quarantine.add({ ...refused, device: 'other' }, 2)
  expect(quarantine.list('home', { device: 'plug' }).map(entry => entry.time)).toEqual([1])
})

test('a sample is one bounded line, whatever it was', () => {
  let deep: unknown[] = []
  for (let depth = 0; depth < 100_000; depth++) deep = [deep]
  const samples = [
    'line\r\nforged: \u001b[31m',
    new Uint8Array(1e6).fill(0xff),
    deep,
    undefined,
    1n,
    'x'.repeat(1e6),
  ]
  for (const sample of samples) {
    const text = sampleText(sample)
    expect(text.length).toBeLessThanOrEqual(512)
    expect(text).not.toMatch(/\p{Cc}/u)
  }
})
