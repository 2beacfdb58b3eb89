import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Platform, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { isRoot, type Rounds, rounds } from './rounds.ts'
import { Injection, noStrace } from './strace.ts'

/** Each n-th call is counted by strace per thread of the server. */
const once = (fault: string) => (n: number) => `${fault}:when=${n}`
const always = (fault: string) => (n: number) => `${fault}:when=${n}+`

const faults: readonly [name: string, inject: (n: number) => string, rounds: Rounds][] = [
  ['an fsync fails', once('fsync:error=EIO'), [2, 20]],
  ['every fsync fails for a while', always('fsync:error=EIO'), [1, 5]],
  ['a write finds no space', once('write:error=ENOSPC'), [2, 20]],
  ['every write finds no space for a while', always('write:error=ENOSPC'), [1, 5]],
  ['a write fails', once('write:error=EIO'), [1, 10]],
  ['the process is killed at an fsync', once('fsync:signal=SIGKILL'), [1, 20]],
  ['the process is killed at a write', once('write:signal=SIGKILL'), [1, 20]],
]

const reason = isRoot ? noStrace() : 'not root'
if (reason) console.log(`system calls cannot be made to fail: ${reason}`)

test.skipIf(reason)(
  'no acknowledged reading is lost when system calls on the readings fail',
  {
    timeout: 1_800_000,
  },
  async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(join(folder.path, 'data'))
    const log = await AckLog.open(platform, 4)
    const files = ['readings.duckdb', 'readings.duckdb.wal'].map(file => join(platform.dataDir, file))
    let traces = 0

    /** One fault under load. @returns whether it struck, and whether the server had to be started again */
    async function strike(inject: string): Promise<{ struck: boolean; restarted: boolean }> {
      const trace = join(folder.path, `trace-${traces++}`)
      let struck = false
      let restarted = false
      await log.publishDuring(async () => {
        await acknowledgedMore(50)
        await using fault = await Injection.into(platform.pid, { files, inject }, trace)
        await until(inject, () => fault.struck > 0 || platform.ended !== undefined, { withinMs: 30_000 })
        struck = fault.struck > 0
        // As long as it lasts nothing may be acknowledged that is not kept; what is, is checked at the end.
        if (platform.ended === undefined) await pause(300)
        await fault.lift()
        restarted = platform.ended !== undefined
        if (restarted) await platform.restart()
        await until('the server is well again', ready, { withinMs: 40_000 })
        await acknowledgedMore(50)
      })
      return { struck, restarted }
    }

    async function acknowledgedMore(count: number): Promise<void> {
      const before = log.acknowledged
      await until(`${count} more acknowledgements`, () => log.acknowledged >= before + count, {
        withinMs: 60_000,
      })
    }

    const ready = () =>
      fetch(`${platform.url}/readyz`).then(
        answer => answer.ok,
        () => false,
      )

    for (const [name, inject, [short, long]] of faults) {
      const results = []
      for (let round = 0; round < rounds(short, long); round++)
        results.push(await strike(inject(1 + Math.floor(Math.random() * 8))))
      const struck = results.filter(result => result.struck).length
      const restarts = results.filter(({ restarted }) => restarted).length
      console.log(`${name}: struck in ${struck} of ${results.length} rounds, ${restarts} restarts`)
      expect(struck).toBe(results.length)
      expect(restarts).toBe(name.includes('killed') ? results.length : 0)
    }

    // What memory still holds proves nothing: only what the next process reads from the disk counts.
    await platform.kill()
    await platform.restart()
    const verdict = await log.check()
    console.log(`${log.acknowledged} acknowledged`, verdict)
    expect(verdict).toEqual({ lost: 0, twice: 0 })
  },
)
