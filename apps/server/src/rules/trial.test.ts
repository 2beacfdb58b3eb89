import { MemoryStore } from '@ohmstead/telemetry/memory'
import { expect, test } from 'vitest'
import { compileRule } from './compile.ts'
import { trial, unsaved } from './trial.ts'
import { vocabularyOf } from './vocabulary.ts'

const store = new MemoryStore()
const dayMs = 86_400_000

/** Moments of the clock that a trial of a day tells when each look at the stopwatch finds it `stepMs` further. */
async function progress(stepMs: number): Promise<number[]> {
  const given = {
    definition: { kind: 'epl' as const, text: 'select * from electricalMeter' },
    actions: [{ kind: 'event' as const }],
  }
  const around = {
    zone: 'UTC',
    vocabulary: vocabularyOf(store, 'home'),
    names: { device: (id: string) => id },
  }
  const lane = {
    rule: unsaved('home', 'trial-0', given),
    compiled: compileRule(given, around),
    ...{ zone: 'UTC', store, placeOf: () => null, from: 0, end: dayMs },
    signal: new AbortController().signal,
  }
  let now = 0
  const moments: number[] = []
  for await (const told of trial([lane], () => (now += stepMs)))
    if (told.type === 'progress') moments.push(told.through)
  return moments
}

test('a trial that is over at once tells its progress once', async () => {
  expect(await progress(0.1)).toEqual([dayMs])
})

test('a long one tells it after so much work, and at the end', async () => {
  const moments = await progress(10)
  expect(moments.length).toBeGreaterThan(10)
  expect(moments.length).toBeLessThan(30)
  expect(moments.at(-1)).toBe(dayMs)
  expect(await progress(60)).toHaveLength(100)
})
