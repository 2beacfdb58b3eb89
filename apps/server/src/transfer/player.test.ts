import type { Clock } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { merge } from './merge.ts'
import { type PlayReading, type PlayRow, play } from './player.ts'

/** A clock that jumps to whatever is waited for. */
function jumpingClock(): Clock {
  let now = 1_000_000
  return {
    now: () => now,
    after(delayMs, run) {
      now += delayMs
      queueMicrotask(run)
      return () => {}
    },
  }
}

const row = (device: string, time: number, power = 1): PlayRow => ({
  line: 1,
  device,
  time,
  measurement: 'electricalMeter',
  fields: { power },
  tags: {},
})

async function* of<T>(...rows: T[]) {
  yield* rows
}

async function played(rows: PlayRow[], options: { speed: number; now: boolean }) {
  const clock = jumpingClock()
  const messages: { at: number; device: string; times: number[] }[] = []
  const sent = await play(of(...rows), {
    ...options,
    clock,
    signal: new AbortController().signal,
    publish: async (device, readings: readonly PlayReading[]) => {
      messages.push({ at: clock.now() - 1_000_000, device, times: readings.map(({ time }) => time) })
    },
  })
  return { sent, messages }
}

test('readings go out at their recorded distances, divided by the speed', async () => {
  const { sent, messages } = await played([row('a', 5000), row('a', 7000), row('b', 15_000)], {
    speed: 2,
    now: false,
  })
  expect(sent).toBe(3)
  expect(messages).toEqual([
    { at: 0, device: 'a', times: [5000] },
    { at: 1000, device: 'a', times: [7000] },
    { at: 5000, device: 'b', times: [15_000] },
  ])
})

test('with --now they carry the time at which they are due', async () => {
  const { messages } = await played([row('a', 5000), row('a', 7000)], { speed: 2, now: true })
  expect(messages.map(({ times }) => times)).toEqual([[1_000_000], [1_001_000]])
})

test('what is due together travels together, device by device, and no two get one time', async () => {
  const rows = Array.from({ length: 1000 }, (_, i) => row(i % 2 === 0 ? 'a' : 'b', 5000 + i))
  const { sent, messages } = await played(rows, { speed: Number.POSITIVE_INFINITY, now: true })
  expect(messages.at(-1)!.at).toBeGreaterThanOrEqual(450)
  expect(sent).toBe(1000)
  expect(messages.length).toBeLessThan(60)
  const times = messages.filter(({ device }) => device === 'a').flatMap(each => each.times)
  expect(new Set(times).size).toBe(500)
})

test('playing stops when told, in the middle of a pause', async () => {
  const stop = new AbortController()
  const clock: Clock = { now: () => 0, after: () => () => {} }
  const running = play(of(row('a', 0), row('a', 60_000)), {
    speed: 1,
    now: false,
    clock,
    signal: stop.signal,
    publish: async () => stop.abort(new Error('enough')),
  })
  await expect(running).rejects.toThrow('enough')
})

test('several files play in time order', async () => {
  const merged: string[] = []
  const sources = [of(row('a', 1), row('a', 4)), of(row('b', 2), row('b', 4), row('b', 9)), of<PlayRow>()]
  for await (const { device, time } of merge(sources)) merged.push(`${device}${time}`)
  expect(merged).toEqual(['a1', 'b2', 'a4', 'b4', 'b9'])
})
