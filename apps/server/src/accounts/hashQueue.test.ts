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

test('few wait; the others are told to come again, and places are free afterwards', async () => {
  const hashes = new HashQueue()
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => hashes.hash('secret')))
  const refused = results.filter(result => result.status === 'rejected')
  expect(refused).toHaveLength(8)
  expect(refused.every(result => result.reason instanceof TooManyAttempts)).toBe(true)
  await hashes.hash('secret')
}, 30_000)
