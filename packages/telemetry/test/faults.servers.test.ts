import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDuckStore } from '../src/index.ts'
import { runWriter, type Said } from './spawned.ts'
import { checkWritten } from './written.ts'

const isRoot = process.getuid?.() === 0
const hasStrace = isRoot && runs('strace', '-V')
if (!isRoot) console.log('faults: skipped, mounting and tracing need root')
else if (!hasStrace) console.log('faults: system calls are not made to fail, strace is not there')

function runs(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ohmstead-fault-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Everything acknowledged is there, whole, and nothing that was never sent. */
async function expectWhole(folder: string, said: Said): Promise<void> {
  await using store = await openDuckStore({ dir: folder, background: false, reserveBytes: 0 })
  const { last, faults } = await checkWritten(store)
  expect(faults, said.errors).toEqual([])
  expect(last).toBeGreaterThanOrEqual(said.acknowledged)
  expect(last).toBeLessThanOrEqual(said.attempted)
}

describe.skipIf(!isRoot)('a full disk', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dir])
  })
  afterEach(() => {
    execFileSync('umount', [dir])
  })

  test('refuses, keeps what it has, and goes on when there is space again', async () => {
    const ballast = join(dir, 'ballast')
    writeFileSync(ballast, new Uint8Array(14_000_000))
    let since = 0
    const said = await runWriter(join(dir, 'store'), {
      heard(line, writer) {
        if (line.startsWith('U ') && since === 0) {
          since = 1
          // Full for a while, not for a moment.
          setTimeout(() => rmSync(ballast), 500)
        } else if (line.startsWith('C ') && since > 0 && ++since === 30) writer.kill('SIGKILL')
      },
    })
    expect(said.refused, said.errors).toBeGreaterThan(0)
    expect(since).toBe(30)
    await expectWhole(join(dir, 'store'), said)
  }, 120_000)
})

/** The nth of such a system call on the store's files fails, or kills. `n+m`: and every mth after it. */
const failures = [
  'fsync:error=EIO:when=12',
  'fsync:error=EIO:when=40+23',
  'write:error=ENOSPC:when=20+31',
  'pwrite64:error=ENOSPC:when=30+50',
  'pwrite64:error=EIO:when=25+61',
  'fsync:signal=SIGKILL:when=29',
  'unlink:signal=SIGKILL:when=3',
]
const tried = process.env.OHMSTEAD_FAULTS === 'all' ? failures : [failures[0], failures[3], failures[6]]

describe.skipIf(!hasStrace)('system calls that fail', () => {
  test.each(tried)(
    '%s',
    async failure => {
      const files = ['readings.duckdb', 'readings.duckdb.wal'].flatMap(name => ['-P', join(dir, name)])
      const calls = 'trace=write,pwrite64,fsync,unlink'
      const wrapper = ['strace', '-f', '-o', '/dev/null', ...files, '-e', calls, '-e', `inject=${failure}`]
      // One thread, as calls are counted by thread.
      const said = await runWriter(dir, { batches: 60, wrapper, env: { UV_THREADPOOL_SIZE: '1' } })
      if (!failure.includes('SIGKILL')) expect(said, said.errors).toMatchObject({ code: 0, acknowledged: 59 })
      await expectWhole(dir, said)
    },
    120_000,
  )
})
