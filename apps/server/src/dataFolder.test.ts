import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderRefused, openDataFolder } from './dataFolder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ohmstead-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a second owner is refused by the pid of the first, and let in when the first is done', () => {
  const first = openDataFolder(folder)
  expect(() => openDataFolder(folder)).toThrow(new RegExp(`held by process ${process.pid}`))
  first[Symbol.dispose]()
  openDataFolder(folder)[Symbol.dispose]()
})

test('a holder that died is replaced, also when its number was given away since', () => {
  for (const lock of ['2147483646 1\n', `${process.pid} 1\n`, 'garbage', '']) {
    writeFileSync(join(folder, 'ohmstead.lock'), lock)
    openDataFolder(folder)[Symbol.dispose]()
  }
})

test('a folder of a newer version is refused and left as it is', () => {
  writeFileSync(join(folder, 'format'), '999\n')
  expect(() => openDataFolder(folder)).toThrow(/newer version/)
  expect(readFileSync(join(folder, 'format'), 'utf8')).toBe('999\n')
  expect(() => readFileSync(join(folder, 'ohmstead.lock'))).toThrow()
})

test('a path that cannot be a folder is refused in words', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => openDataFolder(join(folder, 'file', 'below'))).toThrow(DataFolderRefused)
})
