import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDuckStore } from '../src/index.ts'
import { runWriter } from './spawned.ts'
import { checkWritten } from './written.ts'

const rounds = Number(process.env.OHMSTEAD_KILL_ROUNDS ?? 5)
/** Printed with a failure; set to repeat it. */
const seed = Number(process.env.OHMSTEAD_SEED ?? Math.floor(Math.random() * 1e9))

/** In [0, 1), always the same for the same number. */
function random(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}

test(
  `a writer killed ${rounds} times, also while it compacts, loses nothing it acknowledged`,
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ohmstead-kill-'))
    try {
      for (let round = 0; round < rounds; round++) {
        const killAfter = Math.floor(random(seed + round) * 60)
        const graceMs = random(seed + round + 0.5) * 30
        let acknowledged = 0
        const said = await runWriter(dir, {
          heard(line, writer) {
            if (line.startsWith('C ') && ++acknowledged === killAfter + 1) {
              setTimeout(() => writer.kill('SIGKILL'), graceMs)
            }
          },
        })
        await using store = await openDuckStore({ dir, background: false })
        const { last, faults } = await checkWritten(store)
        expect(faults, `seed ${seed}, round ${round}: ${said.errors}`).toEqual([])
        expect(last, `seed ${seed}, round ${round}`).toBeGreaterThanOrEqual(said.acknowledged)
        expect(last).toBeLessThanOrEqual(said.attempted)
      }
    } finally {
      rmSync(dir, { recursive: true })
    }
  },
  60_000 + rounds * 10_000,
)
