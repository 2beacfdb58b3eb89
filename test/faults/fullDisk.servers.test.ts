import { setTimeout as pause } from 'node:timers/promises'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { FullDisk } from './fullDisk.ts'
import { isRoot } from './rounds.ts'

async function until(what: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    if (await what()) return true
    await pause(50)
  }
  return false
}

test('a full disk costs nothing acknowledged, is said aloud, and passes by itself', {
  timeout: 180_000,
}, async context => {
  if (!isRoot) return context.skip('not root')
  using folder = tempFolder()
  using disk = FullDisk.make(folder.path, 128)
  await using platform = await Platform.start(disk.path)
  const log = await AckLog.open(platform, 5)
  const readyz = () => fetch(`${platform.url}/readyz`).then(answer => answer.status)
  const post = () =>
    fetch(`${platform.url}/api/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${log.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        site: 'faults',
        device: 'device-0',
        measurement: 'airSensor',
        fields: { temperature: 20 },
      }),
    })

  const publishing = Promise.withResolvers<void>()
  const run = log.publishUntil(publishing.promise)
  await until(async () => log.acknowledged > 1000, 20_000)

  disk.fill(256 * 1024)
  expect(await until(async () => (await readyz()) === 503, 30_000)).toBe(true)
  const refused = await post()
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  const standing = log.acknowledged
  await pause(500)
  expect(log.acknowledged).toBe(standing)
  expect(await platform.api('GET', '/api/sites/faults/readings/latest')).toBeTruthy()

  disk.free()
  expect(await until(async () => (await readyz()) === 200, 30_000)).toBe(true)
  publishing.resolve()
  await run
  expect((await post()).status).toBe(200)

  await log.publishUntil(until(async () => log.acknowledged > standing + 1000, 20_000))
  const verdict = await log.check()
  console.log(`${standing} acknowledged before the disk was full, ${log.acknowledged} in all`, verdict)
  expect(log.acknowledged).toBeGreaterThan(standing + 1000)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
})
