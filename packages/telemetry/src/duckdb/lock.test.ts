import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreNotOpened } from '../errors.ts'
import { takeLock } from './lock.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ohmstead-lock-'))
  file = join(dir, 'store')
})
afterEach(() => rmSync(dir, { recursive: true }))

const holder = (pid: number, began: string | null = null) =>
  writeFileSync(`${file}.lock`, JSON.stringify({ pid, began }))

test('a second open in the same process is refused, naming it', () => {
  const release = takeLock(file)
  expect(() => takeLock(file)).toThrow(
    new StoreNotOpened(`'${file}' is already open in this process (pid ${process.pid})`),
  )
  release()
  release()
  expect(existsSync(`${file}.lock`)).toBe(false)
  takeLock(file)()
})

test('a live holder is never robbed, and named', () => {
  holder(process.ppid)
  expect(() => takeLock(file)).toThrow(`is in use by process ${process.ppid}`)
  expect(JSON.parse(readFileSync(`${file}.lock`, 'utf8')).pid).toBe(process.ppid)
})

test('a dead holder is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  holder(child.pid!)
  takeLock(file)()
})

test.each([
  ['a process that only has the pid of the holder', () => holder(process.ppid, 'long ago')],
  ['this pid, of a process before us', () => holder(process.pid)],
  ['a lock that was not written to its end', () => writeFileSync(`${file}.lock`, '{"pi')],
])('%s does not keep us out', (_, leave) => {
  leave()
  const release = takeLock(file)
  expect(JSON.parse(readFileSync(`${file}.lock`, 'utf8')).pid).toBe(process.pid)
  release()
})
