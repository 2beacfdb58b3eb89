import { closeSync, cpSync, fsyncSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckStore } from '@ohmstead/telemetry'
import { Platform, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { askBulk, isWhole, postBulk } from './bulk.ts'
import { rounds } from './rounds.ts'
import { FaultSite } from './site.ts'

const bodies = 3
/** The three headers of the file, and the blocks after them. */
const headerBytes = 12_288
const blockBytes = 262_144

/** Turns one bit behind the headers of the file; or one in every block, so that nobody can miss it. */
function flip(file: string, everywhere: boolean): void {
  const end = statSync(file).size
  let offset = headerBytes + Math.floor(Math.random() * (everywhere ? blockBytes : end - headerBytes))
  do flipAt(file, offset)
  while (everywhere && (offset += blockBytes) < end)
}

function flipAt(file: string, offset: number): void {
  const handle = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, offset)
  byte[0] ^= 1 << Math.floor(Math.random() * 8)
  writeSync(handle, byte, 0, 1, offset)
  fsyncSync(handle)
  closeSync(handle)
}

/** A data folder with 300 000 values in a sorted partition, and the token that opens its site. */
async function compactedFolder(folder: string): Promise<{ data: string; token: string }> {
  const data = join(folder, 'whole')
  await using platform = await Platform.start(data)
  const { token } = await FaultSite.make(platform, ['honest'])
  for (let n = 0; n < bodies; n++) await postBulk(platform, 'home', token, n)
  expect(await platform.stop()).toBe(0)
  await using store = await openDuckStore({ file: join(data, 'readings.duckdb') })
  await store.compact()
  expect((await store.status()).uncompacted).toBe(0)
  return { data, token }
}

type Outcome = 'start refused' | 'query refused' | 'not touched'

/** Asks for everything. A wrong value would be worse than any refusal, and a refusal that nobody hears of too. */
async function ask(platform: Platform, token: string): Promise<Outcome> {
  let outcome: Outcome = 'not touched'
  for (let field = 0; field < 20; field++) {
    const answer = await askBulk(platform, 'home', token, `f${field}`).catch(() => undefined)
    if (answer?.status === 200) {
      const whole = await isWhole(answer, bodies, field).catch(() => undefined)
      expect([field, whole]).not.toEqual([field, false])
      if (whole === undefined) outcome = 'query refused'
    } else {
      outcome = 'query refused'
      expect(answer?.status).toBe(500)
      const problem = (await answer?.json()) as { code: string; detail: string }
      expect(problem.code).toBe('OHM_STORE_DAMAGED')
      expect(problem.detail).not.toContain('duckdb')
    }
  }
  if (outcome === 'query refused') await expectAlarm(platform)
  return outcome
}

/** Whoever is on call hears of it: once in the log, and for as long as it lasts where monitors look. */
async function expectAlarm(platform: Platform): Promise<void> {
  await until('the log names the damage', () => /Corrupt database file/.test(platform.output))
  const said = platform.output.split('\n').filter(line => line.includes('Corrupt database file'))
  expect(said).toHaveLength(1)
  const ready = await fetch(`${platform.url}/readyz`)
  const { troubles } = (await ready.json()) as { troubles: { part: string; reason: string }[] }
  expect(ready.status).toBe(200)
  expect(troubles).toMatchObject([
    { part: 'stored readings', reason: expect.stringMatching(/Corrupt.*restore a backup/) },
  ])
  const metrics = await (await fetch(`${platform.url}/metrics`)).text()
  expect(metrics).toMatch(/^ohmstead_store_damaged_reads_total [1-9]/m)
}

async function takesReadings(platform: Platform, token: string): Promise<void> {
  await until('a reading is taken', async () => {
    const answer = await fetch(`${platform.url}/api/sites/home/devices/honest/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"measurement":"airSensor","fields":{"temperature":20}}',
    })
    return answer.status === 200
  })
}

const flips = rounds(3, 30)

test(`${flips} flipped bits while it is stopped, and as many while it runs: refused in words, never a wrong value`, {
  timeout: 900_000,
}, async () => {
  using folder = tempFolder()
  const { data, token } = await compactedFolder(folder.path)
  const outcomes: Record<string, number> = {}
  const count = (when: string, outcome: Outcome) => {
    const key = `${when}: ${outcome}`
    outcomes[key] = (outcomes[key] ?? 0) + 1
  }
  const copy = join(folder.path, 'flipped')
  const file = join(copy, 'readings.duckdb')
  for (let round = 0; round < flips; round++) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(data, copy, { recursive: true })
    flip(file, round === 0)
    try {
      await using platform = await Platform.start(copy)
      count('stopped', await ask(platform, token))
      await takesReadings(platform, token)
    } catch (error) {
      if (!/the server ended with 1/.test(String(error))) throw error
      expect(String(error)).toMatch(/readings\.duckdb' cannot be opened|[Cc]orrupt/)
      count('stopped', 'start refused')
    }

    rmSync(copy, { recursive: true, force: true })
    cpSync(data, copy, { recursive: true })
    await using platform = await Platform.start(copy)
    flip(file, round === 0)
    count('running', await ask(platform, token))
    expect(platform.ended).toBeUndefined()
    await takesReadings(platform, token)
  }
  console.log(outcomes)
  const refused = Object.entries(outcomes).filter(([key]) => key.includes('refused'))
  expect(refused.reduce((sum, [, rounds]) => sum + rounds, 0)).toBeGreaterThanOrEqual(2)
})
