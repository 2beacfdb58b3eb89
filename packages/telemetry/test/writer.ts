/**
 * A process to be killed: appends batches that `checkWritten` can verify, compacting all the time.
 * Prints `A n` before batch n, `C n` once it is acknowledged, `U n` when the store was unavailable, after which it tries
 * the same batch again.
 *
 * Usage: node writer.ts DIR [batches]
 */
import { systemClock } from '@ohmstead/model'
import { openDuckStore, StoreUnavailable } from '../src/index.ts'
import { batchOf, lastWritten } from './written.ts'

const [dir, count] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
const pause = (ms: number) => new Promise<void>(resolve => systemClock.after(ms, resolve))
// The clock's timers do not keep a process alive; this one does.
const alive = setInterval(() => {}, 1000)

const store = await openDuckStore({ dir, segmentRows: 4_000, recentBytes: 144_000, reserveBytes: 0 })
const first = (await lastWritten(store)) + 1
say(`O ${first}`)
for (let n = first; n < first + Number(count ?? Number.POSITIVE_INFINITY); ) {
  say(`A ${n}`)
  try {
    await store.append(batchOf(store, n))
    say(`C ${n}`)
    n++
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    say(`U ${n}`)
    await pause(20)
  }
}
await store.close()
clearInterval(alive)
