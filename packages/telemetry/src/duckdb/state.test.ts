import { expect, test } from 'vitest'
import { State } from './state.ts'

test('who waits for readers to leave does not forget those of a catalogue that was replaced meanwhile', async () => {
  const state = new State()
  const reading = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { catalog } = state
    return { leave: resolve, done: catalog.reading(() => promise) }
  }
  const first = reading()
  state.publish([], [])
  const waiting = state.unread()
  const second = reading()
  state.publish([], [])
  first.leave()
  await waiting

  let isUnread = false
  const unread = state.unread().then(() => (isUnread = true))
  await new Promise(resolve => setImmediate(resolve))
  expect(isUnread).toBe(false)
  second.leave()
  await Promise.all([unread, first.done, second.done])
})
