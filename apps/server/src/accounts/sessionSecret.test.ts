import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { sessionSecret } from './sessionSecret.ts'

test('the key is random, made once and readable by its owner only', () => {
  using one = tempFolder()
  using other = tempFolder()
  const secret = sessionSecret(one.path)
  expect(secret).toMatch(/^[\w-]{64}$/)
  expect(sessionSecret(one.path)).toBe(secret)
  expect(sessionSecret(other.path)).not.toBe(secret)
  expect(statSync(join(one.path, 'session-secret')).mode & 0o777).toBe(0o600)
})

test('a file that holds no key is an error and is not written over', () => {
  using folder = tempFolder()
  const file = join(folder.path, 'session-secret')
  writeFileSync(file, 'short')
  expect(() => sessionSecret(folder.path)).toThrow('does not hold a key')
  expect(readFileSync(file, 'utf8')).toBe('short')
})
