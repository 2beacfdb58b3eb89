import { setImmediate as everythingDue } from 'node:timers/promises'
import { TooManyAttempts } from '@ohmstead/registry'
import { expect, test } from 'vitest'
import { HashQueue } from './hashQueue.ts'

test('a hash is salted, slow to make and knows its password', async () => {
  const hashes = new HashQueue()
  const [one, other] = [await hashes.hash('secret'), await hashes.hash('secret')]
  expect(one).not.toBe(other)
  expect(await hashes.verify({ hash: one, password: 'secret' })).toBe(true)
  expect(await hashes.verify({ hash: one, password: 'Secret' })).toBe(false)
})

test('few run and few wait; the others are told to come again, and places are free afterwards', async () => {
  const running: (() => void)[] = []
  const hash = (password: string) =>
    new Promise<string>(resolve => running.push(() => resolve(`hash of ${password}`)))
  const hashes = new HashQueue({ hash, verify: async () => true })
  const asked = Promise.allSettled(Array.from({ length: 60 }, () => hashes.hash('secret')))
  for (let done = 0; done < 52; done++) {
    expect(running).toHaveLength(Math.min(2, 52 - done))
    running.shift()!()
    await everythingDue()
  }
  const refused = (await asked).filter(result => result.status === 'rejected')
  expect(refused).toHaveLength(8)
  expect(refused.every(result => result.reason instanceof TooManyAttempts)).toBe(true)
  expect(await hashes.verify({ hash: '', password: '' })).toBe(true)
})
