/**
 * Writes numbered batches into a readings store that compacts almost all the time, and says on standard output what it
 * is about: `A n` before batch n, `C n` once it is durable, `K 1` and `K 0` around compaction. Made to be killed.
 *
 * node storeWriter.ts FILE FIRST_BATCH
 */
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openDuckStore } from '@ohmstead/telemetry'
import { batchOf } from './storeBatches.ts'

const [, , file, first] = process.argv
const say = (text: string) => writeSync(1, `${text}\n`)

const store = await openDuckStore({ file, segmentRows: 3000, reserveBytes: 0 })
let isCompacting = false
const watch = setInterval(async () => {
  const { running } = (await store.status()).compaction
  if (running !== isCompacting) say(`K ${Number((isCompacting = running))}`)
}, 1)
watch.unref()

for (let n = Number(first); ; n++) {
  say(`A ${n}`)
  await store.append(batchOf(store, n))
  say(`C ${n}`)
  await pause(1)
}
