import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { openDuckStore } from '@ohmstead/telemetry'
import { Platform, tempFolder, until } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { askBulk, isWhole, postBulk, valuesPerBody } from './bulk.ts'
import { isRoot, rounds } from './rounds.ts'
import { batchOf, faultsOf } from './storeBatches.ts'
import { noStrace, underFault } from './strace.ts'

const script = resolve(import.meta.dirname, 'storeWriter.ts')

/** The writer as a process, and what it has said. */
class Writer {
  /** Batches below this are acknowledged. */
  acknowledged: number
  isCompacting = false
  compactions = 0
  readonly process: ChildProcess
  readonly ended: Promise<unknown>

  constructor(file: string, first: number, trace: readonly string[] = []) {
    this.acknowledged = first
    const [command, ...args] = [...trace, process.execPath, script, file, String(first)]
    this.process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    })
    const lines = createInterface(this.process.stdout!)
    lines.on('line', line => this.#hear(line))
    this.ended = Promise.all([once(this.process, 'exit'), once(lines, 'close')])
  }

  #hear(line: string): void {
    const [word, text] = line.split(' ')
    if (word === 'C') this.acknowledged = Number(text) + 1
    if (word !== 'K') return
    this.isCompacting = text === '1'
    if (this.isCompacting) this.compactions++
  }
}

/** What the next process finds. */
async function reopened(file: string, acknowledged: number): Promise<{ faults: string[]; openedMs: number }> {
  const began = performance.now()
  await using store = await openDuckStore({ file, background: false, reserveBytes: 0 })
  const openedMs = performance.now() - began
  const faults = await faultsOf(store, acknowledged)
  // It has to go on working, too.
  await store.append(batchOf(store, acknowledged))
  return { faults, openedMs }
}

describe('a store killed while it compacts', () => {
  const moments = rounds(4, 40)
  test(`at ${moments} random moments, has every acknowledged batch, whole`, {
    timeout: 600_000,
  }, async () => {
    using folder = tempFolder()
    const file = join(folder.path, 'readings.duckdb')
    let next = 0
    let inside = 0
    let slowestMs = 0
    for (let round = 0; round < moments; round++) {
      const writer = new Writer(file, next)
      const compactions = 1 + Math.floor(Math.random() * 3)
      await until('compaction', () => writer.compactions >= compactions, { withinMs: 60_000, everyMs: 1 })
      await pause(Math.random() * 40)
      writer.process.kill('SIGKILL')
      await writer.ended
      if (writer.isCompacting) inside++
      const { faults, openedMs } = await reopened(file, writer.acknowledged)
      expect(faults).toEqual([])
      next = writer.acknowledged + 1
      slowestMs = Math.max(slowestMs, openedMs)
    }
    console.log(
      `${moments} kills, ${inside} inside compaction, ${next} batches, slowest open ${slowestMs.toFixed(0)} ms`,
    )
    expect(next).toBeGreaterThan(moments * 5)
  })

  const reason = isRoot ? noStrace() : 'not root'
  if (reason) console.log(`kills at chosen system calls: ${reason}`)
  // Checkpoints write the data file with pwrite64, batches the log with write.
  const calls = [
    ['pwrite64', 40],
    ['fsync', 60],
    ['write', 80],
    ['unlink', 8],
  ] as const
  const each = rounds(1, 15)
  test.skipIf(reason)(
    `at ${each * calls.length} chosen system calls, has every acknowledged batch, whole`,
    {
      timeout: 900_000,
    },
    async () => {
      using folder = tempFolder()
      const file = join(folder.path, 'readings.duckdb')
      const files = [file, `${file}.wal`]
      let next = 0
      let inside = 0
      for (let round = 0; round < each; round++)
        for (const [call, most] of calls) {
          const inject = `${call}:signal=SIGKILL:when=${1 + Math.floor(Math.random() * most)}`
          const writer = new Writer(file, next, underFault({ files, inject }, '/dev/null'))
          await writer.ended
          if (writer.isCompacting) inside++
          const { faults } = await reopened(file, writer.acknowledged)
          expect([inject, faults]).toEqual([inject, []])
          next = writer.acknowledged + 1
        }
      console.log(
        `${each * calls.length} kills at system calls, ${inside} inside compaction, ${next} batches`,
      )
    },
  )
})

const volumes = rounds(1, 10)
/** So many bodies fill a segment, and compaction begins. */
const bodies = 10
test(`the product killed ${volumes} times behind a million values, while it compacts them, loses nothing`, {
  timeout: 600_000,
}, async () => {
  let inside = 0
  for (let round = 0; round < volumes; round++) {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const log = await AckLog.open(platform, 2)
    await log.publishDuring(async () => {
      for (let n = 0; n < bodies; n++) await postBulk(platform, 'faults', log.token, n)
      await pause(Math.random() * 400)
      await platform.kill()
      await platform.restart()
      // Had it come to its end, the values would be sorted.
      if ((await uncompacted(platform)) >= bodies * valuesPerBody) inside++
      const standing = log.acknowledged
      await until('acknowledgements', () => log.acknowledged > standing + 100)
    })
    expect(await log.check()).toEqual({ lost: 0, twice: 0 })
    for (const field of [0, 19])
      expect(await isWhole(await askBulk(platform, 'faults', log.token, `f${field}`), bodies, field)).toBe(
        true,
      )
  }
  console.log(`${volumes} kills of the product, ${inside} before its compaction had come to an end`)
})

/** Values that are still in arrival order. */
async function uncompacted(platform: Platform): Promise<number> {
  const text = await (await fetch(`${platform.url}/metrics`)).text()
  return Number(/^ohmstead_store_uncompacted_values (\d+)/m.exec(text)?.[1])
}
