import type { Instant } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { Board } from './board.ts'
import type { Level } from './levels.ts'

const level: Level = {
  measurement: 'electricalMeter',
  field: 'power',
  raise: { devices: null, tests: [{ op: '>', limit: 10 }] },
  clear: { devices: null, tests: [{ op: '<=', limit: 10 }] },
}
const latest = 1_000_000

/** A board with one rule, and what it is given. */
function rig(stored: Promise<Instant | null>, newest = Number.NEGATIVE_INFINITY) {
  const given: string[] = []
  const unit = {
    offer: ({ time }: { time: Instant }) => void given.push(`${time}`),
    reread: ({ time }: { time: Instant }) => void given.push(`again from ${time}`),
    counts: { readings: 0, late: 0, ignored: 0, revisions: 0, said: 0, busyMs: 0 },
  }
  const board = new Board('plug', 'power', [{ unit, level }], { stored, newest })
  const put = (time: Instant, value: number) => {
    if (board.passesOver(time, value, latest)) return
    const reading = { measurement: 'electricalMeter', device: 'plug', place: null, time, fields: {} }
    board.offer(reading, value, { tags: '', latest })
  }
  return { board, given, put }
}

test('readings on the side of the one before are passed over, a late one has all looked at again', async () => {
  const { given, put } = rig(Promise.resolve(null))
  await Promise.resolve()
  put(1, 5)
  put(2, 6)
  put(3, 20)
  put(4, 30)
  put(2.5, 40)
  expect(given).toEqual(['1', '3', 'again from 2.5'])
})

test('what was stored before is not passed over, and until that is known nothing is', async () => {
  const { promise, resolve } = Promise.withResolvers<Instant | null>()
  const { given, put } = rig(promise)
  put(1, 5)
  put(2, 5)
  resolve(4)
  await promise
  for (const time of [3, 4, 5, 6]) put(time, 5)
  expect(given).toEqual(['1', '2', '3', '4', '5'])
})

test('an earlier board may have passed over what lies before a late reading', async () => {
  const { given, put } = rig(Promise.resolve(null), 10)
  await Promise.resolve()
  put(8, 5)
  expect(given).toEqual(['again from 8'])
})

test('after its end, and up to a moment that is forgotten, nothing is passed over, whenever the store answers', async () => {
  const { promise, resolve } = Promise.withResolvers<Instant | null>()
  const [ended, forgetful] = [rig(promise), rig(promise)]
  ended.board.end()
  forgetful.board.forget(3)
  resolve(null)
  await promise
  for (const { put } of [ended, forgetful]) for (const time of [1, 2, 3, 4, 5]) put(time, 5)
  expect(ended.given).toEqual(['1', '2', '3', '4', '5'])
  expect(forgetful.given).toEqual(['1', '2', '3', '4'])
})
