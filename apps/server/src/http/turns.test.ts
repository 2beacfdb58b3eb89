import { expect, test } from 'vitest'
import { TooManyRequests, Turns } from './turns.ts'

const never = new AbortController().signal

/** Whether the promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const done = () => {
    settled = true
  }
  promise.then(done, done)
  await new Promise(resolve => setImmediate(resolve))
  return settled
}

test('a caller does a few things at a time, the rest in the order they came', async () => {
  const turns = new Turns(2, 10)
  const first = await turns.take('a', never)
  await turns.take('a', never)
  const third = turns.take('a', never)
  const fourth = turns.take('a', never)
  expect(await isSettled(third)).toBe(false)
  first()
  expect(await isSettled(third)).toBe(true)
  expect(await isSettled(fourth)).toBe(false)
})

test('others do not wait for a caller with many', async () => {
  const turns = new Turns(1, 10)
  await turns.take('a', never)
  void turns.take('a', never)
  expect(await isSettled(turns.take('b', never))).toBe(true)
})

test('a turn ends once, however often that is said', async () => {
  const turns = new Turns(1, 10)
  const end = await turns.take('a', never)
  const second = turns.take('a', never)
  const third = turns.take('a', never)
  end()
  end()
  expect(await isSettled(second)).toBe(true)
  expect(await isSettled(third)).toBe(false)
})

test('who leaves while waiting takes no turn', async () => {
  const turns = new Turns(1, 10)
  const end = await turns.take('a', never)
  const gone = new AbortController()
  const left = turns.take('a', gone.signal)
  const stays = turns.take('a', never)
  gone.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  end()
  expect(await isSettled(stays)).toBe(true)
})

test('more than may wait are refused', async () => {
  const turns = new Turns(1, 1)
  await turns.take('a', never)
  void turns.take('a', never)
  await expect(turns.take('a', never)).rejects.toThrow(TooManyRequests)
})
