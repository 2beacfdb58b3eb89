import { Platform, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { isLong, rounds, somewhere } from './rounds.ts'

const count = rounds(3, 20)

test(`no acknowledged reading is lost or stored twice over ${count} kills under load`, {
  timeout: 600_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const log = await AckLog.open(platform, 20)
  let slowestMs = 0
  for (let round = 0; round < count; round++) {
    await log.publishUntil(somewhere(300, 1500).then(() => platform.kill()))
    slowestMs = Math.max(slowestMs, await platform.restart())
  }
  const verdict = await log.check()
  console.log(
    `${count} kills, ${log.acknowledged} acknowledged, slowest start ${slowestMs.toFixed(0)} ms`,
    verdict,
  )
  expect(log.acknowledged).toBeGreaterThan(count * 1000)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
  if (isLong) expect(slowestMs).toBeLessThan(5000)
})
